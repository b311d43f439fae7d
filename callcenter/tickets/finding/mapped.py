"""Tickets as a map shows them: counted by cell and stretch of time, and one by one within a frame.

Counting is the database's: what leaves it is a row for each cell and stretch in which something
was opened, however many tickets that were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, case, cast, extract, false, func, true
from sqlmodel import Session, col

from callcenter.facts import Urgency
from callcenter.tickets.finding.looking import Wanted, is_late, is_open, matching
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

MOST_SLOTS = 62
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIDTHS = (HOUR, DAY, 7 * DAY, 30 * DAY)  # of a stretch; the finest that gives few enough


class Counted(NamedTuple):
    """Tickets of one cell that were opened in one stretch of time."""

    cell: str  # code, cut to the digits that were asked for; "" where no cell is known
    slot: int  # which stretch, counted from 0
    total: int
    open: int  # somebody has something to do
    late: int  # of those, the unit is late
    urgent: int  # of those open


class Spotted(NamedTuple):
    """One ticket on the map."""

    number: str
    longitude: float  # degrees, WGS-84
    latitude: float
    item: str | None
    urgency: Urgency
    step: Step
    late: bool  # its unit is


@dataclass(frozen=True)
class Frame:
    """The part of the world that is in sight, degrees, WGS-84."""

    west: float
    south: float
    east: float
    north: float


def width_of(length: timedelta) -> timedelta:
    """How long a stretch is, so that a period has MOST_SLOTS of them at most."""
    return next((one for one in WIDTHS if length <= MOST_SLOTS * one), length / MOST_SLOTS)


def counted(
    session: Session,
    wanted: Wanted,
    *,
    begin: datetime,
    width: timedelta,
    digits: int,
    sight: ColumnElement[bool] | None = None,
    now: datetime | None = None,
) -> list[Counted]:
    """How many of the tickets that are wanted lie in each cell, by when they were opened.

    Args:
        session: For looking.
        wanted: Which; `since` must not be before `begin`.
        begin: Where the first stretch begins.
        width: How long a stretch is.
        digits: Of a cell's code: 9 townships, 12 villages, 15 basic cells; one that is known less
            exactly counts under the code that is known.
        sight: The condition on `Ticket` that the asker may see it; None: all of them.
        now: Until when what is due is in time; the present unless told.

    Raises:
        BadInputError: The words cannot be used.
    """
    _, query = matching(session, wanted, sight)
    cell = func.substr(func.coalesce(col(Ticket.cell), ""), 1, digits).label("area")
    seconds = cast(_epoch(session), Integer) - int(begin.timestamp())
    slot = (seconds // int(width.total_seconds())).label("slot")
    late, is_urgent = is_late(now or datetime.now(UTC)), col(Ticket.urgency) == Urgency.URGENT
    rows = query.with_only_columns(
        cell,
        slot,
        func.count(),
        func.sum(case((is_open(), 1), else_=0)),
        func.sum(case((late, 1), else_=0)),
        func.sum(case((is_open() & is_urgent, 1), else_=0)),
    ).group_by(cell, slot)
    found = session.connection().execute(rows)
    return [Counted(area, *map(int, counts)) for area, *counts in found]  # PostgreSQL sums decimals


def spotted(
    session: Session,
    wanted: Wanted,
    frame: Frame,
    *,
    limit: int,
    sight: ColumnElement[bool] | None = None,
    now: datetime | None = None,
) -> Sequence[Spotted]:
    """The newest of the tickets that are wanted and lie in the frame, one more than the limit.

    Raises:
        BadInputError: The words cannot be used.
    """
    _, query = matching(session, wanted, sight)
    x, y = col(Ticket.longitude), col(Ticket.latitude)
    late = case((is_late(now or datetime.now(UTC)), true()), else_=false())
    rows = (
        query.where(x.between(frame.west, frame.east), y.between(frame.south, frame.north))
        .with_only_columns(
            col(Ticket.number), x, y, col(Ticket.item), col(Ticket.urgency), col(Ticket.step), late
        )
        .order_by(col(Ticket.opened_at).desc(), col(Ticket.number).desc())
        .limit(limit + 1)
    )
    found = session.connection().execute(rows)
    return [Spotted(*row) for row in found]


def _epoch(session: Session) -> ColumnElement[Any]:
    """Whole seconds since 1970 at which a ticket was opened, on either database."""
    epoch = extract("epoch", col(Ticket.opened_at))
    return epoch if session.get_bind().dialect.name == "sqlite" else func.floor(epoch)
