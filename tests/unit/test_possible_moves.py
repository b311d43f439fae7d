"""Unit: what may be done to a ticket as it stands follows from the table of moves."""

from datetime import UTC, datetime

import pytest

from callcenter.facts import Line
from callcenter.tickets.possible import possible
from callcenter.tickets.steps import BACK, COMMANDS, MOVES, Move, Step
from callcenter.tickets.ticket import Ticket

DAY = datetime(2026, 11, 27, 10, tzinfo=UTC)


def a_ticket(step: Step, **more: object) -> Ticket:
    return Ticket(number="12345-20261122-0001", line=Line.SERVICE, opened_at=DAY, step=step, **more)


def moves(ticket: Ticket) -> set[Move]:
    return {one.move for one in possible(ticket)}


@pytest.mark.parametrize("step", Step)
def test_each_possible_move_is_one_of_the_table_and_none_is_left_out(step: Step) -> None:
    judged = {Move.ASK_EXTENSION, Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION}
    listed = {move for at, move in [*MOVES, BACK] if at is step} & COMMANDS
    shown = moves(a_ticket(step, due_at=DAY)) | moves(a_ticket(step, due_at=DAY, extension_to=DAY))
    assert shown == listed
    assert moves(a_ticket(step)) == listed - judged


def test_an_extension_is_asked_for_once_and_judged_only_where_asked_for() -> None:
    asked = {Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION}
    assert not moves(a_ticket(Step.HANDLING, due_at=DAY)) & asked
    waiting = moves(a_ticket(Step.HANDLING, due_at=DAY, extension_to=DAY))
    assert asked < waiting
    assert Move.ASK_EXTENSION not in waiting


def test_closing_needs_a_reason_unless_the_citizen_was_content() -> None:
    for rating, needed in ((None, True), (1, False), (3, False), (4, True)):
        told = possible(a_ticket(Step.VERIFIED, rating=rating))
        assert [one.reason for one in told if one.move is Move.CLOSE] == [needed]


def test_the_way_back_from_a_merge_has_no_step_of_its_own() -> None:
    back = [one for one in possible(a_ticket(Step.MERGED)) if one.move is Move.UNMERGE]
    assert [(one.to_step, one.reason) for one in back] == [(None, True)]
