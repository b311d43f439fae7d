"""The county's cases in a few numbers: what came in, where, about what, and who is late."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from callcenter.tickets.finding.looking import Wanted, is_late, is_open
from callcenter.tickets.finding.mapped import DAY, Counted, counted
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket, TicketStep

USUAL_DAYS = 7  # what an item is compared with
VILLAGE_DIGITS = 12


class UnitLoad(NamedTuple):
    """What lies with a unit."""

    unit: str
    open: int
    late: int


class ItemCount(NamedTuple):
    """How often an item was reported."""

    item: str
    now: int  # in the last 24 hours
    usual: float  # on an average day of the USUAL_DAYS before


@dataclass(frozen=True)
class Overview:
    """The cases of the centre at one moment."""

    opened: int  # today
    closed: int  # today, however they were opened
    open: int
    late: int
    areas: list[Counted]  # of the last 24 hours, by village
    items: list[ItemCount]  # the most reported first
    units: list[UnitLoad]  # the latest first


def overview(session: Session, now: datetime, midnight: datetime) -> Overview:
    """The cases at a moment.

    Args:
        session: For reading.
        now: The moment.
        midnight: When today began, in the county's time.
    """
    opened, number = col(Ticket.opened_at), func.count()
    today = select(number).select_from(Ticket).where(opened >= midnight)
    ends = col(TicketStep.move).in_((Move.CLOSE, Move.ANSWER))
    closed = select(number).select_from(TicketStep).where(ends, col(TicketStep.at) >= midnight)
    units = _units(session, now)
    still = select(number, func.coalesce(func.sum(case((is_late(now), 1), else_=0)), 0))
    every_open, late = session.exec(still.select_from(Ticket).where(is_open())).one()
    areas = counted(
        session, Wanted(since=now - DAY), begin=now - DAY, width=2 * DAY, digits=VILLAGE_DIGITS,
        now=now,
    )  # fmt: skip
    return Overview(
        opened=session.exec(today).one(),
        closed=session.exec(closed).one(),
        open=every_open,
        late=int(late),
        areas=areas,
        items=_items(session, now),
        units=units,
    )


def _units(session: Session, now: datetime) -> list[UnitLoad]:
    late = func.sum(case((is_late(now), 1), else_=0))
    unit = col(Ticket.unit)
    rows = select(unit, func.count(), late).where(is_open(), unit.is_not(None)).group_by(unit)
    found = [UnitLoad(str(name), many, int(few)) for name, many, few in session.exec(rows)]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.unit))


def _items(session: Session, now: datetime) -> list[ItemCount]:
    recent = _reported(session, now - DAY, now)
    before = _reported(session, now - DAY - USUAL_DAYS * DAY, now - DAY)
    found = [ItemCount(item, n, before.get(item, 0) / USUAL_DAYS) for item, n in recent.items()]
    return sorted(found, key=lambda one: (-one.now, one.item))


def _reported(session: Session, since: datetime, until: datetime) -> dict[str, int]:
    item, opened = col(Ticket.item), col(Ticket.opened_at)
    rows = select(item, func.count()).where(opened >= since, opened < until, item.is_not(None))
    return {str(name): many for name, many in session.exec(rows.group_by(item))}
