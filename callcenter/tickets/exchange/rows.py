"""Cases that two centres share, and the messages about them. No word of a citizen stands here.

What a message says is looked up when it is sent (`callcenter.pipeline.exchange`): so what was
deleted meanwhile goes nowhere, and retention has nothing to find here.

    DUE --take--> SENDING --202--> SENT
     ^               +--409, 422--> REFUSED --resend--> DUE  (a person)
     +--else---------+--for too long--> STUCK --resend--> DUE  (a person)
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from callcenter.store import UtcDateTime, enum_text
from callcenter.tickets.exchange.messages import MessageKind


class ExchangeState(StrEnum):
    """Where a message stands."""

    DUE = "due"
    SENDING = "sending"  # claimed by a worker, for a while
    SENT = "sent"  # and acknowledged
    REFUSED = "refused"  # the partner will not have it as it is
    STUCK = "stuck"  # nobody answered for days
    TAKEN = "taken"  # one of theirs


class ExchangeCase(SQLModel, table=True):
    """A case between us and a partner: `ours` is handled there, another one here."""

    __tablename__ = "exchange_case"

    partner: str = Field(primary_key=True)
    ours: bool = Field(primary_key=True)
    case_number: str = Field(primary_key=True)  # the owner's
    ticket_number: str = Field(index=True, foreign_key="ticket.number")  # here
    their_number: str = ""  # of ours, the partner's own
    sent: int = 0  # the `seq` of our newest message
    heard: int = 0  # the `seq` of their newest
    through: int = 0  # up to which step of the ticket's history they were told


class ExchangeMessage(SQLModel, table=True):
    """A message of ours or of theirs: that it was, not what it said."""

    __tablename__ = "exchange_message"
    __table_args__ = (
        UniqueConstraint("partner", "ours", "case_number", "theirs", "seq", name="uq_exchange_seq"),
        Index("ix_exchange_message_due", "state", "next_at"),
    )

    id: str = Field(primary_key=True)
    partner: str
    ours: bool  # the case
    case_number: str
    theirs: bool  # the message
    seq: int
    kind: MessageKind = Field(sa_type=enum_text(MessageKind))
    ticket_number: str = Field(index=True)
    step: int | None = None  # of the ticket's history, that it tells of; None: one of theirs
    at: datetime = Field(sa_type=UtcDateTime)  # when it was owed, or taken
    state: ExchangeState = Field(sa_type=enum_text(ExchangeState))
    attempts: int = 0
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # claimed: when that ends
    detail: str = ""  # of the last try; what a partner says of a refusal
