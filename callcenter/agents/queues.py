"""Queues: their names, closing one with an announcement, opening it again, words to the seats.

A closed queue is a key in Asterisk's own database, DB(queue/NAME/closed), which holds the prompt
that callers hear; the dialplan reads it, so it holds while all of ours is down. AMI may not write
there (our user has no `system` right), so the dialplan does it for us: context `queue-door`, which
knows no 110. 110 is never closed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.agents.orders import Order
from callcenter.agents.seats import opened
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import Line, QueueMoved, SeatsTold, read_fact
from callcenter.store import LedgerRow, UtcDateTime

QUEUES: Final[dict[str, str]] = {  # as asterisk-config/queues.conf has them, with people's names
    "12345": "政务服务热线",
    "110": "报警服务台",
    "dialect": "方言专席",
    "english": "外语专席",
    "business": "企业专席",
}
ANNOUNCEMENT: Final = "plan-closed"
_PROMPT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class QueueState(SQLModel, table=True):
    """A queue that was ever closed; one without a row is open."""

    __tablename__ = "queue"

    name: str = Field(primary_key=True)
    is_open: bool = True
    announcement: str = ""
    reason: str = ""
    since: datetime = Field(sa_type=UtcDateTime)
    told: bool = False  # Asterisk was


def close(
    session: Session, queue: str, *, announcement: str = ANNOUNCEMENT, reason: str, actor: str
) -> QueueMoved:
    """Callers hear the announcement from now on; who waits already goes on waiting.

    Raises:
        NotFoundError: There is no such queue.
        ImpossibleMoveError: It is 110, or closed already.
        BadInputError: The announcement is no prompt's name.
    """
    state = _state(session, queue)
    if queue == Line.POLICE:
        raise ImpossibleMoveError("110 is never closed")
    if not state.is_open:
        raise ImpossibleMoveError(f"{queue} is closed already")
    if not _PROMPT.fullmatch(announcement):
        raise BadInputError("announcement is no prompt's name, such as plan-closed")
    state.is_open, state.announcement, state.reason = False, announcement, reason
    return _moved(session, state, actor)


def reopen(session: Session, queue: str, *, reason: str, actor: str) -> QueueMoved:
    """Callers are queued again.

    Raises:
        NotFoundError: There is no such queue.
        ImpossibleMoveError: It is open.
    """
    state = _state(session, queue)
    if state.is_open:
        raise ImpossibleMoveError(f"{queue} is open")
    state.is_open, state.announcement, state.reason = True, "", reason
    return _moved(session, state, actor)


def states(session: Session) -> list[QueueState]:
    """All queues as they stand; `since` of one that was never closed is the long past."""
    return [_state(session, queue) for queue in QUEUES]


def closings(session: Session) -> list[tuple[str, Order]]:
    """Queues whose closing or opening Asterisk was not told yet, each with the order for it."""
    untold = session.exec(select(QueueState).where(col(QueueState.told).is_(False)))
    return [(state.name, _order(state)) for state in untold]


def note_closing_told(session: Session, queue: str) -> None:
    """Asterisk has been told how this queue stands."""
    state = session.get(QueueState, queue)
    if state is not None:
        state.told = True
        session.add(state)


def tell_again(session: Session) -> None:
    """Asterisk may have been set up anew: whatever was ever closed is told once more."""
    for state in session.exec(select(QueueState)):
        state.told = False
        session.add(state)


def tell_seats(session: Session, seats: Sequence[str], text: str, *, actor: str) -> SeatsTold:
    """A message to these seats, or to all where none is named.

    Raises:
        NotFoundError: A seat is not known.
        BadInputError: The text is empty.
    """
    if not text.strip():
        raise BadInputError("text is empty: write what the seats are to read")
    for seat in seats:
        opened(session, seat)
    return SeatsTold(seats=tuple(seats), text=text.strip(), actor=actor)


def told_since(session: Session, since: datetime, seat: str | None = None) -> Iterable[SeatsTold]:
    """Messages sent since then, to this seat or to any, oldest first."""
    query = select(LedgerRow).where(LedgerRow.name == "seats_told", LedgerRow.at >= since)
    for row in session.exec(query.order_by(col(LedgerRow.seq))):
        told = read_fact(row.body)
        if isinstance(told, SeatsTold) and (seat is None or not told.seats or seat in told.seats):
            yield told


def _state(session: Session, queue: str) -> QueueState:
    if queue not in QUEUES:
        raise NotFoundError(f"queue {queue!r} is not known: there are {', '.join(QUEUES)}")
    query = select(QueueState).where(QueueState.name == queue).with_for_update()
    known = session.exec(query.execution_options(populate_existing=True)).first()
    return known or QueueState(name=queue, since=datetime.fromtimestamp(0, UTC), told=True)


def _moved(session: Session, state: QueueState, actor: str) -> QueueMoved:
    state.since, state.told = datetime.now(UTC), False
    session.add(state)
    return QueueMoved(
        at=state.since,
        queue=state.name,
        move="open" if state.is_open else "close",
        announcement=state.announcement,
        reason=state.reason,
        actor=actor,
    )


def _order(state: QueueState) -> Order:
    """A Local channel walks through the dialplan's door, and has answered when it is done."""
    headers = {
        "Channel": f"Local/{state.name}@queue-door/n",
        "Application": "NoOp",
        "Variable": f"__ANNOUNCEMENT={state.announcement}",
        "Timeout": "3000",
        "Async": "false",
    }
    return Order("Originate", headers)
