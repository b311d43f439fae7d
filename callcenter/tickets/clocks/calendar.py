"""Which days offices work: the national calendar, and over it what the county's own file says.

    # calendar.toml
    [2027]
    source = "the State Council's announcement"
    holidays = ["2027-02-06..2027-02-12", 2027-10-01]
    workdays = [2027-02-13]
    complete = true

Days named here overrule the national calendar of the `holidays` package. A year that is `complete`
does not ask that package at all: weekends are off, and all else is as this file says it.
Source: docs/decisions/0010-working-days-from-holidays.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import holidays
import structlog
from holidays.countries.china import ChinaStaticHolidays
from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from callcenter.tickets.tomlfile import read_toml

CALENDAR_FILE = "calendar.toml"
DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_RANGE = timedelta(days=60)

log = structlog.get_logger()


class YearTold(BaseModel):
    """One year of a county's calendar.toml; days are dates, or "first..last"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holidays: tuple[date | str, ...] = ()
    workdays: tuple[date | str, ...] = ()
    complete: bool = False
    source: str = ""


class CalendarTold(RootModel[dict[str, YearTold]]):
    """A county's calendar.toml."""

    @model_validator(mode="after")
    def _days_are_of_their_year(self) -> "CalendarTold":
        for year, told in self.root.items():
            if not (year.isdecimal() and len(year) == 4):
                raise ValueError(f"[{year}] is no year: write four digits, [2027]")
            off, on = _days(told.holidays), _days(told.workdays)
            for day in sorted(off | on):
                if day.year != int(year):
                    raise ValueError(f"{day} stands under [{year}]: move it to [{day.year}]")
            if both := off & on:
                told_day = min(both)
                raise ValueError(f"{told_day} is a holiday and a workday: take it out of one list")
        return self


@dataclass(frozen=True)
class Year:
    """The days of a year that the county's file names."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    complete: bool = False


class Calendar:
    """Working days of a county; ask it for any day."""

    def __init__(self, years: Mapping[int, Year] | None = None) -> None:
        self._years = dict(years or {})

    @classmethod
    def read(cls, path: Path) -> "Calendar":
        """The calendar of a file; the national one where there is no such file.

        Raises:
            BadInputError: Names the file, the line, the fault and the remedy.
        """
        if not path.exists():
            return cls()
        told, _ = read_toml(path, CalendarTold)
        return cls(
            {
                int(year): Year(_days(one.holidays), _days(one.workdays), one.complete)
                for year, one in told.root.items()
            }
        )

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day, make-up Saturdays and Sundays included."""
        told = self._years.get(day.year, Year())
        if day in told.off or day in told.on:
            return day in told.on
        if told.complete:
            return day.weekday() < SATURDAY
        return day not in _days_off(day.year)

    def working_day_after(self, day: date, count: int) -> date:
        """The working day that many after the day, which is not counted itself."""
        while count > 0:
            day += DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; below zero where `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        after = (first + n * DAY for n in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, after))

    def is_announced(self, year: int) -> bool:
        """Whether make-up days of the year are known: from the package, or told complete here."""
        told = self._years.get(year)
        return bool(told and told.complete) or year in ChinaStaticHolidays.special_public_holidays


@lru_cache(maxsize=64)  # once for each year of a calendar
def warn_of_gap(calendar: Calendar, year: int) -> None:
    """Say in the log, once, that a deadline lies in a year whose make-up days are not known."""
    if not calendar.is_announced(year):
        log.warning("make-up days of a year are not announced: see docs/clocks.md", year=year)


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    """The year's days on which the nation's offices are closed.

    Made whole, of an own object: that of the package fills itself as it is asked, which two
    threads would do at once.
    """
    # The year after, too: its holidays may be made up for in December.
    national = holidays.country_holidays("CN", years=(year, year + 1))
    days = (date(year, 1, 1) + n * DAY for n in range(366))
    return frozenset(day for day in days if day.year == year and not national.is_working_day(day))


def _days(told: tuple[date | str, ...]) -> frozenset[date]:
    days: set[date] = set()
    for one in told:
        first, last = (one, one) if isinstance(one, date) else _range(one)
        days.update(first + n * DAY for n in range((last - first).days + 1))
    return frozenset(days)


def _range(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    try:
        begins = date.fromisoformat(first.strip())
        ends = date.fromisoformat((last or first).strip())
    except ValueError:
        raise ValueError(
            f"{text!r} is no day: write 2027-10-01 or 2027-10-01..2027-10-07"
        ) from None
    if not begins <= ends <= begins + LONGEST_RANGE:
        raise ValueError(f"{text!r} must end after it begins, within {LONGEST_RANGE.days} days")
    return begins, ends
