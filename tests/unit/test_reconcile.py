"""Unit: recordings against talks, from pasted facts."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from callcenter.facts import AnyFact, CallAnswered, CallEnded, RecordingStored, Side, TalkEnded
from callcenter.speech.reconcile import Fault, check_files, talks_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
VOICE = b"voice"


def talk(call_id: str, *seats: str, over: bool = True) -> list[AnyFact]:
    """Each seat talks for 10 s, one after the other."""
    facts: list[AnyFact] = []
    for place, seat in enumerate(seats):
        at, leg = NOON + timedelta(seconds=10 * place), f"{call_id}-{place}"
        facts.append(
            CallAnswered(
                at=at,
                call_id=call_id,
                queue="12345",
                seat=seat,
                seat_leg=leg,
                seat_channel="s",
                caller_channel="c",
                waited_seconds=1,
            )  # fmt: skip
        )
        facts.append(
            TalkEnded(
                at=at + timedelta(seconds=10),
                call_id=call_id,
                seat=seat,
                seat_leg=leg,
                talked_seconds=10,
            )  # fmt: skip
        )
    ended = CallEnded(at=NOON + timedelta(minutes=1), call_id=call_id, cause=16)
    return [*facts, ended] if over else facts


def recording(call_id: str, side: Side, seconds: float = 20.0) -> RecordingStored:
    return RecordingStored(
        call_id=call_id, side=side, path=f"{call_id}-{side}.wav", seconds=seconds, talk_seconds=20,
        sha256=hashlib.sha256(VOICE).hexdigest(), complete=seconds >= 20,
    )  # fmt: skip


def test_a_transferred_call_has_two_parts_and_two_legs() -> None:
    facts = talk("n1-1", "seat-01", "seat-02") + [recording("n1-1", side) for side in Side]
    talks = talks_of([facts])
    assert (talks.calls, talks.parts, len(talks.legs)) == (1, 2, 2)
    assert [leg.talk_seconds for leg in talks.legs] == [20, 20]
    assert not talks.faulty


def test_what_lacks_is_told_side_by_side() -> None:
    talks = talks_of([[*talk("n1-1", "seat-01", "seat-02"), recording("n1-1", Side.SEAT, 3)]])
    assert [(leg.side, leg.fault) for leg in talks.faulty] == [
        (Side.CITIZEN, Fault.NOT_STORED),
        (Side.SEAT, Fault.SHORT),
    ]


def test_a_call_under_way_lacks_nothing_yet() -> None:
    talks = talks_of([talk("n1-1", "seat-01", over=False)])
    assert (talks.calls, talks.still_open, talks.legs) == (1, 1, ())


def test_a_file_that_is_gone_or_changed_is_told(tmp_path: Path) -> None:
    facts = talk("n1-1", "seat-01", "seat-02") + [recording("n1-1", side) for side in Side]
    (tmp_path / "n1-1-citizen.wav").write_bytes(VOICE)
    gone = check_files(talks_of([facts]), tmp_path)
    assert [leg.fault for leg in gone.legs] == [None, Fault.GONE]
    (tmp_path / "n1-1-seat.wav").write_bytes(VOICE + b"!")
    changed = check_files(talks_of([facts]), tmp_path)
    assert [leg.fault for leg in changed.legs] == [None, Fault.CHANGED]
