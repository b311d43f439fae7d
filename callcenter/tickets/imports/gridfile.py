"""A file of cells: GeoJSON read feature by feature, each fault noted, none ending the reading.

A feature's properties: `code` and `name`, which it must have; `level`, which must agree with the
code's digits; `leader` and `patroller`; others are kept as they are. Codes have 6, 9, 12 or 15
digits; 14 are widened to 15.
The datum is declared by a member `datum` beside `features`, or by a `crs` (as GeoJSON of 2008
had it) that names CRS84, EPSG:4326 or EPSG:4490.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import shapely
from pydantic import BaseModel, Field, ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from callcenter.errors import BadInputError
from callcenter.tickets.cells import CODE_DIGITS, LEVEL_OF_DIGITS, Cell, widened
from callcenter.tickets.imports.faults import Fault, Faults

_CRS_IN_WGS84 = re.compile(r"(CRS84|EPSG:+4326|EPSG:+4490)$")


class _Properties(BaseModel):
    code: str
    name: Annotated[str, Field(min_length=1)]
    level: Annotated[int, Field(ge=1, le=4)] | None = None
    leader: str = ""
    patroller: str = ""


@dataclass
class GridFile:
    """What a file of cells says, as far as it can be read."""

    cells: list[Cell] = field(default_factory=list)
    borders: list[BaseGeometry] = field(default_factory=list)  # of the cells, in their order
    where: list[str] = field(default_factory=list)  # the cells' places in the file
    said: list[dict[str, Any]] = field(default_factory=list)  # the cells' properties, as written
    faults: Faults = field(default_factory=Faults)
    datum: str | None = None  # as the file declares it
    widened: int = 0  # codes of 14 digits


def read_grid_file(path: Path) -> GridFile:
    """The cells of a file and all that is wrong with each and with their codes.

    Raises:
        BadInputError: It is no GeoJSON with features at all.
    """
    told = _parsed(path)
    read = GridFile(datum=_declared(told))
    for number, feature in enumerate(told["features"], 1):
        where = f"{path.name}, feature {number}"
        try:
            cell, border, was_widened = _read_cell(feature, where)
        except BadInputError as error:
            read.faults.add(Fault(where, error.message))
            continue
        read.cells.append(cell)
        read.borders.append(border)
        read.where.append(f"{where} ({cell.code})")
        read.said.append(feature["properties"])
        read.widened += was_widened
        read.faults.add(*_border_faults(border, read.where[-1]))
    read.faults.add(*_code_faults(read, path.name))
    return read


def _parsed(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be read as JSON: {error}") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not features:
        raise BadInputError(f"{path.name} holds no GeoJSON features (want a FeatureCollection)")
    return dict(told)


def _declared(told: dict[str, Any]) -> str | None:
    if isinstance(told.get("datum"), str):
        return str(told["datum"])
    try:
        name = str(told["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return None
    return "wgs-84" if _CRS_IN_WGS84.search(name) else None


def _read_cell(feature: Any, where: str) -> tuple[Cell, BaseGeometry, bool]:
    """The cell, its border, and whether its code was widened; a fault's text without its place."""
    try:
        said = _Properties.model_validate(feature["properties"])
        if feature["geometry"] is None:
            raise BadInputError("geometry is missing")
        with np.errstate(invalid="ignore"):  # not a number: told as a fault, not on the screen
            border = shape(feature["geometry"])
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "properties"
        raise BadInputError(f"{name}: {first['msg']}") from error
    except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
        raise BadInputError(f"no readable properties and geometry: {error}") from error
    code = widened(said.code)
    if not (code.isascii() and code.isdecimal()):
        raise BadInputError(f"code {said.code!r} is not made of digits")
    level = LEVEL_OF_DIGITS.get(len(code))
    if level is None or said.level not in (None, level):
        raise BadInputError(f"code {said.code} has {len(said.code)} digits, {_wanted(said.level)}")
    parent = code[: CODE_DIGITS[level - 1]] if level > 1 else None
    cell = Cell(code, level, said.name, parent, said.leader, said.patroller)
    return cell, border, code != said.code


def _wanted(level: int | None) -> str:
    if level is None:
        return "a code has 6, 9, 12 or 15"
    return f"level {level} takes {CODE_DIGITS[level]}"


def _border_faults(border: BaseGeometry, where: str) -> Iterator[Fault]:
    if border.geom_type not in ("Polygon", "MultiPolygon") or border.is_empty:
        yield Fault(where, "a cell's border is a Polygon or MultiPolygon with an area")
        return
    west, south, east, north = border.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        yield Fault(where, "not in degrees of longitude and latitude")
    elif not border.is_valid:
        reason, _, place = shapely.is_valid_reason(border).partition("[")  # "Self-...[1 2]"
        spot = [float(part) for part in place.rstrip("]").split()[:2] if "nan" not in part]
        yield Fault(where, f"broken border: {reason}", *spot)


def _code_faults(read: GridFile, file: str) -> Iterator[Fault]:
    """Codes that stand twice, counties more or fewer than one, parents that are not there."""
    first: dict[str, str] = {}
    for cell, where in zip(read.cells, read.where, strict=True):
        if cell.code in first:
            yield Fault(where, f"code {cell.code} stands twice, first as {first[cell.code]}")
        first.setdefault(cell.code, where.partition(", ")[2].partition(" (")[0])
    counties = [cell.code for cell in read.cells if cell.parent is None]
    if len(set(counties)) != 1:
        found = ", ".join(counties) or "none"
        yield Fault(file, f"a grid has one county (level 1), no more and no less; found: {found}")
    for cell, where in zip(read.cells, read.where, strict=True):
        if cell.parent and cell.parent not in first:
            yield Fault(where, f"cell {cell.code} has no parent {cell.parent} in the file")
