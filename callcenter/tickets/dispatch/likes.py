"""How tickets like this one went: which units finished them, shown beside the table's choice.

Only closed tickets count, each for the unit that had it at its end: who returned one is not it.
Sorts cases by item and place, nothing else.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false
from sqlmodel import Session, case, col, func, select

from callcenter.tickets.cells import CODE_DIGITS
from callcenter.tickets.dispatch.units import Unit
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

SHOWN = 5
TOWNSHIP_DIGITS = CODE_DIGITS[2]


@dataclass(frozen=True)
class Like:
    """A unit that finished tickets of this item."""

    unit: str
    here: int  # in the same township
    all: int  # in the county


def likes(
    session: Session, units: dict[str, Unit], item: str, cell: str | None, since: datetime
) -> list[Like]:
    """Units that finished tickets of this item opened since then, most of the township first.

    Args:
        session: For reading.
        units: Those there are today; others are not suggested.
        item: Three digits.
        cell: A grid code of any level, or None: then no ticket counts as of the same township.
        since: How far back to look.
    """
    township = (cell or "")[:TOWNSHIP_DIGITS]
    known = len(township) == TOWNSHIP_DIGITS
    same = col(Ticket.cell).startswith(township) if known else false()
    here, total = func.sum(case((same, 1), else_=0)), func.count()
    query = (
        select(Ticket.unit, here, total)
        .where(Ticket.item == item, Ticket.step == Step.CLOSED, Ticket.opened_at >= since)
        .where(col(Ticket.unit).is_not(None))
        .group_by(col(Ticket.unit))
        .order_by(here.desc(), total.desc(), col(Ticket.unit))
    )
    rows = [Like(unit or "", int(mine), int(count)) for unit, mine, count in session.exec(query)]
    return [row for row in rows if row.unit in units][:SHOWN]
