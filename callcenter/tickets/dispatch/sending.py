"""The table's choice as a move of the ticket: to its unit, or to the unit of the level above."""

from datetime import datetime

from sqlmodel import Session

from callcenter.facts import TicketMoved
from callcenter.tickets.clocks import Clocks, Purpose
from callcenter.tickets.clocks.running import feedback_kind
from callcenter.tickets.clocks.spans import refuse_far
from callcenter.tickets.dispatch.table import DispatchTable
from callcenter.tickets.dispatch.units import Unit
from callcenter.tickets.moving import move
from callcenter.tickets.steps import NEEDS_UNIT, Move
from callcenter.tickets.ticket import Ticket, locked

PIPELINE = "pipeline"


def dispatch(
    session: Session, ticket: Ticket, table: DispatchTable, clocks: Clocks, at: datetime
) -> TicketMoved:
    """Send the ticket to its unit with a deadline.

    The history keeps the row and the version of the table: a table changed later moves nothing.
    """
    choice = table.choose(ticket.item, ticket.cell, ticket.urgency, at)
    return move(
        session,
        ticket.number,
        Move.DISPATCH,
        actor=PIPELINE,
        reason=choice.reason,
        unit=choice.unit.code,
        due_at=due_of(choice.unit, ticket, clocks, at),
        at=at,
    )


def escalate(
    session: Session,
    number: str,
    table: DispatchTable,
    clocks: Clocks,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> TicketMoved:
    """Send the ticket up to the unit of the level above (上报), with a deadline of its own.

    Raises:
        NotFoundError: No ticket has this number, or its unit is not in the table.
        ImpossibleMoveError: It stands where it cannot go up, or nothing is above.
        BadInputError: The reason is missing.
    """
    ticket = locked(session, number)
    choice = table.above(ticket.unit, ticket.item, ticket.cell)
    return move(
        session,
        number,
        Move.ESCALATE,
        actor=actor,
        reason=reason,
        unit=choice.unit.code,
        due_at=due_of(choice.unit, ticket, clocks, at),
        at=at,
    )


def filled(
    session: Session,
    number: str,
    move: Move,
    unit: Unit | None,
    due_at: datetime | None,
    *,
    table: DispatchTable | None,
    clocks: Clocks,
    at: datetime,
) -> tuple[str | None, datetime | None]:
    """A person's move with what they left to the tables: the unit above, and the deadline.

    Args:
        session: A writing session; the ticket is locked where something is to be filled in.
        number: The ticket's.
        move: What they do.
        unit: Whom they send it to; escalating, None is the unit of the level above.
        due_at: As they said it; on resuming it is always counted, never said.
        table: Who takes what; None where nobody knows.
        clocks: How long what may take.
        at: The time.

    Raises:
        NotFoundError: No ticket has this number, or its unit is not in the table.
        ImpossibleMoveError: Nothing is above its unit.
        BadInputError: The deadline is too far away.
    """
    if due_at:
        refuse_far("due_at", due_at, at)
    if move is Move.RESUME:
        ticket = locked(session, number)
        if ticket.due_at is None or ticket.suspended_at is None:
            return None, None  # the move itself says why it is not possible
        kind = feedback_kind(session, number)
        return None, clocks.resumed(ticket.due_at, ticket.suspended_at, at, kind)
    if move is Move.ESCALATE and unit is None and table:
        ticket = locked(session, number)
        unit = table.above(ticket.unit, ticket.item, ticket.cell).unit
    if unit and due_at is None and move in NEEDS_UNIT:
        due_at = due_of(unit, locked(session, number), clocks, at)
    return unit.code if unit else None, due_at


def due_of(unit: Unit, ticket: Ticket, clocks: Clocks, at: datetime) -> datetime:
    """When the unit must have reported."""
    return clocks.due(
        Purpose.FEEDBACK, at, item=ticket.item, urgency=ticket.urgency, level=unit.level
    )
