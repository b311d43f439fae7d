"""What the facts tell of one call: its visits to queues, its seats' parts, the phones it rang.

All moments are aware UTC, all lengths seconds; None is what nobody has told (yet).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.facts import Line

OUTSIDE = "outside"  # the `seat` of a number that is no seat of ours
OUTBOUND = "outbound"  # the `via` of a talk that we began


class Outcome(StrEnum):
    """How a visit to a queue ended, or what became of a call's waiting."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    KEPT = "kept"  # hung up, to be rung back with the place kept
    LEFT = "left"  # left the queue alive: by a key, its time, or its closing


@dataclass(slots=True)
class Visit:
    """One stay in a queue."""

    number: int
    queue: str
    at: datetime
    position: int | None = None
    outcome: Outcome = Outcome.WAITING
    why: str = ""  # of LEFT: key, timeout, closed, or unknown
    waited: float | None = None  # as Asterisk told it, in whole seconds


@dataclass(slots=True)
class Offer:
    """One seat's phone that rang for the call."""

    seat: str
    leg: str
    at: datetime
    missed: bool = False
    answered: bool = False


@dataclass(slots=True)
class Part:
    """One seat's talk within the call."""

    seat: str
    leg: str
    at: datetime
    queue: str = ""
    via: str = "unknown"  # a word of `facts.Via`; unknown where only the end was told
    ended_at: datetime | None = None
    talked: float | None = None  # hold included
    rang: float | None = None  # from the first ring of this phone to the answer
    holds: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    transfer: str = ""  # "blind seat", "attended queue" ...: how and to what kind of target
    rating: int | None = None

    @property
    def is_seats(self) -> bool:
        """Whether it counts for one of our seats."""
        return self.seat != OUTSIDE

    @property
    def stretch(self) -> tuple[datetime, datetime | None]:
        """From the answer to the parting, in the seconds that were told; None: it goes on.

        Nothing is known of the length of a talk whose end nobody saw: it counts for none.
        """
        if self.ended_at is None:
            return self.at, None
        return self.at, self.at + timedelta(seconds=self.talked or 0.0)


@dataclass(slots=True)
class Told:
    """One call as all known facts tell it."""

    call_id: str
    at: datetime  # its arrival or placing; where neither is known, the first we know of it
    line: Line | None = None
    caller: str | None = None
    is_known: bool = False  # its beginning was told
    placed: str = ""  # why we placed it; "" for a citizen's own call
    origin: str | None = None  # of a placed call: the citizen's own call it makes good
    ended_at: datetime | None = None
    end_seen: bool = True  # False: found gone when we looked again
    visits: list[Visit] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    hand_overs: list[str] = field(default_factory=list)  # "12345 > 110 direct"
    voicemail: str = ""  # why
    progress_asked: list[bool] = field(default_factory=list)  # whether told

    def visits_to(self, queue: str | None) -> list[Visit]:
        """Its visits to this queue, or to any."""
        return [visit for visit in self.visits if queue is None or visit.queue == queue]

    def outcome(self, queue: str | None = None) -> Outcome | None:
        """What became of its waiting, in this queue or in all; None where it never waited there."""
        visits = self.visits_to(queue)
        if not visits or self.placed:
            return None
        if queue is None and self.talks:
            return Outcome.ANSWERED
        if any(visit.outcome is Outcome.ANSWERED for visit in visits):
            return Outcome.ANSWERED
        return visits[-1].outcome

    def waited(self, now: datetime, queue: str | None = None) -> float | None:
        """Seconds from the first visit to the first answer or the end of waiting, talks left out.

        None where some visit's length was not told.
        """
        total = 0.0
        for visit in self.visits_to(queue):
            if queue is None and self.talks and visit.at > self.talks[0].at:
                break
            waited = visit.waited
            if visit.outcome is Outcome.WAITING:
                waited = max(0.0, (now - visit.at).total_seconds())
            if waited is None:
                return None
            total += waited
            if visit.outcome is Outcome.ANSWERED:
                break
        return total

    @property
    def talks(self) -> list[Part]:
        """Its parts, first to last, but for those that we began."""
        return [part for part in self.parts if part.via != OUTBOUND]

    @property
    def queues(self) -> Iterable[str]:
        """Every queue it was in, each once."""
        return dict.fromkeys(visit.queue for visit in self.visits)
