"""Opening a ticket: a draft with its number, the next of its line and day, without a gap."""

from datetime import datetime
from functools import cache

from sqlalchemy import Executable
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
    _counted(session, line, at, 0)  # whoever opens at the same time has done so, or waits
    if ticket_of_call(session, call_id):
        return []
    number = _next_number(session, line, at)
    return [
        _opened(session, Ticket(number=number, line=line, call_id=call_id, opened_at=at), actor)
    ]


def open_ticket(
    session: Session, line: Line, *, at: datetime, actor: str, call_id: str | None = None
) -> TicketMoved:
    """One more draft: of a call that is about two things, or of no call at all."""
    number = _next_number(session, line, at)  # first: who opens for the same call waits here
    before = select(func.count()).select_from(Ticket).where(col(Ticket.call_id) == call_id)
    ticket = Ticket(
        number=number,
        line=line,
        call_id=call_id,
        of_call=1 + (session.exec(before).one() if call_id else 0),
        opened_at=at,
    )
    return _opened(session, ticket, actor)


def _opened(session: Session, ticket: Ticket, actor: str) -> TicketMoved:
    """The ticket with its first step, both written at once, and its link to the call."""
    at = ticket.opened_at
    opened = write_step(session, ticket, Command(Move.OPEN, actor, at), None)
    session.flush()
    if ticket.call_id:
        named = {"ticket_number": ticket.number, "call_id": ticket.call_id}
        insert_new(session, TicketCall, named | {"at": at, "actor": actor, "why": LinkWhy.OPENED})
    return opened


def _next_number(session: Session, line: Line, at: datetime) -> str:
    return f"{line.value}-{_day(at)}-{_counted(session, line, at, 1):04d}"


def _counted(session: Session, line: Line, at: datetime, more: int) -> int:
    """The series' last number once so many are taken; its row is ours until the session ends."""
    counted = session.connection().execute(
        _counting(session.get_bind().dialect.name),
        {"line": line.value, "day": _day(at), "last": more},
    )
    return int(counted.scalar_one())


@cache
def _counting(kind: str) -> Executable:
    """Written once for a kind of database: writing it takes longer than the database does."""
    first = (sqlite if kind == "sqlite" else postgresql).insert(NumberSeries)
    following = first.on_conflict_do_update(
        index_elements=["line", "day"], set_={"last": NumberSeries.last + first.excluded.last}
    )
    counting: Executable = following.returning(col(NumberSeries.last))
    return counting


def _day(at: datetime) -> str:
    return at.astimezone(COUNTY_TIME).strftime("%Y%m%d")
