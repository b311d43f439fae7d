"""A file of cells for import, looked at from all sides and brought to WGS-84.

Faults are told in the file's own datum, so that they are found where the file shows them.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from callcenter.errors import BadInputError
from callcenter.tickets.cells import CODE_DIGITS, FINEST, Cell
from callcenter.tickets.datum import Datum, read_datum, wgs84_degrees
from callcenter.tickets.grid import Grid
from callcenter.tickets.imports.cover import cover_faults, joined
from callcenter.tickets.imports.faults import Fault, Faults
from callcenter.tickets.imports.gazetteer import DECIMALS, UNDECLARED
from callcenter.tickets.imports.gridfile import GridFile, read_grid_file


@dataclass
class NewGrid:
    """The cells of a file, in WGS-84; of use only where there are no faults."""

    cells: Sequence[Cell] = ()
    borders: Sequence[BaseGeometry] = ()
    said: Sequence[dict[str, Any]] = ()  # their properties, as the file has them
    faults: Faults = field(default_factory=Faults)
    notes: list[str] = field(default_factory=list)  # what was changed or seems odd, but is right

    @property
    def grid(self) -> Grid:
        """The cells as the centre uses them."""
        return Grid(self.cells, self.borders)


def read_new_grid(path: Path, told: Datum | None) -> NewGrid:
    """The cells of a file and all that is wrong with them.

    Args:
        path: The file.
        told: Its datum, where it does not declare one itself; where it does, they must not differ.

    Raises:
        BadInputError: It is no GeoJSON with features, or its datum is not declared or unknown.
    """
    read = read_grid_file(path)
    datum = _datum(read, told, path.name)
    borders = joined(read.borders)
    read.faults.add(*cover_faults(read.cells, borders, read.where))
    if not read.faults and datum is not Datum.WGS84:
        borders = _in_wgs84(borders, datum)
        read.faults.add(*_broken_by_conversion(borders, read.where))
    return NewGrid(read.cells, borders, read.said, read.faults, list(_notes(read, datum)))


def write_grid(new: NewGrid) -> bytes:
    """The cells as a file that the county is loaded from: a line a cell."""
    cells = zip(new.cells, new.borders, new.said, strict=True)
    features = [_feature(cell, border, said) for cell, border, said in cells]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    head = '{"type": "FeatureCollection", "datum": "WGS-84", "features": [\n'
    return f"{head}{lines}\n]}}\n".encode()


def _datum(read: GridFile, told: Datum | None, file: str) -> Datum:
    if read.datum is None:
        if told is None:
            raise BadInputError(f"{file}: {UNDECLARED}")
        return told
    try:
        own = read_datum(read.datum)
    except BadInputError as error:
        raise BadInputError(f"{file}: {error.message}") from error
    if told not in (None, own):
        raise BadInputError(f"{file} declares the datum {own}, but --datum says {told}")
    return own


def _in_wgs84(borders: Sequence[BaseGeometry], datum: Datum) -> list[BaseGeometry]:
    def convert(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        there = wgs84_degrees(degrees[:, 0], degrees[:, 1], datum)
        return np.asarray(np.round(np.column_stack(there), DECIMALS), np.float64)

    return list(shapely.transform(np.array(borders, dtype=object), convert))


def _broken_by_conversion(borders: Sequence[BaseGeometry], where: Sequence[str]) -> Iterator[Fault]:
    """Bends finer than the rounding may cross themselves once the map's shift is taken away."""
    for border, place in zip(borders, where, strict=True):
        if not border.is_valid:
            yield Fault(
                place, "its border crosses itself when brought to WGS-84; simplify it there"
            )


def _notes(read: GridFile, datum: Datum) -> Iterator[str]:
    if datum is not Datum.WGS84:
        yield f"borders were converted from {datum} to wgs-84"
    if read.widened:
        yield f"codes of 14 digits widened to 15 (...07 is now ...007): {read.widened}"
    parents = {cell.parent for cell in read.cells}
    bare = Counter(c.level for c in read.cells if c.level < FINEST and c.code not in parents)
    for level in sorted(bare):
        yield f"cells of level {level} that have none below them: {bare[level]}"


def _feature(cell: Cell, border: BaseGeometry, said: dict[str, Any]) -> dict[str, Any]:
    named = {
        **said,
        "code": cell.code,
        "level": cell.level,
        "name": cell.name,
        "parent": cell.parent or "",
        "leader": cell.leader,
        "patroller": cell.patroller,
    }
    return {"type": "Feature", "properties": named, "geometry": mapping(border)}


def count_cells(cells: Sequence[Cell]) -> dict[str, int]:
    """How many cells each level has, as a version lists them."""
    levels = Counter(cell.level for cell in cells)
    return {f"level {level}": levels[level] for level in CODE_DIGITS}
