"""When offices are at work, fast enough for a million tickets."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from callcenter.tickets.clocks import is_working_day
from callcenter.tickets.ticket import COUNTY_TIME

OPENS, CLOSES = timedelta(hours=8, minutes=30), timedelta(hours=18)


def at_work(at: datetime) -> bool:
    """Whether it is a working day between half past eight and six."""
    day, since = _split(at)
    return OPENS <= since < CLOSES and _works(day)


def next_working_hours(at: datetime, random: Random) -> datetime:
    """This moment, or one in the first two hours of the next working day."""
    if at_work(at):
        return at
    day, since = _split(at)
    day += timedelta(days=since >= OPENS)
    while not _works(day):
        day += timedelta(days=1)
    return _midnight(day) + OPENS + timedelta(seconds=random.randrange(7200))


def _split(at: datetime) -> tuple[date, timedelta]:
    local = at.astimezone(COUNTY_TIME)
    since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return local.date(), since


@lru_cache(maxsize=2000)
def _works(day: date) -> bool:
    return is_working_day(day)


@lru_cache(maxsize=2000)
def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COUNTY_TIME).astimezone(UTC)
