"""The county's units (承办单位), and which of them answers for a cell."""

from dataclasses import dataclass
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.cells import CODE_DIGITS
from callcenter.tickets.clocks.limits import COUNTY_LEVEL
from callcenter.tickets.imports.faults import Faults
from callcenter.tickets.imports.sheets import read_sheet

UNIT_COLUMNS = ("code", "name", "level", "township")


@dataclass(frozen=True)
class Unit:
    """A department, township centre, village or grid leader that handles tickets (承办单位)."""

    code: str
    name: str
    level: int  # grid level, 1 county to 4 basic grid
    township: str  # 9 digits, or empty for a county unit
    cell: str = ""  # that it answers for; empty where units.csv does not say

    @property
    def home(self) -> str:
        """The cell it answers for, as finely as is known; empty for a county unit."""
        return "" if self.level == COUNTY_LEVEL else self.cell or self.township


class Units:
    """All units of a county, by code and by cell."""

    def __init__(self, by_code: dict[str, Unit]) -> None:
        self.by_code = by_code
        self._of_cell = {unit.home: unit for unit in reversed(by_code.values()) if unit.home}

    def of_cell(self, cell: str | None, level: int) -> Unit | None:
        """The unit of this level, or of the first above it, that answers for where the cell lies.

        None where only the county does.
        """
        for each in range(level, COUNTY_LEVEL, -1):
            code = (cell or "")[: CODE_DIGITS[each]]
            if len(code) == CODE_DIGITS[each] and code in self._of_cell:
                return self._of_cell[code]
        return None


def read_units(path: Path) -> dict[str, Unit]:
    """The units of a units.csv by their codes.

    Raises:
        BadInputError: Names the file, the line and the fault.
    """
    units, faults = {}, Faults()
    for line, row in read_sheet(path, UNIT_COLUMNS, faults):
        if row["level"] not in ("1", "2", "3", "4"):
            told = f"level {row['level']!r} is none of 1, 2, 3, 4"
            raise BadInputError(f"{path.name}, line {line}: {told}")
        level, cell = int(row["level"]), row.get("cell", "")
        units[row["code"]] = Unit(row["code"], row["name"], level, row["township"], cell)
    if faults:
        raise BadInputError(str(faults.kept[0]))
    return units
