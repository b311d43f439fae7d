"""Recordings against talks: every talk has both sides' recordings, hashed and as long as it was.

A *leg* is one side of one call's talk. What is compared are the facts (who talked, what was stored)
and the files themselves; nothing is mended here, what lacks is told.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session, col, select

from callcenter.facts import AnyFact, CallAnswered, CallEnded, RecordingStored, Side
from callcenter.speech.closing import talk_seconds
from callcenter.store import LedgerRow, facts_of_call

_FACTS = ("call_answered", "talk_ended", "call_ended", "recording_stored")


class Fault(StrEnum):
    """What is wrong with a leg."""

    NOT_STORED = "not stored"
    SHORT = "shorter than the talk"
    GONE = "the file is gone"
    CHANGED = "the file is not what was stored"


@dataclass(frozen=True)
class Leg:
    """One side of one call's talk and its recording."""

    call_id: str
    side: Side
    talk_seconds: float
    path: str = ""  # relative to the recordings folder
    seconds: float | None = None
    sha256: str = ""
    fault: Fault | None = None


@dataclass(frozen=True)
class Talks:
    """The calls of a stretch of time that a seat answered."""

    calls: int
    still_open: int  # of these; their recordings are still written
    parts: int  # each seat's talk counts
    legs: tuple[Leg, ...]  # two for each call that is over

    @property
    def faulty(self) -> tuple[Leg, ...]:
        """The legs that lack something."""
        return tuple(leg for leg in self.legs if leg.fault)


def reconcile(session: Session, begin: datetime, end: datetime) -> Talks:
    """Talks and recordings of the calls first answered from `begin` up to before `end`."""
    query = (
        select(LedgerRow.call_id)
        .where(LedgerRow.name == "call_answered")
        .where(col(LedgerRow.at) >= begin, col(LedgerRow.at) < end)
        .order_by(col(LedgerRow.at))
    )
    call_ids = dict.fromkeys(call_id for call_id in session.exec(query) if call_id)
    calls = [facts_of_call(session, call_id, *_FACTS) for call_id in call_ids]
    return talks_of(facts for facts in calls if _answers(facts)[0].at >= begin)


def talks_of(calls: Iterable[list[AnyFact]]) -> Talks:
    """What each answered call's facts, in order of time, tell of its talk and recordings."""
    calls = list(calls)
    over = [facts for facts in calls if any(isinstance(fact, CallEnded) for fact in facts)]
    return Talks(
        calls=len(calls),
        still_open=len(calls) - len(over),
        parts=sum(len(_answers(facts)) for facts in calls),
        legs=tuple(leg for facts in over for leg in _legs(facts)),
    )


def check_files(talks: Talks, recordings_dir: Path, deleted: Collection[str] = ()) -> Talks:
    """The same with each file read and hashed again; blocks.

    Args:
        talks: As `reconcile` gives them.
        recordings_dir: Where the files lie.
        deleted: Calls whose recordings were deleted because their term is over.
    """
    return replace(
        talks,
        legs=tuple(
            leg if leg.call_id in deleted else _checked(leg, recordings_dir) for leg in talks.legs
        ),
    )


def _answers(facts: list[AnyFact]) -> list[CallAnswered]:
    return [fact for fact in facts if isinstance(fact, CallAnswered)]


def _legs(facts: list[AnyFact]) -> Iterator[Leg]:
    call_id = _answers(facts)[0].call_id
    seconds = talk_seconds(facts) or 0.0
    stored = {fact.side: fact for fact in facts if isinstance(fact, RecordingStored)}
    for side in Side:
        leg, kept = Leg(call_id, side, seconds), stored.get(side)
        if kept is None:
            yield replace(leg, fault=Fault.NOT_STORED)
        else:
            fault = None if kept.complete else Fault.SHORT
            leg = replace(leg, path=kept.path, seconds=kept.seconds, sha256=kept.sha256)
            yield replace(leg, fault=fault)


def _checked(leg: Leg, recordings_dir: Path) -> Leg:
    if leg.fault is Fault.NOT_STORED:
        return leg
    try:
        with (recordings_dir / leg.path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return replace(leg, fault=Fault.GONE)
    return leg if digest == leg.sha256 else replace(leg, fault=Fault.CHANGED)
