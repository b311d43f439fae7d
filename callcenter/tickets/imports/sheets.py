"""CSV files for import: row by row with its line, each fault noted, none ending the reading."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.imports.faults import Fault, Faults

Row = dict[str, str]


def read_sheet(path: Path, needed: Sequence[str], faults: Faults) -> Iterator[tuple[int, Row]]:
    """The rows that have as many fields as the first line has columns, each with its line.

    Args:
        path: UTF-8, with or without a byte order mark; the first line names the columns.
        needed: Columns it must have.
        faults: Takes in what is wrong with the other rows.

    Raises:
        BadInputError: It is no such table at all.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path.name, reader.fieldnames or (), needed)
            for row in reader:
                if None in row or None in row.values():
                    said = "more or fewer fields than there are columns"
                    faults.add(Fault(f"{path.name}, line {reader.line_num}", said))
                else:
                    yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"{path.name} is not in UTF-8: save it again, in a spreadsheet as CSV UTF-8"
        ) from error
    except (OSError, csv.Error) as error:
        raise BadInputError(f"{path.name} cannot be read as CSV: {error}") from error


def _check_columns(file: str, names: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        there = ", ".join(names) or "none"
        raise BadInputError(f"{file}: no column {', '.join(missing)}; it has: {there}")
