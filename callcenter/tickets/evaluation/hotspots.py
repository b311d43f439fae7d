"""Where more is reported than before: items and places, against two earlier stretches of time.

The mark is plain: if as much were to be expected in both stretches, how likely would be so large
a part in the later one? (The exact test of two Poisson counts, one-sided: a binomial tail.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import comb, erfc, sqrt

STRONG = 10  # a mark that many times rarer is a strong one
LARGEST_EXACT = 4_000  # beyond, 2**n is a waste of time and the normal curve is near enough

Spot = tuple[str, str]  # item, cell


@dataclass(frozen=True)
class HotSpot:
    """An item in a place; `marks` 0: may well be chance, 1: hardly, 2: next to never."""

    item: str
    cell: str
    count: int
    before: int  # in as long a stretch just before
    last_year: int  # in the same stretch a year before
    chance: float  # that as much or more would be seen, were nothing different from before
    chance_last_year: float
    marks: int
    marks_last_year: int


def hot_spots(
    now: Mapping[Spot, int],
    before: Mapping[Spot, int],
    last_year: Mapping[Spot, int],
    level: float,
) -> list[HotSpot]:
    """Every item and place that was reported now, the least chance first."""
    found = []
    for (item, cell), count in now.items():
        was, year = before.get((item, cell), 0), last_year.get((item, cell), 0)
        chance, yearly = chance_of(count, was), chance_of(count, year)
        marks = (marks_of(chance, level), marks_of(yearly, level))
        found.append(HotSpot(item, cell, count, was, year, chance, yearly, *marks))
    return sorted(found, key=lambda spot: (spot.chance, -spot.count, spot.item, spot.cell))


def marks_of(chance: float, level: float) -> int:
    """0, 1 or 2 marks: not rarer than `level`, rarer, ten times as rare."""
    return (chance <= level) + (chance <= level / STRONG)


@lru_cache(maxsize=50_000)
def chance_of(count: int, before: int) -> float:
    """How likely `count` or more of all `count + before` fall into the later of two equal parts."""
    total = count + before
    if total > LARGEST_EXACT:
        return _normal(count, total)
    favourable = sum(comb(total, k) for k in range(count, total + 1))
    return float(favourable / 2**total)


def _normal(count: int, total: int) -> float:
    return 0.5 * erfc((count - 0.5 - total / 2) / sqrt(total / 2))
