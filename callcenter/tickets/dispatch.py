"""Which unit takes a ticket: item x cell, read from the county's `dispatch.toml` and `units.csv`.

A township's own centre takes its listed items where the cell is known; everything else goes to
the county unit of the item; what is unclear goes to the county centre, which a person reads.
"""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session

from callcenter.errors import BadInputError
from callcenter.facts import TicketMoved
from callcenter.tickets.clocks import due_at
from callcenter.tickets.imports.faults import Faults
from callcenter.tickets.imports.sheets import read_sheet
from callcenter.tickets.moving import move
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket

TOWNSHIP_DIGITS = 9
UNIT_COLUMNS = ("code", "name", "level", "township")


@dataclass(frozen=True)
class Unit:
    """A department, township centre or village that handles tickets (承办单位)."""

    code: str
    name: str
    level: int  # grid level, 1 county to 4 basic grid
    township: str  # 9 digits, or empty for a county unit


@dataclass(frozen=True)
class Choice:
    """The unit that takes a ticket, and the line of the table that says so."""

    unit: Unit
    because: str


class OfTownships(BaseModel):
    """What a township's own centre takes."""

    model_config = ConfigDict(frozen=True)

    items: frozenset[str]


class Takers(BaseModel):
    """Who takes what, as dispatch.toml says it; units by their codes."""

    model_config = ConfigDict(frozen=True)

    county: dict[str, str]  # item -> unit
    township: OfTownships
    unclear: str  # the unit of all the rest

    def missing(self, units: Collection[str]) -> Iterator[str]:
        """What goes to a unit that is not among these, a fault each."""
        for item, code in {**self.county, "unclear": self.unclear}.items():
            if code not in units:
                yield f"{item} goes to {code}, which units.csv lacks"


class DispatchTable:
    """The county's units and who takes what."""

    def __init__(self, units: dict[str, Unit], takers: Takers) -> None:
        self.units, self._takers = units, takers
        self._centres = {unit.township: unit for unit in units.values() if unit.level == 2}

    @classmethod
    def load(cls, folder: Path) -> "DispatchTable":
        """The table of a county folder.

        Raises:
            BadInputError: A file is missing or broken, or names a unit that is not there; the
                message names file, line or entry, and fault.
        """
        units = _read_units(folder / "units.csv")
        path = folder / "dispatch.toml"
        takers = read_takers(path)
        for fault in takers.missing(units):
            raise BadInputError(f"{path.name}: {fault}")
        return cls(units, takers)

    def choose(self, item: str | None, cell: str | None) -> Choice:
        """The unit for an item at a cell; always one.

        Args:
            item: Three digits, or None where nothing is known.
            cell: A grid code of any level, or None.
        """
        centre = self._centres.get((cell or "")[:TOWNSHIP_DIGITS])
        if item in self._takers.township.items and centre:
            return Choice(centre, f"dispatch.toml [township] {item}")
        if item in self._takers.county:
            return Choice(self.units[self._takers.county[item]], f"dispatch.toml [county] {item}")
        return Choice(self.units[self._takers.unclear], "dispatch.toml unclear")


def dispatch(session: Session, ticket: Ticket, table: DispatchTable, at: datetime) -> TicketMoved:
    """Send the ticket to its unit with a deadline."""
    choice = table.choose(ticket.item, ticket.cell)
    limit = due_at(at, item=ticket.item, urgency=ticket.urgency, unit_level=choice.unit.level)
    return move(
        session,
        ticket.number,
        Move.DISPATCH,
        actor="pipeline",
        reason=choice.because,
        unit=choice.unit.code,
        due_at=limit,
        at=at,
    )


def read_takers(path: Path) -> Takers:
    """Who takes what, by a dispatch.toml; whether the units are there is not looked at.

    Raises:
        BadInputError: Names the file, the entry and the fault.
    """
    try:
        return Takers.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(map(str, first["loc"]))
        raise BadInputError(f"{path.name} cannot be used: {entry}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be used: {error}") from error


def _read_units(path: Path) -> dict[str, Unit]:
    units, faults = {}, Faults()
    for line, row in read_sheet(path, UNIT_COLUMNS, faults):
        if row["level"] not in ("1", "2", "3", "4"):
            told = f"level {row['level']!r} is none of 1, 2, 3, 4"
            raise BadInputError(f"{path.name}, line {line}: {told}")
        unit = Unit(row["code"], row["name"], int(row["level"]), row["township"])
        units[unit.code] = unit
    if faults:
        raise BadInputError(str(faults.kept[0]))
    return units
