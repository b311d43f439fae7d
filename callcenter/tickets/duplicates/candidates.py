"""Tickets that could be of the same matter: by cells and days, through one index."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col, func, select

from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket, TicketStep

MOST = 500  # the newest; a county's cells have fewer in a month
NO_MATTER = (Step.DECLINED, Step.VOID)


def candidates(
    session: Session,
    ticket: Ticket,
    *,
    cells: Sequence[str],
    days: int,
    sight: ColumnElement[bool] | None = None,
) -> list[Ticket]:
    """Tickets of the same line that lie near in place and time, the newest MOST.

    The ticket itself and others of its call are left out: they are about another matter.

    Args:
        session: For reading.
        ticket: Whose like are looked for.
        cells: Where it may be.
        days: At most so long before or after.
        sight: The condition on `Ticket` that the asker may see it; None: all of them.
    """
    if not cells:
        return []
    span, at = timedelta(days=days), ticket.opened_at
    query = (
        select(Ticket)
        .where(col(Ticket.cell).in_(cells), col(Ticket.item).is_not(None))
        .where(col(Ticket.opened_at).between(at - span, at + span))
        .where(Ticket.line == ticket.line, col(Ticket.step).not_in(NO_MATTER))
        .where(Ticket.number != ticket.number, true() if sight is None else sight)
    )
    if ticket.call_id:
        query = query.where(
            or_(col(Ticket.call_id).is_(None), col(Ticket.call_id) != ticket.call_id)
        )
    return list(session.exec(query.order_by(col(Ticket.opened_at).desc()).limit(MOST)))


def closed_at(session: Session, numbers: Sequence[str]) -> dict[str, datetime]:
    """When those of the tickets that were closed were closed last."""
    closed = (
        select(TicketStep.ticket_number, func.max(TicketStep.at))
        .where(col(TicketStep.ticket_number).in_(numbers))
        .where(TicketStep.to_step == Step.CLOSED, TicketStep.from_step != TicketStep.to_step)
        .group_by(col(TicketStep.ticket_number))
    )
    return dict(session.exec(closed).all())


def living_in(session: Session, ticket: Ticket) -> Ticket:
    """The ticket in which a merged one lives on; any other is that itself."""
    while ticket.merged_into:
        ticket = session.get_one(Ticket, ticket.merged_into)
    return ticket
