"""Many calls to one ticket, many tickets to one call; and all who rang about merged tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.facts import LinkWhy, TicketCallLinked
from callcenter.store import UtcDateTime, enum_text, insert_new
from callcenter.tickets.ticket import Ticket, locked


class TicketCall(SQLModel, table=True):
    """What a call has to do with a ticket; the opener's row is written with the draft."""

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    call_id: str = Field(primary_key=True, index=True)
    why: LinkWhy = Field(primary_key=True, sa_type=enum_text(LinkWhy))
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str


@dataclass(frozen=True)
class CallOfTicket:
    """A call to be told of a ticket's result, and which ticket it is about."""

    call_id: str
    ticket_number: str  # the ticket itself, or one that was merged into it


def link_call(
    session: Session, number: str, call_id: str, why: LinkWhy, *, at: datetime, actor: str
) -> list[TicketCallLinked]:
    """The call has to do with the ticket; nothing where that is known already.

    Raises:
        NotFoundError: No ticket has this number.
    """
    locked(session, number)
    row = {"ticket_number": number, "call_id": call_id, "why": why, "at": at, "actor": actor}
    if not insert_new(session, TicketCall, row):
        return []
    return [TicketCallLinked(**row)]


_OF_TICKET: Final = (
    select(TicketCall)
    .where(TicketCall.ticket_number == bindparam("number"))
    .order_by(col(TicketCall.at), col(TicketCall.call_id))
)


def calls_of(session: Session, number: str) -> list[TicketCall]:
    """The calls that have to do with a ticket, in order of time."""
    return list(session.exec(_OF_TICKET, params={"number": number}))


def tickets_of(session: Session, call_id: str) -> list[TicketCall]:
    """The tickets that a call has to do with, by number."""
    query = select(TicketCall).where(TicketCall.call_id == call_id)
    return list(session.exec(query.order_by(col(TicketCall.ticket_number), col(TicketCall.why))))


def callers_of(session: Session, number: str) -> list[CallOfTicket]:
    """Every call of citizens that waits for this ticket's result, merged tickets' included.

    Each call once, in order of time. Calls that we placed are none: who was rung has rung before.
    """
    told = (
        select(TicketCall)
        .where(col(TicketCall.ticket_number).in_(with_merged(session, number)))
        .where(TicketCall.why != LinkWhy.RUNG)
        .order_by(col(TicketCall.at), col(TicketCall.call_id))
    )
    first = {row.call_id: row.ticket_number for row in reversed(session.exec(told).all())}
    return [CallOfTicket(call_id, first[call_id]) for call_id in reversed(first)]


def with_merged(session: Session, number: str) -> list[str]:
    """The ticket and all that live on in it, however many merges away."""
    found, new = [number], [number]
    while new:
        query = select(Ticket.number).where(col(Ticket.merged_into).in_(new))
        new = list(session.exec(query.order_by(col(Ticket.number))))
        found += new
    return found
