"""The table's choice as a move of the ticket: to its unit, or to the unit of the level above."""

from datetime import datetime

from sqlmodel import Session

from callcenter.facts import TicketMoved
from callcenter.tickets.clocks import Clocks, Purpose
from callcenter.tickets.dispatch.table import Choice, DispatchTable
from callcenter.tickets.moving import move
from callcenter.tickets.steps import Move
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
        due_at=due_of(choice, ticket, clocks, at),
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
        due_at=due_of(choice, ticket, clocks, at),
        at=at,
    )


def due_of(choice: Choice, ticket: Ticket, clocks: Clocks, at: datetime) -> datetime:
    """When the chosen unit must have reported."""
    return clocks.due(
        Purpose.FEEDBACK, at, item=ticket.item, urgency=ticket.urgency, level=choice.unit.level
    )
