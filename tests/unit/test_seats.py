"""Unit: a seat is what Asterisk said of it last."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.agents.seats import Seat, SeatState, create
from callcenter.agents.seen import STATES, forget, note
from callcenter.facts import LinkLost, SeatSeen

BEGAN = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)


def seen(status: str, second: float = 0, paused: bool = False) -> SeatSeen:
    at = BEGAN + timedelta(seconds=second)
    return SeatSeen(at=at, seat="seat-01", status=status, paused=paused)


def after(session, *told) -> Seat | None:
    if session.get(Seat, "seat-01") is None:
        create(session, "seat-01", actor="tester", at=BEGAN)
    for fact in told:
        note(session, fact)
        session.flush()
    return session.get(Seat, "seat-01")


@pytest.mark.parametrize(
    ("status", "paused", "state"),
    [
        ("unknown", False, SeatState.UNKNOWN),
        ("idle", False, SeatState.READY),
        ("idle", True, SeatState.PAUSED),
        ("in_use", False, SeatState.TALKING),
        ("in_use", True, SeatState.TALKING),  # the talk goes on; the pause comes after
        ("busy", False, SeatState.TALKING),
        ("ringing", False, SeatState.RINGING),
        ("ringing", True, SeatState.RINGING),
        ("invalid", False, SeatState.AWAY),
        ("unavailable", False, SeatState.AWAY),
        ("unavailable", True, SeatState.AWAY),
    ],
)
def test_what_asterisk_says_becomes_a_state(session, status, paused, state):
    assert after(session, seen(status, paused=paused)).state is state


def test_since_is_when_the_state_began(session):
    seat = after(session, seen("idle", 1), seen("idle", 5), seen("ringing", 9), seen("ringing", 10))
    assert (seat.state, seat.since) == (SeatState.RINGING, BEGAN + timedelta(seconds=9))


def test_older_news_does_not_overrule_newer_news_that_changed_nothing(session):
    seat = after(session, seen("idle", 1), seen("idle", 5), seen("in_use", 3))
    assert seat.state is SeatState.READY


@settings(max_examples=40)
@given(
    told=st.lists(
        st.tuples(st.sampled_from(sorted(STATES)), st.booleans()), min_size=1, max_size=5
    ),
    data=st.data(),
)
def test_news_in_any_order_leaves_the_newest(empty_store, told, data):
    facts = [seen(status, second, paused) for second, (status, paused) in enumerate(told)]
    with empty_store.reading() as session:
        newest = after(session, facts[-1]).state
    with empty_store.reading() as session:
        assert after(session, *data.draw(st.permutations(facts))).state is newest


def test_without_a_link_nothing_is_known(session):
    after(session, seen("idle", 1))
    forget(session, LinkLost(at=BEGAN + timedelta(seconds=9), node="n1", reason="gone"))
    assert session.get(Seat, "seat-01").state is SeatState.UNKNOWN
    assert after(session, seen("in_use", 5)).state is SeatState.UNKNOWN  # from before the loss
    assert after(session, seen("in_use", 10)).state is SeatState.TALKING
