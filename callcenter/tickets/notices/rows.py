"""A notice and its tries: the log of what was sent. No address stands here, only who is meant.

    DUE --take--> SENDING --sent--> SENT
     ^              |  |
     |              |  +--refused, or tried too often--> FAILED --again--> DUE (a person)
     +--again-------+  |
     |                 +--doubt--> UNKNOWN --arrived--> SENT    (a person)
     +------------------again------+   +-----lost-----> FAILED  (a person)

SHOWN: sending is switched off; this is what would have left. NOWHERE: nobody could be reached.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Index, SQLModel

from callcenter.store import UtcDateTime, enum_text
from callcenter.tickets.notices.occasions import Occasion, PortKind


class NoticeState(StrEnum):
    """Where a notice stands."""

    DUE = "due"
    SENDING = "sending"  # claimed by a worker, for a while
    SENT = "sent"
    FAILED = "failed"  # surely not sent
    UNKNOWN = "unknown"  # perhaps sent; a person decides
    SHOWN = "shown"
    NOWHERE = "nowhere"


class Trigger(StrEnum):
    """What moves a notice."""

    TAKE = "take"  # a worker claims it, before anything leaves
    SENT = "sent"
    AGAIN = "again"  # by the port's rule, or because a person says so
    GIVE_UP = "give_up"
    DOUBT = "doubt"  # nobody can say whether it left
    ARRIVED = "arrived"  # a person knows that it did
    LOST = "lost"  # a person knows that it did not, and does not want it sent any more


S, T = NoticeState, Trigger
MOVES: dict[tuple[NoticeState, Trigger], NoticeState] = {
    (S.DUE, T.TAKE): S.SENDING,
    (S.SENDING, T.SENT): S.SENT,
    (S.SENDING, T.AGAIN): S.DUE,
    (S.SENDING, T.GIVE_UP): S.FAILED,
    (S.SENDING, T.DOUBT): S.UNKNOWN,
    (S.UNKNOWN, T.SENT): S.SENT,  # a slow worker's answer, after its claim was given up for lost
    (S.DUE, T.SENT): S.SENT,  # the same, where the rule was to try again
    (S.UNKNOWN, T.ARRIVED): S.SENT,
    (S.UNKNOWN, T.LOST): S.FAILED,
    (S.UNKNOWN, T.AGAIN): S.DUE,
    (S.FAILED, T.AGAIN): S.DUE,
}
SETTLED = frozenset(NoticeState) - {S.DUE, S.SENDING}
UNDER_WAY = "under_way"


class Notice(SQLModel, table=True):
    """One message to one recipient through one port."""

    __table_args__ = (Index("ix_notice_state_next_at", "state", "next_at"),)

    id: str = Field(primary_key=True)  # also the key that a port recognises it by
    fact_id: UUID  # what it tells of
    ticket_number: str = Field(index=True)
    occasion: Occasion = Field(sa_type=enum_text(Occasion))
    template: str
    port: PortKind | None = Field(default=None, sa_type=enum_text(PortKind))  # None: NOWHERE
    to_call: str | None = None  # a citizen: who placed this call
    to_writer: str | None = None  # a citizen: who wrote what opened this ticket
    to_contact: str | None = None  # a unit's code, or "dispatcher"
    language: str
    subject: str
    text: str
    goes_through: bool = False  # whatever the hour
    state: NoticeState = Field(sa_type=enum_text(NoticeState))
    attempts: int = 0
    allowed: int = 1  # attempts, after which it is given up
    owed_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime)  # of a claimed one: when the claim ends
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeTry(SQLModel, table=True):
    """One attempt; written before anything leaves, so a crash leaves it under way."""

    notice_id: str = Field(primary_key=True, foreign_key="notice.id")
    attempt: int = Field(primary_key=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str = UNDER_WAY
    detail: str = ""  # "HTTP 503", "ConnectError"; never an address or a text
