"""What `callcenter county replace` does: tickets under the grid in force."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from callcenter.settings import load_settings
from callcenter.store import Store, record
from callcenter.tickets.grid import Grid
from callcenter.tickets.imports.draft import GRID
from callcenter.tickets.replacing import Placed, Placing, replace_ticket, survey
from callcenter.tickets.versions import Versions

BATCH = 50  # tickets a transaction, so that nobody who writes meanwhile waits long
PAIRS = 20  # of cells told on the screen; the report has all


def replace_tickets(*, apply: bool, closed_too: bool, report: Path | None) -> None:
    """Say where the tickets lie now, write the report, and move them when told to."""
    settings = load_settings()
    versions = Versions.of(settings)
    number = versions.in_force()
    grid = Grid.load(versions.folder(number) / GRID)
    store = Store(settings.database)
    store.prepare()
    try:
        with store.reading() as session:
            found = list(survey(session, grid, closed_too=closed_too))
        _tell(found)
        if report:
            _write_report(report, found)
        if apply:
            moved = _apply(store, grid, found, number)
            typer.echo(f"{moved} tickets were moved to their cell of version {number}")
    finally:
        store.close()


def _tell(found: Sequence[Placed]) -> None:
    counts = Counter(one.placing for one in found)
    for placing in Placing:
        typer.echo(f"{placing}: {counts[placing]}")
    pairs = Counter((one.old, one.new.code) for one in found if one.new)
    for (old, new), count in pairs.most_common(PAIRS):
        typer.echo(f"  {old} -> {new}: {count}")
    if len(pairs) > PAIRS:
        typer.echo(f"  and {len(pairs) - PAIRS} more pairs of cells")


def _write_report(path: Path, found: Sequence[Placed]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("ticket", "placing", "old_cell", "new_cell"))
        for one in found:
            new = one.new.code if one.new else ""
            writer.writerow((one.number, one.placing, one.old or "", new))


def _apply(store: Store, grid: Grid, found: Sequence[Placed], version: int) -> int:
    """Move them, each asked for anew with its row locked; how many were moved."""
    numbers = [one.number for one in found if one.placing is Placing.MOVED]
    moved = 0
    for start in range(0, len(numbers), BATCH):
        with store.transaction() as session:
            for number in numbers[start : start + BATCH]:
                facts = list(replace_ticket(session, grid, number, version))
                moved += bool(facts)
                for fact in facts:
                    record(session, fact)
    return moved
