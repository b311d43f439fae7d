"""What each move changes beside the step, and what else it asks of the ticket; a table, EFFECTS."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.tickets import clocks, joint
from callcenter.tickets.clocks.running import feedback_kind
from callcenter.tickets.joint import Share
from callcenter.tickets.steps import OVER, Move
from callcenter.tickets.ticket import Ticket, locked

DISSATISFIED = 4  # of the ratings 1 to 4; it reopens the ticket
EXTENSION_WORKING_DAYS = 10  # the most that may be granted at once


@dataclass(frozen=True)
class Command:
    """What is done to a ticket: who, why, when, and whom or what it names.

    Args:
        move: What is done.
        actor: Who does it: a seat, "handler:UNIT", "robot", "pipeline".
        at: When.
        reason: Needed for the moves of NEEDS_REASON; of a note, the note.
        unit: Whom it goes to (NEEDS_UNIT).
        due_at: When that unit must report; the new deadline asked for; the day of review; on
            resuming, the new deadline (None: by the national calendar).
        other: The other ticket, unit or leader (NEEDS_OTHER).
        attachments: Numbers of the ticket's attachments that belong to this step.
        expected: How many steps the ticket had when it was looked at; None: whatever it has.
    """

    move: Move
    actor: str
    at: datetime
    reason: str = ""
    unit: str | None = None
    due_at: datetime | None = None
    other: str | None = None
    attachments: tuple[int, ...] = ()
    expected: int | None = None


Effect = Callable[[Session, Ticket, Command], None]


def _send(session: Session, ticket: Ticket, command: Command) -> None:
    """To a unit, with its own clock; what the last one asked for is over."""
    if command.move in (Move.FORWARD, Move.ESCALATE) and command.unit == ticket.unit:
        raise BadInputError(f"unit has the ticket already: {command.move} names another one")
    joint.part_all(session, ticket, command.unit)  # who leads is not beside itself
    ticket.unit, ticket.due_at, ticket.extension_to = command.unit, command.due_at, None


def _discard(session: Session, ticket: Ticket, _command: Command) -> None:
    merged = select(Ticket.number).where(col(Ticket.merged_into) == ticket.number)
    if number := session.exec(merged.limit(1)).first():
        raise ImpossibleMoveError(
            f"discard is not possible: {number} lives on in this ticket; unmerge it first"
        )


def _merge(session: Session, ticket: Ticket, command: Command) -> None:
    if command.other == ticket.number:
        raise BadInputError("other is the ticket itself: name the ticket that it joins")
    try:
        into = locked(session, command.other or "")
    except NotFoundError:
        raise BadInputError("other is no ticket that is known: check the number") from None
    if into.step in OVER:
        raise ImpossibleMoveError(f"merge is not possible into a ticket in state {into.step}")
    if into.line is not ticket.line:
        raise BadInputError("other is a ticket of the other line: 12345 and 110 are not merged")
    ticket.merged_into, ticket.extension_to = into.number, None


def _unmerge(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.merged_into = None


def _ask(_session: Session, ticket: Ticket, command: Command) -> None:
    """Before the deadline, for a later one, and one at a time."""
    if ticket.extension_to:
        raise ImpossibleMoveError("ask_extension is not possible: one is asked for and not judged")
    if ticket.due_at is None or command.due_at is None or command.at >= ticket.due_at:
        raise ImpossibleMoveError("ask_extension is not possible: the deadline is over, or none is")
    latest = clocks.add_working_days(ticket.due_at, EXTENSION_WORKING_DAYS)
    if not ticket.due_at < command.due_at <= latest:
        raise BadInputError(
            f"due_at must lie after the deadline, by {EXTENSION_WORKING_DAYS} working days at most"
        )
    ticket.extension_to = command.due_at


def _grant(_session: Session, ticket: Ticket, _command: Command) -> None:
    if ticket.extension_to is None:
        raise ImpossibleMoveError("grant_extension is not possible: none is asked for")
    ticket.due_at, ticket.extension_to = ticket.extension_to, None
    ticket.extensions += 1


def _refuse(_session: Session, ticket: Ticket, _command: Command) -> None:
    if ticket.extension_to is None:
        raise ImpossibleMoveError("refuse_extension is not possible: none is asked for")
    ticket.extension_to = None


def _suspend(_session: Session, ticket: Ticket, command: Command) -> None:
    if command.due_at is None or command.due_at <= command.at:
        raise BadInputError("due_at is over: a suspended ticket is reviewed on a day to come")
    ticket.suspended_at, ticket.review_at, ticket.extension_to = command.at, command.due_at, None


def _resume(session: Session, ticket: Ticket, command: Command) -> None:
    if ticket.due_at and ticket.suspended_at:
        kind = feedback_kind(session, ticket.number)
        ticket.due_at = command.due_at or clocks.resumed(
            ticket.due_at, ticket.suspended_at, command.at, kind
        )
    ticket.suspended_at = ticket.review_at = None


def _report(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.extension_to = None


def _urge(_session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.urged += 1


def _supervise(_session: Session, ticket: Ticket, command: Command) -> None:
    ticket.supervised += 1
    ticket.supervisor = command.other or ""


def _verify(_session: Session, ticket: Ticket, _command: Command) -> None:
    """What was done since has no rating yet; the one before stays a fact of its round."""
    ticket.rating = None


def _close(_session: Session, ticket: Ticket, command: Command) -> None:
    """Whoever closes it with nobody satisfied says why."""
    rated = ticket.rating is not None and ticket.rating < DISSATISFIED
    if not rated and not command.reason.strip():
        raise BadInputError("reason is missing: close without a good rating says why")


def _reopen(session: Session, ticket: Ticket, _command: Command) -> None:
    ticket.round += 1
    joint.part_all(session, ticket)


def _join(session: Session, ticket: Ticket, command: Command) -> None:
    joint.join(session, ticket, command.other or "")


def _part(session: Session, ticket: Ticket, command: Command) -> None:
    joint.set_share(session, ticket, command.other or "", Share.PARTED)


def _contribute(session: Session, ticket: Ticket, command: Command) -> None:
    joint.set_share(session, ticket, command.other or "", Share.CONTRIBUTED)


EFFECTS: dict[Move, Effect] = {
    Move.DISCARD: _discard,  # nobody who was merged into it is forgotten
    Move.DISPATCH: _send,
    Move.FORWARD: _send,
    Move.ESCALATE: _send,
    Move.MERGE: _merge,
    Move.UNMERGE: _unmerge,
    Move.JOIN: _join,
    Move.PART: _part,
    Move.CONTRIBUTE: _contribute,
    Move.ASK_EXTENSION: _ask,
    Move.GRANT_EXTENSION: _grant,
    Move.REFUSE_EXTENSION: _refuse,
    Move.SUSPEND: _suspend,
    Move.RESUME: _resume,
    Move.REPORT: _report,
    Move.URGE: _urge,
    Move.SUPERVISE: _supervise,
    Move.VERIFY: _verify,
    Move.CLOSE: _close,
    Move.REOPEN: _reopen,
}
