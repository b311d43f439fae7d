"""After the call-back: a satisfied citizen closes the ticket, a dissatisfied one reopens it."""

from sqlmodel import Session

from callcenter.facts import FeedbackReceived, TicketMoved
from callcenter.tickets.effects import DISSATISFIED
from callcenter.tickets.moving import move
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import locked

UNREACHED = "回访未接通"
NO_RATING = "回访未评价"
NO_NUMBER = "来电未显示号码,无法回访"


def settle(session: Session, feedback: FeedbackReceived) -> list[TicketMoved]:
    """What the citizen's rating does to the ticket: 1 to 3 close it, 4 or not solved reopens it.

    A rating of an earlier round says nothing of what was done since: it is counted, no more.
    """
    ticket = locked(session, feedback.ticket_number)
    if feedback.round < ticket.round:
        return []
    ticket.rating = feedback.rating
    session.add(ticket)
    if ticket.step is not Step.VERIFIED:
        return []  # closed by a person meanwhile; the rating is kept
    if feedback.solved and feedback.rating < DISSATISFIED:
        return [move(session, ticket.number, Move.CLOSE, actor=feedback.by, at=feedback.at)]
    reason = f"回访评价 {feedback.rating}, " + ("已解决" if feedback.solved else "未解决")
    return [
        move(session, ticket.number, Move.REOPEN, actor=feedback.by, reason=reason, at=feedback.at)
    ]


def close_unrated(
    session: Session, ticket_number: str, reason: str, actor: str = "robot"
) -> list[TicketMoved]:
    """Close a verified ticket whose citizen gave no rating or could not be reached."""
    if locked(session, ticket_number).step is not Step.VERIFIED:
        return []
    return [move(session, ticket_number, Move.CLOSE, actor=actor, reason=reason)]
