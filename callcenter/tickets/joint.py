"""Joint handling (协办): units beside the lead, each of which reports a share of its own."""

from enum import StrEnum

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, select

from callcenter.errors import ImpossibleMoveError
from callcenter.store import enum_text
from callcenter.tickets.ticket import Ticket


class Share(StrEnum):
    """How a unit's share of a ticket stands."""

    JOINED = "joined"
    CONTRIBUTED = "contributed"
    PARTED = "parted"


class JointUnit(SQLModel, table=True):
    """A unit beside the lead; the history says when it came, reported and left."""

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    unit: str = Field(primary_key=True, index=True)
    share: Share = Field(default=Share.JOINED, sa_type=enum_text(Share))


def joint_units(session: Session, number: str) -> list[JointUnit]:
    """The units beside the lead that have not left, by their codes."""
    query = select(JointUnit).where(JointUnit.ticket_number == number)
    return list(session.exec(query.where(JointUnit.share != Share.PARTED).order_by(JointUnit.unit)))


def join(session: Session, ticket: Ticket, unit: str) -> None:
    """A unit is added; one that had left comes back.

    Raises:
        ImpossibleMoveError: It is the lead, or has joined already.
    """
    if unit == ticket.unit:
        raise ImpossibleMoveError("join is not possible: the unit is the lead")
    there = session.get(JointUnit, (ticket.number, unit))
    if there and there.share is not Share.PARTED:
        raise ImpossibleMoveError("join is not possible: the unit has joined already")
    there = there or JointUnit(ticket_number=ticket.number, unit=unit)
    there.share = Share.JOINED
    session.add(there)


def set_share(session: Session, ticket: Ticket, unit: str, share: Share) -> None:
    """A joined unit reports its share, or leaves.

    Raises:
        ImpossibleMoveError: It has not joined, or has reported before.
    """
    there = session.get(JointUnit, (ticket.number, unit))
    if there is None or there.share in (Share.PARTED, share):
        raise ImpossibleMoveError(f"{share} is not possible: the unit has no open share")
    there.share = share
    session.add(there)


def part_all(session: Session, ticket: Ticket, *units: str | None) -> None:
    """These units leave, or all where none is named; nothing is asked of them any more."""
    for there in session.exec(OF_TICKET, params={"number": ticket.number}):
        if not units or there.unit in units:
            there.share = Share.PARTED
            session.add(there)


# Written once: building a query takes longer than asking it, and each move to a unit asks.
OF_TICKET = select(JointUnit).where(JointUnit.ticket_number == bindparam("number"))
