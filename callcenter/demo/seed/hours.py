"""When offices are at work, fast enough for a million tickets."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random

from callcenter.tickets.clocks import is_working_day

A_DAY = 86_400
OPENS, CLOSES = 8 * 3600 + 30 * 60, 18 * 3600  # seconds of the county's day
AHEAD = 8 * 3600  # of the county's clock, which has known no summer time since 1991


def at_work(at: datetime) -> bool:
    """Whether it is a working day between half past eight and six."""
    day, since = _split(at)
    return OPENS <= since < CLOSES and _works(day)


def next_working_hours(at: datetime, random: Random) -> datetime:
    """This moment, or one in the first two hours of the next working day."""
    day, since = _split(at)
    if OPENS <= since < CLOSES and _works(day):
        return at
    day += since >= OPENS
    while not _works(day):
        day += 1
    return _midnight(day) + timedelta(seconds=OPENS + random.randrange(7200))


def _split(at: datetime) -> tuple[int, int]:
    """The county's day since 1970, and whole seconds in it: a million tickets ask ten times."""
    return divmod(int(at.timestamp()) + AHEAD, A_DAY)


@lru_cache(maxsize=2000)
def _works(day: int) -> bool:
    return is_working_day(date(1970, 1, 1) + timedelta(days=day))


@lru_cache(maxsize=2000)
def _midnight(day: int) -> datetime:
    return datetime.fromtimestamp(day * A_DAY - AHEAD, UTC)
