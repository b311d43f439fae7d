"""Which limit holds for what: the rows of clocks.toml, the county's before the program's.

A row names a purpose and, where it is not for all tickets, items or classes, an urgency, levels of
the unit. The first that fits holds. Source: domain.md, "Clocks".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from callcenter.facts import Urgency
from callcenter.tickets.clocks.calendar import CALENDAR_FILE, Calendar
from callcenter.tickets.clocks.spans import (
    ClockKind,
    Limit,
    due_after,
    kind_of,
    resumed_due,
    share_of,
)
from callcenter.tickets.tomlfile import TomlText, read_toml

CLOCKS_FILE = "clocks.toml"
DEFAULT = Path(__file__).with_name(CLOCKS_FILE)
COUNTY_LEVEL = 1

Subject = Annotated[str, Field(pattern=r"^\d(\d\d)?$", description="an item, or a class of them")]
Told = Literal["unit", "seat", "dispatcher", "verifier", "supervisor"]


class Purpose(StrEnum):
    """What has to be done in time."""

    FILE = "file"  # 立案
    DISPATCH = "dispatch"  # 派遣
    ACCEPT = "accept"  # 接单
    RETURN = "return"  # 退单: the time in which it is allowed
    HAND_OVER = "hand_over"  # 上报: the time in which a lower level hands over
    FEEDBACK = "feedback"  # 反馈: the deadline that everybody knows
    VERIFY = "verify"  # 核查
    CALL_BACK = "call_back"  # 回访
    REVIEW = "review"  # 挂账复核: on the day that was named; has no limit of its own


LIMITED = frozenset(Purpose) - {Purpose.REVIEW}


class Row(BaseModel):
    """A row of clocks.toml; what is empty fits all."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    purpose: Purpose
    limit: Limit
    items: tuple[Subject, ...] = ()
    urgency: Urgency | None = None
    levels: tuple[Annotated[int, Field(ge=1, le=4)], ...] = ()
    warn: float | None = Field(None, gt=0, le=1)

    @field_validator("purpose")
    @classmethod
    def _has_a_limit(cls, purpose: Purpose) -> Purpose:
        if purpose not in LIMITED:
            raise ValueError("review has no limit: its day is named when a ticket is suspended")
        return purpose

    @field_validator("limit", mode="before")
    @classmethod
    def _read(cls, told: Any) -> Limit:
        if isinstance(told, Limit):
            return told
        return Limit.parse(str(told))

    @property
    def fits_all(self) -> bool:
        """Whether every ticket fits."""
        return not (self.items or self.urgency or self.levels)

    def fits(self, item: str | None, urgency: Urgency, level: int) -> bool:
        """Whether this ticket fits, at a unit of this level."""
        return (
            (not self.items or (item or "") in self.items or (item or "")[:1] in self.items)
            and self.urgency in (None, urgency)
            and (not self.levels or level in self.levels)
        )


class Telling(BaseModel):
    """Who is told of a purpose's clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warning: tuple[Told, ...] = ()
    limit: tuple[Told, ...] = ()


class ClocksTold(BaseModel):
    """A clocks.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warn: float | None = Field(None, gt=0, le=1)
    limit: tuple[Row, ...] = ()
    tell: dict[Purpose, Telling] = Field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Clocks:
    """A county's limits and its calendar."""

    rows: tuple[Row, ...]
    calendar: Calendar
    warn: float  # share of a limit
    tell: Mapping[Purpose, Telling]

    @classmethod
    def default(cls) -> "Clocks":
        """The limits that come with the program, by the national calendar."""
        told = _read(DEFAULT)
        return cls(told.limit, Calendar(), told.warn or 1.0, told.tell)

    @classmethod
    def load(cls, folder: Path) -> "Clocks":
        """Those of a county folder; what its clocks.toml does not say is as in the program's.

        Raises:
            BadInputError: Names the file, the line, the key, the fault and the remedy.
        """
        default, path = cls.default(), folder / CLOCKS_FILE
        calendar = Calendar.read(folder / CALENDAR_FILE)
        if not path.exists():
            return replace(default, calendar=calendar)
        told = _read(path)
        tell = {**default.tell, **told.tell}
        return cls((*told.limit, *default.rows), calendar, told.warn or default.warn, tell)

    def row(self, purpose: Purpose, *, item: str | None, urgency: Urgency, level: int) -> Row:
        """The first row that fits; the program's own last row of a purpose fits all."""
        return next(
            row for row in self.rows if row.purpose is purpose and row.fits(item, urgency, level)
        )

    def due(
        self,
        purpose: Purpose,
        start: datetime,
        *,
        item: str | None,
        urgency: Urgency,
        level: int = COUNTY_LEVEL,
    ) -> datetime:
        """When it must be done that may begin at `start`; the arguments as of `row`."""
        row = self.row(purpose, item=item, urgency=urgency, level=level)
        return due_after(start, row.limit, self.calendar)

    def resumed(
        self,
        due_at: datetime,
        suspended_at: datetime,
        resumed_at: datetime,
        kind: ClockKind | None = None,
    ) -> datetime:
        """The deadline after a pause: as much of the clock's own time remains."""
        kind = kind or kind_of(due_at)
        return resumed_due(kind, due_at, suspended_at, resumed_at, self.calendar)

    def warn_at(
        self, kind: ClockKind, start: datetime, due_at: datetime, share: float | None = None
    ) -> datetime:
        """When those concerned are warned of a deadline."""
        return share_of(kind, start, due_at, share or self.warn, self.calendar)


def _read(path: Path) -> ClocksTold:
    told, text = read_toml(path, ClocksTold)
    _refuse_unreachable(told, text)
    return told


def _refuse_unreachable(told: ClocksTold, text: TomlText) -> None:
    """A row behind one that fits all would be read by nobody but people."""
    ended: dict[Purpose, int] = {}
    for index, row in enumerate(told.limit):
        if row.purpose in ended:
            line = text.line_of("limit", ended[row.purpose])
            said = f"is never reached: the {row.purpose} limit in line {line} fits all; move it up"
            raise text.fault("limit", index, said=said)
        if row.fits_all:
            ended[row.purpose] = index
