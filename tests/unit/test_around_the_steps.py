"""Unit: what lies around the seven steps: extension, suspension, joint handling, merging, calls."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.errors import BadInputError, ConflictError, ImpossibleMoveError
from callcenter.facts import Line, LinkWhy
from callcenter.tickets.calls import CallOfTicket, callers_of, calls_of, link_call, tickets_of
from callcenter.tickets.joint import Share, joint_units
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft, open_ticket
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import history, locked, ticket_of_call

MONDAY = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
DUE = datetime(2025, 3, 7, 10, 0, tzinfo=UTC)  # Friday 18:00 there
LATEST = datetime(2025, 3, 21, 10, 0, tzinfo=UTC)  # ten working days on
WHO = {"actor": "tester", "reason": "因为"}


@pytest.fixture
def ticket(session):
    """Opens a ticket of a call and brings it to HANDLING."""

    def open_one(call_id="n1-1.0", line=Line.SERVICE):
        (opened,) = open_draft(session, call_id, line, at=MONDAY, actor="seat-01")
        number = opened.ticket_number
        move(session, number, Move.FILE, **WHO, at=MONDAY)
        move(session, number, Move.DISPATCH, **WHO, unit="U1", due_at=DUE, at=MONDAY)
        move(session, number, Move.ACCEPT, **WHO, at=MONDAY)
        return number

    return open_one


def ask(session, number, until, at=MONDAY):
    return move(session, number, Move.ASK_EXTENSION, **WHO, due_at=until, at=at)


def test_an_extension_counts_once_it_is_granted(session, ticket):
    number = ticket()
    asked = ask(session, number, LATEST)
    assert (asked.due_at, asked.until) == (DUE, LATEST)
    move(session, number, Move.GRANT_EXTENSION, **WHO)
    found = locked(session, number)
    assert (found.due_at, found.extension_to, found.extensions) == (LATEST, None, 1)


def test_a_refused_extension_leaves_the_deadline(session, ticket):
    number = ticket()
    ask(session, number, LATEST)
    move(session, number, Move.REFUSE_EXTENSION, **WHO)
    found = locked(session, number)
    assert (found.due_at, found.extension_to, found.extensions) == (DUE, None, 0)


@pytest.mark.parametrize("until", [DUE, DUE - timedelta(days=1), LATEST + timedelta(seconds=1)])
def test_an_extension_is_later_by_ten_working_days_at_most(session, ticket, until):
    number = ticket()
    with pytest.raises(BadInputError, match="due_at must lie after the deadline, by 10"):
        ask(session, number, until)


def test_an_extension_is_asked_before_the_deadline_and_one_at_a_time(session, ticket):
    number = ticket()
    with pytest.raises(ImpossibleMoveError, match="the deadline is over"):
        ask(session, number, LATEST, at=DUE)
    ask(session, number, LATEST)
    with pytest.raises(ImpossibleMoveError, match="one is asked for and not judged"):
        ask(session, number, LATEST)


@pytest.mark.parametrize("judged", [Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION])
def test_nothing_is_judged_that_was_not_asked_for(session, ticket, judged):
    with pytest.raises(ImpossibleMoveError, match="none is asked for"):
        move(session, ticket(), judged, **WHO)


def test_the_clock_stands_still_while_a_ticket_is_suspended(session, ticket):
    number, pause = ticket(), timedelta(days=2)
    move(session, number, Move.SUSPEND, **WHO, due_at=DUE, at=MONDAY)
    found = locked(session, number)
    assert (found.step, found.suspended_at, found.review_at) == (Step.SUSPENDED, MONDAY, DUE)
    resumed = move(session, number, Move.RESUME, **WHO, at=MONDAY + pause)
    found = locked(session, number)
    assert resumed.due_at == found.due_at
    assert found.due_at > DUE
    assert (found.step, found.suspended_at, found.review_at) == (Step.HANDLING, None, None)


def test_the_day_of_review_is_to_come(session, ticket):
    with pytest.raises(BadInputError, match="due_at is over"):
        move(session, ticket(), Move.SUSPEND, **WHO, due_at=MONDAY, at=MONDAY)


def shares(session, number):
    return {one.unit: one.share for one in joint_units(session, number)}


def test_units_join_report_their_share_and_leave_and_the_lead_stays(session, ticket):
    number = ticket()
    for unit in ("U2", "U3"):
        move(session, number, Move.JOIN, **WHO, other=unit)
    move(session, number, Move.CONTRIBUTE, **WHO, other="U2")
    assert shares(session, number) == {"U2": Share.CONTRIBUTED, "U3": Share.JOINED}
    move(session, number, Move.PART, **WHO, other="U3")
    assert shares(session, number) == {"U2": Share.CONTRIBUTED}
    move(session, number, Move.JOIN, **WHO, other="U3")
    assert shares(session, number) == {"U2": Share.CONTRIBUTED, "U3": Share.JOINED}
    found = locked(session, number)
    assert (found.unit, found.step) == ("U1", Step.HANDLING)


def test_who_leads_or_has_joined_does_not_join(session, ticket):
    number = ticket()
    move(session, number, Move.JOIN, **WHO, other="U2")
    for unit, why in (("U1", "the lead"), ("U2", "joined already")):
        with pytest.raises(ImpossibleMoveError, match=why):
            move(session, number, Move.JOIN, **WHO, other=unit)


@pytest.mark.parametrize("kind", [Move.PART, Move.CONTRIBUTE])
def test_who_has_not_joined_has_no_share(session, ticket, kind):
    with pytest.raises(ImpossibleMoveError, match="no open share"):
        move(session, ticket(), kind, **WHO, other="U2")


def test_a_unit_that_becomes_the_lead_is_no_longer_beside_it(session, ticket):
    number = ticket()
    move(session, number, Move.JOIN, **WHO, other="U2")
    move(session, number, Move.FORWARD, **WHO, unit="U2", due_at=LATEST)
    found = locked(session, number)
    assert (found.step, found.unit, found.due_at) == (Step.DISPATCHED, "U2", LATEST)
    assert shares(session, number) == {}


@pytest.mark.parametrize("kind", [Move.FORWARD, Move.ESCALATE])
def test_a_ticket_is_not_sent_to_where_it_is(session, ticket, kind):
    with pytest.raises(BadInputError, match="unit has the ticket already"):
        move(session, ticket(), kind, **WHO, unit="U1")


def test_urging_and_supervising_are_counted(session, ticket):
    number = ticket()
    move(session, number, Move.URGE, actor="seat-01")
    move(session, number, Move.URGE, actor="seat-01")
    move(session, number, Move.SUPERVISE, **WHO, other="leader-1")
    found = locked(session, number)
    assert (found.urged, found.supervised, found.supervisor) == (2, 1, "leader-1")


def test_all_who_rang_about_merged_tickets_are_found_and_nobody_twice(session, ticket):
    one, two, three = ticket("n1-1.0"), ticket("n1-2.0"), ticket("n1-3.0")
    link_call(session, two, "n1-9.0", LinkWhy.URGED, at=DUE, actor="seat-01")
    link_call(session, one, "n1-9.0", LinkWhy.DUPLICATE, at=LATEST, actor="seat-01")
    link_call(session, one, "n1-out-1", LinkWhy.RUNG, at=DUE, actor="seat-01")
    move(session, two, Move.MERGE, **WHO, other=one)
    move(session, one, Move.MERGE, **WHO, other=three)
    assert callers_of(session, three) == [
        CallOfTicket("n1-1.0", one),
        CallOfTicket("n1-2.0", two),
        CallOfTicket("n1-3.0", three),
        CallOfTicket("n1-9.0", two),
    ]
    move(session, one, Move.UNMERGE, **WHO)
    assert [call.call_id for call in callers_of(session, three)] == ["n1-3.0"]
    assert len(callers_of(session, one)) == 3


def test_merging_is_refused_where_it_would_lose_a_ticket(session, ticket):
    one, two, three = ticket("n1-1.0"), ticket("n1-2.0"), ticket("n1-3.0")
    police = ticket("n1-4.0", Line.POLICE)
    move(session, two, Move.MERGE, **WHO, other=one)
    for into, error, why in (
        (three, BadInputError, "the ticket itself"),
        ("12345-20250303-0404", BadInputError, "no ticket that is known"),
        (two, ImpossibleMoveError, "into a ticket in state merged"),
        (police, BadInputError, "the other line"),
    ):
        with pytest.raises(error, match=why):
            move(session, three, Move.MERGE, **WHO, other=into)
    assert locked(session, three).step is Step.HANDLING


def test_a_ticket_in_which_another_lives_on_is_not_discarded(session, ticket):
    (opened,) = open_draft(session, "n1-5.0", Line.SERVICE, at=MONDAY, actor="seat-01")
    move(session, ticket("n1-6.0"), Move.MERGE, **WHO, other=opened.ticket_number)
    with pytest.raises(ImpossibleMoveError, match="lives on in this ticket"):
        move(session, opened.ticket_number, Move.DISCARD, **WHO)


def test_who_looked_before_somebody_moved_is_told_how_it_stands(session, ticket):
    number = ticket()
    move(session, number, Move.NOTE, **WHO, expected=4)
    with pytest.raises(ConflictError, match="after 5 steps, not 4") as refused:
        move(session, number, Move.REPORT, **WHO, expected=4)
    told = {"number": number, "step": "handling", "steps": 5, "unit": "U1"}
    assert refused.value.more["ticket"] == {**told, "due_at": DUE.isoformat()}
    assert len(history(session, number)) == 5


def test_an_impossible_move_tells_how_the_ticket_stands(session, ticket):
    with pytest.raises(ImpossibleMoveError) as refused:
        move(session, ticket(), Move.CLOSE, **WHO)
    assert refused.value.more["ticket"]["step"] == "handling"


def test_a_call_about_two_things_has_two_tickets(session, ticket):
    first = ticket("n1-1.0")
    second = open_ticket(
        session, Line.SERVICE, at=MONDAY, actor="seat-01", call_id="n1-1.0"
    ).ticket_number
    assert ticket_of_call(session, "n1-1.0").number == first
    assert [row.ticket_number for row in tickets_of(session, "n1-1.0")] == [first, second]
    assert [row.why for row in calls_of(session, second)] == [LinkWhy.OPENED]
    assert open_draft(session, "n1-1.0", Line.SERVICE, at=MONDAY, actor="seat-01") == []


def test_a_ticket_may_come_without_a_call(session):
    numbers = {
        open_ticket(session, Line.SERVICE, at=MONDAY, actor="patroller").ticket_number
        for _ in range(2)
    }
    assert len(numbers) == 2
    assert all(callers_of(session, number) == [] for number in numbers)


def test_a_call_is_linked_once_for_each_reason(session, ticket):
    number = ticket()
    told = {"at": DUE, "actor": "seat-02"}
    assert len(link_call(session, number, "n1-9.0", LinkWhy.URGED, **told)) == 1
    assert link_call(session, number, "n1-9.0", LinkWhy.URGED, **told) == []
    assert len(link_call(session, number, "n1-9.0", LinkWhy.ASKED, **told)) == 1
