"""A file of names for import: CSV with the columns of `places.COLUMNS`, and `datum` if it likes.

Every row is looked at, and all that is wrong with it is told. The points come out in WGS-84.
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from callcenter.errors import BadInputError
from callcenter.tickets.cells import CODE_DIGITS, LEVEL_OF_DIGITS, Wgs84Point, widened
from callcenter.tickets.datum import Datum, read_datum, wgs84_degrees
from callcenter.tickets.imports.faults import Fault, Faults
from callcenter.tickets.imports.sheets import Row, read_sheet
from callcenter.tickets.places import ALIAS_SEPARATOR, COLUMNS, LEVELS, Place, PlaceKind

KINDS = [kind for kind in LEVELS if LEVELS[kind] > 0]  # what lies in a county, and it
DECIMALS = 9  # of a converted degree; a tenth of a millimetre
UNDECLARED = (
    "the datum is not declared: write it into the file (a column datum; in GeoJSON a member datum "
    "beside features) or say --datum gcj-02, bd-09 or wgs-84"
)


@dataclass
class Gazetteer:
    """What a file of names says, as far as it can be read; points in WGS-84."""

    places: list[Place] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # of the places, in their order
    faults: Faults = field(default_factory=Faults)
    widened: int = 0  # codes of 14 digits


def read_gazetteer(path: Path, told: Datum | None) -> Gazetteer:
    """The places of a file and all that is wrong with each row, but not whether they fit a grid.

    Args:
        path: The file.
        told: The datum of rows that do not declare their own; those that do must not differ.

    Raises:
        BadInputError: It is no such table, or its datum is not declared.
    """
    read = Gazetteer()
    datums: list[Datum] = []
    divisions: dict[str, int] = {}
    for line, row in read_sheet(path, COLUMNS, read.faults):
        datum = _datum(row, told, path.name)
        wrong = [*_row_faults(row), *_twice(row, line, divisions)]
        if datum is None:
            wrong.append(f"datum {row['datum']!r} is not known, or not what --datum says")
        read.widened += widened(row["code"]) != row["code"]
        if wrong:
            read.faults.add(Fault(f"{path.name}, line {line}", "; ".join(wrong)))
        elif datum:
            read.places.append(_place(row))
            read.lines.append(line)
            datums.append(datum)
    read.places = list(_in_wgs84(read.places, datums))
    return read


def write_gazetteer(places: Iterable[Place]) -> bytes:
    """The places as a file that the county is loaded from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place in places:
        aliases = ALIAS_SEPARATOR.join(place.aliases)
        writer.writerow((place.name, place.kind, place.code, *place.degrees, aliases))
    return out.getvalue().encode()


def _datum(row: Row, told: Datum | None, file: str) -> Datum | None:
    """None: the row's own is unknown, or differs from what was told."""
    if not row.get("datum"):
        if told is None:
            raise BadInputError(f"{file}: {UNDECLARED}")
        return told
    try:
        own = read_datum(row["datum"])
    except BadInputError:
        return None
    return own if told in (None, own) else None


def _row_faults(row: Row) -> Iterator[str]:
    if len(row["name"]) < 2:
        yield "name has fewer than two characters; nobody could be found by it"
    if row["kind"] not in KINDS:
        yield f"kind {row['kind']!r} is none of {', '.join(KINDS)}"
    yield from _code_faults(row)
    if not _is_degrees(row["longitude"], 180) or not _is_degrees(row["latitude"], 90):
        yield "longitude and latitude are not degrees"
    short = [alias for alias in row["aliases"].split(ALIAS_SEPARATOR) if len(alias.strip()) == 1]
    if short:
        yield f"alias {short[0]!r} has fewer than two characters"


def _code_faults(row: Row) -> Iterator[str]:
    code = widened(row["code"])
    if not (code.isascii() and code.isdecimal() and len(code) in LEVEL_OF_DIGITS):
        yield f"code {row['code']!r} has not 6, 9, 12 or 15 digits"
    elif row["kind"] in LEVELS:
        level = LEVELS[PlaceKind(row["kind"])]
        if 0 < level < 4 and len(code) != CODE_DIGITS[level]:
            digits = f"takes {CODE_DIGITS[level]} digits"
            yield f"code {row['code']} has {len(row['code'])} digits, kind {row['kind']} {digits}"


def _twice(row: Row, line: int, divisions: dict[str, int]) -> Iterator[str]:
    """A division has one row; streets and landmarks may share the code of what holds them."""
    if row["kind"] in LEVELS and LEVELS[PlaceKind(row["kind"])] < 4:
        first = divisions.setdefault(row["code"], line)
        if first != line:
            yield f"code {row['code']} stands twice, first in line {first}"


def _is_degrees(text: str, most: float) -> bool:
    try:
        degrees = float(text)
    except ValueError:
        return False
    return math.isfinite(degrees) and abs(degrees) <= most


def _place(row: Row) -> Place:
    """The row's place, its point still in the datum of the row."""
    said = (alias.strip() for alias in row["aliases"].split(ALIAS_SEPARATOR))
    spot = Wgs84Point(float(row["longitude"]), float(row["latitude"]))
    aliases = tuple(alias for alias in said if alias)
    return Place(row["name"], PlaceKind(row["kind"]), widened(row["code"]), spot, aliases)


def _in_wgs84(places: list[Place], datums: list[Datum]) -> Iterator[Place]:
    spots = np.array([one.degrees for one in places]).reshape(-1, 2)
    said = np.array(datums)
    for datum in set(datums) - {Datum.WGS84}:
        rows = said == datum
        there = wgs84_degrees(spots[rows, 0], spots[rows, 1], datum)
        spots[rows] = np.round(np.column_stack(there), DECIMALS)
    for place, (longitude, latitude) in zip(places, spots.tolist(), strict=True):
        yield replace(place, point=Wgs84Point(longitude, latitude))
