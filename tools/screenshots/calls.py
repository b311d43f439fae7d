"""Calls as the line tells them, in seconds before the picture."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from callcenter.facts import (
    Fact,
    Line,
    RecordingStored,
    Side,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.settings import Settings
from tests.calls import TEN, ACall
from tools.screenshots.moment import NOW

Said = Sequence[tuple[Side, str]]
CITIZEN, SEAT = Side.CITIZEN, Side.SEAT
MS_A_CHARACTER: Final = 210
GAP_MS: Final = 900


def call(name: str, ago: float, caller: str, line: Line = Line.SERVICE) -> ACall:
    """A call that came in so many seconds before the picture."""
    return ACall(name, began=-ago, line=line.value, caller=caller)


def facts_of(story: ACall) -> list[Fact]:
    """Its facts, at moments before the picture."""
    shift = NOW - TEN
    return [fact.model_copy(update={"at": fact.at + shift}) for fact in story.facts]


def spoken(
    call_id: str, ago: float, said: Said, lasting: Sequence[int] = ()
) -> list[UtteranceHeard]:
    """Both sides' words, one after another, the talk having begun so many seconds before.

    Args:
        call_id: Of the call.
        ago: When the talk began, in seconds before the picture.
        said: Who says what.
        lasting: How long each takes, in ms; else so much a character.
    """
    facts, start = list[UtteranceHeard](), 600
    for index, (side, text) in enumerate(said):
        end = start + (lasting[index] if lasting else len(text) * MS_A_CHARACTER)
        at = NOW - timedelta(seconds=ago) + timedelta(milliseconds=end)
        facts.append(
            UtteranceHeard(
                at=at, call_id=call_id, side=side, source="live", index=index,
                start_ms=start, end_ms=end, text=text,
            )
        )  # fmt: skip
        start = end + GAP_MS
    return facts


def over(call_id: str, ago: float, seconds: float) -> Fact:
    """All of it was written down."""
    return TranscriptCompleted(
        at=NOW - timedelta(seconds=ago), call_id=call_id, source="live", model="demo-cn",
        heard_seconds=seconds,
    )  # fmt: skip


def recorded(settings: Settings, call_id: str, ago: float, sides: dict[Side, Path]) -> list[Fact]:
    """The recordings of both sides, which lie in the site's folder already."""
    kept: list[Fact] = []
    for side, path in sides.items():
        sound = path.read_bytes()
        seconds = (len(sound) - 44) / 16_000
        told: dict[str, Any] = {"seconds": seconds, "talk_seconds": seconds, "complete": True}
        kept.append(
            RecordingStored(
                at=NOW - timedelta(seconds=ago), call_id=call_id, side=side,
                path=str(path.relative_to(settings.recordings_dir)),
                sha256=hashlib.sha256(sound).hexdigest(), **told,
            )
        )  # fmt: skip
    return kept
