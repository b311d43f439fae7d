"""Tickets for whoever may see the case: the list, one with its history, moves and corrections."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session, col, select

from callcenter.api.deps import Context
from callcenter.errors import BadInputError, NotFoundError
from callcenter.facts import CategoryCorrected, TicketMoved
from callcenter.tickets import moving
from callcenter.tickets import ticket as tickets
from callcenter.tickets.clocks import due_at
from callcenter.tickets.correcting import correct
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep

router = APIRouter(prefix="/tickets", tags=["tickets"])

Actor = Annotated[str, Field(pattern=r"^[A-Za-z0-9:_-]{1,40}$", examples=["seat-01"])]


class TicketWithHistory(BaseModel):
    """A ticket and the steps it went, first to last."""

    ticket: Ticket
    history: list[TicketStep]


class MoveCommand(BaseModel):
    """What is to be done to a ticket, and by whom."""

    move: Move
    actor: Actor
    reason: str = Field("", max_length=2000)
    unit: str | None = Field(None, description="the unit that a ticket is sent to")
    due_at: AwareDatetime | None = Field(
        None,
        description="when that unit must report, else its usual limit; the new deadline that is "
        "asked for; when a suspended ticket is reviewed",
    )
    other: str | None = Field(
        None, max_length=40, description="the other ticket, unit or leader that the move names"
    )


class CategoryCommand(BaseModel):
    """The item a person chose; the rules leave the ticket alone from now on."""

    item: str = Field(pattern=r"^\d{3}$", examples=["113"])
    actor: Actor


@router.get("")
def list_tickets(
    context: Context,
    step: Step | None = None,
    unit: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[Ticket]:
    """Tickets, newest first."""
    query = select(Ticket).order_by(col(Ticket.opened_at).desc())
    if step:
        query = query.where(Ticket.step == step)
    if unit:
        query = query.where(Ticket.unit == unit)
    with context.flow.store.reading() as session:
        return list(session.exec(query.limit(limit)))


@router.get("/{number}")
def one_ticket(context: Context, number: str) -> TicketWithHistory:
    """One ticket with its history."""
    with context.flow.store.reading() as session:
        ticket = session.get(Ticket, number)
        if ticket is None:
            raise NotFoundError(f"ticket {number!r} is not known: check the number")
        return TicketWithHistory(ticket=ticket, history=tickets.history(session, number))


@router.post("/{number}/moves", status_code=201)
async def move_ticket(context: Context, number: str, command: MoveCommand) -> TicketMoved:
    """Take the ticket one step on; 409 where it stands elsewhere, and nothing has changed."""
    unit = context.units().get(command.unit) if command.unit else None
    if command.unit and unit is None:
        raise BadInputError("unit is not known: choose one of GET /api/v1/names")

    def _run(session: Session) -> list[TicketMoved]:
        limit = command.due_at
        if unit and limit is None:
            case = tickets.locked(session, number)
            limit = due_at(
                datetime.now(UTC), item=case.item, urgency=case.urgency, unit_level=unit.level
            )
        return [moving.move(session, number, **command.model_dump() | {"due_at": limit})]

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, TicketMoved))


@router.post("/{number}/category", status_code=201)
async def correct_category(
    context: Context, number: str, command: CategoryCommand
) -> CategoryCorrected:
    """Choose another item than the rules did."""
    name = context.items.get(command.item)
    if name is None:
        raise BadInputError("item is not known: choose one of GET /api/v1/names")
    stated = await context.flow.command(
        lambda session: [correct(session, number, command.item, name, command.actor)]
    )
    return next(fact for fact in stated if isinstance(fact, CategoryCorrected))
