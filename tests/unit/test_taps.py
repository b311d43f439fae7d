"""Unit: the store knows whose voice a stream is, and how much of it was heard."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from callcenter.facts import CallAnswered, Side, UtteranceHeard
from callcenter.speech.taps import close_tap, heard_of_call, open_taps, tap_of
from callcenter.speech.transcript import SideHeard
from callcenter.store import record

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)


def answered(seat="seat-01", second=0.0) -> CallAnswered:
    return CallAnswered(
        at=NOON + timedelta(seconds=second),
        call_id="n1-7.0",
        queue="12345",
        seat=seat,
        seat_leg=f"n1-{seat}",
        seat_channel=f"PJSIP/{seat}-1",
        caller_channel="PJSIP/trunk-1",
        waited_seconds=3,
    )


def heard(index=0, side=Side.CITIZEN, source="live") -> UtteranceHeard:
    return UtteranceHeard(
        call_id="n1-7.0", side=side, source=source, index=index, start_ms=0, end_ms=1, text="喂"
    )


def opened(session, fact: CallAnswered):
    """Both sides' taps of an answer that was told."""
    record(session, fact)
    return {tap.side: tap for tap in open_taps(session, fact, fact.at)}


def test_an_answered_call_has_a_tap_a_side(session):
    taps = opened(session, answered())
    assert taps[Side.CITIZEN].channel == "PJSIP/trunk-1"
    assert taps[Side.SEAT].channel == "PJSIP/seat-01-1"
    assert taps[Side.CITIZEN].uuid != taps[Side.SEAT].uuid


def test_a_side_whose_channel_has_no_name_is_not_tapped(session):
    unnamed = answered().model_copy(update={"seat_channel": ""})
    assert set(opened(session, unnamed)) == {Side.CITIZEN}


def test_asked_again_they_are_the_same_taps(session):
    first, again = opened(session, answered()), opened(session, answered())
    assert {tap.uuid for tap in first.values()} == {tap.uuid for tap in again.values()}


def test_a_stream_nobody_asked_for_is_nobodys(session):
    opened(session, answered())
    assert tap_of(session, uuid4(), NOON) is None


def test_a_stream_is_known_by_call_side_and_age_of_the_talk(session):
    taps = opened(session, answered())
    tap = tap_of(session, taps[Side.SEAT].uuid, NOON + timedelta(milliseconds=40))
    assert (tap.call_id, tap.side, tap.talked_ms, tap.utterances) == ("n1-7.0", Side.SEAT, 40, 0)


def test_after_a_restart_a_stream_goes_on_counting(session):
    taps = opened(session, answered())
    for fact in (heard(0), heard(1), heard(0, Side.SEAT), heard(0, source="recording")):
        record(session, fact)
    tap = tap_of(session, taps[Side.CITIZEN].uuid, NOON + timedelta(minutes=1))
    assert (tap.talked_ms, tap.utterances) == (60_000, 2)


def test_the_talk_began_with_the_first_answer(session):
    opened(session, answered())
    taps = opened(session, answered("seat-02", second=30))
    assert tap_of(session, taps[Side.SEAT].uuid, NOON + timedelta(seconds=31)).talked_ms == 31_000


def test_what_was_heard_is_added_up_side_by_side(session):
    first = opened(session, answered())
    close_tap(session, first[Side.CITIZEN].uuid, SideHeard(seconds=30, lost_seconds=1))
    close_tap(session, first[Side.SEAT].uuid, SideHeard(seconds=30))
    second = opened(session, answered("seat-02", second=30))  # handed on
    close_tap(session, second[Side.CITIZEN].uuid, SideHeard(seconds=20))
    close_tap(session, second[Side.SEAT].uuid, SideHeard(seconds=19, failed=True))
    sides = heard_of_call(session, "n1-7.0")
    assert sides[Side.CITIZEN] == SideHeard(seconds=50, lost_seconds=1)
    assert sides[Side.SEAT] == SideHeard(seconds=49, failed=True)


def test_a_tap_is_open_until_its_stream_ended(session):
    taps = opened(session, answered())
    close_tap(session, taps[Side.CITIZEN].uuid, SideHeard(seconds=1))
    sides = heard_of_call(session, "n1-7.0")
    assert (sides[Side.CITIZEN].open_streams, sides[Side.SEAT].open_streams) == (0, 1)
    opened(session, answered())  # tapped anew after a restart
    assert heard_of_call(session, "n1-7.0")[Side.CITIZEN].open_streams == 1


@pytest.mark.parametrize("call_id", ["n1-7.0", "n1-404.0"])
def test_a_call_without_taps_was_not_heard(session, call_id):
    assert heard_of_call(session, call_id) == {}


def test_a_stream_nobody_asked_for_ends_without_a_trace(session):
    close_tap(session, uuid4(), SideHeard(seconds=1))
    assert heard_of_call(session, "n1-7.0") == {}
