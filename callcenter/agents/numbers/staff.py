"""Who was signed in at which seat, paused, or wrapping up, from when to when; which seats stood.

An agent's facts are numbered 1, 2, 3 ...; from each to the next its state holds. Where a number is
missing the state before it is taken to have gone on, until the missing fact comes.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from callcenter.facts import AgentMoved, PhoneSeen, SeatMoved

STANDING: Final = "standing"  # a seat that serves queues by itself: nobody is signed in
SIGNED_OUT: Final = "signed_out"
PAUSED: Final = "paused"
WRAP_UP: Final = "wrap_up"


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of an agent's time in one state; `until` None: it goes on."""

    agent: str  # "" of a seat that stands
    seat: str
    state: str
    since: datetime
    until: datetime | None
    queues: tuple[str, ...] = ()
    reason: str = ""
    call_id: str | None = None

    def cut(self, since: datetime, until: datetime) -> float:
        """Seconds of it that lie between these moments."""
        return overlap(self.since, self.until, since, until)


def overlap(since: datetime, until: datetime | None, first: datetime, last: datetime) -> float:
    """Seconds of a stretch that lie between the first and the last moment; an open one goes on."""
    end = last if until is None else min(until, last)
    return max(0.0, (end - max(since, first)).total_seconds())


def spans(facts: Iterable[AgentMoved]) -> list[Span]:
    """Every agent's stretches while signed in, in order of time."""
    by_agent: defaultdict[str, dict[int, AgentMoved]] = defaultdict(dict)
    for fact in facts:
        by_agent[fact.agent].setdefault(fact.number, fact)
    found = [span for moves in by_agent.values() for span in _of_agent(moves)]
    return sorted(found, key=lambda span: (span.since, span.agent))


def _of_agent(moves: dict[int, AgentMoved]) -> Iterator[Span]:
    ordered = [moves[number] for number in sorted(moves)]
    for fact, later in zip(ordered, [*ordered[1:], None], strict=True):
        if fact.seat is None or fact.to_state == SIGNED_OUT:
            continue
        yield Span(
            agent=fact.agent,
            seat=fact.seat,
            state=fact.to_state,
            since=fact.at,
            until=max(fact.at, later.at) if later else None,
            queues=fact.queues,
            reason=fact.reason,
            call_id=fact.call_id,
        )


def standing(facts: Iterable[SeatMoved | PhoneSeen], signed_in: Iterable[Span]) -> list[Span]:
    """When each seat served its own queues, a telephone of it being there and nobody signed in."""
    by_seat: defaultdict[str, list[SeatMoved | PhoneSeen]] = defaultdict(list)
    for fact in facts:
        by_seat[fact.seat].append(fact)
    attended: defaultdict[str, list[Span]] = defaultdict(list)
    for span in signed_in:
        attended[span.seat].append(span)
    found = [
        rest
        for seat, told in by_seat.items()
        for span in _stood(sorted(told, key=lambda fact: fact.at))
        for rest in _without(span, attended[seat])
    ]
    return sorted(found, key=lambda span: (span.since, span.seat))


def _stood(facts: list[SeatMoved | PhoneSeen]) -> Iterator[Span]:
    """One seat's stretches with a telephone and queues of its own, signed in at or not."""
    queues: tuple[str, ...] = ()
    phones: set[str] = set()
    for fact, later in zip(facts, [*facts[1:], None], strict=True):
        if isinstance(fact, SeatMoved):
            queues = () if fact.move == "close" else fact.queues
        else:
            phones = phones | {fact.phone} if fact.registered else phones - {fact.phone}
        until = later.at if later else None
        if queues and phones and until != fact.at:
            yield Span("", fact.seat, STANDING, fact.at, until, queues)


def _without(span: Span, others: list[Span]) -> Iterator[Span]:
    """What of a stretch lies in none of the others, which are in order of time."""
    since = span.since
    for other in others:
        if span.until is not None and other.since >= span.until:
            break
        if other.since > since:
            yield replace(span, since=since, until=other.since)
        if other.until is None:
            return
        since = max(since, other.until)
    if span.until is None or since < span.until:
        yield replace(span, since=since)


class Roster:
    """Says who sat where; made once of all spans, which are in order of time."""

    def __init__(self, found: Iterable[Span]) -> None:
        self._at_seat: defaultdict[str, list[Span]] = defaultdict(list)
        self._of_agent: defaultdict[str, list[Span]] = defaultdict(list)
        for span in found:
            self._at_seat[span.seat].append(span)
            self._of_agent[span.agent].append(span)

    def agent_at(self, seat: str, at: datetime) -> str | None:
        """The agent signed in at the seat at that moment."""
        span = _holding(self._at_seat.get(seat, []), at)
        return span.agent if span else None

    def seat_and_agent(self, actor: str, at: datetime) -> tuple[str, str | None]:
        """Seat and agent of whoever acted: `actor` is the name of either."""
        span = _holding(self._of_agent.get(actor, []), at)
        if span:
            return span.seat, span.agent
        return actor, self.agent_at(actor, at)


def _holding(ordered: list[Span], at: datetime) -> Span | None:
    place = bisect_right(ordered, at, key=lambda span: span.since)
    span = ordered[place - 1] if place else None
    return span if span and (span.until is None or at < span.until) else None
