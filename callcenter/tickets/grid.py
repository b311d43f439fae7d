"""The grid: cells of four levels, and the cell that a point lies in.

The rule for edges: a point on the border of several cells belongs to the one with the lowest code.
As codes of parents are the beginnings of their children's, the rule gives the same answer whether
one asks for a cell and goes up or asks for its parent directly.

Source: domain.md's table of levels; codes of 6, 9, 12 and 15 digits.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import shapely
from pydantic import BaseModel, Field, ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from callcenter.errors import BadInputError, NotFoundError

CODE_DIGITS = {1: 6, 2: 9, 3: 12, 4: 15}
FINEST = 4
AREA_TOLERANCE = 1e-6  # of a parent's area; its children must fill it to this


@dataclass(frozen=True)
class Wgs84Point:
    """A point in degrees, datum WGS-84 as GPS gives it (not GCJ-02, not BD-09)."""

    longitude: float
    latitude: float


@dataclass(frozen=True)
class Cell:
    """One cell of the grid and who answers for it."""

    code: str  # 6, 9, 12 or 15 digits at level 1, 2, 3, 4
    level: int  # 1 county, 2 township, 3 village or community, 4 basic grid
    name: str
    parent: str | None  # the code one level up; None for the county
    leader: str = ""  # a role, 网格长
    patroller: str = ""  # a role, 监督员


class _Properties(BaseModel):
    code: Annotated[str, Field(pattern=r"^\d+$")]
    level: Literal[1, 2, 3, 4]
    name: Annotated[str, Field(min_length=1)]
    leader: str = ""
    patroller: str = ""


class Grid:
    """The cells of one county. Immutable; a changed file is loaded as a new Grid."""

    def __init__(self, cells: list[Cell], borders: list[BaseGeometry]) -> None:
        self._cells = {cell.code: cell for cell in cells}
        self._levels: dict[int, tuple[list[str], shapely.STRtree]] = {}
        for level in CODE_DIGITS:
            here = [
                (cell.code, border)
                for cell, border in zip(cells, borders, strict=True)
                if cell.level == level
            ]
            here.sort(key=lambda one: one[0])  # so that the lowest index is the lowest code
            tree = shapely.STRtree([border for _, border in here])
            self._levels[level] = ([code for code, _ in here], tree)

    @classmethod
    def load(cls, path: Path) -> "Grid":
        """The grid of a GeoJSON file (RFC 7946: WGS-84, longitude first).

        Raises:
            BadInputError: Names the file, the cell and the fault: a bad code, a missing parent,
                a broken border, or children that overlap or leave gaps.
        """
        cells, borders = [], []
        for number, feature in enumerate(_features(path), 1):
            cell, border = _read_cell(feature, f"{path.name}, feature {number}")
            cells.append(cell)
            borders.append(border)
        _check_tree(cells, path.name)
        _check_cover(cells, borders, path.name)
        return cls(cells, borders)

    def cell(self, code: str) -> Cell:
        """The cell of a code.

        Raises:
            NotFoundError: The grid has no such cell.
        """
        try:
            return self._cells[code]
        except KeyError:
            raise NotFoundError(f"the grid has no cell {code}") from None

    def cells(self, level: int) -> list[Cell]:
        """All cells of a level, by code."""
        return [self._cells[code] for code in self._levels[level][0]]

    def cell_at(self, point: Wgs84Point, level: int = FINEST) -> Cell | None:
        """The cell of a level that holds the point, edges by the module's rule; None: outside."""
        codes, tree = self._levels[level]
        spot = shapely.Point(point.longitude, point.latitude)
        touched = tree.query(spot, predicate="intersects").tolist()
        return self._cells[codes[min(touched)]] if touched else None

    def path(self, code: str) -> tuple[Cell, ...]:
        """From the county down to the cell of the code.

        Raises:
            NotFoundError: The grid has no such cell.
        """
        cell = self.cell(code)
        return (*self.path(cell.parent), cell) if cell.parent else (cell,)


def _features(path: Path) -> list[Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be read as JSON: {error}") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not features:
        raise BadInputError(f"{path.name} holds no GeoJSON features (want a FeatureCollection)")
    return features


def _read_cell(feature: Any, where: str) -> tuple[Cell, BaseGeometry]:
    try:
        said = _Properties.model_validate(feature["properties"])
        border = shape(feature["geometry"])
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"{where}: {name}: {first['msg']}") from error
    except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
        raise BadInputError(f"{where}: no readable properties and geometry: {error}") from error
    digits = CODE_DIGITS[said.level]
    if len(said.code) != digits:
        fault = f"has {len(said.code)} digits, level {said.level} takes {digits}"
        raise BadInputError(f"{where}: code {said.code} {fault}")
    _check_border(border, f"{where} ({said.code})")
    parent = said.code[: CODE_DIGITS[said.level - 1]] if said.level > 1 else None
    return Cell(said.code, said.level, said.name, parent, said.leader, said.patroller), border


def _check_border(border: BaseGeometry, where: str) -> None:
    if border.geom_type not in ("Polygon", "MultiPolygon") or border.is_empty:
        raise BadInputError(f"{where}: a cell's border is a Polygon or MultiPolygon with an area")
    if not border.is_valid:
        raise BadInputError(f"{where}: broken border: {shapely.is_valid_reason(border)}")
    west, south, east, north = border.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadInputError(f"{where}: not in degrees of longitude and latitude")


def _check_tree(cells: list[Cell], file: str) -> None:
    codes: set[str] = set()
    for cell in cells:
        if cell.code in codes:
            raise BadInputError(f"{file}: code {cell.code} stands twice")
        codes.add(cell.code)
    if sum(cell.parent is None for cell in cells) != 1:
        raise BadInputError(f"{file}: a grid has one county (level 1), no more and no less")
    for cell in cells:
        if cell.parent and cell.parent not in codes:
            raise BadInputError(f"{file}: cell {cell.code} has no parent {cell.parent} in the file")


def _check_cover(cells: list[Cell], borders: list[BaseGeometry], file: str) -> None:
    """Children that fill their parent have, within rounding, its area between them."""
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
