"""Trails -> figures: summed up by unit, place, item, seat and so on, interval by interval."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from callcenter.tickets.evaluation.case import Case
from callcenter.tickets.evaluation.duty import Limits, Trail
from callcenter.tickets.evaluation.figure import Figure, Sum, Value, compute
from callcenter.tickets.evaluation.lists import SECONDS, Entry, Scope, entries
from callcenter.tickets.evaluation.periods import Interval, begins
from callcenter.tickets.evaluation.table import FIGURES
from callcenter.tickets.evaluation.trail import trail_of

By = Literal["all", "unit", "township", "cell", "item", "class", "seat", "reporter", "line"]
KEYS: Final[dict[str, Callable[[Trail, Scope], str]]] = {
    "all": lambda _trail, _scope: "",
    "township": lambda trail, _: trail.case.township,
    "cell": lambda trail, _: trail.case.cell or "",
    "item": lambda trail, _: trail.case.item or "",
    "class": lambda trail, _: (trail.case.item or "")[:1],
    "seat": lambda trail, scope: trail.seat(scope.end),
    "reporter": lambda trail, _: trail.reporter,
    "line": lambda trail, _: trail.case.line,
}


@dataclass(frozen=True)
class Wanted:
    """Which figures: of what time, known when, a row for what, and of which part of the tickets.

    `as_of` None: each interval is judged as it stood at its own end. `only` chooses by any of
    `By`; a cell chooses all cells that it holds.
    """

    since: datetime
    until: datetime
    now: datetime
    as_of: datetime | None = None
    interval: Interval = "whole"
    by: By = "all"
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> datetime:
        """The moment up to which histories are read."""
        return min(self.as_of or self.until, self.now)

    @property
    def of_units(self) -> bool:
        """Whether the question is about units, so that shares of joint handling count."""
        return self.by == "unit" or "unit" in self.only

    def has(self, figure: Figure) -> bool:
        """Whether the figure means anything for this choice."""
        return figure.of_units or not self.of_units

    @property
    def figures(self) -> list[Figure]:
        """The figures that mean something for this choice."""
        return [figure for figure in FIGURES.values() if self.has(figure)]

    def scopes(self) -> list[Scope]:
        """A scope for each interval; one that has not begun yet is left out."""
        starts = begins(self.since, self.until, self.interval)
        found = []
        for since, after in zip(starts, [*starts[1:], self.until], strict=True):
            end = min(after, self.known)
            if since < end:
                found.append(Scope(since, end, self.known if self.as_of else end))
        return found


@dataclass(frozen=True)
class Row:
    """The sums of one interval and one unit, township and so on ("": of all, or of none known)."""

    scope: Scope
    key: str
    sums: dict[str, Sum]

    def values(self, figures: Iterable[Figure]) -> dict[str, Value]:
        """The figures by their names, not rounded."""
        return {figure.name: compute(figure, self.sums) for figure in figures}


@dataclass(slots=True)
class _Cell:
    """Of an interval and a key: how many stand in each list, and the seconds of some."""

    times: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SECONDS, 0.0))

    def take(self, times: Mapping[str, int], many: int) -> None:
        """So many that stand alike; a page comes here some thousand times."""
        found = self.times
        for name, often in times.items():
            found[name] += many * often

    def sums(self) -> dict[str, Sum]:
        """Of the lists in which anything stands."""
        amount = self.seconds.get
        return {name: Sum(many, amount(name, many)) for name, many in self.times.items() if many}


class Behind(NamedTuple):
    """An entry of a list, with its ticket."""

    case: Case
    entry: Entry


class Count:
    """Told one ticket after the other, in any order; keeps sums and no tickets."""

    def __init__(self, wanted: Wanted, limits: Limits) -> None:
        self._wanted, self._limits = wanted, limits
        self._scopes = wanted.scopes()
        self._begins = [scope.since for scope in self._scopes]
        self._cells: defaultdict[tuple[int, str], _Cell] = defaultdict(_Cell)

    def take(self, case: Case, within: Set[int] | None = None) -> None:
        """Count a ticket; in these intervals only, where some are named."""
        trail = trail_of(case, self._limits)
        for place in self._places(trail):
            scope = self._scopes[place]
            if (within is None or place in within) and is_chosen(trail, self._wanted, scope):
                self._add(place, trail, scope)

    def add(
        self,
        place: int,
        key: str,
        times: Mapping[str, int],
        many: int,
        seconds: Mapping[str, float],
    ) -> None:
        """Count so many tickets that stand alike in these lists, summed up elsewhere.

        Args:
            place: Of the interval.
            key: Whose they are.
            times: How often each of them stands in each list.
            many: How many they are.
            seconds: Of all of them together, in the lists whose amounts are seconds.
        """
        cell = self._cells[place, key]
        cell.take(times, many)
        for name, amount in seconds.items():
            cell.seconds[name] += amount

    def _add(self, place: int, trail: Trail, scope: Scope) -> None:
        by_unit = self._wanted.by == "unit"
        key = "" if by_unit else KEYS[self._wanted.by](trail, scope)
        for entry in entries(trail, scope):
            if counts(entry, self._wanted):
                cell = self._cells[place, entry.unit if by_unit else key]
                cell.times[entry.list] += 1
                if entry.list in cell.seconds:
                    cell.seconds[entry.list] += entry.amount

    def rows(self) -> list[Row]:
        """A row for each interval and key; every interval has one where nothing is told apart."""
        if self._wanted.by == "all":
            for place in range(len(self._scopes)):
                self._cells[place, ""].take({}, 0)
        return [
            Row(self._scopes[place], key, told)
            for (place, key), cell in sorted(self._cells.items(), key=itemgetter(0))
            if (told := cell.sums()) or self._wanted.by == "all"
        ]

    def _places(self, trail: Trail) -> range:
        """The intervals in which the ticket may stand: from its first move to its last end."""
        moments = [event.at for event in trail.events]
        moments += [duty.begun_at for duty in trail.duties]
        if not moments or not self._scopes:
            return range(0)
        first = max(0, bisect_right(self._begins, min(moments)) - 1)
        ends = [duty.ended_at for duty in trail.duties]
        if None in ends:
            return range(first, len(self._scopes))
        last = max(moments + [end for end in ends if end])
        return range(first, bisect_right(self._begins, last))


def behind(cases: Iterable[Case], wanted: Wanted, limits: Limits, name: str) -> Iterator[Behind]:
    """The entries of a list over the period as a whole, ticket by ticket."""
    scopes = replace(wanted, interval="whole").scopes()
    for case in cases:
        trail = trail_of(case, limits)
        for scope in scopes:
            if is_chosen(trail, wanted, scope):
                for entry in entries(trail, scope):
                    if entry.list == name and counts(entry, wanted):
                        yield Behind(case, entry)


def is_chosen(trail: Trail, wanted: Wanted, scope: Scope) -> bool:
    """Whether the ticket is among those that are asked about, whatever its unit."""
    for name, value in wanted.only.items():
        if name == "unit":
            continue
        key = KEYS[name](trail, scope)
        if key != value and not (name == "cell" and value and key.startswith(value)):
            return False
    return True


def counts(entry: Entry, wanted: Wanted) -> bool:
    """Whether the entry counts for this question; shares of joint handling only for units."""
    if entry.is_joint and not wanted.of_units:
        return False
    return wanted.only.get("unit") in (None, entry.unit)
