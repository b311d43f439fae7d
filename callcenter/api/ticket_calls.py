"""Calls of a ticket, and one more ticket of a call: many to many."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import opener, require_sight
from callcenter.errors import NotFoundError
from callcenter.facts import Line, LinkWhy, TicketCallLinked, TicketMoved
from callcenter.ivr.call import Call
from callcenter.tickets.calls import TicketCall, callers_of, calls_of, link_call
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.ticket import known

router = APIRouter(prefix="/tickets", tags=["tickets"])

Actor = Annotated[str, Field(pattern=r"^[A-Za-z0-9:._-]{1,40}$", examples=["seat-01"])]


class LinkCommand(BaseModel):
    """A call that has to do with the ticket, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"call_id": "n1-7.0", "why": "urged", "actor": "seat-01"}]}
    )

    call_id: str = Field(max_length=80)
    why: LinkWhy
    actor: Actor | None = Field(None, description="who is signed in; a program may name another")


class NewTicket(BaseModel):
    """A further ticket of a call that is about two things, or one that came without a call."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"call_id": "n1-7.0", "actor": "seat-01"}]}
    )

    call_id: str | None = Field(None, max_length=80)
    line: Line = Field(Line.SERVICE, description="of one without a call; else the call's")
    actor: Actor | None = Field(None, description="who is signed in; a program may name another")


class TicketsCalls(BaseModel):
    """The calls of a ticket, and all that wait for its result, merged tickets' included."""

    calls: list[TicketCall]
    callers: list[dict[str, str]]


@router.post("", status_code=201, responses=errors(404, 422))
async def open_one(context: Context, me: Asking, new: NewTicket) -> TicketMoved:
    """Open a ticket; a call's first one opens by itself when it is answered."""
    actor = opener(me, new.actor)

    def _run(session: Session) -> list[TicketMoved]:
        line = _call(session, new.call_id).line if new.call_id else new.line
        now = datetime.now(UTC)
        return [open_ticket(session, line, at=now, actor=actor, call_id=new.call_id)]

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, TicketMoved))


@router.get("/{number}/calls", responses=errors(404))
def list_calls(context: Context, me: Asking, number: str) -> TicketsCalls:
    """The ticket's calls in order of time, and who is to be told of its result."""
    with context.flow.store.reading() as session:
        require_sight(session, me, known(session, number))
        callers = [
            {"call_id": one.call_id, "ticket_number": one.ticket_number}
            for one in callers_of(session, number)
        ]
        return TicketsCalls(calls=calls_of(session, number), callers=callers)


@router.post("/{number}/calls", status_code=201, responses=errors(404, 422))
async def attach_call(
    context: Context, me: Asking, number: str, command: LinkCommand
) -> TicketCallLinked:
    """A call has to do with this ticket; told again, it changes nothing."""
    now = datetime.now(UTC)
    actor = me.acting(command.actor)

    def _run(session: Session) -> list[TicketCallLinked]:
        require_sight(session, me, known(session, number))
        _call(session, command.call_id)
        return link_call(session, number, command.call_id, command.why, at=now, actor=actor)

    stated = await context.flow.command(_run)
    given = command.model_dump() | {"actor": actor}
    told = TicketCallLinked(ticket_number=number, at=now, **given)
    return next((fact for fact in stated if isinstance(fact, TicketCallLinked)), told)


def _call(session: Session, call_id: str) -> Call:
    call = session.get(Call, call_id)
    if call is None:
        raise NotFoundError(f"call {call_id!r} is not known: check its id")
    return call
