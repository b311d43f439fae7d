"""Unit: what may be done to a ticket as it stands follows from the table of moves."""

import re
from datetime import UTC, datetime

import pytest

from callcenter.api.me import Me
from callcenter.api.ticket_rights import offered, require_own_share
from callcenter.errors import NotAllowedError
from callcenter.facts import Line
from callcenter.people.reach import Person
from callcenter.people.roles import Right, Role
from callcenter.settings import ROOT
from callcenter.tickets.finding.looking import RUNNING
from callcenter.tickets.joint import JointUnit, Share
from callcenter.tickets.possible import possible
from callcenter.tickets.steps import BACK, COMMANDS, MOVES, Move, Step
from callcenter.tickets.ticket import Ticket

DAY = datetime(2026, 11, 27, 10, tzinfo=UTC)


def a_ticket(step: Step, **more: object) -> Ticket:
    return Ticket(number="12345-20261122-0001", line=Line.SERVICE, opened_at=DAY, step=step, **more)


LIGHTS, WATER, ROADS = (
    JointUnit(ticket_number="12345-20261122-0001", unit=unit, share=share)
    for unit, share in (("U1", Share.JOINED), ("U2", Share.CONTRIBUTED), ("U3", Share.PARTED))
)


def moves(ticket: Ticket) -> set[Move]:
    return {one.move for one in possible(ticket, [LIGHTS, WATER, ROADS])}


@pytest.mark.parametrize("page", ["console/src/cases/due.ts", "callcenter/api/static/case.js"])
def test_the_pages_call_late_what_the_lists_do(page: str) -> None:
    told = re.search(r"RUNNING\b.*?\[(.+?)\]", (ROOT / page).read_text("utf-8"))
    assert told
    assert set(re.findall(r'"(\w+)"', told[1])) == RUNNING


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


def test_a_share_is_reported_by_units_that_were_asked_for_one() -> None:
    def others(*beside: JointUnit) -> dict[Move, tuple[str, ...]]:
        told = possible(a_ticket(Step.HANDLING), beside)
        return {one.move: one.others for one in told if one.move in (Move.CONTRIBUTE, Move.PART)}

    assert others() == {}
    assert others(LIGHTS, WATER, ROADS) == {Move.CONTRIBUTE: ("U1",), Move.PART: ("U1", "U2")}
    assert others(WATER, ROADS) == {Move.PART: ("U2",)}


def test_a_handler_reports_the_share_of_their_own_unit() -> None:
    def offers(unit: str) -> list[tuple[str, ...]]:
        me = Me(Person("li", "李娜", (Role.HANDLER,), unit), Right.SEE_TICKETS)
        told = offered(me, me.roles, a_ticket(Step.HANDLING), [LIGHTS, WATER])
        return [one.others for one in told if one.move is Move.CONTRIBUTE]

    assert [offers(unit) for unit in ("U1", "U2", "lead")] == [[("U1",)], [], []]
    me = Me(Person("li", "李娜", (Role.HANDLER,), "U1"), Right.SEE_TICKETS)
    require_own_share(me, "contribute", "U1")
    with pytest.raises(NotAllowedError, match="name your own unit"):
        require_own_share(me, "contribute", "U2")
