"""Unit: a ticket walks one table; whoever moves it, it is written down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import Line
from callcenter.tickets.correcting import correct
from callcenter.tickets.joint import JointUnit
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import (
    BACK,
    MOVES,
    NEEDS_DUE,
    NEEDS_OTHER,
    NEEDS_REASON,
    NEEDS_UNIT,
    Move,
    Step,
)
from callcenter.tickets.ticket import Ticket, history, locked, ticket_of_call

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
NUMBER = "12345-20250303-0001"
PAIRS = [(step, kind) for step in Step for kind in Move]


def draft(session: Session, call_id: str = "n1-7.0", line: Line = Line.SERVICE, at=NOON) -> str:
    (opened,) = open_draft(session, call_id, line, at=at, actor="seat-01")
    return opened.ticket_number


def told(session: Session, kind: Move) -> dict[str, Any]:
    """What is told with a move, so that nothing it needs is missing."""
    other = draft(session, "n1-8.0") if kind is Move.MERGE else "U1003"
    if kind in (Move.PART, Move.CONTRIBUTE):
        session.add(JointUnit(ticket_number=NUMBER, unit="U1003"))
    return {
        "actor": "tester", "reason": "因为", "unit": "U1002", "due_at": LATER, "other": other,
    }  # fmt: skip


def standing(session: Session, step: Step, **more: Any) -> Ticket:
    """A ticket that somebody has brought to this step."""
    ticket = locked(session, draft(session))
    ticket.step = step
    for name, value in more.items():
        setattr(ticket, name, value)
    session.add(ticket)
    session.flush()
    return ticket


@pytest.mark.parametrize(("step", "kind"), [pair for pair in PAIRS if pair in MOVES])
def test_every_listed_move_is_made_and_written_down(session, step, kind):
    asked = LATER if kind in (Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION) else None
    standing(session, step, due_at=LATER - timedelta(hours=1), extension_to=asked)
    moved = move(session, NUMBER, kind, **told(session, kind), at=NOON)
    assert (moved.from_step, moved.to_step) == (step, MOVES[step, kind])
    assert locked(session, NUMBER).step is MOVES[step, kind]
    last = history(session, NUMBER)[-1]
    assert (last.number, last.move, last.at, last.actor) == (2, kind, NOON, "tester")
    assert last.reason == "因为"


@pytest.mark.parametrize(("step", "kind"), [pair for pair in PAIRS if pair not in [*MOVES, BACK]])
def test_every_other_move_is_refused_and_changes_nothing(session, step, kind):
    before = standing(session, step).model_dump()
    with pytest.raises(ImpossibleMoveError, match=f"{kind} is not possible in state {step}"):
        move(session, NUMBER, kind, **told(session, kind))
    assert locked(session, NUMBER).model_dump() == before
    assert len(history(session, NUMBER)) == 1


@pytest.mark.parametrize(("step", "kind"), [pair for pair in MOVES if pair[1] in NEEDS_REASON])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_move_that_needs_a_reason_is_refused_without_one(session, step, kind, reason):
    before = standing(session, step).model_dump()
    with pytest.raises(BadInputError, match="reason is missing"):
        move(session, NUMBER, kind, **told(session, kind) | {"reason": reason})
    assert locked(session, NUMBER).model_dump() == before


@pytest.mark.parametrize(
    ("step", "kind", "field"),
    [(s, k, "unit") for s, k in MOVES if k in NEEDS_UNIT]
    + [(s, k, "other") for s, k in MOVES if k in NEEDS_OTHER]
    + [(s, k, "due_at") for s, k in MOVES if k in NEEDS_DUE],
)
def test_a_move_that_names_somebody_or_a_day_is_refused_without(session, step, kind, field):
    before = standing(session, step).model_dump()
    with pytest.raises(BadInputError, match=f"{field} is missing: {kind}"):
        move(session, NUMBER, kind, **told(session, kind) | {field: None})
    assert locked(session, NUMBER).model_dump() == before


@pytest.mark.parametrize("step", [s for s, k in MOVES if k is Move.MERGE])
def test_a_merge_undone_leads_back_to_the_step_before(session, step):
    standing(session, step)
    move(session, NUMBER, Move.MERGE, **told(session, Move.MERGE))
    merged = locked(session, NUMBER)
    assert (merged.step, merged.merged_into) == (Step.MERGED, "12345-20250303-0002")
    move(session, NUMBER, Move.UNMERGE, actor="dispatcher", reason="并非同一处")
    apart = locked(session, NUMBER)
    assert (apart.step, apart.merged_into) == (step, None)


def test_an_accepted_ticket_keeps_unit_and_deadline(session):
    standing(session, Step.FILED)
    move(session, NUMBER, Move.DISPATCH, actor="dispatcher", unit="U1002", due_at=NOON)
    move(session, NUMBER, Move.ACCEPT, actor="handler:U1002", unit="U9999", due_at=None)
    ticket = locked(session, NUMBER)
    assert (ticket.unit, ticket.due_at) == ("U1002", NOON)


def test_a_reopened_ticket_is_in_its_next_round(session):
    standing(session, Step.CLOSED)
    move(session, NUMBER, Move.REOPEN, actor="dispatcher", reason="再次来电")
    assert locked(session, NUMBER).round == 2


def test_a_number_nobody_has_is_not_found(session):
    with pytest.raises(NotFoundError, match="12345-20250303-0404"):
        move(session, "12345-20250303-0404", Move.FILE, actor="seat-01")


def test_a_call_has_one_draft(session):
    draft(session)
    assert open_draft(session, "n1-7.0", Line.SERVICE, at=NOON, actor="seat-02") == []
    assert ticket_of_call(session, "n1-7.0").number == NUMBER


@pytest.mark.parametrize(
    ("line", "at", "number"),
    [
        (Line.SERVICE, datetime(2025, 3, 3, 15, 59, tzinfo=UTC), "12345-20250303-0001"),
        (Line.SERVICE, datetime(2025, 3, 3, 16, 0, tzinfo=UTC), "12345-20250304-0001"),
        (Line.POLICE, datetime(2024, 12, 31, 16, 0, tzinfo=UTC), "110-20250101-0001"),
    ],
)
def test_the_numbers_day_is_the_countys(session, line, at, number):
    assert draft(session, line=line, at=at) == number


def test_each_line_and_day_counts_for_itself(session):
    later = NOON.replace(day=4)
    told = [(Line.SERVICE, NOON), (Line.POLICE, NOON), (Line.SERVICE, NOON), (Line.SERVICE, later)]
    numbers = [draft(session, f"n1-{n}.0", line, at) for n, (line, at) in enumerate(told)]
    assert [number[-4:] for number in numbers] == ["0001", "0001", "0002", "0001"]


def test_a_person_who_corrects_the_item_is_remembered(session):
    draft(session)
    corrected = correct(session, NUMBER, "205", "物业管理", "seat-01")
    assert (corrected.from_item, corrected.to_item) == (None, "205")
    assert locked(session, NUMBER).item_by == "seat-01"
