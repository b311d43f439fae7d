"""A call is a fold over its facts, walked through one table.

    ARRIVED -> QUEUED <-> RINGING -> TALKING -> PARTED -> ENDED
    PLACED --'    `----------`-> ABANDONED (gave up before a seat answered)

TALKING is left when the last seat parts from the citizen: of two seats in a three-way call, the one
that goes first changes nothing. What seats did in it (`Talk`) and the stays in queues (`Visit`) are
`facts/parts.py`'s.

The row is a cache: it is folded again from the ledger at every fact of the call, in order of time,
so facts rebuilt after an outage may come late and still leave the call right.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.facts import (
    AnyFact,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallOffered,
    CallPlaced,
    CallQueued,
    Line,
    MenuChosen,
    OfferMissed,
    QueueLeft,
    TalkEnded,
    number_or_none,
)
from callcenter.facts.parts import CallParts, parts
from callcenter.machine import follow
from callcenter.store import UtcDateTime, enum_text, facts_of_call


class CallState(StrEnum):
    """Where a citizen's call stands."""

    ARRIVED = "arrived"
    PLACED = "placed"  # we ring the citizen, or keep their place; nobody talks with them yet
    QUEUED = "queued"
    RINGING = "ringing"
    TALKING = "talking"
    PARTED = "parted"
    ENDED = "ended"
    ABANDONED = "abandoned"


S = CallState
MOVES: dict[tuple[CallState, type[CallFact]], CallState] = {
    (S.ARRIVED, MenuChosen): S.ARRIVED,
    (S.ARRIVED, CallQueued): S.QUEUED,
    (S.ARRIVED, CallAnswered): S.TALKING,  # the queue was joined while we looked away
    (S.ARRIVED, OfferMissed): S.ARRIVED,  # left the queue by key while a phone rang
    (S.ARRIVED, CallEnded): S.ENDED,  # hung up in the greeting, or after leaving a queue
    (S.PLACED, CallQueued): S.QUEUED,  # waits in the stead of a citizen whose place is kept
    (S.PLACED, CallAnswered): S.TALKING,  # the citizen picked up
    (S.PLACED, CallEnded): S.ENDED,  # rung in vain
    (S.QUEUED, CallOffered): S.RINGING,
    (S.QUEUED, OfferMissed): S.QUEUED,  # the second of two seats that rang at once
    (S.QUEUED, CallAbandoned): S.ABANDONED,
    (S.QUEUED, QueueLeft): S.ARRIVED,  # alive: to a menu, a message, or back in
    (S.QUEUED, CallQueued): S.QUEUED,  # the queue let go of a caller it should keep
    (S.QUEUED, CallEnded): S.ENDED,
    (S.QUEUED, CallAnswered): S.TALKING,  # the offer was missed while we looked away
    (S.QUEUED, TalkEnded): S.QUEUED,  # sent back by a seat whose parting is told late
    (S.RINGING, CallOffered): S.RINGING,
    (S.RINGING, OfferMissed): S.QUEUED,
    (S.RINGING, QueueLeft): S.ARRIVED,
    (S.RINGING, CallAbandoned): S.ABANDONED,
    (S.RINGING, CallAnswered): S.TALKING,
    (S.RINGING, TalkEnded): S.RINGING,  # as above
    (S.RINGING, CallEnded): S.ENDED,
    (S.TALKING, CallAnswered): S.TALKING,  # a second seat: transferred to, or a third in the call
    (S.TALKING, OfferMissed): S.TALKING,  # another seat stopped ringing
    (S.TALKING, CallQueued): S.QUEUED,  # sent back to a queue
    (S.TALKING, TalkEnded): S.PARTED,
    (S.TALKING, CallEnded): S.ENDED,  # Asterisk may tell the hang-up before the parting
    (S.PARTED, CallQueued): S.QUEUED,
    (S.PARTED, CallAnswered): S.TALKING,
    (S.PARTED, TalkEnded): S.PARTED,  # of two seats
    (S.PARTED, CallEnded): S.ENDED,
    (S.ENDED, TalkEnded): S.ENDED,
    (S.ENDED, OfferMissed): S.ENDED,  # told late, when a phone stopped ringing for nobody
    (S.ENDED, CallAbandoned): S.ABANDONED,  # rebuilt, behind a hang-up that was seen live
    (S.ABANDONED, OfferMissed): S.ABANDONED,
    (S.ABANDONED, CallEnded): S.ABANDONED,
}
TRIGGERS = {fact for _, fact in MOVES}
BEGINNINGS: tuple[type[CallFact], ...] = (CallArrived, CallPlaced)
LINE_FACTS = tuple(
    fact.model_fields["fact"].default
    for fact in sorted(TRIGGERS | {*BEGINNINGS}, key=lambda fact: fact.__name__)
)


_HELD = "call"  # a session lets go of rows nobody holds; the fact's other handlers ask for this one


class Call(SQLModel, table=True):
    """One citizen's call as it stands."""

    id: str = Field(primary_key=True)  # Uniqueid of the citizen's channel, or of our first
    line: Line = Field(sa_type=enum_text(Line))
    node: str = ""
    caller_number: str | None = Field(default=None, index=True)  # of one we placed: the number rung
    caller_channel: str = ""
    placed: str = ""  # why we rang the citizen; "" where the citizen rang us
    state: CallState = Field(default=CallState.ARRIVED, sa_type=enum_text(CallState))
    arrived_at: datetime = Field(sa_type=UtcDateTime)
    queue: str = ""
    seat: str | None = None  # talking now, of several the last to come; None: nobody
    seat_channel: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str = ""  # the seat that answered first
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    waited_seconds: float | None = None  # on the last visit to a queue
    talk_seconds: float = 0.0  # with a seat or several, holds included; of parts that are over

    @property
    def is_open(self) -> bool:
        """Whether the citizen is still on the line."""
        return self.ended_at is None and self.state not in (S.ENDED, S.ABANDONED)


def fold(facts: Iterable[AnyFact]) -> Call | None:
    """The call that its facts, in order of time, tell of; None where its beginning is not known."""
    call: Call | None = None
    told: list[CallFact] = []
    for fact in facts:
        if isinstance(fact, CallArrived | CallPlaced):
            call = call or _begun(fact)
        elif call is not None and type(fact) in TRIGGERS and isinstance(fact, CallFact):
            told.append(fact)
            if not (isinstance(fact, TalkEnded) and parts(told).talking):  # others still talk
                call.state = follow(MOVES, call.state, type(fact))
            _note(call, fact)
    if call is not None:
        _note_parts(call, parts(told))
    return call


def refold(session: Session, call_id: str) -> Call | None:
    """Fold the call anew from the ledger and keep the result as its row."""
    call = fold(facts_of_call(session, call_id, *LINE_FACTS))
    if call is None:
        return None
    row = session.merge(call)
    session.info[_HELD] = row
    return row


def is_open_at(node: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions by which a query finds a node's calls that go on; see `Call.is_open`."""
    over = (S.ENDED, S.ABANDONED)
    return (
        col(Call.node) == node,
        col(Call.ended_at).is_(None),
        col(Call.state).not_in(over),
    )


def is_anybody_there(session: Session, node: str) -> bool:
    """Whether a call goes on at the node."""
    query = select(Call.id).where(*is_open_at(node))
    return session.exec(query.limit(1)).first() is not None


def _begun(fact: CallArrived | CallPlaced) -> Call:
    if isinstance(fact, CallArrived):
        number, channel, placed, state = fact.caller_number, fact.caller_channel, "", S.ARRIVED
    else:
        number, channel, placed, state = fact.phone_number, "", fact.why, S.PLACED
    return Call(
        id=fact.call_id,
        line=fact.line,
        node=fact.node,
        caller_number=number_or_none(number),
        caller_channel=channel,
        placed=placed,
        state=state,
        arrived_at=fact.at,
    )


def _note(call: Call, fact: CallFact) -> None:
    """Keep what a fact adds beside the state."""
    match fact:
        case CallQueued():
            call.queue = fact.queue
        case CallAbandoned():
            call.waited_seconds = fact.waited_seconds
        case CallAnswered():
            call.answered_at = call.answered_at or fact.at
            call.answered_by = call.answered_by or fact.seat
            call.caller_channel = call.caller_channel or fact.caller_channel
            if fact.queue:
                call.waited_seconds = fact.waited_seconds
        case CallEnded():
            call.ended_at = fact.at


def _note_parts(call: Call, told: CallParts) -> None:
    """Who is with the citizen now, and how long anybody was."""
    talk = told.talking[-1] if told.talking else None
    call.seat, call.seat_channel = (talk.seat, talk.seat_channel) if talk else (None, "")
    call.talk_seconds = told.talk_seconds
