"""When a dispatched ticket must be reported back: which clock runs.

Working days come from the national calendar with its make-up days (the `holidays` package).
Defaults are domain.md's; a later year than the State Council has announced counts plain
weekdays and the known holidays, as that package does.
"""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from callcenter.facts import Urgency
from callcenter.tickets.ticket import COUNTY_TIME

URGENT = timedelta(hours=2)
UTILITIES = timedelta(hours=24)
UTILITY_ITEM = "209"  # 水电气暖
WORKING_DAYS = {2: 5, 3: 3, 4: 3}  # by the unit's grid level: township and above, then village
COUNTY_WORKING_DAYS = 5
CLOSE_OF_OFFICE = time(18, 0)


def due_at(start: datetime, *, item: str | None, urgency: Urgency, unit_level: int) -> datetime:
    """When the unit must have reported.

    Args:
        start: The moment of dispatch.
        item: Three digits, or None where nothing is known.
        urgency: Urgent goes before everything else.
        unit_level: The unit's grid level, 1 county to 4 basic grid.
    """
    if urgency is Urgency.URGENT:
        return start + URGENT
    if item == UTILITY_ITEM:
        return start + UTILITIES
    return add_working_days(start, WORKING_DAYS.get(unit_level, COUNTY_WORKING_DAYS))


def add_working_days(start: datetime, days: int) -> datetime:
    """The close of office of the working day that many on; the day of `start` is not counted."""
    day = _calendar().get_nth_working_day(start.astimezone(COUNTY_TIME).date(), days)
    return datetime.combine(day, CLOSE_OF_OFFICE, COUNTY_TIME).astimezone(start.tzinfo)


def resumed(due_at: datetime, suspended_at: datetime, resumed_at: datetime) -> datetime:
    """The deadline of a ticket that was suspended: what remained of it remains."""
    return due_at + (resumed_at - suspended_at)


def is_working_day(day: date) -> bool:
    """Whether offices work on this day, make-up Saturdays and Sundays included."""
    return bool(_calendar().is_working_day(day))


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")
