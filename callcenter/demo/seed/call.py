"""The call that opened a ticket, and what was said in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any

from callcenter.facts import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallOffered,
    CallQueued,
    Fact,
    Line,
    Side,
    TalkEnded,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.ivr.call import CallState

NODE = "seed"  # no Asterisk of ours: what is made up can be told by it
PREFIX = "154"  # no carrier in China is known to have been given it
SEATS = tuple(f"seat-{n:02}" for n in range(1, 25))
GREETING = "您好,12345,请讲"
SECONDS_A_CHARACTER = 0.22
AGAIN_OF_100 = 12
LATELY = 400  # tickets back, whose callers call again


class Callers:
    """Who calls: most once, some again within days; nobody has more than a number."""

    def __init__(self, seed: int, people: int) -> None:
        self._seed, self._people = seed, max(people, 1)

    def of(self, place: int) -> str:
        """The number of who opens the year's ticket at this place, from 0."""
        drawn = self._drawn(place)
        if place and drawn % 100 < AGAIN_OF_100:
            drawn = self._drawn(place - 1 - (drawn >> 8) % min(place, LATELY))
        return f"{PREFIX}{(drawn >> 20) % self._people:08}"

    def _drawn(self, place: int) -> int:
        told = f"{self._seed} {place}".encode()
        return int.from_bytes(blake2b(told, digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class SeedCall:
    """A call that was answered, as its facts and its row tell it."""

    facts: Sequence[Fact]
    row: dict[str, Any]


def make_call(
    call_id: str,
    line: Line,
    number: str,
    seat: str,
    text: str,
    at: datetime,
    random: Random,
    *,
    whole: bool = True,
) -> SeedCall:
    """The call whose answer was at this moment; of one that is not whole, only the words."""
    waited = min(round(random.expovariate(1 / 6), 1), 90.0)
    talked = round(20 + len(text) * SECONDS_A_CHARACTER * 2 + random.random() * 90, 1)
    queued, ended = at - timedelta(seconds=waited), at + timedelta(seconds=talked)
    arrived, over = queued - timedelta(seconds=4), ended + timedelta(seconds=3)
    leg, channel = f"{call_id}-seat", f"PJSIP/trunk-{call_id}"
    words: dict[str, Any] = {"call_id": call_id, "source": "recording", "index": 0, "words": ()}
    said_ms = int(len(text) * SECONDS_A_CHARACTER * 1000)
    where: dict[str, Any] = {"call_id": call_id, "seat": seat, "seat_leg": leg}
    said = (
        UtteranceHeard(
            at=at + timedelta(seconds=2), side=Side.SEAT, start_ms=0, end_ms=1800, text=GREETING,
            **words,
        ),
        UtteranceHeard(
            at=ended, side=Side.CITIZEN, start_ms=2000, end_ms=2000 + said_ms, text=text, **words
        ),
        TranscriptCompleted(
            at=over, call_id=call_id, source="recording", model=NODE, heard_seconds=talked
        ),
    )  # fmt: skip
    row = {
        "id": call_id, "line": line, "node": NODE, "caller_number": number,
        "caller_channel": channel, "state": CallState.ENDED, "arrived_at": arrived,
        "queue": line.value, "answered_at": at, "answered_by": seat, "ended_at": over,
        "waited_seconds": waited, "talk_seconds": talked,
    }  # fmt: skip
    if not whole:
        return SeedCall(said, row)
    facts = (
        CallArrived(
            at=arrived, call_id=call_id, line=line, node=NODE, caller_number=number,
            caller_channel=channel,
        ),
        CallQueued(
            at=queued, call_id=call_id, queue=line.value, position=1, visit=1
        ),
        CallOffered(at=queued, **where),
        CallAnswered(
            at=at, queue=line.value, seat_channel=f"PJSIP/{seat}", caller_channel=channel,
            waited_seconds=waited, via="queue", **where,
        ),
        *said[:2],
        TalkEnded(at=ended, talked_seconds=talked, **where),
        CallEnded(at=over, call_id=call_id, cause=16),
        said[2],
    )  # fmt: skip
    return SeedCall(facts, row)
