"""`callcenter county ...`: check and import files, go from version to version, re-place tickets.

Only what the help needs is imported here; grids and databases come with the command that is run.
"""

from pathlib import Path
from typing import Annotated

import typer

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
ClocksFile = Annotated[Path | None, _file("How long what may take, clocks.toml.")]
CalendarFile = Annotated[Path | None, _file("Holidays and make-up days, calendar.toml.")]
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
    clocks: ClocksFile = None,
    calendar: CalendarFile = None,
    datum: DatumName = None,
) -> None:
    """Say what an import would do, and everything that is wrong; change nothing."""
    from callcenter.commands.county_files import check_files, offered

    check_files(offered(_given(grid, gazetteer, units, dispatch, county, clocks, calendar), datum))


@app.command("import")
def import_files(
    grid: GridFile = None,
    gazetteer: GazetteerFile = None,
    units: UnitFile = None,
    dispatch: DispatchFile = None,
    county: CountyFile = None,
    clocks: ClocksFile = None,
    calendar: CalendarFile = None,
    datum: DatumName = None,
) -> None:
    """Make a new version of the county from files and put it in force; calls go on."""
    from callcenter.commands import county_files

    given = _given(grid, gazetteer, units, dispatch, county, clocks, calendar)
    county_files.import_files(county_files.offered(given, datum))


@app.command("versions")
def versions() -> None:
    """List the versions: number, when it was made, what it changed, what it holds."""
    from callcenter.commands.county_files import list_versions

    list_versions()


@app.command("use")
def use(number: Annotated[int, typer.Argument(help="As `versions` lists it.", min=0)]) -> None:
    """Put another version in force; 0 is the county folder of the settings."""
    from callcenter.commands.county_files import use_version

    use_version(number)


@app.command("replace")
def replace(
    apply: Annotated[bool, typer.Option("--apply", help="Move them; else only tell.")] = False,
    closed_too: Annotated[bool, typer.Option("--all", help="Closed and void ones too.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write a CSV: ticket, placing, old cell, new cell.")
    ] = None,
) -> None:
    """Ask the grid in force for the cell of each ticket's point; move those that lie elsewhere."""
    from callcenter.commands.county_tickets import replace_tickets

    replace_tickets(apply=apply, closed_too=closed_too, report=report)


def _given(
    grid: Path | None,
    gazetteer: Path | None,
    units: Path | None,
    dispatch: Path | None,
    county: Path | None,
    clocks: Path | None,
    calendar: Path | None,
) -> dict[str, Path | None]:
    return {
        "grid": grid,
        "gazetteer": gazetteer,
        "units": units,
        "dispatch": dispatch,
        "county": county,
        "clocks": clocks,
        "calendar": calendar,
    }
