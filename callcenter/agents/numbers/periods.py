"""Stretches of time as the county's clock cuts them; the clock is China's, which never jumps."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

COUNTY_TIME: Final = ZoneInfo("Asia/Shanghai")

Interval = Literal["15min", "hour", "day", "month", "whole"]


def begins(since: datetime, until: datetime, interval: Interval) -> list[datetime]:
    """The first moment of each interval between, in the county's time; the first is `since`.

    `whole` is one interval. A first or last interval may be shorter than the others.
    """
    found = [since.astimezone(COUNTY_TIME)]
    while interval != "whole" and (later := NEXT[interval](found[-1])) < until:
        found.append(later)
    return found


def midnight(at: datetime) -> datetime:
    """When the county's day of this moment began."""
    return at.astimezone(COUNTY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)


def _next_quarter(at: datetime) -> datetime:
    floor = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return floor + timedelta(minutes=15)


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _next_day(at: datetime) -> datetime:
    return midnight(at) + timedelta(days=1)


def _next_month(at: datetime) -> datetime:
    return (midnight(at).replace(day=1) + timedelta(days=32)).replace(day=1)


NEXT: Final[dict[str, Callable[[datetime], datetime]]] = {
    "15min": _next_quarter,
    "hour": _next_hour,
    "day": _next_day,
    "month": _next_month,
}
