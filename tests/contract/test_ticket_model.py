"""Contract: random commands by random roles, against a plain model, on SQLite and PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

from callcenter.errors import BadInputError, CallCenterError, ConflictError, ImpossibleMoveError
from callcenter.facts import Line, TicketMoved
from callcenter.store import Store, record
from callcenter.tickets.calls import callers_of
from callcenter.tickets.joint import joint_units
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft, open_ticket
from callcenter.tickets.steps import BACK, COMMANDS, MOVES, Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep, history
from tests.contract.plain_ticket import WAYS, PlainTicket, carry_out, refusal

BEGAN = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
UNITS = ("U1", "U2", "U3")
ROLES = ("seat-01", "dispatcher", "handler:U1", "verifier", "supervisor", "robot")
ERRORS = {"conflict": ConflictError, "impossible": ImpossibleMoveError, "bad": BadInputError}
ROWS = {(step, move) for step, move in [*MOVES, BACK] if move in COMMANDS}
FIRST = {  # what must have been done before
    Move.PART: Move.JOIN,
    Move.CONTRIBUTE: Move.JOIN,
    Move.GRANT_EXTENSION: Move.ASK_EXTENSION,
    Move.REFUSE_EXTENSION: Move.ASK_EXTENSION,
}
SELDOM = "answer decline discard note urge supervise forward escalate return".split()
Pick = Callable[[Sequence[Any]], Any]
EXAMPLES = count()  # each opens on a day of its own, so one database serves all


class Centre(RuleBasedStateMachine):
    """People who do anything to tickets, whether they may or not."""

    store: ClassVar[Store]
    made: ClassVar[set[tuple[Step, Move]]]  # rows of the table that were walked
    tickets: Bundle[str] = Bundle("tickets")

    @initialize()
    def begin(self) -> None:
        self.example = next(EXAMPLES)
        self.now, self.day = BEGAN, BEGAN + timedelta(days=self.example)
        self.known: dict[str, PlainTicket] = {}

    @rule(target=tickets, by_call=st.booleans())
    def open_one(self, by_call: bool) -> str:
        return self.open(by_call=by_call)

    def open(self, *, by_call: bool) -> str:
        call = f"n1-{self.example}.{len(self.known)}" if by_call else None
        with self.store.transaction() as session:
            told = {"at": self.day, "actor": "seat-01"}
            if call:
                (fact,) = open_draft(session, call, Line.SERVICE, **told)
                assert open_draft(session, call, Line.SERVICE, **told) == []
            else:
                fact = open_ticket(session, Line.SERVICE, **told)
            record(session, fact)
        return self._opened(fact, call)

    @rule(target=tickets, of=tickets)
    def open_another(self, of: str) -> str:
        call = self.known[of].call
        with self.store.transaction() as session:
            told = {"at": self.day, "actor": "seat-01", "call_id": call}
            fact = open_ticket(session, Line.SERVICE, **told)
            record(session, fact)
        return self._opened(fact, call)

    @rule(number=tickets, other=tickets, kind=st.sampled_from(Move), data=st.data())
    def do_anything(self, number: str, other: str, kind: Move, data: st.DataObject) -> None:
        pick: Pick = lambda options: data.draw(st.sampled_from(options))  # noqa: E731
        self._command(number, kind, other, pick, pick(["", "因为"]))

    @rule(number=tickets, seed=st.integers(0, 2**32))
    def have_a_busy_day(self, number: str, seed: int) -> None:
        """Mostly what is possible and leads on; hypothesis by itself seldom comes that far."""
        dice = Random(seed)
        numbers = [number, *(self.open(by_call=True) for _ in range(2))]
        for _ in range(90):
            number, other = dice.choice(numbers), dice.choice(numbers)
            step = self.known[number].step
            likely = [name for name, (steps, _) in WAYS.items() if step in steps.split()]
            often = [self._weight(step, name) for name in likely]
            (kind,) = dice.choices(likely, often)
            if likely != ["note"]:  # it is over
                self._command(number, Move(kind), other, dice.choice, "因为")

    def walk_the_rest(self) -> None:
        """Rows of the table that chance has left out, each by the shortest way to its step."""
        for step, kind in sorted(ROWS - self.made):
            number, other = self.open(by_call=True), self.open(by_call=True)
            ticket, first = self.known[number], FIRST.get(kind)

            def likely(options: Sequence[Any], ticket: PlainTicket = ticket) -> Any:
                return next(one for one in options if one not in (None, ticket.unit))

            for on_the_way in [None, *way_to(step)]:
                if on_the_way:
                    self._command(number, on_the_way, other, likely, "因为")
                if first and ticket.step in WAYS[first][0].split():
                    self._command(number, first, other, likely, "因为")
                    first = None
            self._command(number, kind, other, likely, "因为")
            assert (step, kind) in self.made

    @invariant()
    def the_tickets_are_the_models(self) -> None:
        if not self.known:
            return
        with self.store.reading() as session:
            rows = session.exec(select(Ticket).where(col(Ticket.number).in_(self.known))).all()
        assert {row.number: standing(row) for row in rows} == {
            number: model_standing(ticket) for number, ticket in self.known.items()
        }

    def teardown(self) -> None:
        """Nothing of the history is lost, and everything follows from it."""
        if not getattr(self, "known", None):
            return
        running = sorted(int(number[-4:]) for number in self.known)
        assert running == list(range(1, len(running) + 1))
        for number, ticket in self.known.items():
            with self.store.reading() as session:
                row, steps = session.get_one(Ticket, number), history(session, number)
                shares = {one.unit: one.share.value for one in joint_units(session, number)}
                called = {one.call_id for one in callers_of(session, number)}
            assert [step.number for step in steps] == list(range(1, len(steps) + 1))
            assert [as_told(step) for step in steps] == ticket.history
            assert replayed(steps) == standing(row)
            words = {"in": "joined", "done": "contributed"}
            assert shares == {unit: words[share] for unit, share in ticket.joint.items()}
            assert called == {one.call for one in self._with_merged(number) if one.call}

    def _opened(self, fact: TicketMoved, call: str | None) -> str:
        ticket = PlainTicket(fact.ticket_number, call)
        ticket.history.append(("open", None, "draft", "seat-01", None, None))
        self.known[ticket.number] = ticket
        return ticket.number

    def _command(self, number: str, kind: Move, other: str, pick: Pick, reason: str) -> None:
        ticket = self.known[number]
        self.now += timedelta(hours=pick([1, 2, 20]))
        named = {
            Move.MERGE: [other],
            Move.PART: [*ticket.joint, "U3"],
            Move.CONTRIBUTE: [*ticket.joint, "U3"],
        }
        hours = pick([90, 200, 300, 900, -24, None])
        seen = pick([None, None, None, 0, -1])
        given: dict[str, Any] = {
            "move": kind.value,
            "at": self.now,
            "actor": pick(ROLES),
            "reason": reason,
            "unit": pick([*UNITS, None]),
            "other": pick(named.get(kind, [*UNITS, None])),
            "due_at": self.now + timedelta(hours=hours) if hours else None,
            "expected": None if seen is None else len(ticket.history) + seen,
        }
        if kind is Move.ASK_EXTENSION and ticket.due_at and hours:
            given["due_at"] = ticket.due_at + timedelta(hours=hours)
        why, error = refusal(ticket, self.known, given), self._carried_out(number, given)
        assert type(error) is (ERRORS[why] if why else type(None)), (why, error)
        if not why:
            self.made.add((Step(ticket.step), kind))
            carry_out(ticket, given)

    def _weight(self, step: str, name: str) -> int:
        """How often a move is chosen; a row that nobody has walked yet comes before the others."""
        return 60 if (step, name) not in self.made else 1 if name in SELDOM else 12

    def _carried_out(self, number: str, given: dict[str, Any]) -> CallCenterError | None:
        told = {**given, "move": Move(given["move"])}
        try:
            with self.store.transaction() as session:
                assert record(session, move(session, number, **told))
        except CallCenterError as error:
            return error
        return None

    def _with_merged(self, number: str) -> list[PlainTicket]:
        inside = [one.number for one in self.known.values() if one.merged_into == number]
        return [self.known[number], *(one for each in inside for one in self._with_merged(each))]


def way_to(wanted: Step) -> list[Move]:
    """The fewest moves from a draft to this step."""
    ways: dict[str, list[Move]] = {"draft": []}
    for step in (queue := ["draft"]):
        for name, (steps, to) in WAYS.items():
            if step in steps.split() and to not in {"=", "<", *ways}:
                ways[to] = [*ways[step], Move(name)]
                queue.append(to)
    return ways[wanted]


def standing(row: Ticket) -> tuple[Any, ...]:
    return (
        row.step.value, row.steps, row.round, row.unit, row.due_at, row.merged_into,
        row.urged, row.supervised, row.extensions,
    )  # fmt: skip


def model_standing(ticket: PlainTicket) -> tuple[Any, ...]:
    return (
        ticket.step, len(ticket.history), ticket.round, ticket.unit, ticket.due_at,
        ticket.merged_into, ticket.urged, ticket.supervised, ticket.extensions,
    )  # fmt: skip


def as_told(step: TicketStep) -> tuple[Any, ...]:
    before = step.from_step.value if step.from_step else None
    return (step.move.value, before, step.to_step.value, step.actor, step.unit, step.due_at)


def replayed(steps: list[TicketStep]) -> tuple[Any, ...]:
    """The ticket as its history alone tells of it; counters by counting lines."""
    moves = [step.move for step in steps]
    last, merges = steps[-1], [s for s in steps if s.move in (Move.MERGE, Move.UNMERGE)]
    into = merges[-1].other if merges and merges[-1].move is Move.MERGE else None
    for before, after in zip(steps, steps[1:], strict=False):
        assert after.from_step is before.to_step
    return (
        last.to_step.value, len(steps), 1 + moves.count(Move.REOPEN), last.unit, last.due_at, into,
        moves.count(Move.URGE), moves.count(Move.SUPERVISE), moves.count(Move.GRANT_EXTENSION),
    )  # fmt: skip


def test_whatever_people_do_the_tickets_are_as_the_model_has_them(store: Store) -> None:
    few = {} if store.is_sqlite else {"max_examples": 3, "stateful_step_count": 8}
    wanted = {"max_examples": 8, "stateful_step_count": 12} | few
    centre = type("Centre", (Centre,), {"store": store, "made": set()})
    run_state_machine_as_test(
        centre,
        settings=settings(
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            **wanted,
        ),
    )
    assert centre.made <= ROWS
    walked = centre()
    walked.begin()
    walked.walk_the_rest()
    walked.teardown()
    assert centre.made == ROWS
