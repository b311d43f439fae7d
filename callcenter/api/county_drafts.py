"""Dry runs of a county's drafts: who would take a case, what goes elsewhere, which days count."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.api.deps import ApiContext, Context
from callcenter.api.dispatching import Explained, UnitShown, explained
from callcenter.api.documented import errors
from callcenter.facts import Urgency
from callcenter.tickets.clocks.calendar import CALENDAR_FILE, Calendar, CalendarTold, YearTold
from callcenter.tickets.clocks.limits import COUNTY_LEVEL, Clocks, Purpose
from callcenter.tickets.clocks.spans import refuse_far
from callcenter.tickets.dispatch import Case, DispatchTable
from callcenter.tickets.dispatch.trying import tried
from callcenter.tickets.tomlfile import read_toml
from callcenter.tickets.versions import Versions

MOST_TOLD = 200  # tickets that would go elsewhere; all are counted

router = APIRouter(prefix="/county", tags=["county"])

Text = Annotated[str, Field(max_length=200_000)]
Item = Annotated[str, Field(pattern=r"^\d{3}$")]
CellCode = Annotated[str, Field(pattern=r"^(\d{6}|\d{9}|\d{12}|\d{15})$")]


class DraftCase(BaseModel):
    """A case, and the dispatch table that is to choose; none: the one in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item": "113"}]})

    text: Text | None = Field(None, description="a dispatch.toml")
    item: Item | None = None
    cell: CellCode | None = None
    urgency: Urgency = Urgency.ORDINARY
    at: AwareDatetime | None = None


class DraftTable(BaseModel):
    """A dispatch table to be tried on tickets of before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": 'unclear = "U1000"\n[county]\n[township]\nitems = []\n'}]
        }
    )

    text: Text
    last: int = Field(1000, ge=1, le=5000, description="so many tickets, newest first")


class Way(BaseModel):
    """How many tickets would go from one unit to another."""

    now: UnitShown
    then: UnitShown
    tickets: int
    still_open: int


class Elsewhere(BaseModel):
    """A ticket that the draft would send elsewhere."""

    number: str
    is_open: bool
    item: str | None
    cell: str | None
    now: str = Field(description="a unit's code")
    then: str
    because: str


class TableTried(BaseModel):
    """The tickets under both tables; nothing moved."""

    looked_at: int
    still_open: int
    ways: list[Way]
    tickets: list[Elsewhere] = Field(description="open ones first; the first 200")


class DraftCalendar(BaseModel):
    """A calendar to be looked at; no text: the one in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"year": 2026}]})

    year: int = Field(ge=2010, le=2100)
    text: Text | None = Field(None, description="a calendar.toml")
    filed_at: AwareDatetime | None = Field(None, description="of a case; now, if not given")
    item: Item | None = None
    urgency: Urgency = Urgency.ORDINARY
    level: int = Field(COUNTY_LEVEL, ge=1, le=4, description="of the unit")


class Day(BaseModel):
    """A day: whether offices work, and whether the county's own file says so."""

    day: date
    works: bool
    is_told: bool


class CalendarShown(BaseModel):
    """A year's days, what the county's file says of it, and when a case filed then is due."""

    year: int
    is_announced: bool = Field(description="make-up days are known")
    days: list[Day]
    told: YearTold | None
    due_at: datetime = Field(description="of the unit's report, by this calendar")
    due_in_force: datetime = Field(description="the same by the calendar in force")


@router.post("/dispatch/choice", responses=errors(404, 422))
def choose(context: Context, asked: DraftCase) -> Explained:
    """Who would take this case by the draft, and why; nothing moves."""
    folder = _folder(context)
    clocks = Clocks.load(folder)
    case = Case(asked.item, asked.cell, asked.urgency, asked.at or datetime.now(UTC))
    with context.flow.store.reading() as session:
        return explained(session, _table(folder, asked.text), clocks, case)


@router.post("/dispatch/tries", responses=errors(404, 422))
def try_table(context: Context, draft: DraftTable) -> TableTried:
    """Which of the last tickets would go elsewhere, each as of when it was sent; nothing moves."""
    folder = _folder(context)
    now, then = _table(folder, None), _table(folder, draft.text)
    looked, still_open = 0, 0
    ways, open_ways, elsewhere = Counter[tuple[str, str]](), Counter[tuple[str, str]](), []
    with context.flow.store.reading() as session:
        for one in tried(session, now, then, draft.last):
            looked, still_open = looked + 1, still_open + one.is_open
            if not one.differs:
                continue
            way = one.now.unit.code, one.then.unit.code
            ways[way] += 1
            open_ways[way] += one.is_open
            elsewhere.append(
                Elsewhere(
                    number=one.number, is_open=one.is_open, item=one.case.item, cell=one.case.cell,
                    now=way[0], then=way[1], because=one.then.because,
                )
            )  # fmt: skip
    return TableTried(
        looked_at=looked,
        still_open=still_open,
        ways=[
            Way(
                now=_unit(now, old), then=_unit(then, new),
                tickets=count, still_open=open_ways[old, new],
            )
            for (old, new), count in ways.most_common()
        ],
        tickets=sorted(elsewhere, key=lambda one: not one.is_open)[:MOST_TOLD],
    )  # fmt: skip


@router.post("/calendar", responses=errors(404, 422))
def calendar_of(context: Context, asked: DraftCalendar) -> CalendarShown:
    """A year by the calendar in force, or by a draft of it; and what it does to a clock."""
    now = datetime.now(UTC)
    at = asked.filed_at or now
    refuse_far("filed_at", at, now)
    folder = _folder(context)
    clocks = Clocks.load(folder)
    with _file(CALENDAR_FILE, asked.text, folder / CALENDAR_FILE) as file:
        calendar = Calendar.read(file)
        told = read_toml(file, CalendarTold)[0].root if file.exists() else {}
    year = told.get(str(asked.year))
    first = date(asked.year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(asked.year + 1, 1, 1) - first).days)]
    bare = Calendar()

    def due(by: Calendar) -> datetime:
        return replace(clocks, calendar=by).due(
            Purpose.FEEDBACK, at, item=asked.item, urgency=asked.urgency, level=asked.level
        )

    return CalendarShown(
        year=asked.year,
        is_announced=calendar.is_announced(asked.year),
        days=[
            Day(
                day=day,
                works=calendar.is_working_day(day),
                is_told=calendar.is_working_day(day) != bare.is_working_day(day),
            )
            for day in days
        ],
        told=year,
        due_at=due(calendar),
        due_in_force=due(clocks.calendar),
    )


def _folder(context: ApiContext) -> Path:
    versions = Versions.of(context.settings)
    return versions.folder(versions.in_force())


def _table(folder: Path, text: str | None) -> DispatchTable:
    with _file("dispatch.toml", text, folder / "dispatch.toml") as file:
        return DispatchTable.of_files(file, folder)


@contextmanager
def _file(name: str, text: str | None, otherwise: Path) -> Iterator[Path]:
    """The text as a file of this name, so that a fault is told as that file's."""
    if text is None:
        yield otherwise
        return
    with TemporaryDirectory(prefix="draft-") as folder:
        path = Path(folder) / name
        path.write_text(text, "utf-8")
        yield path


def _unit(table: DispatchTable, code: str) -> UnitShown:
    return UnitShown.model_validate(table.units[code], from_attributes=True)
