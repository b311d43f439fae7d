"""Unit: after the hang-up, how long was talked, and what is done with a call nobody answered."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.facts import CallAnswered, CallEnded, TalkEnded, Via, VoicemailLeft
from callcenter.settings import Settings
from callcenter.speech.closing import Closing, talk_seconds
from tests.scenarios.test_one_call import GIVES_UP

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def answered(leg: str, second: float, via: Via = "queue") -> CallAnswered:
    return CallAnswered(
        at=at(second),
        call_id="n1-7.0",
        queue="12345",
        seat=f"seat-0{leg}",
        seat_leg=leg,
        seat_channel=f"PJSIP/{leg}",
        caller_channel="PJSIP/trunk",
        waited_seconds=1,
        via=via,
    )


def parted(leg: str, second: float, talked: float) -> TalkEnded:
    return TalkEnded(
        at=at(second), call_id="n1-7.0", seat=f"seat-0{leg}", seat_leg=leg, talked_seconds=talked
    )


def ended(second: float) -> CallEnded:
    return CallEnded(at=at(second), call_id="n1-7.0", cause=16)


@pytest.mark.parametrize(
    ("facts", "seconds"),
    [
        pytest.param([ended(9)], None, id="nobody answered"),
        pytest.param([parted("1", 5, 5), ended(9)], None, id="an end without its answer"),
        pytest.param([answered("1", 0), parted("1", 40, 40), ended(45)], 40, id="one talk"),
        pytest.param([answered("1", 0), ended(45)], 45, id="no end told"),
        pytest.param([answered("1", 0), parted("1", 45.1, 45), ended(45)], 45.1, id="told late"),
        pytest.param(
            [
                answered("1", 0),
                parted("1", 30, 30),
                answered("2", 35),
                parted("2", 55, 20),
                ended(60),
            ],
            50,
            id="handed on",
        ),
        pytest.param(
            [
                answered("1", 0),
                answered("2", 30, "three_way"),
                parted("1", 40, 40),
                parted("2", 50, 20),
                ended(50),
            ],
            50,
            id="three-way: recorded once",
        ),
        pytest.param(
            [answered("1", 0), answered("2", 30), parted("2", 50, 20), ended(60)],
            50,
            id="handed on, first end not told",
        ),
        pytest.param(
            [
                answered("1", 0),
                answered("2", 30),
                parted("1", 31, 30),
                parted("2", 50, 20),
                ended(60),
            ],
            50,
            id="handed on, first end told late",
        ),
        pytest.param(
            [answered("1", 0), parted("1", 30, 30), answered("2", 35), ended(60)],
            55,
            id="handed on, last end not told",
        ),
        pytest.param([answered("1", 0), answered("2", 30), ended(60)], 60, id="no ends told"),
    ],
)
def test_talks_are_added_up(facts, seconds):
    assert talk_seconds(facts) == seconds


async def test_a_call_nobody_answered_has_neither_recording_nor_transcript(center):
    await center.play(GIVES_UP)
    (ended,) = await center.facts(CallEnded)
    closing = Closing(Settings(), center.store, recogniser=None)  # it would have nothing to hear
    assert await closing.store_recordings(ended) == []
    assert await closing.complete_transcript(ended) == []


def test_both_chores_follow_the_hang_up_and_a_message(center):
    closing = Closing(Settings(), center.store, recogniser=None)
    assert closing.chores == {
        CallEnded: (closing.store_recordings, closing.complete_transcript),
        VoicemailLeft: (closing.store_message, closing.transcribe_message),
    }
