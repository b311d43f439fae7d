"""The county folder as one thing: its names and its grid."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from callcenter.errors import BadInputError, NotFoundError
from callcenter.tickets.grid import LEVEL_OF_DIGITS, Grid
from callcenter.tickets.outside import Around, read_around
from callcenter.tickets.places import Place, Places, read_places

DATUM = "WGS-84"


@dataclass(frozen=True, eq=False)
class County:
    """One county, as `load_county` checked it."""

    code: str  # 6 digits
    name: str
    grid: Grid
    places: Places
    around: Around = Around()  # whom a call from outside the county is forwarded to


def load_county(folder: Path) -> County:
    """The county of a folder with county.toml, grid.geojson and places.csv.

    Raises:
        BadInputError: Names the file, the line or cell, and the fault.
    """
    told = _read_toml(folder / "county.toml")
    grid = Grid.load(folder / "grid.geojson")
    places = read_places(folder / "places.csv")
    for row, fault in misplaced(grid, places):
        raise BadInputError(f"places.csv, line {row + 2}: {fault}")
    around = read_around(folder / "county.toml")
    return County(told["code"], told["name"], grid, Places(places), around)


def misplaced(grid: Grid, places: Sequence[Place]) -> Iterator[tuple[int, str]]:
    """The places whose point lies elsewhere than their code says: index and fault, in order.

    On an edge between cells the code may be that of either.
    """
    borders = np.array([_border(grid, place.code) for place in places], dtype=object)
    shapely.prepare(borders)
    spots = shapely.points([one.degrees for one in places])
    within = shapely.intersects(borders, spots)  # False where the border is None
    for index in np.flatnonzero(~within).tolist():
        yield index, _misfit(grid, places[index])


def _read_toml(path: Path) -> dict[str, str]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be read: {error}") from error
    missing = [key for key in ("code", "name", "datum") if not isinstance(told.get(key), str)]
    if missing:
        raise BadInputError(f"{path.name}: {missing[0]} is missing; it must be a text")
    if told["datum"] != DATUM:
        raise BadInputError(f"{path.name}: datum {told['datum']!r}; this folder must be in {DATUM}")
    return told


def _border(grid: Grid, code: str) -> BaseGeometry | None:
    try:
        return grid.border(code)
    except NotFoundError:
        return None


def _misfit(grid: Grid, place: Place) -> str:
    level = LEVEL_OF_DIGITS.get(len(place.code))
    if level is None or _border(grid, place.code) is None:
        return f"code {place.code} is not in the grid"
    cell = grid.cell_at(place.point, level) if place.point else None
    lies = f"in {cell.code}" if cell else "outside the county"
    return f"code {place.code}, but its point lies {lies}"
