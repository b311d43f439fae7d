"""Unit: an agent's moves, and what is shown of them."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.agents import moves, seats, seen, shifts
from callcenter.agents.agent import (
    MOVES,
    NO_ANSWER,
    Agent,
    AgentState,
    Move,
    Shown,
    find,
    known,
    next_wrap_up,
    shown_state,
)
from callcenter.agents.seats import Seat, SeatState
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import CallAnswered, OfferMissed, PhoneSeen, SeatSeen, TalkEnded

S, M = AgentState, Move
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CALLED = {"call_id": "n1-7.0", "seat": "seat-01"}


@pytest.fixture
def li(session) -> Agent:
    """Li, with skill for both lines, and three seats."""
    seats.first_seats(session, ["seat-01", "seat-02", "seat-03"], NOW)
    moves.register(session, "li", "李", ["12345", "110"], "tester")
    return find(session, "li")


@pytest.fixture
def at_work(session, li) -> Agent:
    """Li is ready at seat-01, since NOW."""
    moves.sign_in(session, li, "seat-01", actor="li")
    li.since = session.get(Seat, "seat-01").attended_at = NOW
    return li


def hear(session, status, second=0.0):
    fact = SeatSeen(at=later(second), seat="seat-01", status=status, paused=False)
    seen.note(session, fact)
    return list(shifts.seat_seen(session, fact))


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def miss(session, second):
    fact = OfferMissed(at=later(second), rang_seconds=12, **CALLED)
    return list(shifts.offer_missed(session, fact, 2))


def part(session, second, wrap_up_seconds=30.0):
    fact = TalkEnded(at=later(second), seat_leg="n1-8.0", talked_seconds=9, **CALLED)
    return list(shifts.talk_ended(session, fact, wrap_up_seconds))


def test_every_state_can_be_left_and_only_what_is_ordered_leads_out_of_signed_out():
    assert {state for state, _ in MOVES} == set(AgentState)
    assert {move for state, move in MOVES if state is S.SIGNED_OUT} == {M.SIGN_IN}
    assert {move for _, move in MOVES} == set(Move)


@pytest.mark.parametrize(
    ("state", "seat_state", "phone", "shown"),
    [
        (S.SIGNED_OUT, SeatState.TALKING, True, Shown.SIGNED_OUT),
        (S.READY, SeatState.UNKNOWN, True, Shown.UNKNOWN),  # until Asterisk has told us
        (S.READY, SeatState.READY, True, Shown.READY),
        (S.READY, SeatState.PAUSED, True, Shown.READY),  # ours counts, and is told Asterisk anew
        (S.READY, SeatState.RINGING, True, Shown.RINGING),
        (S.READY, SeatState.TALKING, True, Shown.TALKING),
        (S.READY, SeatState.TALKING, False, Shown.PHONE_LOST),  # in mid-call
        (S.READY, SeatState.AWAY, True, Shown.PHONE_LOST),
        (S.PAUSED, SeatState.PAUSED, True, Shown.PAUSED),
        (S.PAUSED, SeatState.TALKING, True, Shown.TALKING),  # paused in a call: it goes on
        (S.PAUSED, SeatState.AWAY, False, Shown.PHONE_LOST),
        (S.WRAP_UP, SeatState.READY, True, Shown.WRAP_UP),
        (S.WRAP_UP, SeatState.RINGING, True, Shown.RINGING),  # 110 breaks in
        (S.LEAVING, SeatState.TALKING, True, Shown.TALKING),
        (S.LEAVING, SeatState.READY, True, Shown.LEAVING),
    ],
)
def test_what_is_shown(session, at_work, state, seat_state, phone, shown):
    seat = session.get(Seat, "seat-01")
    at_work.state, seat.state, seat.sip_since = state, seat_state, NOW if phone else None
    assert shown_state(at_work, seat) is shown


def test_signing_in_needs_an_open_free_seat_and_the_skill(session, at_work):
    moves.register(session, "wang", "王", ["12345"], "tester")
    wang = find(session, "wang")
    for seat, queues, error in (
        ("seat-09", None, NotFoundError),
        ("seat-01", None, ImpossibleMoveError),  # Li sits there
        ("seat-02", ["110"], BadInputError),
    ):
        with pytest.raises(error), session.begin_nested():
            moves.sign_in(session, wang, seat, queues, actor="wang")
    with pytest.raises(ImpossibleMoveError):
        moves.sign_in(session, at_work, "seat-02", actor="li")
    with pytest.raises(ImpossibleMoveError):
        moves.close_seat(session, "seat-01", actor="tester")


def test_who_comes_second_is_refused(session, at_work):
    seen_number = at_work.number
    moves.pause(session, known(session, "li", seen_number), "用餐", actor="li")
    with pytest.raises(ImpossibleMoveError, match="somebody else"):
        known(session, "li", seen_number)


def test_signing_out_in_a_call_waits_for_its_end(session, at_work):
    hear(session, "in_use", 1)
    fact = moves.sign_out(session, at_work, actor="boss", forced=True, reason="换班")
    assert (fact.move, at_work.state) == (M.LEAVE, S.LEAVING)
    at_work.since = later(2)
    assert hear(session, "ringing", 3) == hear(session, "unknown", 4) == part(session, 5) == []
    (gone,) = hear(session, "idle", 6)
    assert (gone.to_state, gone.seat, at_work.seat) == ("signed_out", "seat-01", None)


def test_who_leaves_may_think_better_of_it(session, at_work):
    hear(session, "in_use", 1)
    moves.sign_out(session, at_work, actor="li")
    assert moves.resume(session, at_work, actor="li").to_state == "ready"


def test_a_talk_is_wrapped_up_and_extended_once(session, at_work):
    (begun,) = part(session, 10)
    assert (begun.to_state, begun.call_id, begun.until) == ("wrap_up", "n1-7.0", later(40))
    assert next_wrap_up(session) == later(40)
    assert list(shifts.wrap_ups_over(session, later(39))) == []
    longer = moves.extend_wrap_up(session, at_work, 60, actor="li")
    assert (longer.until, longer.call_id) == (later(100), "n1-7.0")
    with pytest.raises(ImpossibleMoveError, match="already"):
        moves.extend_wrap_up(session, at_work, 60, actor="li")
    assert [fact.to_state for fact in shifts.wrap_ups_over(session, later(100))] == ["ready"]


def test_wrap_up_begins_anew_when_110_broke_in(session, at_work):
    part(session, 10)
    moves.extend_wrap_up(session, at_work, 60, actor="li")
    (again,) = part(session, 50)
    assert (again.until, at_work.extended) == (later(80), False)


@pytest.mark.parametrize("state", [S.PAUSED, S.LEAVING])
def test_nothing_is_wrapped_up_by_who_paused_or_leaves(session, at_work, state):
    at_work.state = state
    assert part(session, 10) == []


def test_the_past_told_late_changes_nothing(session, at_work):
    moves.pause(session, at_work, "用餐", actor="li")
    moves.resume(session, at_work, actor="li")
    at_work.since = later(20)
    assert part(session, 10) == part(session, 30, wrap_up_seconds=0) == []


def test_who_lets_it_ring_twice_is_paused(session, at_work):
    assert miss(session, 10) == []
    (paused,) = miss(session, 20)
    assert (paused.to_state, paused.reason, paused.actor) == ("paused", NO_ANSWER, "system")
    assert miss(session, 30) == []  # 110 goes on ringing there
    moves.resume(session, at_work, actor="li")
    assert session.get(Seat, "seat-01").missed == 0


def test_who_picks_up_in_between_is_not(session, at_work):
    miss(session, 10)
    answer = {"seat_leg": "l", "seat_channel": "c", "caller_channel": "t", "queue": "12345"}
    seen.answered(session, CallAnswered(at=later(15), waited_seconds=1, **CALLED, **answer))
    assert miss(session, 12) == miss(session, 20) == []  # the first is older than the answer


def test_a_supervisor_moves_an_agent_and_no_talk_is_touched(session, at_work):
    told = moves.move(session, at_work, queues=["110"], actor="boss", reason="忙")
    assert (told.queues, told.to_state) == (("110",), "ready")
    hear(session, "in_use", 1)
    with pytest.raises(ImpossibleMoveError, match="in a call"):
        moves.move(session, at_work, seat="seat-02", actor="boss", reason="换座")
    hear(session, "idle", 2)
    moves.move(session, at_work, seat="seat-02", actor="boss", reason="换座")
    assert (at_work.seat, at_work.queues) == ("seat-02", ("110",))
    with pytest.raises(BadInputError, match="both missing"):
        moves.move(session, at_work, actor="boss", reason="")


def test_the_telephone_that_registered_last_is_rung(session, li):
    seat = session.get(Seat, "seat-01")

    def phone(kind, registered, second):
        fact = PhoneSeen(at=later(second), seat="seat-01", phone=kind, registered=registered)
        seen.note_phone(session, fact)
        return seat.phone, seat.endpoint

    assert phone("sip", True, 1) == ("sip", "seat-01")
    assert phone("web", True, 2) == ("web", "seat-01-web")
    assert phone("sip", True, 3) == ("web", "seat-01-web")  # known already
    assert phone("web", False, 4) == ("sip", "seat-01")
    assert phone("sip", False, 5) == (None, "seat-01")
