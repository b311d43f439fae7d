"""A file of units for import: CSV with code, name, level, cell and phone.

`cell` is the cell that a unit answers for, at the unit's own level; a county unit may leave it
empty. Older files have `township` (9 digits) in its place. Other columns are kept as they are.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.cells import CODE_DIGITS, widened
from callcenter.tickets.imports.faults import Fault, Faults
from callcenter.tickets.imports.sheets import Row, read_sheet

COLUMNS = ("code", "name", "level")
WRITTEN = ("code", "name", "level", "township", "cell", "phone")
PHONE = re.compile(r"[0-9+][0-9 ()-]{2,24}")


@dataclass
class UnitFile:
    """What a file of units says, as far as it can be read."""

    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # of the rows, in their order
    faults: Faults = field(default_factory=Faults)


def read_unit_file(path: Path) -> UnitFile:
    """The units of a file and all that is wrong with each row, but not whether they fit a grid.

    Raises:
        BadInputError: It is no such table.
    """
    read = UnitFile()
    first: dict[str, int] = {}
    for line, row in read_sheet(path, COLUMNS, read.faults):
        if "cell" not in row and "township" not in row:
            raise BadInputError(f"{path.name}: no column cell; it has: {', '.join(row)}")
        row["cell"] = widened(row.get("cell") or row.get("township", ""))
        wrong = list(_row_faults(row))
        if row["code"] and first.setdefault(row["code"], line) != line:
            wrong.append(f"code {row['code']} stands twice, first in line {first[row['code']]}")
        if wrong:
            read.faults.add(Fault(f"{path.name}, line {line}", "; ".join(wrong)))
        else:
            read.rows.append(row)
            read.lines.append(line)
    return read


def unknown_cells(read: UnitFile, codes: set[str]) -> Iterator[tuple[int, str]]:
    """The line and code of each unit's cell that is not among a grid's codes."""
    for line, row in zip(read.lines, read.rows, strict=True):
        if row["cell"] and row["cell"] not in codes:
            yield line, row["cell"]


def write_unit_file(read: UnitFile) -> bytes:
    """The units as a file that the county is loaded from."""
    out = io.StringIO()
    names = dict.fromkeys([*WRITTEN, *(name for row in read.rows for name in row)])
    writer = csv.DictWriter(out, list(names), restval="", lineterminator="\n")
    writer.writeheader()
    for row in read.rows:
        township = row["cell"][: CODE_DIGITS[2]] if row["level"] != "1" else ""
        writer.writerow({**row, "township": township})
    return out.getvalue().encode()


def _row_faults(row: Row) -> Iterator[str]:
    if not row["code"]:
        yield "code is missing"
    if not row["name"]:
        yield "name is missing"
    if row.get("phone") and not PHONE.fullmatch(row["phone"]):
        yield "phone is no telephone number"
    if row["level"] not in ("1", "2", "3", "4"):
        yield f"level {row['level']!r} is none of 1, 2, 3, 4"
        return
    digits, cell = CODE_DIGITS[int(row["level"])], row["cell"]
    if (cell or row["level"] != "1") and len(cell) != digits:
        yield f"cell {cell!r} has not {digits} digits, as level {row['level']} takes"
