"""The choice of a unit, with the row that made it and the rows that did not.

Lower levels come first where a rule or [township] says so; where the unit of that level is not
known, the next above takes it. The same table gives the unit above another, for what has to go up.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import Urgency
from callcenter.tickets.clocks.calendar import CALENDAR_FILE, Calendar
from callcenter.tickets.clocks.limits import COUNTY_LEVEL
from callcenter.tickets.dispatch.hours import within
from callcenter.tickets.dispatch.takers import Rule, TakersFile, read_takers
from callcenter.tickets.dispatch.units import Unit, Units, read_units

TOWNSHIP_LEVEL = 2
VERSION_DIGITS = 8


@dataclass(frozen=True)
class Case:
    """What a unit is chosen by."""

    item: str | None  # three digits, or None where nothing is known
    cell: str | None  # a grid code of any level
    urgency: Urgency = Urgency.ORDINARY
    at: datetime | None = None  # None: hours are not looked at, everybody is there


@dataclass(frozen=True)
class Choice:
    """The unit that takes a ticket, and the row of the table that says so."""

    unit: Unit
    because: str  # file, line and key
    version: str = ""  # of the table
    passed: tuple[str, ...] = ()  # rules before it, and why they do not fit

    @property
    def reason(self) -> str:
        """For the ticket's history: the row, and the version of the table it stands in."""
        return f"{self.because} ({self.version})"


class DispatchTable:
    """The county's units and who takes what."""

    def __init__(
        self, units: dict[str, Unit], file: TakersFile, calendar: Calendar, version: str
    ) -> None:
        self.units, self.version = units, version
        self._units, self._file, self._calendar = Units(units), file, calendar
        self._takers = file.takers
        self._duty = {duty.unit: (index, duty) for index, duty in enumerate(self._takers.duty)}

    @classmethod
    def load(cls, folder: Path) -> "DispatchTable":
        """The table of a county folder.

        Raises:
            BadInputError: A file is missing or broken, or names a unit that is not there; the
                message names file, line or entry, and fault.
        """
        return cls.of_files(folder / "dispatch.toml", folder)

    @classmethod
    def of_files(cls, path: Path, folder: Path) -> "DispatchTable":
        """The table of a dispatch.toml that lies elsewhere than its county folder.

        Raises:
            BadInputError: As `load` does.
        """
        units = read_units(folder / "units.csv")
        file = read_takers(path)
        for fault in file.missing(units):
            raise BadInputError(f"{path.name}: {fault}")
        both = path.read_bytes() + (folder / "units.csv").read_bytes()
        version = hashlib.sha256(both).hexdigest()[:VERSION_DIGITS]
        return cls(units, file, Calendar.read(folder / CALENDAR_FILE), version)

    def choose(
        self,
        item: str | None,
        cell: str | None,
        urgency: Urgency = Urgency.ORDINARY,
        at: datetime | None = None,
    ) -> Choice:
        """The unit for a case; always one. The arguments are those of `Case`."""
        case = Case(item, cell, urgency, at)
        passed: list[str] = []
        choice = self._ruled(case, passed) or self._listed(case)
        choice = self._standing_in(choice, case)
        return replace(choice, version=self.version, passed=tuple(passed))

    def above(self, code: str | None, item: str | None, cell: str | None) -> Choice:
        """The unit of the level above a unit, for an item at a cell.

        Raises:
            NotFoundError: There is no such unit.
            ImpossibleMoveError: It is a unit of the county: above it is none that we know.
        """
        unit = self.units.get(code or "")
        if unit is None:
            raise NotFoundError(f"unit {code!r} is not known: choose one of units.csv")
        if unit.level == COUNTY_LEVEL:
            raise ImpossibleMoveError(
                f"escalate is not possible: {unit.code} is of the county's own level; forward the "
                "ticket to another unit, or hand the case over to the centre above"
            )
        return replace(self._above(unit, item, cell), version=self.version)

    def level_of(self, code: str | None) -> int:
        """A unit's grid level; that of the county where it is not known."""
        unit = self.units.get(code or "")
        return unit.level if unit else COUNTY_LEVEL

    def _above(self, unit: Unit, item: str | None, cell: str | None) -> Choice:
        because = f"above {unit.code}, level {unit.level}"
        found = self._units.of_cell(unit.home or cell, unit.level - 1)
        if found and found.level < unit.level:
            return Choice(found, because)
        county = self._of_county(item)
        return replace(county, because=f"{because}: {county.because}")

    def _ruled(self, case: Case, passed: list[str]) -> Choice | None:
        for index, rule in enumerate(self._takers.rule):
            because = self._file.because("rule", index, shown=str(index + 1))
            misfits = list(_misfits(rule, case, self._calendar))
            unit = self._taker(rule, case)
            if unit is None:
                misfits.append("no unit of a lower level answers for the cell")
            if not misfits and unit:
                return Choice(unit, because + (f": {rule.note}" if rule.note else ""))
            passed.append(f"{because} does not fit: {misfits[0]}")
        return None

    def _taker(self, rule: Rule, case: Case) -> Unit | None:
        if rule.unit:
            return self.units[rule.unit]
        return self._units.of_cell(case.cell, rule.level or TOWNSHIP_LEVEL)

    def _listed(self, case: Case) -> Choice:
        centre = self._units.of_cell(case.cell, TOWNSHIP_LEVEL)
        if case.item in self._takers.township.items and centre:
            return Choice(centre, self._file.because("township", "items", shown=case.item or ""))
        return self._of_county(case.item)

    def _of_county(self, item: str | None) -> Choice:
        if item and item in self._takers.county:
            unit = self.units[self._takers.county[item]]
            return Choice(unit, self._file.because("county", item, shown=item))
        return Choice(self.units[self._takers.unclear], self._file.because("unclear"))

    def _standing_in(self, choice: Choice, case: Case) -> Choice:
        """Whoever is there, after the stand-ins; they make no circle (`read_takers`)."""
        while case.at and choice.unit.code in self._duty:
            index, duty = self._duty[choice.unit.code]
            waits = duty.urgency not in (None, case.urgency)
            if waits or within(duty.hours, case.at, self._calendar):
                return choice
            row = self._file.because("duty", index, shown=str(index + 1))
            off = f"{choice.unit.code} is off duty, {row}"
            choice = Choice(self.units[duty.stand_in], f"{choice.because}; {off}")
        return choice


def _misfits(rule: Rule, case: Case, calendar: Calendar) -> Iterator[str]:
    item, cell = case.item or "", case.cell or ""
    if rule.items and not {item, item[:1]} & set(rule.items):
        yield f"item {item or 'unknown'}"
    if rule.cells and not cell.startswith(rule.cells):
        yield f"cell {cell or 'unknown'}"
    if rule.urgency not in (None, case.urgency):
        yield f"urgency {case.urgency}"
    if rule.hours and (case.at is None or not within(rule.hours, case.at, calendar)):
        yield f"hours {rule.hours}"


def named(units: Mapping[str, Unit], code: str | None) -> str:
    """A unit for a person: code and name."""
    unit = units.get(code or "")
    return f"{unit.code} {unit.name}" if unit else code or "nobody"
