"""A ticket (案卷) and its history: the rows, and how they are found.

The history is appended to, never edited; only `callcenter.tickets.moving` writes it.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Index, UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.errors import NotFoundError
from callcenter.facts import Kind, Line, Urgency
from callcenter.store import UtcDateTime, enum_text
from callcenter.tickets.steps import Move, Step

COUNTY_TIME = ZoneInfo("Asia/Shanghai")


class Ticket(SQLModel, table=True):
    """One case. Everything but `step` may still be unknown while the citizen talks."""

    __table_args__ = (
        UniqueConstraint("call_id", "of_call", name="uq_ticket_of_call"),
        Index("ix_ticket_open_since", "step", "opened_at"),  # what is still open
    )

    number: str = Field(primary_key=True)  # line-date-running number, "12345-20261121-0001"
    line: Line = Field(sa_type=enum_text(Line))
    call_id: str | None = None  # the call that opened it; None: it came another way
    of_call: int = 1  # which of that call's tickets it is
    opened_at: datetime = Field(sa_type=UtcDateTime)
    step: Step = Field(default=Step.DRAFT, sa_type=enum_text(Step))
    steps: int = 0  # length of the history
    round: int = 1  # 2 after the first reopening
    revision: int = 0  # of what the words told: item, kind, urgency, place
    item: str | None = None
    item_name: str = ""
    item_by: str = ""  # "rules", or the person who chose; the rules never overrule a person
    kind: Kind | None = Field(default=None, sa_type=enum_text(Kind))
    urgency: Urgency = Field(default=Urgency.ORDINARY, sa_type=enum_text(Urgency))
    cell: str | None = None
    cell_name: str = ""
    place: str = ""
    longitude: float | None = None  # degrees, WGS-84
    latitude: float | None = None
    unit: str | None = None  # who handles it; of several, the lead 主办
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    merged_into: str | None = Field(default=None, index=True)  # the ticket in which it lives on
    suspended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    review_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # of a suspended one
    extension_to: datetime | None = Field(default=None, sa_type=UtcDateTime)  # asked, not judged
    extensions: int = 0  # granted
    urged: int = 0
    supervised: int = 0
    supervisor: str = ""  # the leader who supervises it; empty: nobody does
    rating: int | None = None  # 1 非常满意 to 4 不满意


class TicketStep(SQLModel, table=True):
    """One line of a ticket's history; never changed (callcenter/store/append_only.py)."""

    __table_args__ = (
        Index("ix_ticket_step_at", "at", "ticket_number", "move"),  # what moved in a period
        {"info": {"append_only": True}},
    )

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    move: Move = Field(sa_type=enum_text(Move))
    from_step: Step | None = Field(sa_type=enum_text(Step))
    to_step: Step = Field(sa_type=enum_text(Step))
    actor: str
    reason: str = ""
    unit: str | None = None  # who handles it from now on
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # from now on
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # asked for, or of review
    other: str | None = None  # the other ticket, unit or leader that the move names
    attachments: list[int] = Field(default_factory=list, sa_type=JSON)  # their numbers


class NumberSeries(SQLModel, table=True):
    """The last running number of a line on a day; taken in the opening transaction: no gaps."""

    line: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    last: int


def known(session: Session, number: str) -> Ticket:
    """The ticket as it stands.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket = session.get(Ticket, number)
    if ticket is None:
        raise NotFoundError(f"ticket {number!r} is not known: check the number")
    return ticket


# Asked at every fact of a ticket: written once, since writing a query takes longer than the
# database does.
_LOCKED: Final = (
    select(Ticket)
    .where(Ticket.number == bindparam("number"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_OF_CALL: Final = (
    select(Ticket)
    .where(Ticket.call_id == bindparam("of_call"))
    .order_by(col(Ticket.of_call))
    .limit(1)
)
_STEPS: Final = (
    select(TicketStep)
    .where(TicketStep.ticket_number == bindparam("number"))
    .order_by(col(TicketStep.number))
)


def locked(session: Session, number: str) -> Ticket:
    """The ticket, kept from everybody else until the session ends.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket = session.exec(_LOCKED, params={"number": number}).first()
    if ticket is None:
        raise NotFoundError(f"ticket {number!r} is not known: check the number")
    return ticket


def ticket_of_call(session: Session, call_id: str) -> Ticket | None:
    """The ticket that a call opened; of several, the first."""
    return session.exec(_OF_CALL, params={"of_call": call_id}).first()


def history(session: Session, number: str) -> list[TicketStep]:
    """The steps a ticket went, first to last."""
    return list(session.exec(_STEPS, params={"number": number}))
