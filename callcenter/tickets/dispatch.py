"""Which unit takes a ticket: item x cell, read from the county's `dispatch.toml` and `units.csv`.

A township's own centre takes its listed items where the cell is known; everything else goes to
the county unit of the item; what is unclear goes to the county centre, which a person reads.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from callcenter.errors import BadInputError
from callcenter.facts import TicketMoved
from callcenter.tickets.clocks import due_at
from callcenter.tickets.ticket import Move, Ticket, move

TOWNSHIP_DIGITS = 9


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


class DispatchTable:
    """The county's units and who takes what."""

    def __init__(
        self, units: dict[str, Unit], by_item: dict[str, str], township_items: set[str], rest: str
    ) -> None:
        self.units = units
        self._by_item, self._township_items, self._rest = by_item, township_items, rest
        self._centres = {unit.township: unit for unit in units.values() if unit.level == 2}

    @classmethod
    def load(cls, folder: Path) -> "DispatchTable":
        """The table of a county folder.

        Raises:
            BadInputError: A file is missing or broken, or names a unit that is not there.
        """
        units = _read_units(folder / "units.csv")
        path = folder / "dispatch.toml"
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            by_item, rest = dict(told["county"]), str(told["unclear"])
            township_items = set(told["township"]["items"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInputError(f"{path.name} cannot be used: {error}") from error
        for item, code in [*by_item.items(), ("unclear", rest)]:
            if code not in units:
                raise BadInputError(f"{path.name}: {item} goes to {code}, which units.csv lacks")
        return cls(units, by_item, township_items, rest)

    def choose(self, item: str | None, cell: str | None) -> Choice:
        """The unit for an item at a cell; always one.

        Args:
            item: Three digits, or None where nothing is known.
            cell: A grid code of any level, or None.
        """
        centre = self._centres.get((cell or "")[:TOWNSHIP_DIGITS])
        if item in self._township_items and centre:
            return Choice(centre, f"dispatch.toml [township] {item}")
        if item in self._by_item:
            return Choice(self.units[self._by_item[item]], f"dispatch.toml [county] {item}")
        return Choice(self.units[self._rest], "dispatch.toml unclear")


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


def _read_units(path: Path) -> dict[str, Unit]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        units = [Unit(r["code"], r["name"], int(r["level"]), r["township"]) for r in rows]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise BadInputError(f"{path.name} cannot be used: {error}") from error
    return {unit.code: unit for unit in units}
