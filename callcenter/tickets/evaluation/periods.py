"""Days, weeks, months, quarters and years as the county's clock cuts them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

COUNTY_TIME: Final = ZoneInfo("Asia/Shanghai")

Interval = Literal["day", "week", "month", "quarter", "year", "whole"]


def begins(since: datetime, until: datetime, interval: Interval) -> list[datetime]:
    """The first moment of each interval between, in the county's time; the first is `since`.

    A week begins on Monday. A first or last interval may be shorter than the others.
    """
    found = [since.astimezone(COUNTY_TIME)]
    while interval != "whole" and (later := NEXT[interval](found[-1])) < until:
        found.append(later)
    return found


def month_of(year: int, month: int) -> tuple[datetime, datetime]:
    """The month's first moment and the first one after it."""
    first = midnight(date(year, month, 1))
    return first, _next_month(first)


def midnight(day: date) -> datetime:
    """The first moment of a day in the county."""
    return datetime(day.year, day.month, day.day, tzinfo=COUNTY_TIME)


def years_before(at: datetime, years: int) -> datetime:
    """The same day and hour so many years before; 29 February becomes 28."""
    local = at.astimezone(COUNTY_TIME)
    try:
        return local.replace(year=local.year - years)
    except ValueError:
        return local.replace(year=local.year - years, day=28)


def _next_day(at: datetime) -> datetime:
    return midnight(at.date() + timedelta(days=1))


def _next_week(at: datetime) -> datetime:
    return midnight(at.date() + timedelta(days=7 - at.weekday()))


def _next_month(at: datetime, months: int = 1) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return midnight(date(year, month + 1, 1))


def _next_quarter(at: datetime) -> datetime:
    return _next_month(at, 3 - (at.month - 1) % 3)


def _next_year(at: datetime) -> datetime:
    return midnight(date(at.year + 1, 1, 1))


NEXT: Final[dict[str, Callable[[datetime], datetime]]] = {
    "day": _next_day,
    "week": _next_week,
    "month": _next_month,
    "quarter": _next_quarter,
    "year": _next_year,
}
