"""How long what may take: kinds of clocks, the calendar, limits, and the alarms when they run out.

    calendar.py  which days offices work             spans.py   kinds, limits, pauses: arithmetic
    limits.py    clocks.toml: which limit for what   turns.py   which move starts and stops what
    running.py   a ticket's clocks, as its moves leave them      alarms.py  warned and late, once

The functions here count by the limits that come with the program and the national calendar. Whoever
knows a county asks its own `Clocks` (`Edition.clocks` in callcenter/tickets/inforce.py).
"""

from datetime import date, datetime
from functools import cache

from callcenter.facts import Urgency
from callcenter.tickets.clocks.limits import Clocks, Purpose
from callcenter.tickets.clocks.spans import ClockKind, Limit, due_after

__all__ = [
    "ClockKind",
    "Clocks",
    "Limit",
    "Purpose",
    "add_working_days",
    "default_clocks",
    "due_at",
    "is_working_day",
    "resumed",
]


@cache
def default_clocks() -> Clocks:
    """The limits that come with the program, by the national calendar."""
    return Clocks.default()


def due_at(start: datetime, *, item: str | None, urgency: Urgency, unit_level: int) -> datetime:
    """When the unit must have reported.

    Args:
        start: The moment of dispatch.
        item: Three digits, or None where nothing is known.
        urgency: Urgent goes before everything else.
        unit_level: The unit's grid level, 1 county to 4 basic grid.
    """
    clocks = default_clocks()
    return clocks.due(Purpose.FEEDBACK, start, item=item, urgency=urgency, level=unit_level)


def add_working_days(start: datetime, days: int) -> datetime:
    """The close of office of the working day that many on; the day of `start` is not counted."""
    return due_after(start, Limit.parse(f"{days} working days"), default_clocks().calendar)


def is_working_day(day: date) -> bool:
    """Whether offices work on this day, make-up Saturdays and Sundays included."""
    return default_clocks().calendar.is_working_day(day)


def resumed(
    due_at: datetime,
    suspended_at: datetime,
    resumed_at: datetime,
    kind: ClockKind | None = None,
) -> datetime:
    """The deadline of a ticket that was suspended: as much of the clock's own time remains.

    Args:
        due_at: The deadline before the pause.
        suspended_at: When the clock stopped.
        resumed_at: When it goes on.
        kind: What the clock counts; None: as the deadline looks (`spans.kind_of`).
    """
    return default_clocks().resumed(due_at, suspended_at, resumed_at, kind)
