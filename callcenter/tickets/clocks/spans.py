"""How a clock counts: four kinds, and the arithmetic of limits and pauses in each.

    hours           around the clock                     30 minutes, 2 hours
    working hours   08:30-12:00 and 14:30-18:00          4 working hours
    working days    ends with the office of the last one 5 working days
    days            the same by the calendar             15 days

A span of a clock's own time is a timedelta: a working hour is an hour of it, a working day a day.
Clocks in days count whole days; the day on which one begins does not count, and the last one ends
with the office (after 民法典 第201条, 第203条). That a period whose last day is a holiday ends with
the next working day is not applied to days of the calendar: these limits are promises of a service,
not periods of law. The clauses were not checked against the full text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from callcenter.errors import BadInputError
from callcenter.tickets.clocks.calendar import DAY, Calendar
from callcenter.tickets.ticket import COUNTY_TIME

CLOSE_OF_OFFICE = time(18, 0)
OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(14, 30), CLOSE_OF_OFFICE))
NOTHING = timedelta(0)
LONGEST = timedelta(days=3660)


class ClockKind(StrEnum):
    """What a clock counts."""

    HOURS = "hours"
    WORKING_HOURS = "working hours"
    WORKING_DAYS = "working days"
    DAYS = "days"


IN_DAYS = frozenset({ClockKind.WORKING_DAYS, ClockKind.DAYS})
IN_OFFICE = frozenset({ClockKind.WORKING_HOURS, ClockKind.WORKING_DAYS})
_UNITS: dict[str, tuple[ClockKind, timedelta]] = {
    "minute": (ClockKind.HOURS, timedelta(minutes=1)),
    "hour": (ClockKind.HOURS, timedelta(hours=1)),
    "working hour": (ClockKind.WORKING_HOURS, timedelta(hours=1)),
    "working day": (ClockKind.WORKING_DAYS, DAY),
    "day": (ClockKind.DAYS, DAY),
    "calendar day": (ClockKind.DAYS, DAY),
}
_LIMIT = re.compile(r"(\d{1,4}) ([a-z ]+?)s?")


@dataclass(frozen=True)
class Limit:
    """How long something may take, in a clock's own time."""

    span: timedelta
    kind: ClockKind

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """The limit of a text: "30 minutes", "4 working hours", "5 working days", "15 days".

        Raises:
            ValueError: It is none; the message says what is.
        """
        read = _LIMIT.fullmatch(" ".join(text.split()))
        unit = _UNITS.get(read[2]) if read else None
        if read is None or unit is None or int(read[1]) == 0:
            raise ValueError(
                f"{text!r} is no limit: write a whole number above 0 and minutes, hours, "
                "working hours, working days or days, as in '5 working days'"
            )
        kind, one = unit
        if int(read[1]) * one > LONGEST:
            raise ValueError(f"{text!r} is longer than ten years: write a shorter limit")
        return cls(int(read[1]) * one, kind)


def due_after(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """When a clock that starts now is over; clocks in days end with the office."""
    if limit.kind not in IN_DAYS:
        return shifted(limit.kind, start, limit.span, calendar)
    first, count = start.astimezone(COUNTY_TIME).date(), limit.span.days
    working = limit.kind is ClockKind.WORKING_DAYS
    day = calendar.working_day_after(first, count) if working else first + limit.span
    return datetime.combine(day, CLOSE_OF_OFFICE, COUNTY_TIME).astimezone(start.tzinfo)


def elapsed(kind: ClockKind, since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """The clock's own time between two moments; below zero where `until` is the earlier one."""
    if kind is ClockKind.HOURS:
        return until - since
    if kind is ClockKind.WORKING_HOURS:
        return _office_time(since, until, calendar)
    first, last = (at.astimezone(COUNTY_TIME).date() for at in (since, until))
    if kind is ClockKind.DAYS:
        return last - first
    return calendar.working_days_between(first, last) * DAY


def shifted(kind: ClockKind, at: datetime, span: timedelta, calendar: Calendar) -> datetime:
    """The first moment by which so much of the clock's own time has gone by since `at`.

    Args:
        kind: What the clock counts.
        at: From when on.
        span: Zero or more; zero gives `at` itself. Of clocks in days, whole days.
        calendar: Whose working days.
    """
    if span <= NOTHING:
        return at
    if kind is ClockKind.HOURS:
        return at + span
    if kind is ClockKind.WORKING_HOURS:
        return _after_office_time(at, span, calendar)
    local = at.astimezone(COUNTY_TIME)
    days = span.days
    working = kind is ClockKind.WORKING_DAYS
    day = calendar.working_day_after(local.date(), days) if working else local.date() + days * DAY
    return datetime.combine(day, local.time(), COUNTY_TIME).astimezone(at.tzinfo)


def remaining(kind: ClockKind, at: datetime, due_at: datetime, calendar: Calendar) -> timedelta:
    """What is left of the clock's own time; below zero by how much it is late."""
    return elapsed(kind, at, due_at, calendar)


def resumed_due(
    kind: ClockKind,
    due_at: datetime,
    suspended_at: datetime,
    resumed_at: datetime,
    calendar: Calendar,
) -> datetime:
    """The deadline after a pause: as much of the clock's own time remains as when it stopped.

    A pause that ends before it began (somebody set a computer's clock) gives nothing.
    """
    return shifted(kind, due_at, elapsed(kind, suspended_at, resumed_at, calendar), calendar)


def share_of(
    kind: ClockKind, start: datetime, due_at: datetime, share: float, calendar: Calendar
) -> datetime:
    """When this share of the time to the deadline is gone; offices' time where that counts."""
    measure = measure_of(kind)
    whole = elapsed(measure, start, due_at, calendar)
    return min(shifted(measure, start, whole * share, calendar), due_at)


def measure_of(kind: ClockKind) -> ClockKind:
    """The kind that splits finer than days what this kind counts."""
    return ClockKind.WORKING_HOURS if kind in IN_OFFICE else ClockKind.HOURS


def kind_of(due_at: datetime) -> ClockKind:
    """The likeliest kind of a deadline of unknown kind: at the close of office, working days."""
    at_close = due_at.astimezone(COUNTY_TIME).time() == CLOSE_OF_OFFICE
    return ClockKind.WORKING_DAYS if at_close else ClockKind.HOURS


def refuse_far(field: str, at: datetime, now: datetime) -> None:
    """Calendars end, and counting working days over centuries takes long.

    Raises:
        BadInputError: The moment lies more than ten years from now.
    """
    if abs(at - now) > LONGEST:
        raise BadInputError(f"{field} lies more than ten years from now: name a nearer day")


def is_office_time(at: datetime, calendar: Calendar) -> bool:
    """Whether offices work at this moment."""
    local = at.astimezone(COUNTY_TIME)
    within = any(opens <= local.time() < closes for opens, closes in OFFICE_HOURS)
    return within and calendar.is_working_day(local.date())


def _office_time(since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    if until < since:
        return -_office_time(until, since, calendar)
    last = until.astimezone(COUNTY_TIME).date()
    total = NOTHING
    for opens, closes in _office_spans(since, calendar):
        if opens.date() > last:
            return total
        total += max(min(closes, until) - max(opens, since), NOTHING)
    return total


def _after_office_time(at: datetime, span: timedelta, calendar: Calendar) -> datetime:
    left, end = span, at
    for opens, closes in _office_spans(at, calendar):
        begins = max(opens, at)
        if closes <= begins:
            continue
        end = begins + min(left, closes - begins)
        left -= end - begins
        if left <= NOTHING:
            break
    return end.astimezone(at.tzinfo)


def _office_spans(since: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The hours in which offices work, from this day on, for ever (until the calendar ends)."""
    day: date = since.astimezone(COUNTY_TIME).date()
    while True:
        if calendar.is_working_day(day) or day.year >= date.max.year:
            for opens, closes in OFFICE_HOURS:
                yield (
                    datetime.combine(day, opens, COUNTY_TIME),
                    datetime.combine(day, closes, COUNTY_TIME),
                )
        day += DAY
