"""The queue wall: the figures of the last 24 hours, kept by folding anew what a fact has changed.

No figure is kept: the calls of the window are, and everything is counted from them each time, so
the wall of a process that has just started equals that of one which has run for a year.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from callcenter.agents.numbers.count import Counted, Wanted, rows
from callcenter.agents.numbers.figure import Value, compute
from callcenter.agents.numbers.fold import READ, fold_call, identity
from callcenter.agents.numbers.periods import midnight
from callcenter.agents.numbers.scope import Scope
from callcenter.agents.numbers.staff import Roster, Span, spans
from callcenter.agents.numbers.table import FIGURES
from callcenter.agents.numbers.told import Outcome, Told
from callcenter.facts import AgentMoved, CallFact, Fact, Line

WINDOW: Final = timedelta(hours=24)
LONGEST_CALL: Final = timedelta(hours=12)
AHEAD: Final = timedelta(minutes=1)  # Asterisk's clock may be a little before ours
ABANDONED: Final = 30  # shown, the newest
SHOWN: Final = (
    "offered", "answered", "abandoned", "abandoned_short", "kept", "connected_rate",
    "within_10", "within_15", "within_20", "mean_wait", "longest_wait",
)  # fmt: skip

OF_AGENTS: Final = ("parts", "talk", "occupancy")  # of each agent, today


@dataclass(frozen=True)
class Waiting:
    """A caller in a queue; `since` is set back by the waits of earlier visits."""

    call: Told
    queue: str
    since: datetime


@dataclass(frozen=True)
class GivenUp:
    """A caller who gave up within the window, and whether they were reached since."""

    call: Told
    queue: str
    waited: float | None
    is_reached: bool


@dataclass(frozen=True)
class WallNow:
    """What the wall shows; figures by line and stretch ("today", "hour", "day": 24 hours)."""

    lines: dict[str, dict[str, dict[str, Value]]]
    waiting: list[Waiting]
    abandoned: list[GivenUp]
    agents: dict[str, dict[str, Value]]  # figures of today, by agent


class Wall:
    """The calls and shifts of the window; told every fact, in any order, as often as may be."""

    def __init__(self) -> None:
        self._facts: defaultdict[str, dict[tuple[object, ...], CallFact]] = defaultdict(dict)
        self._calls: dict[str, Told] = {}
        self._changed: set[str] = set()
        self._moves: dict[tuple[str, int], AgentMoved] = {}

    def take(self, fact: Fact) -> bool:
        """Whether the fact may change a figure."""
        if isinstance(fact, AgentMoved):
            return self._moves.setdefault((fact.agent, fact.number), fact) is fact
        if not isinstance(fact, CallFact) or type(fact) not in READ:
            return False
        known = self._facts[fact.call_id]
        if identity(fact) in known:
            return False
        known[identity(fact)] = fact
        self._changed.add(fact.call_id)
        return True

    def calls(self, now: datetime) -> dict[str, Told]:
        """The calls of the window; they are never changed again, only replaced."""
        for call_id in self._changed:
            self._calls[call_id] = fold_call(self._facts[call_id].values())
        self._changed.clear()
        for call_id in [one.call_id for one in self._calls.values() if _is_past(one, now)]:
            del self._calls[call_id], self._facts[call_id]
        return dict(self._calls)

    def staff(self, now: datetime) -> list[Span]:
        """The agents' stretches of the window, in order of time."""
        found = spans(self._moves.values())
        past = {
            (agent, number) for agent, number in self._moves if self._is_past(agent, number, now)
        }
        for move in past:
            del self._moves[move]
        return found

    def _is_past(self, agent: str, number: int, now: datetime) -> bool:
        later = self._moves.get((agent, number + 1))
        return later is not None and later.at < now - WINDOW


def wall_of(calls: Mapping[str, Told], staff: Sequence[Span], now: datetime) -> WallNow:
    """Everything on the wall, counted anew."""
    starts = {"today": midnight(now), "hour": now - timedelta(hours=1), "day": now - WINDOW}
    lines = {
        line.value: {name: _figures(calls, line, since, now) for name, since in starts.items()}
        for line in Line
    }
    waiting, abandoned = _waiting(calls.values(), now), _abandoned(calls, now)
    return WallNow(lines, waiting, abandoned, _agents(calls, staff, now))


def _agents(
    calls: Mapping[str, Told], staff: Sequence[Span], now: datetime
) -> dict[str, dict[str, Value]]:
    """Of everybody who was signed in today, by name; callers play no part in it."""
    since = midnight(now)
    today = [span for span in staff if span.until is None or span.until > since]
    answered = {name: call for name, call in calls.items() if call.parts}
    every = Counted(answered, today, [], Roster(staff))
    found = rows(every, Wanted(since, now + AHEAD, now, by="agent"))
    asked = [FIGURES[name] for name in OF_AGENTS]
    return {row.key: row.values(asked) for row in found if row.key}


def _figures(
    calls: Mapping[str, Told], line: Line, since: datetime, now: datetime
) -> dict[str, Value]:
    """As `rows` of count.py would share them out, without what seats did: this is asked often."""
    until = now + AHEAD
    of_line = [call for call in calls.values() if call.line == line and not call.placed]
    arrived = [call for call in of_line if since <= call.at < until]
    scope = Scope(since, until, now, calls=arrived)
    return {name: compute(FIGURES[name], scope) for name in SHOWN}


def _waiting(calls: Iterable[Told], now: datetime) -> list[Waiting]:
    found = []
    for call in calls:
        last = call.visits[-1] if call.visits else None
        if last and last.outcome is Outcome.WAITING and not call.ended_at:
            first = call.outcome() is Outcome.WAITING
            earlier = sum(v.waited or 0.0 for v in call.visits[:-1]) if first else 0.0
            since = last.at - timedelta(seconds=earlier)
            found.append(Waiting(call, last.queue, since))
    return sorted(found, key=lambda one: (one.since, one.call.call_id))


def _abandoned(calls: Mapping[str, Told], now: datetime) -> list[GivenUp]:
    reached = Counted(dict(calls)).reached()
    found = [
        GivenUp(call, call.visits[-1].queue, call.waited(now), reached.at_last(call))
        for call in calls.values()
        if call.outcome() is Outcome.ABANDONED and call.at >= now - WINDOW
    ]
    found.sort(key=lambda one: (one.call.at, one.call.call_id), reverse=True)
    return found[:ABANDONED]


def _is_past(call: Told, now: datetime) -> bool:
    return call.at < now - WINDOW and (call.ended_at or call.at + LONGEST_CALL) < now
