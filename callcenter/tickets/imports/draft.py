"""Files for import -> a complete county folder, or everything that is wrong with them.

What is not given stays as the version in force has it, and everything is looked at together: a
new grid must still hold the names and units of before. Nothing is written here.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.cells import CODE_DIGITS
from callcenter.tickets.clocks.calendar import CALENDAR_FILE
from callcenter.tickets.clocks.limits import CLOCKS_FILE
from callcenter.tickets.county import misplaced
from callcenter.tickets.datum import Datum
from callcenter.tickets.dispatch import read_takers
from callcenter.tickets.grid import Grid
from callcenter.tickets.imports.faults import Fault, Faults
from callcenter.tickets.imports.gazetteer import Gazetteer, read_gazetteer, write_gazetteer
from callcenter.tickets.imports.newgrid import count_cells, read_new_grid, write_grid
from callcenter.tickets.imports.unitfile import (
    UnitFile,
    read_unit_file,
    unknown_cells,
    write_unit_file,
)

GRID, PLACES, UNITS = "grid.geojson", "places.csv", "units.csv"
DISPATCH, COUNTY = "dispatch.toml", "county.toml"
FILES = (COUNTY, GRID, PLACES, UNITS, DISPATCH)


@dataclass(frozen=True)
class Offered:
    """The files somebody wants to import; at least one."""

    grid: Path | None = None
    gazetteer: Path | None = None
    units: Path | None = None
    dispatch: Path | None = None
    county: Path | None = None
    clocks: Path | None = None  # like the calendar, looked at when the whole folder is loaded
    calendar: Path | None = None
    datum: Datum | None = None  # of grid and gazetteer, where they do not declare it

    def named(self) -> dict[str, Path]:
        """Those that are given, by the names they have in a county folder."""
        files = {
            COUNTY: self.county,
            GRID: self.grid,
            PLACES: self.gazetteer,
            UNITS: self.units,
            DISPATCH: self.dispatch,
            CLOCKS_FILE: self.clocks,
            CALENDAR_FILE: self.calendar,
        }
        return {name: path for name, path in files.items() if path}


@dataclass
class Draft:
    """A county folder to be, and what speaks against it."""

    files: dict[str, bytes] = field(default_factory=dict)  # complete, where there are no faults
    changed: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    notes: list[str] = field(default_factory=list)


def draft(offered: Offered, base: Path) -> Draft:
    """The folder that the files make of the base, and all that is wrong with them.

    Args:
        offered: What is to be imported.
        base: The county folder in force.

    Raises:
        BadInputError: Nothing is offered, or the base itself cannot be read.
    """
    given = offered.named()
    if not given:
        raise BadInputError("nothing to import: give --grid, --gazetteer, --units or --dispatch")
    made = Draft(changed=tuple(given))
    made.files = {path.name: path.read_bytes() for path in sorted(base.iterdir()) if path.is_file()}
    for name in (COUNTY, DISPATCH, CLOCKS_FILE, CALENDAR_FILE):
        if name in given:
            made.files[name] = given[name].read_bytes()
    grid = _take_grid(made, offered, base)
    _take_places(made, offered, base, grid)
    _take_units(made, given, base, grid)
    _check_county(made, grid)
    return made


def _take_grid(made: Draft, offered: Offered, base: Path) -> Grid | None:
    """The grid that the rest is held against; None where the new one has faults."""
    if offered.grid is None:
        grid = Grid.load(base / GRID)
    else:
        try:
            new = read_new_grid(offered.grid, offered.datum)
        except BadInputError as error:
            made.faults.add(_unreadable(offered.grid, error))
            return None
        made.faults.merge(new.faults)
        made.notes += new.notes
        if new.faults:
            made.notes.append("names and units were not compared with a grid that has faults")
            return None
        made.files[GRID] = write_grid(new)
        grid = new.grid
    cells = [cell for level in CODE_DIGITS for cell in grid.cells(level)]
    made.counts |= count_cells(cells)
    return grid


def _take_places(made: Draft, offered: Offered, base: Path, grid: Grid | None) -> None:
    path = offered.gazetteer or base / PLACES
    told = offered.datum if offered.gazetteer else Datum.WGS84
    try:
        read = read_gazetteer(path, told)
    except BadInputError as error:
        made.faults.add(_unreadable(path, error))
        return
    whose = path.name if offered.gazetteer else f"{path.name} of the version in force"
    for index, fault in misplaced(grid, read.places) if grid else ():
        read.faults.add(Fault(f"{whose}, line {read.lines[index]}", fault))
    made.faults.merge(read.faults)
    made.counts["names"] = len(read.places)
    if offered.gazetteer:
        made.files[PLACES] = write_gazetteer(read.places)
        made.notes += _notes(read)


def _take_units(made: Draft, given: Mapping[str, Path], base: Path, grid: Grid | None) -> None:
    path = given.get(UNITS, base / UNITS)
    whose = path.name if UNITS in given else f"{path.name} of the version in force"
    try:
        read = read_unit_file(path)
    except BadInputError as error:
        made.faults.add(_unreadable(path, error))
        return
    for line, cell in unknown_cells(read, _codes(grid)) if grid else ():
        read.faults.add(Fault(f"{whose}, line {line}", f"cell {cell} is not in the grid"))
    made.faults.merge(read.faults)
    _check_dispatch(made, given.get(DISPATCH, base / DISPATCH), read)
    made.counts["units"] = len(read.rows)
    if UNITS in given:
        made.files[UNITS] = write_unit_file(read)


def _check_dispatch(made: Draft, path: Path, units: UnitFile) -> None:
    try:
        for said in read_takers(path).missing({row["code"] for row in units.rows}):
            made.faults.add(Fault(path.name, said))
    except BadInputError as error:
        made.faults.add(_unreadable(path, error))


def _check_county(made: Draft, grid: Grid | None) -> None:
    try:
        code = tomllib.loads(made.files[COUNTY].decode()).get("code")
    except (KeyError, ValueError) as error:
        made.faults.add(Fault(COUNTY, f"cannot be read: {error}"))
        return
    if grid and code != grid.county.code:
        said = f"code {code}, but the grid is of county {grid.county.code}: give both files"
        made.faults.add(Fault(COUNTY, said))


def _codes(grid: Grid) -> set[str]:
    return {cell.code for level in CODE_DIGITS for cell in grid.cells(level)}


def _notes(read: Gazetteer) -> Iterator[str]:
    if read.widened:
        yield f"codes of 14 digits widened to 15 in the gazetteer: {read.widened}"


def _unreadable(path: Path, error: BadInputError) -> Fault:
    return Fault(path.name, error.message.removeprefix(path.name).lstrip(": "))
