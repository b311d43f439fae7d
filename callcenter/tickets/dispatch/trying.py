"""What another table would have done with the last tickets: a dry run, in which nothing moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from callcenter.tickets.dispatch.table import Case, Choice, DispatchTable
from callcenter.tickets.steps import OVER, Move
from callcenter.tickets.ticket import Ticket, TicketStep

CHUNK = 500  # databases bound the length of a statement


@dataclass(frozen=True)
class Tried:
    """A ticket under two tables, at the moment at which it was dispatched."""

    number: str
    case: Case
    unit: str | None  # who has it, or had it at its end
    is_open: bool
    now: Choice  # by the table in force
    then: Choice  # by the other

    @property
    def differs(self) -> bool:
        """Whether it would go elsewhere."""
        return self.now.unit.code != self.then.unit.code


def tried(session: Session, now: DispatchTable, then: DispatchTable, last: int) -> Iterator[Tried]:
    """The last tickets that were dispatched, newest first, under both tables."""
    newest = select(Ticket).where(col(Ticket.unit).is_not(None))
    tickets = session.exec(newest.order_by(col(Ticket.opened_at).desc()).limit(last)).all()
    for start in range(0, len(tickets), CHUNK):
        some = tickets[start : start + CHUNK]
        sent = _sent(session, [ticket.number for ticket in some])
        for ticket in some:
            case = Case(ticket.item, ticket.cell, ticket.urgency, sent.get(ticket.number))
            yield Tried(
                ticket.number,
                case,
                ticket.unit,
                ticket.step not in OVER,
                now.choose(case.item, case.cell, case.urgency, case.at),
                then.choose(case.item, case.cell, case.urgency, case.at),
            )


def _sent(session: Session, numbers: list[str]) -> dict[str, datetime]:
    """When each was dispatched last."""
    query = (
        select(TicketStep.ticket_number, TicketStep.at)
        .where(col(TicketStep.ticket_number).in_(numbers), TicketStep.move == Move.DISPATCH)
        .order_by(col(TicketStep.number))
    )
    return dict(session.exec(query).all())
