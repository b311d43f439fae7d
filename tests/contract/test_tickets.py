"""Contract: tickets under many hands at once, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from callcenter.errors import ConflictError, ImpossibleMoveError
from callcenter.facts import Line
from callcenter.store import Store
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft, open_ticket
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import history, locked, ticket_of_call
from tests.patience import PATIENCE_SECONDS

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
PEOPLE = 10


def draft(store: Store, call_id: str, line: Line = Line.SERVICE) -> str | None:
    """The number of the call's new draft; None where it had one."""
    with store.transaction() as session:
        opened = open_draft(session, call_id, line, at=NOON, actor="seat-01")
    return opened[0].ticket_number if opened else None


def at_once(work, tasks) -> list:
    """Each task's outcome, or the error it ended with; all of them begin together."""
    ready = Barrier(PEOPLE)

    def begin(task):
        ready.wait(timeout=PATIENCE_SECONDS)
        try:
            return work(task)
        except ImpossibleMoveError as refused:
            return refused

    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(begin, tasks))


def test_numbers_have_no_gaps_and_no_doubles(store):
    calls = [(f"n1-{n}.{line}", line) for n in range(2 * PEOPLE) for line in Line]
    numbers = at_once(lambda call: draft(store, *call), calls)
    for line in Line:
        running = sorted(int(n[-4:]) for n in numbers if n.startswith(f"{line.value}-"))
        assert running == list(range(1, 2 * PEOPLE + 1))


def test_a_number_that_was_not_kept_is_given_to_the_next(store):
    with pytest.raises(RuntimeError), store.transaction() as session:  # noqa: PT012
        open_draft(session, "n1-1.0", Line.SERVICE, at=NOON, actor="seat-01")
        raise RuntimeError("the process dies before it commits")
    assert draft(store, "n1-2.0") == "12345-20250303-0001"


def test_one_of_two_people_moves_a_ticket_and_the_others_are_told(store):
    number = draft(store, "n1-7.0")
    ways = [Move.FILE, Move.DISCARD, Move.ANSWER, Move.FILE, *[Move.ANSWER] * (PEOPLE - 4)]

    def go(kind: Move) -> Step:
        with store.transaction() as session:
            return Step(move(session, number, kind, actor="seat-01", reason="因为").to_step)

    outcomes = at_once(go, ways)
    done = [outcome for outcome in outcomes if isinstance(outcome, Step)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, ImpossibleMoveError)]
    with store.reading() as session:
        steps = history(session, number)
        assert ticket_of_call(session, "n1-7.0").step is steps[-1].to_step
    assert len(steps) == 1 + len(done)
    assert len(done) + len(refused) == PEOPLE
    # A draft that was filed may still be discarded; nothing else follows one of these.
    assert [step.move for step in steps][1:] in (
        [Move.FILE], [Move.DISCARD], [Move.ANSWER], [Move.FILE, Move.DISCARD],
    )  # fmt: skip
    assert all("is not possible in state" in error.message for error in refused)


def test_two_who_do_the_same_at_once_do_it_once(store):
    number = draft(store, "n1-7.0")

    def file(seat: int) -> Step:
        with store.transaction() as session:
            return Step(move(session, number, Move.FILE, actor=f"seat-0{seat}").to_step)

    outcomes = at_once(file, range(PEOPLE))
    assert outcomes.count(Step.FILED) == 1
    assert sum(isinstance(outcome, ImpossibleMoveError) for outcome in outcomes) == PEOPLE - 1
    with store.reading() as session:
        assert [step.number for step in history(session, number)] == [1, 2]


def test_of_two_who_saw_the_same_one_moves_and_the_other_is_told(store):
    number = draft(store, "n1-7.0")

    def note(seat: int) -> int:
        with store.transaction() as session:
            told = {"actor": f"seat-0{seat}", "reason": "备注", "expected": 1}
            return move(session, number, Move.NOTE, **told).number

    outcomes = at_once(note, range(PEOPLE))
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [2]
    assert len(conflicts) == PEOPLE - 1
    assert all(error.more["ticket"]["steps"] == 2 for error in conflicts)


def test_two_tickets_merged_into_each_other_at_once_do_not_block(store):
    pair = [draft(store, "n1-7.0"), draft(store, "n1-8.0")]

    def merge(which: int) -> str:
        with store.transaction() as session:
            told = {"actor": "seat-01", "other": pair[1 - which % 2]}
            return move(session, pair[which % 2], Move.MERGE, **told).ticket_number

    outcomes = at_once(merge, range(PEOPLE))
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1


def test_a_call_has_one_draft_however_many_say_so(store):
    outcomes = at_once(lambda _: draft(store, "n1-7.0"), range(PEOPLE))
    assert [number for number in outcomes if number] == ["12345-20250303-0001"]


def test_further_tickets_of_a_call_are_counted_on(store):
    draft(store, "n1-7.0")

    def further(_: int) -> str:
        with store.transaction() as session:
            told = {"at": NOON, "actor": "seat-01", "call_id": "n1-7.0"}
            return open_ticket(session, Line.SERVICE, **told).ticket_number

    numbers = sorted(at_once(further, range(PEOPLE)))
    assert [int(number[-4:]) for number in numbers] == list(range(2, PEOPLE + 2))


def test_a_ticket_that_is_looked_at_is_seen_as_the_last_one_left_it(store):
    number = draft(store, "n1-7.0")
    with store.transaction() as mine:
        assert ticket_of_call(mine, "n1-7.0").step is Step.DRAFT
    with store.transaction() as theirs:
        move(theirs, number, Move.FILE, actor="seat-02")
    with store.transaction() as mine:
        assert locked(mine, number).step is Step.FILED
