"""What one number is counted over: a stretch of time, and a queue, seat or agent, or all of them.

A figure is a value and the items behind it. An item has an amount: 1 where calls are counted,
seconds where time is; the figure's value follows from its items' amounts and from nothing else.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from callcenter.agents.numbers.staff import PAUSED, WRAP_UP, Span, overlap
from callcenter.agents.numbers.told import Offer, Outcome, Part, Told

REACHED_WITHIN: Final = timedelta(hours=12)  # who gave up or kept a place was reached by then
LONGEST_TALK: Final = timedelta(hours=12)


class Item(NamedTuple):
    """One thing behind a figure; `what` is what a breakdown tells apart."""

    at: datetime
    amount: float = 1
    call_id: str | None = None
    what: str = ""
    queue: str = ""
    seat: str | None = None
    agent: str | None = None


class Case(NamedTuple):
    """A citizen's call that waited, what became of it and how long it waited, in this scope."""

    call: Told
    outcome: Outcome
    waited: float | None


class SeatPart(NamedTuple):
    """A seat's part of a call, and who was signed in at the seat when it began."""

    call: Told
    part: Part
    agent: str | None


class SeatOffer(NamedTuple):
    """A seat's phone that rang."""

    call: Told
    offer: Offer
    agent: str | None


class CaseMove(NamedTuple):
    """What a seat did to a case: `what` is a ticket's move, or "correct"."""

    at: datetime
    what: str
    seat: str
    agent: str | None
    call_id: str | None


Stretch = tuple[datetime, datetime]


@dataclass
class Reached:
    """When citizens got through: by their number, and in our calls that made good another."""

    by_caller: dict[str, list[datetime]] = field(default_factory=dict)
    by_origin: dict[str, list[datetime]] = field(default_factory=dict)

    def rung_back(self, call: Told) -> bool:
        """Whether a call of ours that made good this one was answered."""
        return any(at - call.at <= REACHED_WITHIN for at in self.by_origin.get(call.call_id, ()))

    def at_last(self, call: Told) -> bool:
        """Whether the citizen talked to a seat later, in whoever's call."""
        own = self.by_caller.get(call.caller, ()) if call.caller else ()
        later = any(timedelta(0) <= at - call.at <= REACHED_WITHIN for at in own)
        return later or self.rung_back(call)


@dataclass
class Scope:
    """Everything that happened in it; filled by count.py, read by the figures."""

    since: datetime
    until: datetime
    now: datetime  # what is not over lasts until then
    queue: str | None = None
    reached: Reached = field(default_factory=Reached)
    seat_talks: dict[str, list[Stretch]] = field(default_factory=dict)  # all, by seat, in order
    calls: list[Told] = field(default_factory=list)  # citizens' calls that arrived in it
    placed: list[Told] = field(default_factory=list)  # ours that began in it
    parts: list[SeatPart] = field(default_factory=list)  # that began in it
    talks: list[SeatPart] = field(default_factory=list)  # some of whose time lies in it
    offers: list[SeatOffer] = field(default_factory=list)  # that began in it
    spans: list[Span] = field(default_factory=list)  # some of whose time lies in it
    moves: list[CaseMove] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        """Up to when time has passed in it."""
        return max(self.since, min(self.until, self.now))

    @cached_property
    def cases(self) -> list[Case]:
        """The calls that waited in it."""
        found = []
        for call in self.calls:
            outcome = call.outcome(self.queue)
            if outcome is not None:
                found.append(Case(call, outcome, call.waited(self.now, self.queue)))
        return found

    def cut(self, since: datetime, until: datetime | None) -> float:
        """Seconds of a stretch that lie in it; one without an end goes on until now."""
        return overlap(since, until, self.since, self.end)

    @cached_property
    def busy(self) -> list[tuple[Item, float]]:
        """Of each agent, or seat that stands: seconds of talk and wrap-up, and those to be used.

        Time is there to be used while an agent is signed in, but for pauses in which nobody talks,
        and while a seat stands.
        """
        found = []
        for stretch in self._used().values():
            working = merged([*self._talks_of(stretch), *_in_state(stretch, WRAP_UP, self.end)])
            signed_in = merged([(s.since, s.until or self.end) for s in stretch])
            used = self._total(_common(working, signed_in))
            paused = merged(_in_state(stretch, PAUSED, self.end))
            idle_pause = self._total(paused) - self._total(_common(paused, working))
            there = max(used, self._total(signed_in) - idle_pause)
            last = stretch[-1]
            found.append((Item(last.since, used, seat=last.seat, agent=last.agent or None), there))
        return found

    def _used(self) -> dict[tuple[str, str], list[Span]]:
        used: dict[tuple[str, str], list[Span]] = {}
        for span in self.spans:
            used.setdefault((span.agent, "" if span.agent else span.seat), []).append(span)
        return used

    def _talks_of(self, stretch: Iterable[Span]) -> list[Stretch]:
        found: list[Stretch] = []
        for seat in dict.fromkeys(span.seat for span in stretch):
            talks = self.seat_talks.get(seat, [])
            first = bisect_left(talks, self.since - LONGEST_TALK, key=lambda talk: talk[0])
            last = bisect_left(talks, self.end, key=lambda talk: talk[0])
            found += [talk for talk in talks[first:last] if talk[1] > self.since]
        return found

    def _total(self, stretches: Iterable[Stretch]) -> float:
        return sum(self.cut(since, until) for since, until in stretches)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in stretches that do not overlap."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _common(some: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    """The time that lies in both; each is merged."""
    found: list[Stretch] = []
    first = second = 0
    while first < len(some) and second < len(others):
        since = max(some[first][0], others[second][0])
        until = min(some[first][1], others[second][1])
        if since < until:
            found.append((since, until))
        if some[first][1] < others[second][1]:
            first += 1
        else:
            second += 1
    return found


def _in_state(stretch: Iterable[Span], state: str, end: datetime) -> list[Stretch]:
    return [(s.since, s.until or max(s.since, end)) for s in stretch if s.state == state]
