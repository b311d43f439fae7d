"""One named place, and the CSV files that hold many."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf, nan
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.grid import Wgs84Point

COLUMNS = ("name", "kind", "code", "longitude", "latitude", "aliases")
NEEDED = COLUMNS[:3]  # of a file that need not have points
ALIAS_SEPARATOR = "|"
SHORTEST_NAME = 2  # characters


class PlaceKind(StrEnum):
    """What sort of thing a name names, the coarsest first."""

    PROVINCE = "province"
    CITY = "city"  # of several counties, 地级市; one without counties is a COUNTY
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    STREET = "street"
    COMPOUND = "compound"  # 小区, 家属院, 花园
    LANDMARK = "landmark"


# The grid level that naming one reaches. A province or city holds whole grids: level 0, no cell.
LEVELS = {
    PlaceKind.PROVINCE: 0,
    PlaceKind.CITY: 0,
    PlaceKind.COUNTY: 1,
    PlaceKind.TOWNSHIP: 2,
    PlaceKind.VILLAGE: 3,
    PlaceKind.STREET: 4,
    PlaceKind.COMPOUND: 4,
    PlaceKind.LANDMARK: 4,
}

RANKS = {kind: rank for rank, kind in enumerate(PlaceKind)}  # 0 the coarsest

# Divisions that hold others, with the digits of their codes; longer ones are cut: 140728000000
# is how statistics write 140728. A village's code is kept: it has its township's 9 digits or 12.
CODE_DIGITS = {
    PlaceKind.PROVINCE: 2,
    PlaceKind.CITY: 4,
    PlaceKind.COUNTY: 6,
    PlaceKind.TOWNSHIP: 9,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A named place."""

    name: str
    kind: PlaceKind
    code: str  # its own code if a division, else that of the finest division that holds it
    point: Wgs84Point | None  # None: a division whose place on the map nobody stated
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """The grid level that naming it reaches: 1 county to 4 basic grid, 0 above the county."""
        return LEVELS[self.kind]

    @property
    def degrees(self) -> tuple[float, float]:
        """Longitude and latitude; infinite, so on no map, where it has no point."""
        return (self.point.longitude, self.point.latitude) if self.point else (inf, inf)


def read_places(path: Path, *, points: bool = True) -> list[Place]:
    """The lines of a places file; datum WGS-84.

    Args:
        path: A CSV file with the columns of COLUMNS, UTF-8.
        points: Whether every place needs a point; without, a line may leave both degrees empty,
            only the columns of NEEDED must be there, and names of one character are passed over.

    Raises:
        BadInputError: Names the file, the line and the fault.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_read_lines(csv.reader(file, strict=True), path.name, points))
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInputError(
            f"{path.name} is no CSV file in UTF-8: {type(error).__name__}"
        ) from None


def _read_lines(lines: Iterator[list[str]], file: str, points: bool) -> Iterator[Place]:
    header = next(lines, [])
    missing = set(COLUMNS if points else NEEDED) - set(header)
    if missing:
        raise BadInputError(f"{file}: no column {', '.join(sorted(missing))}")
    order = [header.index(column) if column in header else len(header) for column in COLUMNS]
    shared: dict[str, str] = {}  # villages of one township may have one code: keep it once
    for number, line in enumerate(lines, 2):
        if not line:
            continue
        where = f"{file}, line {number}"
        if len(line) != len(header):
            raise BadInputError(f"{where}: {len(line)} fields, but {len(header)} columns")
        line.append("")  # what a column says that is not there
        name, kind, code, longitude, latitude, aliases = [line[at] for at in order]
        if len(name) < SHORTEST_NAME and not points:
            continue  # a national list has villages named 庄: nobody could be found by that
        if len(name) < SHORTEST_NAME:
            raise BadInputError(f"{where}: name has fewer than two characters; nobody could say it")
        point = _read_point(longitude, latitude, where, points)
        known, code = _read_division(kind, code, where)
        yield Place(name, known, shared.setdefault(code, code), point, _read_aliases(aliases))


def _read_division(kind: str, code: str, where: str) -> tuple[PlaceKind, str]:
    try:
        known = PlaceKind(kind)
    except ValueError:
        raise BadInputError(f"{where}: kind {kind!r} is none of {', '.join(PlaceKind)}") from None
    if not (code.isascii() and code.isdigit()):
        raise BadInputError(f"{where}: code {code!r} is not all digits")
    return known, code[: CODE_DIGITS.get(known)]


def _read_point(longitude: str, latitude: str, where: str, needed: bool) -> Wgs84Point | None:
    if not (longitude or latitude or needed):
        return None
    try:
        point = Wgs84Point(float(longitude), float(latitude))
    except ValueError:
        point = Wgs84Point(nan, nan)
    if not (abs(point.longitude) <= 180 and abs(point.latitude) <= 90):  # nor not a number
        raise BadInputError(f"{where}: longitude and latitude are not degrees")
    return point


def _read_aliases(told: str) -> tuple[str, ...]:
    if not told:
        return ()
    return tuple(one for one in told.split(ALIAS_SEPARATOR) if len(one) >= SHORTEST_NAME)
