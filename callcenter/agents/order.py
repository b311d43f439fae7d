"""The order in which callers are offered to seats: the rules of our queues as a pure simulation.

The rules, as asterisk-config/queues.conf has Asterisk follow them:

1. Of all who wait, the queue of the highest weight comes first (110 before 12345). For a caller of
   110 whose phone is still ringing a free seat is held back, too: as many as callers, if there are.
2. Within a queue whoever entered first comes first. Nobody jumps: a caller whose seat did not pick
   up, and one who asked to be rung back (a *kept place*), stays where they were.
3. A caller is offered to the free seat of the lowest penalty; among equals in turn, the one after
   the seat that rang last (rrmemory).
4. A phone rings for RING_SECONDS, then the caller is offered to the next seat RETRY_SECONDS later;
   meanwhile a free seat is held back for them.
5. A seat is free when it is neither ringing, talking nor paused. Of the queue it talked for it has
   a wrap-up of WRAP_UP_SECONDS; no other queue waits for that, and 110 for none. Asterisk counts it
   from the whole second in which the talk ended, so it is up to a second shorter.

`play` says who was offered to whom and when. Tests hold it against Asterisk (bench/calls/order.py)
and hold the rules themselves against thousands of random schedules. Times are seconds.

Source: Asterisk 22, app_queue; decision 0028.
"""

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

RING_SECONDS: Final = 12.0
RETRY_SECONDS: Final = 1.0
NEVER: Final = math.inf
WEIGHTS: Final[Mapping[str, int]] = MappingProxyType({"12345": 0, "110": 10})
WRAP_UP_SECONDS: Final[Mapping[str, float]] = MappingProxyType({"12345": 3.0, "110": 0.0})


@dataclass(frozen=True)
class Caller:
    """Who waits, and what will come of it."""

    name: str
    queue: str
    enters_at: float
    talks_seconds: float
    leaves_at: float = NEVER  # gives up then, unless a seat answered
    rings_seconds: float = 0.0  # until the seat picks up
    missed_by: frozenset[str] = frozenset()  # these seats let the phone ring
    keeps_place_at: float = NEVER  # asks to be rung back then, and gives up no more
    picks_up_seconds: float = 0.0  # who is rung back lets the phone ring so long


@dataclass(frozen=True)
class Seat:
    """A seat and when nobody sits at it."""

    name: str
    queues: frozenset[str] = frozenset(WEIGHTS)
    penalty: int = 0
    away: tuple[tuple[float, float], ...] = ()  # from, until


@dataclass(frozen=True)
class Offer:
    """A seat's phone begins to ring for a caller."""

    at: float
    caller: str
    queue: str
    seat: str
    answered_at: float | None  # None: not picked up, or the caller gave up while it rang


@dataclass
class _Turn:
    """A caller still in the queue."""

    caller: Caller
    rings_until: float = -NEVER

    @property
    def gone_at(self) -> float:
        """When the caller gives up; who keeps a place never does."""
        caller = self.caller
        return NEVER if caller.keeps_place_at < caller.leaves_at else caller.leaves_at


@dataclass
class _Place:
    """What a seat does: it rings or talks until `busy_until`, then wraps up for its queue."""

    seat: Seat
    busy_until: float = -NEVER
    wrapped_up: dict[str, float] = field(default_factory=dict)  # queue -> its wrap-up's end

    def is_free(self, now: float, queue: str) -> bool:
        if now < self.busy_until or queue not in self.seat.queues:
            return False
        if now < self.wrapped_up.get(queue, -NEVER):
            return False
        return not any(begin <= now < end for begin, end in self.seat.away)


def play(callers: Iterable[Caller], seats: Iterable[Seat], until: float = NEVER) -> list[Offer]:
    """Every offer in order of time, up to a moment: who never gives up may be offered for ever."""
    return _Play(callers, seats).offers(until)


def place_of(entered_at: float, waiting_since: Iterable[float]) -> int:
    """The position (1 is next) at which a kept place enters the queue in the caller's stead.

    Counted anew when it enters: whoever was ahead when the caller hung up may have been answered
    since, and with the old number those behind would have jumped.
    """
    return 1 + sum(other < entered_at for other in waiting_since)


class _Play:
    """One play; at each moment at which something may change, whoever can be is offered."""

    def __init__(self, callers: Iterable[Caller], seats: Iterable[Seat]) -> None:
        self._coming = sorted(callers, key=lambda caller: caller.enters_at)
        self._places = [_Place(seat) for seat in seats]
        self._waiting: list[_Turn] = []
        self._told: list[Offer] = []
        self._last_rung: dict[str, int] = {}  # queue -> index of the seat
        self._moments = [caller.enters_at for caller in self._coming]
        self._moments += [end for place in self._places for _, end in place.seat.away]
        heapq.heapify(self._moments)

    def offers(self, until: float) -> list[Offer]:
        """Play to the end."""
        while self._moments and self._moments[0] < until:
            now = heapq.heappop(self._moments)
            while self._moments and self._moments[0] == now:
                heapq.heappop(self._moments)
            while self._coming and self._coming[0].enters_at <= now:
                self._waiting.append(_Turn(self._coming.pop(0)))
            self._waiting = [turn for turn in self._waiting if now < turn.gone_at]
            self._offer_all(now)
        return self._told

    def _offer_all(self, now: float) -> None:
        """Offer whoever can be, the first first; a caller between two seats holds one back."""
        if all(now < place.busy_until for place in self._places):
            return
        held_back: set[int] = set()
        for turn in sorted(self._waiting, key=lambda turn: -WEIGHTS[turn.caller.queue]):
            if now < turn.rings_until:
                continue
            queue = turn.caller.queue
            free = self._free(now, queue)
            closed = held_back | self._held_for_heavier(now, queue) if free else held_back
            free = [index for index in free if index not in closed]
            if not free:
                continue
            if now < turn.rings_until + RETRY_SECONDS:
                held_back.add(free[0])
            else:
                self._offer(turn, free[0], now)

    def _free(self, now: float, queue: str) -> list[int]:
        """Indexes of the free seats: by penalty, then in turn after the one that rang last."""
        first = self._last_rung.get(queue, -1) + 1
        count = len(self._places)
        free = [i for i, place in enumerate(self._places) if place.is_free(now, queue)]
        return sorted(free, key=lambda i: (self._places[i].seat.penalty, (i - first) % count))

    def _held_for_heavier(self, now: float, queue: str) -> set[int]:
        """Seats that a queue of higher weight could need: all it has, or as good as none."""
        held: set[int] = set()
        for heavier in (name for name, weight in WEIGHTS.items() if weight > WEIGHTS[queue]):
            callers = sum(turn.caller.queue == heavier for turn in self._waiting)
            free = self._free(now, heavier) if callers else ()
            held |= set(free) if callers >= len(free) else set()
        return held

    def _offer(self, turn: _Turn, index: int, now: float) -> None:
        caller, place = turn.caller, self._places[index]
        seat = place.seat
        rings = RING_SECONDS if seat.name in caller.missed_by else caller.rings_seconds
        until = min(now + min(rings, RING_SECONDS), turn.gone_at)
        answered = rings < RING_SECONDS and until < turn.gone_at
        self._last_rung[caller.queue] = index
        self._told.append(
            Offer(now, caller.name, caller.queue, seat.name, until if answered else None)
        )
        turn.rings_until = place.busy_until = until
        if answered:
            self._waiting.remove(turn)
            self._talk(caller, place, now)
        self._wake(place.busy_until, until + RETRY_SECONDS)

    def _talk(self, caller: Caller, place: _Place, offered_at: float) -> None:
        rings_back = caller.picks_up_seconds if caller.keeps_place_at <= offered_at else 0.0
        place.busy_until += rings_back + caller.talks_seconds
        wrapped_up = math.floor(place.busy_until) + WRAP_UP_SECONDS[caller.queue]
        wrapped_up = max(wrapped_up, place.busy_until)
        place.wrapped_up[caller.queue] = wrapped_up
        self._wake(wrapped_up)

    def _wake(self, *moments: float) -> None:
        for moment in moments:
            heapq.heappush(self._moments, moment)
