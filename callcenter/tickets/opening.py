"""Opening a ticket: a draft with its number, the next of its line and day, without a gap."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from callcenter.facts import Line, LinkWhy, TicketMoved
from callcenter.store import insert_new
from callcenter.tickets.calls import TicketCall
from callcenter.tickets.effects import Command
from callcenter.tickets.moving import write_step
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import COUNTY_TIME, NumberSeries, Ticket, ticket_of_call


def open_draft(
    session: Session, call_id: str, line: Line, *, at: datetime, actor: str
) -> list[TicketMoved]:
    """The draft of a call, with its number; nothing where the call has one already."""
    if ticket_of_call(session, call_id):
        return []
    return [open_ticket(session, line, at=at, actor=actor, call_id=call_id)]


def open_ticket(
    session: Session, line: Line, *, at: datetime, actor: str, call_id: str | None = None
) -> TicketMoved:
    """One more draft: of a call that is about two things, or of no call at all."""
    before = select(func.count()).select_from(Ticket).where(col(Ticket.call_id) == call_id)
    ticket = Ticket(
        number=_next_number(session, line, at),
        line=line,
        call_id=call_id,
        of_call=1 + (session.exec(before).one() if call_id else 0),
        opened_at=at,
    )
    session.add(ticket)
    session.flush()
    if call_id:
        link = {"ticket_number": ticket.number, "call_id": call_id, "at": at, "actor": actor}
        insert_new(session, TicketCall, link | {"why": LinkWhy.OPENED})
    return write_step(session, ticket, Command(Move.OPEN, actor, at), None)


def _next_number(session: Session, line: Line, at: datetime) -> str:
    day = at.astimezone(COUNTY_TIME).strftime("%Y%m%d")
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(NumberSeries).values(line=line.value, day=day, last=1)
    following = first.on_conflict_do_update(
        index_elements=["line", "day"], set_={"last": NumberSeries.last + 1}
    )
    running = session.connection().execute(following.returning(col(NumberSeries.last))).scalar_one()
    return f"{line.value}-{day}-{running:04d}"
