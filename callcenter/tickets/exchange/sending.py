"""Claims a message before it leaves, oldest first of each case, and settles it by the answer.

A claim is committed before anything leaves, and ends by itself: what a killed worker had is sent
again under the same id, which the partner hears once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from callcenter.errors import ImpossibleMoveError, NotFoundError
from callcenter.tickets.exchange.rows import ExchangeMessage, ExchangeState
from callcenter.tickets.notices.pauses import pause_after

LEASE = timedelta(seconds=60)  # longer than any try
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE = timedelta(days=1)
LONGEST_DETAIL = 300

S = ExchangeState


class Answer(StrEnum):
    """How a try ended."""

    TAKEN = "taken"
    REFUSED = "refused"
    NONE = "none"  # or one that says nothing of the message


@dataclass(frozen=True)
class Ended:
    """How a try ended, and what is shown of it."""

    answer: Answer
    detail: str


def take(
    session: Session, now: datetime, limit: int, lease: timedelta = LEASE
) -> list[ExchangeMessage]:
    """Claim what is due: of each case only the first that the partner has not acknowledged."""
    earlier = aliased(ExchangeMessage)
    waits = select(earlier.id).where(
        earlier.partner == ExchangeMessage.partner,
        earlier.ours == ExchangeMessage.ours,
        earlier.case_number == ExchangeMessage.case_number,
        col(earlier.theirs).is_(False),
        earlier.seq < ExchangeMessage.seq,
        earlier.state != S.SENT,
    )
    query = (
        select(ExchangeMessage)
        .where(col(ExchangeMessage.state).in_([S.DUE, S.SENDING]))
        .where(col(ExchangeMessage.next_at) <= now, ~waits.exists())
        .order_by(col(ExchangeMessage.at), col(ExchangeMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = list(session.exec(query.execution_options(populate_existing=True)))
    for message in taken:
        message.state, message.next_at = S.SENDING, now + lease
        message.attempts += 1
        session.add(message)
    return taken


def settle(session: Session, sent: ExchangeMessage, ended: Ended, now: datetime) -> None:
    """Keep how a try went; a late answer changes only that it arrived."""
    message = find(session, sent.id)
    if message.state is S.SENT:
        return
    if ended.answer is not Answer.TAKEN and message.attempts != sent.attempts:
        return  # its claim was over: another try is under way
    message.state, message.next_at = _follows(message, ended.answer, now)
    message.detail = ended.detail[:LONGEST_DETAIL]
    session.add(message)


def resend(session: Session, message_id: str, now: datetime) -> ExchangeMessage:
    """A person has looked: it is due again, as if it had never been tried.

    Raises:
        NotFoundError: There is no such message.
        ImpossibleMoveError: It was not refused and is not stuck.
    """
    message = find(session, message_id)
    if message.state not in (S.REFUSED, S.STUCK):
        raise ImpossibleMoveError(
            f"resend is not possible: the message is {message.state}, not refused and not stuck"
        )
    message.state, message.next_at, message.attempts = S.DUE, now, 0
    session.add(message)
    return message


def find(session: Session, message_id: str) -> ExchangeMessage:
    """The message, locked until the session ends. Raises: NotFoundError."""
    query = select(ExchangeMessage).where(ExchangeMessage.id == message_id).with_for_update()
    message = session.exec(query.execution_options(populate_existing=True)).first()
    if message is None:
        raise NotFoundError("message is not known: see `callcenter exchange list`")
    return message


def _follows(
    message: ExchangeMessage, answer: Answer, now: datetime
) -> tuple[ExchangeState, datetime | None]:
    if answer is Answer.TAKEN:
        return S.SENT, None
    if answer is Answer.REFUSED:
        return S.REFUSED, None
    pause = pause_after(message.attempts, FIRST_PAUSE_SECONDS, 2 * LONGEST_PAUSE.total_seconds())
    return (S.STUCK, None) if pause > LONGEST_PAUSE else (S.DUE, now + pause)
