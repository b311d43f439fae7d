"""A table in, the same table with more columns out: what classify and locate have in common."""

import csv
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from callcenter.errors import BadInputError

SOME_ROWS_SKIPPED = 3  # exit code; 1 is a command that failed, 2 one that could not start
TOLD_ROWS = 20  # of the bad ones; the rest is counted

csv.field_size_limit(1 << 24)  # characters; a letter of a citizen may be long

Row = dict[str, str]
Made = TypeVar("Made")


@dataclass
class Counts:
    """How many rows were written, and how many were bad and left out."""

    written: int = 0
    skipped: int = 0

    @property
    def exit_code(self) -> int:
        """0 where every row was written, else `SOME_ROWS_SKIPPED`."""
        return SOME_ROWS_SKIPPED if self.skipped else 0


def convert(
    source: Path,
    target: Path,
    needed: Sequence[str],
    added: Sequence[str],
    change: Callable[[Row], Row],
) -> Counts:
    """Writes each row of a CSV file as `change` gives it; tells of progress and faults on stderr.

    The target appears, or is replaced, only once it is complete.

    Args:
        source: UTF-8, with or without a byte order mark, first line the names of the columns.
        target: Its columns are the source's, then `added`.
        needed: Columns the source must have.
        added: Columns that `change` adds; one the source has already is overwritten in its place.
        change: A row to the row to write; raises BadInputError for a row that cannot be used.

    Raises:
        BadInputError: The source is no such table; nothing is written.
    """
    counts = Counts()
    with _opened(source) as file, _replacing(target) as out:
        reader = _reader(file, source, needed)
        columns = list(dict.fromkeys([*(reader.fieldnames or ()), *added]))
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_each(reader, file, source, change, counts))
    _tell_counts(counts, target)
    return counts


def gather(
    source: Path, needed: Sequence[str], read: Callable[[Row], Made]
) -> tuple[list[Made], Counts]:
    """What `read` makes of each row of a CSV file, in order; faults are told as by `convert`.

    Args:
        source: As for `convert`.
        needed: Columns the source must have.
        read: A row to what is wanted of it; raises BadInputError for a row that cannot be used.

    Raises:
        BadInputError: The source is no such table.
    """
    counts = Counts()
    with _opened(source) as file:
        gathered = list(_each(_reader(file, source, needed), file, source, read, counts))
    return gathered, counts


def _each(
    reader: "csv.DictReader[str]",
    file: TextIO,
    source: Path,
    make: Callable[[Row], Made],
    counts: Counts,
) -> Iterator[Made]:
    """What is made of each good row; the bad ones are told, and all are counted."""
    with _progress(source) as tell:
        for number, row in _rows(reader, source):
            tell(file)
            try:
                made = make(_whole(row))
            except BadInputError as error:
                counts.skipped += 1
                _tell_bad_row(counts.skipped, number, error.message)
            else:
                counts.written += 1
                yield made


def _reader(file: TextIO, source: Path, needed: Sequence[str]) -> "csv.DictReader[str]":
    reader = csv.DictReader(file, strict=True)
    try:
        names = list(reader.fieldnames or ())
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInputError(f"{source.name} is no CSV file in UTF-8: {_reason(error)}") from error
    missing = [name for name in needed if name not in names]
    if missing:
        there = _column_names(names)
        raise BadInputError(f"{source.name} has no column {', '.join(missing)}; it has: {there}")
    if len(set(names)) < len(names):
        second = next(at for at, name in enumerate(names) if name in names[:at])
        told = f"columns {names.index(names[second]) + 1} and {second + 1} have the same name"
        raise BadInputError(f"{source.name}: {told}; rename one")
    return reader


def _column_names(names: Sequence[str]) -> str:
    """The columns that are there, as far as their names may be told.

    Where a table lacks its line of names a citizen's words stand there: Chinese is only counted.
    """
    plain = [name for name in names if name.isascii() and name.isidentifier()]
    others = len(names) - len(plain)
    counted = [f"{others} not in plain letters"] if others else []
    return ", ".join(plain + counted) or "none"


def _rows(reader: "csv.DictReader[str]", source: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its number, the first below the names being 1."""
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except (csv.Error, UnicodeDecodeError) as error:
            told = (
                f"{source.name}, line {reader.line_num + 1}: {_reason(error)}; nothing was written"
            )
            raise BadInputError(told) from error
        if row is None:
            return
        yield number, row


def _reason(error: csv.Error | UnicodeDecodeError) -> str:
    """The fault without the bytes it was found in."""
    return (
        f"not UTF-8 at byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
    )


def _whole(row: dict[str, str]) -> Row:
    """The row, if it has as many fields as there are columns.

    Raises:
        BadInputError: It has more or fewer.
    """
    if None in row or None in row.values():
        raise BadInputError("has more or fewer fields than there are columns")
    return row


@contextmanager
def _opened(source: Path) -> Iterator[TextIO]:
    try:
        file = source.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadInputError(f"{source} cannot be read: {error.strerror}") from error
    with file:
        yield file


@contextmanager
def _replacing(target: Path) -> Iterator[TextIO]:
    """A file beside the target that takes its place when all went well.

    What is no regular file, such as a pipe, is written as it stands.

    Raises:
        BadInputError: The target is a folder, or lies in none that is there.
    """
    target = target.resolve()
    if target.is_dir() or not target.parent.is_dir():
        raise BadInputError(f"{target} cannot be written: name a file in a folder that is there")
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _progress(source: Path) -> Iterator[Callable[[TextIO], None]]:
    """A bar on stderr by the bytes read; without a terminal it stays silent."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    size = source.stat().st_size
    console, silent = Console(stderr=True), not Console(stderr=True).is_terminal
    with Progress(*columns, console=console, transient=True, disable=silent) as bar:
        task = bar.add_task(source.name, total=size)

        def tell(file: TextIO) -> None:
            bar.update(task, completed=file.buffer.tell())

        yield tell


def _tell_bad_row(count: int, number: int, reason: str) -> None:
    if count <= TOLD_ROWS:
        sys.stderr.write(f"row {number}: {reason}\n")
    elif count == TOLD_ROWS + 1:
        sys.stderr.write("more bad rows follow; they are only counted\n")


def _tell_counts(counts: Counts, target: Path) -> None:
    skipped = f", {counts.skipped} bad rows skipped" if counts.skipped else ""
    sys.stderr.write(f"{counts.written} rows written to {target}{skipped}\n")
