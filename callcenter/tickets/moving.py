"""The one function that moves a ticket: table, guards, effect, history, fact; one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.facts import TicketMoved
from callcenter.machine import step
from callcenter.tickets import clocks
from callcenter.tickets.steps import (
    BACK,
    MOVES,
    NEEDS_DUE,
    NEEDS_OTHER,
    NEEDS_REASON,
    NEEDS_UNIT,
    OVER,
    Move,
    Step,
)
from callcenter.tickets.ticket import Ticket, TicketStep, locked


@dataclass(frozen=True)
class Command:
    """What is done to a ticket: who, why, when, and whom or what it names.

    Args:
        move: What is done.
        actor: Who does it: a seat, "handler:UNIT", "robot", "pipeline".
        at: When.
        reason: Needed for the moves of NEEDS_REASON; of a note, the note.
        unit: Whom it goes to (NEEDS_UNIT).
        due_at: When that unit must report; the new deadline asked for; the day of review.
        other: The other ticket, unit or leader (NEEDS_OTHER).
    """

    move: Move
    actor: str
    at: datetime
    reason: str = ""
    unit: str | None = None
    due_at: datetime | None = None
    other: str | None = None


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
        at: When it happened; now unless told.

    Raises:
        NotFoundError: No ticket has this number.
        ImpossibleMoveError: The ticket stands where this move is not possible.
        BadInputError: Something that the move needs is missing.
    """
    command = Command(move, actor, at or datetime.now(UTC), reason, unit, due_at, other)
    if move is Move.MERGE and other:
        for each in sorted({number, other}):  # always in this order: two who merge do not block
            locked(session, each)
    ticket = locked(session, number)
    before = ticket.step
    after = _after(session, ticket, move)
    _refuse_incomplete(command)
    if effect := EFFECTS.get(move):
        effect(session, ticket, command)
    ticket.step = after
    return write_step(
        session, ticket, move, before, at=command.at, actor=actor, reason=reason, other=other
    )


def write_step(
    session: Session,
    ticket: Ticket,
    move: Move,
    before: Step | None,
    *,
    at: datetime,
    actor: str,
    reason: str = "",
    other: str | None = None,
) -> TicketMoved:
    """The move as the history's next line and as the fact that states it."""
    ticket.steps += 1
    line = TicketStep(
        ticket_number=ticket.number,
        number=ticket.steps,
        at=at,
        move=move,
        from_step=before,
        to_step=ticket.step,
        actor=actor,
        reason=reason,
        unit=ticket.unit,
        due_at=ticket.due_at,
        other=other,
    )
    session.add(ticket)
    session.add(line)
    return TicketMoved(**line.model_dump(), call_id=ticket.call_id)


def _after(session: Session, ticket: Ticket, move: Move) -> Step:
    if (ticket.step, move) != BACK:
        return step(MOVES, ticket.step, move)
    merges = (
        select(TicketStep)
        .where(TicketStep.ticket_number == ticket.number, TicketStep.move == Move.MERGE)
        .order_by(col(TicketStep.number).desc())
    )
    before = session.exec(merges.limit(1)).one().from_step
    return before or Step.DRAFT


def _refuse_incomplete(command: Command) -> None:
    move = command.move
    if move in NEEDS_REASON and not command.reason.strip():
        raise BadInputError(f"reason is missing: {move} needs one")
    if move in NEEDS_UNIT and not command.unit:
        raise BadInputError(f"unit is missing: {move} names who handles the ticket")
    if move in NEEDS_OTHER and not command.other:
        raise BadInputError(f"other is missing: {move} names {NEEDS_OTHER[move]}")
    if move in NEEDS_DUE and command.due_at is None:
        raise BadInputError(f"due_at is missing: {move} names {NEEDS_DUE[move]}")


def _send(_session: Session, ticket: Ticket, command: Command) -> None:
    """To a unit, with its own clock; what was asked of the last one is over."""
    ticket.unit, ticket.due_at, ticket.extension_to = command.unit, command.due_at, None


def _merge(session: Session, ticket: Ticket, command: Command) -> None:
    into = locked(session, command.other or "")
    if into.number == ticket.number:
        raise BadInputError("other is the ticket itself: name the ticket that it joins")
    if into.step in OVER:
        raise ImpossibleMoveError(f"merge is not possible into a ticket in state {into.step}")
    ticket.merged_into = into.number


def _unmerge(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.merged_into = None


def _ask(_session: Session, ticket: Ticket, command: Command) -> None:
    ticket.extension_to = command.due_at


def _grant(_session: Session, ticket: Ticket, _command: Command) -> None:
    if ticket.extension_to is None:
        raise ImpossibleMoveError("grant_extension is not possible: none was asked for")
    ticket.due_at, ticket.extension_to = ticket.extension_to, None
    ticket.extensions += 1


def _refuse(_session: Session, ticket: Ticket, _command: Command) -> None:
    if ticket.extension_to is None:
        raise ImpossibleMoveError("refuse_extension is not possible: none was asked for")
    ticket.extension_to = None


def _suspend(_session: Session, ticket: Ticket, command: Command) -> None:
    ticket.suspended_at, ticket.review_at, ticket.extension_to = command.at, command.due_at, None


def _resume(_session: Session, ticket: Ticket, command: Command) -> None:
    if ticket.due_at and ticket.suspended_at:
        ticket.due_at = clocks.resumed(ticket.due_at, ticket.suspended_at, command.at)
    ticket.suspended_at = ticket.review_at = None


def _report(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.extension_to = None


def _urge(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.urged += 1


def _supervise(_session: Session, ticket: Ticket, command: Command) -> None:
    ticket.supervised += 1
    ticket.supervisor = command.other or ""


def _reopen(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.round += 1


EFFECTS: dict[Move, Callable[[Session, Ticket, Command], None]] = {
    Move.DISPATCH: _send,
    Move.FORWARD: _send,
    Move.ESCALATE: _send,
    Move.MERGE: _merge,
    Move.UNMERGE: _unmerge,
    Move.ASK_EXTENSION: _ask,
    Move.GRANT_EXTENSION: _grant,
    Move.REFUSE_EXTENSION: _refuse,
    Move.SUSPEND: _suspend,
    Move.RESUME: _resume,
    Move.REPORT: _report,
    Move.URGE: _urge,
    Move.SUPERVISE: _supervise,
    Move.REOPEN: _reopen,
}
