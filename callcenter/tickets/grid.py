"""The grid: cells of four levels, and the cell that a point lies in.

The rule for edges: a point on the border of several cells belongs to the one with the lowest code.
As codes of parents are the beginnings of their children's, the rule gives the same answer whether
one asks for a cell and goes up or asks for its parent directly.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from callcenter.errors import BadInputError, NotFoundError
from callcenter.tickets.cells import CODE_DIGITS, FINEST, LEVEL_OF_DIGITS, Cell, Wgs84Point
from callcenter.tickets.imports.gridfile import read_grid_file

__all__ = ["CODE_DIGITS", "FINEST", "LEVEL_OF_DIGITS", "Cell", "Grid", "Wgs84Point"]

AREA_TOLERANCE = 1e-6  # of a parent's area; its children must fill it to this
SOME = 512  # points at a time: so few stay in the processor's cache, which is faster by a third


class Grid:
    """The cells of one county. Immutable; a changed file is loaded as a new Grid."""

    def __init__(self, cells: Sequence[Cell], borders: Sequence[BaseGeometry]) -> None:
        self._cells = {cell.code: cell for cell in cells}
        self._borders = {cell.code: border for cell, border in zip(cells, borders, strict=True)}
        self._levels: dict[int, tuple[list[Cell], shapely.STRtree]] = {}
        for level in CODE_DIGITS:
            # By code, so that the lowest index is the lowest code.
            here = sorted((cell for cell in cells if cell.level == level), key=lambda c: c.code)
            self._levels[level] = here, shapely.STRtree([self._borders[c.code] for c in here])

    @classmethod
    def load(cls, path: Path) -> "Grid":
        """The grid of a GeoJSON file (RFC 7946: WGS-84, longitude first).

        Raises:
            BadInputError: Names the file, the cell and the fault: a bad code, a missing parent,
                a broken border, or children that overlap or leave gaps.
        """
        read = read_grid_file(path)
        if read.faults:
            first, more = read.faults.kept[0], read.faults.count - 1
            raise BadInputError(f"{first}" + (f" (and {more} more faults)" if more else ""))
        _check_cover(read.cells, read.borders, path.name)
        return cls(read.cells, read.borders)

    @property
    def county(self) -> Cell:
        """The cell of level 1."""
        return self._levels[1][0][0]

    def cell(self, code: str) -> Cell:
        """The cell of a code.

        Raises:
            NotFoundError: The grid has no such cell.
        """
        try:
            return self._cells[code]
        except KeyError:
            raise NotFoundError(f"the grid has no cell {code}") from None

    def border(self, code: str) -> BaseGeometry:
        """The border of a cell, in degrees.

        Raises:
            NotFoundError: The grid has no such cell.
        """
        return self._borders[self.cell(code).code]

    def cells(self, level: int) -> list[Cell]:
        """All cells of a level, by code."""
        return list(self._levels[level][0])

    def cell_at(self, point: Wgs84Point, level: int = FINEST) -> Cell | None:
        """The cell of a level that holds the point, edges by the module's rule; None: outside."""
        cells, tree = self._levels[level]
        # An array of one: shapely takes twice as long for a point alone.
        spot = shapely.points([(point.longitude, point.latitude)])
        touched = tree.query(spot, predicate="intersects")[1].tolist()
        return cells[min(touched)] if touched else None

    def finest_at(self, point: Wgs84Point, level: int = FINEST) -> Cell | None:
        """The finest cell down to a level that holds the point: not every cell has some below."""
        cells = (self.cell_at(point, finer) for finer in range(level, 0, -1))
        return next((cell for cell in cells if cell), None)

    def cells_at(
        self, longitudes: ArrayLike, latitudes: ArrayLike, level: int = FINEST
    ) -> list[Cell | None]:
        """What `cell_at` says of each point, for many points at once; degrees, WGS-84."""
        cells, tree = self._levels[level]
        spots = np.column_stack([longitudes, latitudes])
        choice: list[Cell | None] = [*cells, None]
        found: list[Cell | None] = []
        for start in range(0, len(spots), SOME):
            some = shapely.points(spots[start : start + SOME])
            which, touched = tree.query(some, predicate="intersects")
            lowest = np.full(len(some), len(cells))
            np.minimum.at(lowest, which, touched)
            found += [choice[index] for index in lowest.tolist()]
        return found

    def touching(self, shape: BaseGeometry, level: int = FINEST) -> list[Cell]:
        """The cells of a level that a shape in degrees touches, by code."""
        cells, tree = self._levels[level]
        return [cells[index] for index in sorted(tree.query(shape, predicate="intersects"))]

    def path(self, code: str) -> tuple[Cell, ...]:
        """From the county down to the cell of the code.

        Raises:
            NotFoundError: The grid has no such cell.
        """
        cell = self.cell(code)
        return (*self.path(cell.parent), cell) if cell.parent else (cell,)


def _check_cover(cells: list[Cell], borders: list[BaseGeometry], file: str) -> None:
    """Children that fill their parent have, within rounding, its area between them.

    Quick, for a file that `cover` has found right at its import.
    """
    area = {cell.code: border.area for cell, border in zip(cells, borders, strict=True)}
    filled: dict[str, list[float]] = {}
    for cell in cells:
        if cell.parent:
            filled.setdefault(cell.parent, []).append(area[cell.code])
    for code, parts in filled.items():
        excess = math.fsum(parts) / area[code] - 1
        if abs(excess) > AREA_TOLERANCE:
            fault = "overlap or reach outside it" if excess > 0 else "leave gaps in it"
            raise BadInputError(f"{file}: the cells of {code} {fault} ({excess:+.2%} of its area)")
