"""What a partner says of a case, as moves of our own ticket: two tables.

Nothing that a partner says is lost: what fits no row stands in the history as a note.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from callcenter.facts import TicketMoved
from callcenter.tickets.exchange.messages import Message, MessageKind
from callcenter.tickets.exchange.partners import Partner
from callcenter.tickets.moving import move
from callcenter.tickets.steps import LONGEST_REASON, OVER, Move, Step
from callcenter.tickets.ticket import Ticket

S, M = Step, Move
BY_HANDLER: dict[tuple[Step, Step], Move] = {  # where our ticket stands, where theirs does now
    (S.DISPATCHED, S.HANDLING): M.ACCEPT,
    (S.HANDLING, S.REPORTED): M.REPORT,
    (S.REPORTED, S.HANDLING): M.REJECT,  # their own verifier was not content
    (S.REPORTED, S.VERIFIED): M.VERIFY,  # now we ask our citizen
    (S.DISPATCHED, S.DECLINED): M.RETURN,
    (S.DISPATCHED, S.VOID): M.RETURN,
}
BY_OWNER: dict[tuple[Step, Step], Move] = {
    (S.REPORTED, S.HANDLING): M.REJECT,
    (S.REPORTED, S.VERIFIED): M.VERIFY,
    (S.VERIFIED, S.CLOSED): M.CLOSE,  # their citizen was asked
}


def hear(
    session: Session, ticket: Ticket, partner: Partner, message: Message, *, ours: bool,
    at: datetime,
) -> Iterator[TicketMoved]:  # fmt: skip
    """The moves that follow from a message about a case that is known.

    Args:
        session: A writing session.
        ticket: Ours, locked.
        partner: Who says it.
        message: Anything but a `case`.
        ours: Whether the case is ours and they handle it.
        at: Now.
    """

    def do(one: Move, reason: str) -> Iterator[TicketMoved]:
        told = reason or f"{partner.entry.name}告知"
        return moved_as_told(session, ticket.number, one, told, partner, at)

    if message.urge:
        urges = ticket.step not in OVER
        yield from do(M.URGE if urges else M.NOTE, message.urge.reason)
        return
    step, reason = _told(message)
    if ours and ticket.unit != partner.unit:
        yield from do(M.NOTE, f"{partner.entry.name}:{reason or step.value}")
        return
    if message.state and message.state.withdrawn:
        over = ticket.step is S.VERIFIED
        yield from do(M.CLOSE if over else M.NOTE, f"{partner.entry.name}已另行派遣。{reason}")
        return
    if message.kind is MessageKind.RESULT and ticket.step is S.DISPATCHED:
        yield from do(M.ACCEPT, "")
    if one := (BY_HANDLER if ours else BY_OWNER).get((ticket.step, step)):
        yield from do(one, reason)
    elif ticket.step is not step and (reason or step in OVER):
        yield from do(M.NOTE, f"{partner.entry.name}:{reason or step.value}")


def moved_as_told(
    session: Session, number: str, one: Move, told: str, partner: Partner, at: datetime
) -> Iterator[TicketMoved]:
    """The move, and notes of what its reason has no room for: their words with ours before them."""
    for start in range(0, len(told), LONGEST_REASON):
        part = told[start : start + LONGEST_REASON]
        made = M.NOTE if start else one
        yield move(session, number, made, actor=partner.actor, reason=part, at=at)


def _told(message: Message) -> tuple[Step, str]:
    if message.result:
        solved = "" if message.result.solved else "未解决。"
        return S.REPORTED, solved + message.result.words
    assert message.state  # as the model has it
    return message.state.step, message.state.reason
