"""The one function that moves a ticket: table, guards, effect, history, fact; one transaction."""

from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from callcenter.errors import BadInputError, ConflictError, ImpossibleMoveError
from callcenter.facts import TicketMoved
from callcenter.machine import step
from callcenter.tickets.attachments import Attachment
from callcenter.tickets.effects import EFFECTS, Command
from callcenter.tickets.steps import (
    BACK,
    LONGEST_REASON,
    MOVES,
    NEEDS_DUE,
    NEEDS_OTHER,
    NEEDS_REASON,
    NEEDS_UNIT,
    Move,
    Step,
)
from callcenter.tickets.ticket import Ticket, TicketStep, locked


def move(
    session: Session,
    number: str,
    move: Move,
    *,
    actor: str,
    reason: str = "",
    unit: str | None = None,
    due_at: datetime | None = None,
    other: str | None = None,
    attachments: tuple[int, ...] = (),
    expected: int | None = None,
    at: datetime | None = None,
) -> TicketMoved:
    """Take the ticket one step on; the only way a ticket's step changes.

    Args:
        session: A writing session; the ticket's row is locked until it ends.
        number: The ticket's number.
        move: What is done to it.
        actor: As in `Command`, like all that follow.
        reason: Why.
        unit: Whom it goes to.
        due_at: A deadline or a day of review.
        other: The other ticket, unit or leader.
        attachments: Their numbers.
        expected: How many steps the ticket had when it was looked at.
        at: When it happened; now unless told.

    Raises:
        NotFoundError: No ticket has this number.
        ConflictError: It has moved since it was looked at.
        ImpossibleMoveError: The ticket stands where this move is not possible.
        BadInputError: Something that the move needs is missing or wrong.
    """
    command = Command(
        move, actor, at or datetime.now(UTC), reason, unit, due_at, other, attachments, expected
    )
    if move is Move.MERGE and other and other < number:
        _lock_quietly(session, other)  # always in this order: two who merge do not block
    ticket = locked(session, number)
    before = ticket.step
    try:
        ticket.step = _moved(session, ticket, command)
    except ImpossibleMoveError as refused:
        refused.more = {"ticket": standing(ticket)}
        raise
    return write_step(session, ticket, command, before)


def write_step(
    session: Session, ticket: Ticket, command: Command, before: Step | None
) -> TicketMoved:
    """The move as the history's next line and as the fact that states it."""
    ticket.steps += 1
    line = TicketStep(
        ticket_number=ticket.number,
        number=ticket.steps,
        at=command.at,
        move=command.move,
        from_step=before,
        to_step=ticket.step,
        actor=command.actor,
        reason=command.reason,
        unit=ticket.unit,
        due_at=ticket.due_at,
        until=command.due_at if command.move in NEEDS_DUE else None,
        other=command.other,
        attachments=list(command.attachments),
    )
    session.add(ticket)
    session.add(line)
    return TicketMoved(**line.model_dump(), call_id=ticket.call_id)


def is_to_be_sent(session: Session, ticket: Ticket, fact: TicketMoved) -> bool:
    """Whether this move is what made the ticket wait for its unit; notes and urgings since pass.

    One that a unit had already, and sent back, waits for a dispatcher.
    """
    came = fact.move in (Move.FILE, Move.REOPEN)
    came = came or (fact.move == Move.UNMERGE and ticket.unit is None)
    changes = select(func.max(TicketStep.number)).where(
        TicketStep.ticket_number == ticket.number, TicketStep.from_step != TicketStep.to_step
    )
    return came and session.exec(changes).one() == fact.number


def standing(ticket: Ticket) -> dict[str, object]:
    """How the ticket stands, for whoever has to look again."""
    due = ticket.due_at.isoformat() if ticket.due_at else None
    return {
        "number": ticket.number,
        "step": ticket.step.value,
        "steps": ticket.steps,
        "unit": ticket.unit,
        "due_at": due,
    }


def _moved(session: Session, ticket: Ticket, command: Command) -> Step:
    """Where it leads, once all is checked and the effect is made."""
    if command.expected is not None and command.expected != ticket.steps:
        raise ConflictError(
            f"the ticket has moved since it was looked at: it is in state {ticket.step} after "
            f"{ticket.steps} steps, not {command.expected}; look again and repeat"
        )
    after = _after(session, ticket, command.move)
    _refuse_incomplete(command)
    _refuse_unknown_attachments(session, ticket, command)
    if effect := EFFECTS.get(command.move):
        effect(session, ticket, command)
    return after


def _after(session: Session, ticket: Ticket, move: Move) -> Step:
    if (ticket.step, move) != BACK:
        return step(MOVES, ticket.step, move)
    merges = (
        select(TicketStep)
        .where(TicketStep.ticket_number == ticket.number, TicketStep.move == Move.MERGE)
        .order_by(col(TicketStep.number).desc())
    )
    return session.exec(merges.limit(1)).one().from_step or Step.DRAFT


def _refuse_incomplete(command: Command) -> None:
    move = command.move
    if move in NEEDS_REASON and not command.reason.strip():
        raise BadInputError(f"reason is missing: {move} needs one")
    if len(command.reason) > LONGEST_REASON:
        raise BadInputError(
            f"reason is too long: {len(command.reason)} characters, {LONGEST_REASON} at most; "
            "shorten it, or attach it as a file"
        )
    if move in NEEDS_UNIT and not command.unit:
        raise BadInputError(f"unit is missing: {move} names who handles the ticket")
    if move in NEEDS_OTHER and not command.other:
        raise BadInputError(f"other is missing: {move} names {NEEDS_OTHER[move]}")
    if move in NEEDS_DUE and command.due_at is None:
        raise BadInputError(f"due_at is missing: {move} names {NEEDS_DUE[move]}")


def _refuse_unknown_attachments(session: Session, ticket: Ticket, command: Command) -> None:
    for number in command.attachments:
        if session.get(Attachment, (ticket.number, number)) is None:
            raise BadInputError(f"attachments: the ticket has none with number {number}")


def _lock_quietly(session: Session, number: str) -> None:
    session.exec(select(Ticket.number).where(Ticket.number == number).with_for_update()).first()
