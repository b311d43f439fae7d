"""Which cells are near a place, at each level of the grid, and how two places lie to each other."""

from functools import lru_cache
from math import hypot

import shapely

from callcenter.errors import NotFoundError
from callcenter.tickets.cells import CODE_DIGITS, FINEST, LEVEL_OF_DIGITS, Wgs84Point
from callcenter.tickets.grid import Grid
from callcenter.tickets.metres import metres_per_degree

COARSEST = 2  # a township; who names only the county names no place
VILLAGE_DIGITS = CODE_DIGITS[3]
KEPT = 20_000  # pairs of cells


class Near:
    """What lies near what in one grid."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.touch = lru_cache(KEPT)(self._touch)

    def to_look_in(self, cell: str | None, point: Wgs84Point | None, metres: float) -> list[str]:
        """The codes under which tickets of the same matter may stand; none: no place is known.

        Basic cells within so many metres, those that a coarser cell holds, and what holds them.
        """
        if cell is None or LEVEL_OF_DIGITS.get(len(cell), 0) < COARSEST:
            return []
        try:
            border = self._grid.border(cell)
        except NotFoundError:  # of a grid before this one
            return [cell]
        shape = shapely.Point(point.longitude, point.latitude) if point else border
        west, south, east, north = shape.bounds
        wide, high = metres_per_degree(south)
        around = shapely.box(
            west - metres / wide, south - metres / high, east + metres / wide, north + metres / high
        )
        basic = [one.code for one in self._grid.touching(around)]
        found = {code[:digits] for code in basic for digits in list(CODE_DIGITS.values())[1:]}
        return sorted(found | {cell})

    def _touch(self, one: str, other: str) -> bool:
        """Whether two basic cells have a border or a corner in common."""
        try:
            return bool(self._grid.border(one).intersects(self._grid.border(other)))
        except NotFoundError:
            return False


def metres_between(one: Wgs84Point, other: Wgs84Point) -> float:
    """How far apart, as the crow flies."""
    east, north = metres_per_degree((one.latitude + other.latitude) / 2)
    return hypot((one.longitude - other.longitude) * east, (one.latitude - other.latitude) * north)


def is_within(cell: str, other: str) -> bool:
    """Whether one of them holds the other, at whatever level but the county's."""
    short, long = sorted((cell, other), key=len)
    return short != long and len(short) >= CODE_DIGITS[COARSEST] and long.startswith(short)


def same_village(cell: str, other: str) -> bool:
    """Whether both lie in one village."""
    both = min(len(cell), len(other)) >= VILLAGE_DIGITS
    return both and cell[:VILLAGE_DIGITS] == other[:VILLAGE_DIGITS]


def is_basic(cell: str) -> bool:
    """Whether it is a cell of the finest level."""
    return len(cell) == CODE_DIGITS[FINEST]
