"""The county folder as one thing: its names and its grid."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.grid import Grid
from callcenter.tickets.places import Place, Places, read_places

DATUM = "WGS-84"


@dataclass(frozen=True, eq=False)
class County:
    """One county, as `load_county` checked it."""

    code: str  # 6 digits
    name: str
    grid: Grid
    places: Places


def load_county(folder: Path) -> County:
    """The county of a folder with county.toml, grid.geojson and places.csv.

    Raises:
        BadInputError: Names the file, the line or cell, and the fault.
    """
    told = _read_toml(folder / "county.toml")
    grid = Grid.load(folder / "grid.geojson")
    places = read_places(folder / "places.csv")
    for line, place in enumerate(places, 2):
        _check_place(grid, place, f"places.csv, line {line}")
    return County(told["code"], told["name"], grid, Places(places))


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


def _check_place(grid: Grid, place: Place, where: str) -> None:
    level = min(place.level, 3)
    cell = grid.cell_at(place.point, level) if place.point else None
    if cell is None or not (cell.code == place.code or place.code.startswith(cell.code)):
        lies = cell.code if cell else "outside the county"
        raise BadInputError(f"{where}: code {place.code}, but its point lies in {lies}")
