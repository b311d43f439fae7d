"""A call is a fold over its facts, walked through one table.

    ARRIVED -> QUEUED <-> RINGING -> TALKING -> PARTED -> ENDED
                  `----------`-> ABANDONED (gave up before a seat answered)

The row is a cache: it is folded again from the ledger at every fact of the call, in order of time,
so facts rebuilt after an outage may come late and still leave the call right.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel

from callcenter.facts import (
    AnyFact,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallOffered,
    CallQueued,
    Line,
    MenuChosen,
    OfferMissed,
    TalkEnded,
)
from callcenter.machine import follow
from callcenter.store import UtcDateTime, enum_text, facts_of_call


class CallState(StrEnum):
    """Where a citizen's call stands."""

    ARRIVED = "arrived"
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
    (S.ARRIVED, CallEnded): S.ENDED,  # hung up in the greeting
    (S.QUEUED, CallOffered): S.RINGING,
    (S.QUEUED, OfferMissed): S.QUEUED,  # the second of two seats that rang at once
    (S.QUEUED, CallAbandoned): S.ABANDONED,
    (S.QUEUED, CallQueued): S.QUEUED,  # the queue let go of a caller it should keep
    (S.QUEUED, CallEnded): S.ENDED,
    (S.QUEUED, CallAnswered): S.TALKING,  # the offer was missed while we looked away
    (S.RINGING, CallOffered): S.RINGING,
    (S.RINGING, OfferMissed): S.QUEUED,
    (S.RINGING, CallAbandoned): S.ABANDONED,
    (S.RINGING, CallAnswered): S.TALKING,
    (S.RINGING, CallEnded): S.ENDED,
    (S.TALKING, OfferMissed): S.TALKING,  # another seat stopped ringing
    (S.TALKING, CallQueued): S.QUEUED,  # sent back to a queue
    (S.TALKING, TalkEnded): S.PARTED,
    (S.TALKING, CallEnded): S.ENDED,  # Asterisk may tell the hang-up before the parting
    (S.PARTED, CallQueued): S.QUEUED,
    (S.PARTED, CallAnswered): S.TALKING,
    (S.PARTED, CallEnded): S.ENDED,
    (S.ENDED, TalkEnded): S.ENDED,
    (S.ABANDONED, OfferMissed): S.ABANDONED,
    (S.ABANDONED, CallEnded): S.ABANDONED,
}
LINE_FACTS = tuple(
    fact.model_fields["fact"].default
    for fact in sorted({fact for _, fact in MOVES} | {CallArrived}, key=lambda fact: fact.__name__)
)


class Call(SQLModel, table=True):
    """One citizen's call as it stands."""

    id: str = Field(primary_key=True)  # Asterisk's Linkedid
    line: Line = Field(sa_type=enum_text(Line))
    node: str = ""
    caller_number: str | None = Field(default=None, index=True)
    caller_channel: str = ""
    state: CallState = Field(default=CallState.ARRIVED, sa_type=enum_text(CallState))
    arrived_at: datetime = Field(sa_type=UtcDateTime)
    queue: str = ""
    seat: str | None = None
    seat_channel: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    waited_seconds: float | None = None
    talk_seconds: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the citizen is still on the line."""
        return self.ended_at is None and self.state not in (S.ENDED, S.ABANDONED)


def fold(facts: Iterable[AnyFact]) -> Call | None:
    """The call that its facts, in order of time, tell of; None where its arrival is not known."""
    call: Call | None = None
    for fact in facts:
        if isinstance(fact, CallArrived):
            call = call or _arrived(fact)
        elif call is not None and isinstance(fact, CallFact):
            call.state = follow(MOVES, call.state, type(fact))
            _note(call, fact)
    return call


def refold(session: Session, call_id: str) -> Call | None:
    """Fold the call anew from the ledger and keep the result as its row."""
    call = fold(facts_of_call(session, call_id, *LINE_FACTS))
    return session.merge(call) if call else None


def _arrived(fact: CallArrived) -> Call:
    return Call(
        id=fact.call_id,
        line=fact.line,
        node=fact.node,
        caller_number=fact.caller_number,
        caller_channel=fact.caller_channel,
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
            call.seat, call.seat_channel = fact.seat, fact.seat_channel
            call.answered_at = call.answered_at or fact.at
            call.waited_seconds = fact.waited_seconds
        case TalkEnded():
            call.talk_seconds += fact.talked_seconds
        case CallEnded():
            call.ended_at = fact.at
