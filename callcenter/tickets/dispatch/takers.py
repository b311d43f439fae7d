"""dispatch.toml: who takes what. Rows of [[rule]] first, then [township], [county], `unclear`.

[[rule]]                      the first rule that fits decides
items = ["209"]               items (three digits) or whole classes (one digit); none: all
cells = ["140728100"]         cells, and whatever lies in them; none: all
urgency = "urgent"            none: both
hours = "off"                 office, off, or "18:00-08:30"; none: always
unit = "U1005"                who takes it, or instead
level = 4                     the unit of this level where it happened, or the first above

[[duty]]                      a unit that is not always there
unit = "U1002"
hours = "office"              when it is
stand_in = "U1000"            who takes its tickets at other times
urgency = "urgent"            only these; the others wait for it (none: all)

[township] items              the township's own centre takes these, where the cell is known
[county] "113" = "U1002"      the county's unit for an item
unclear = "U1000"             all the rest
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from callcenter.facts import Urgency
from callcenter.tickets.clocks.limits import Subject
from callcenter.tickets.dispatch.hours import checked_hours
from callcenter.tickets.tomlfile import Key, TomlText, read_toml

Hours = Annotated[str, AfterValidator(checked_hours)]
CellCode = Annotated[str, Field(pattern=r"^(\d{6}|\d{9}|\d{12}|\d{15})$")]


class Rule(BaseModel):
    """A row that is looked at before all others; what is empty fits all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[Subject, ...] = ()
    cells: tuple[CellCode, ...] = ()
    urgency: Urgency | None = None
    hours: Hours | None = None
    unit: str | None = None
    level: int | None = Field(None, ge=2, le=4)
    note: str = ""  # for people

    @model_validator(mode="after")
    def _names_one_taker(self) -> "Rule":
        if (self.unit is None) is (self.level is None):
            raise ValueError("names no taker, or two: give either unit or level")
        return self


class Duty(BaseModel):
    """When a unit is there, and who stands in for it at other times."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    hours: Hours
    stand_in: str
    urgency: Urgency | None = None


class OfTownships(BaseModel):
    """What a township's own centre takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: frozenset[str]


class Takers(BaseModel):
    """Who takes what, as dispatch.toml says it; units by their codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    county: dict[str, str]  # item -> unit
    township: OfTownships
    unclear: str  # the unit of all the rest
    rule: tuple[Rule, ...] = ()
    duty: tuple[Duty, ...] = ()


@dataclass(frozen=True)
class TakersFile:
    """A dispatch.toml that reads well, with its text."""

    takers: Takers
    text: TomlText

    def missing(self, units: Collection[str]) -> Iterator[str]:
        """What goes to a unit that is not among these, a fault each, with its line."""
        for where, what, code in self._named():
            if code not in units:
                line = self.text.line_of(*where)
                yield f"line {line}: {what} goes to {code}, which units.csv lacks"

    def because(self, section: str, *path: Key, shown: str = "") -> str:
        """The row that decided, for a person: file, line, section, and what is shown of the row."""
        line = self.text.line_of(section, *path)
        row = f"[{section}] {shown}" if shown else section
        return f"{self.text.name} line {line} {row}"

    def _named(self) -> Iterator[tuple[tuple[Key, ...], str, str]]:
        takers = self.takers
        for item, code in takers.county.items():
            yield ("county", item), item, code
        yield ("unclear",), "unclear", takers.unclear
        for index, rule in enumerate(takers.rule):
            if rule.unit:
                yield ("rule", index, "unit"), f"rule {index + 1}", rule.unit
        for index, duty in enumerate(takers.duty):
            yield ("duty", index, "unit"), f"duty {index + 1}", duty.unit
            yield ("duty", index, "stand_in"), f"duty {index + 1}", duty.stand_in


def read_takers(path: Path) -> TakersFile:
    """Who takes what, by a dispatch.toml; whether the units are there is not looked at.

    Raises:
        BadInputError: Names the file, the line, the entry, the fault and the remedy.
    """
    takers, text = read_toml(path, Takers)
    _refuse_circles(takers, text)
    return TakersFile(takers, text)


def _refuse_circles(takers: Takers, text: TomlText) -> None:
    """Stand-ins that end at where they began would leave a ticket with nobody."""
    stands_in = {duty.unit: duty.stand_in for duty in takers.duty}
    for index, duty in enumerate(takers.duty):
        if [each.unit for each in takers.duty].count(duty.unit) > 1:
            said = f"{duty.unit} has several rows of duty: keep one"
            raise text.fault("duty", index, said=said)
        met, unit = {duty.unit}, duty.stand_in
        while unit in stands_in and unit not in met:
            met.add(unit)
            unit = stands_in[unit]
        if unit in met:
            said = f"{duty.stand_in} stands in, and {unit} for it again: let one be always there"
            raise text.fault("duty", index, "stand_in", said=said)
