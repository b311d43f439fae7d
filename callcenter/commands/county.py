"""`callcenter county ...`: check and import files, go from version to version, re-place tickets."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from callcenter.errors import BadInputError
from callcenter.settings import load_settings
from callcenter.store import Store, record
from callcenter.tickets.datum import Datum, read_datum
from callcenter.tickets.grid import Grid
from callcenter.tickets.imports import GRID, Draft, Offered, draft
from callcenter.tickets.inforce import load_edition
from callcenter.tickets.replacing import Placed, Placing, replace_ticket, survey
from callcenter.tickets.versions import Version, Versions

BATCH = 50  # tickets a transaction, so that nobody who writes meanwhile waits long
PAIRS = 20  # of cells told on the screen; the report has all

app = typer.Typer(
    help="The county's grid, names and units: import, versions, tickets under a new grid.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _file(text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=text, exists=True, dir_okay=False)
    return option


GridFile = Annotated[Path | None, _file("Cells, GeoJSON.")]
GazetteerFile = Annotated[Path | None, _file("Names, CSV.")]
UnitFile = Annotated[Path | None, _file("Units, CSV.")]
DispatchFile = Annotated[Path | None, _file("Who takes what, dispatch.toml.")]
CountyFile = Annotated[Path | None, _file("Name, code, neighbours: county.toml.")]
DatumName = Annotated[
    str | None, typer.Option("--datum", help="wgs-84, gcj-02 or bd-09, where files do not say.")
]


@app.command("check")
def check(
    grid: GridFile = None,
    gazetteer: GazetteerFile = None,
    units: UnitFile = None,
    dispatch: DispatchFile = None,
    county: CountyFile = None,
    datum: DatumName = None,
) -> None:
    """Say what an import would do, and everything that is wrong; change nothing."""
    offered = Offered(grid, gazetteer, units, dispatch, county, _datum(datum))
    versions = _versions()
    made = draft(offered, versions.folder(versions.in_force()))
    _tell(made)
    with TemporaryDirectory() as folder:  # what an import would load before it is in force
        for name, content in made.files.items():
            (Path(folder) / name).write_bytes(content)
        load_edition(0, Path(folder))
    typer.echo(f"would be imported: {_counts(made.counts)}")


@app.command("import")
def import_files(
    grid: GridFile = None,
    gazetteer: GazetteerFile = None,
    units: UnitFile = None,
    dispatch: DispatchFile = None,
    county: CountyFile = None,
    datum: DatumName = None,
) -> None:
    """Make a new version of the county from files and put it in force; calls go on."""
    offered = Offered(grid, gazetteer, units, dispatch, county, _datum(datum))
    versions = _versions()
    with versions.writing():
        made = draft(offered, versions.folder(versions.in_force()))
        _tell(made)
        version = versions.publish(
            made.files, made.changed, made.counts, lambda folder: load_edition(0, folder)
        )
    typer.echo(f"version {version.number} is in force: {_counts(version.counts)}")


@app.command("versions")
def list_versions() -> None:
    """List the versions: number, when it was made, what it changed, what it holds."""
    versions = _versions()
    now = versions.in_force()
    for number in versions.numbers():
        mark = "*" if number == now else " "
        typer.echo(f"{mark}{number:4}  {_story(versions.story(number), versions.original)}")


@app.command("use")
def use(number: Annotated[int, typer.Argument(help="As `versions` lists it.", min=0)]) -> None:
    """Put another version in force; 0 is the county folder of the settings."""
    versions = _versions()
    with versions.writing():
        load_edition(number, versions.folder(number))
        versions.put_in_force(number)
    typer.echo(f"version {number} is in force")


@app.command("replace")
def replace_tickets(
    apply: Annotated[bool, typer.Option("--apply", help="Move them; else only tell.")] = False,
    closed_too: Annotated[bool, typer.Option("--all", help="Closed and void ones too.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write a CSV: ticket, placing, old cell, new cell.")
    ] = None,
) -> None:
    """Ask the grid in force for the cell of each ticket's point; move those that lie elsewhere."""
    settings, versions = load_settings(), _versions()
    number = versions.in_force()
    grid = Grid.load(versions.folder(number) / GRID)
    store = Store(settings.database)
    store.prepare()
    try:
        with store.reading() as session:
            found = list(survey(session, grid, closed_too=closed_too))
        _tell_placings(found)
        if report:
            _write_report(report, found)
        if apply:
            moved = _apply(store, grid, found, number)
            typer.echo(f"{moved} tickets were moved to their cell of version {number}")
    finally:
        store.close()


def _versions() -> Versions:
    return Versions.of(load_settings())


def _datum(text: str | None) -> Datum | None:
    return read_datum(text) if text else None


def _tell(made: Draft) -> None:
    """What was noted, and what is wrong, which ends it.

    Raises:
        BadInputError: There are faults; it counts them.
    """
    for note in made.notes:
        typer.echo(note)
    for line in made.faults.lines():
        typer.echo(line, err=True)
    if made.faults:
        faults = "1 fault" if made.faults.count == 1 else f"{made.faults.count} faults"
        raise BadInputError(f"nothing was changed: {faults}, told above")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _story(version: Version | None, original: Path) -> str:
    if version is None:
        return f"the county folder of the settings, {original}"
    made = f"{version.made_at.astimezone():%Y-%m-%d %H:%M}"
    changed = " ".join(version.changed)
    return f"{made}  of {version.based_on}: {changed}  ({_counts(version.counts)})"


def _tell_placings(found: Iterable[Placed]) -> None:
    found = list(found)
    counts = Counter(one.placing for one in found)
    for placing in Placing:
        typer.echo(f"{placing}: {counts[placing]}")
    pairs = Counter((one.old, one.new.code) for one in found if one.new)
    for (old, new), count in pairs.most_common(PAIRS):
        typer.echo(f"  {old} -> {new}: {count}")
    if len(pairs) > PAIRS:
        typer.echo(f"  and {len(pairs) - PAIRS} more pairs of cells")


def _write_report(path: Path, found: Iterable[Placed]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("ticket", "placing", "old_cell", "new_cell"))
        for one in found:
            new = one.new.code if one.new else ""
            writer.writerow((one.number, one.placing, one.old or "", new))


def _apply(store: Store, grid: Grid, found: Iterable[Placed], version: int) -> int:
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
