"""When tickets are opened: so many a day, at these hours; all by chance, the same for one seed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from callcenter.demo.seed.shares import Shares
from callcenter.tickets.clocks import is_working_day
from callcenter.tickets.ticket import COUNTY_TIME

# Of a day's calls, by the hour of the county's clock.
HOURS = (4, 3, 2, 2, 2, 4, 12, 32, 82, 104, 96, 66, 40, 44, 78, 92, 84, 66, 50, 44, 38, 28, 18, 9)
UNTIL = tuple(accumulate(HOURS))
MONDAY_MORE = 1.15
AT_REST = 0.62  # weekends and holidays, against a working day


def days(year: int) -> Iterator[date]:
    """Every day of the year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def tickets_a_day(year: int, tickets: int, shares: Shares) -> dict[date, int]:
    """How many tickets each day has; together just so many."""
    weights = {day: _weight(day, shares) for day in days(year)}
    whole, sofar, given = sum(weights.values()), 0.0, 0
    spread = {}
    for day, weight in weights.items():
        sofar += weight
        upto = round(tickets * sofar / whole)
        spread[day], given = upto - given, upto
    return spread


def openings(day: date, count: int, random: Random) -> list[datetime]:
    """The moments at which a day's tickets are opened, in order; UTC, to the millisecond."""
    midnight = datetime.combine(day, time(), COUNTY_TIME).astimezone(UTC)
    hours = random.choices(range(24), cum_weights=UNTIL, k=count)
    return sorted(
        midnight + timedelta(milliseconds=hour * 3_600_000 + random.randrange(3_600_000))
        for hour in hours
    )


def _weight(day: date, shares: Shares) -> float:
    rest = 1.0 if is_working_day(day) else AT_REST
    return rest * (MONDAY_MORE if day.weekday() == 0 else 1.0) * shares.of_month(day.month)
