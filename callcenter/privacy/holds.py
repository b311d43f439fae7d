"""Holds: what a person with the right keeps from deletion, and why; placed, released, never edited.

A hold on a ticket covers its calls and all that lives on in it; one on a call its tickets; one on a
number every call of it and their tickets. Of a number only its hash is kept, as finding has it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.ivr.call import Call
from callcenter.people import audit
from callcenter.privacy.rows import Held, Hold
from callcenter.tickets.calls import TicketCall, with_merged
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.tables import TicketCaller
from callcenter.tickets.ticket import Ticket

_LOCK = 0x12345112  # PostgreSQL's advisory lock; SQLite has one writer at a time anyway


@dataclass(frozen=True)
class Who:
    """Who places or releases a hold."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Covered:
    """All that the open holds cover."""

    calls: Collection[str] = frozenset()
    tickets: Collection[str] = frozenset()
    numbers: Collection[str] = field(default_factory=frozenset)  # hashes

    def has_number(self, number: str | None, key: CallerKey) -> bool:
        """Whether a number is held."""
        if not number or not self.numbers:
            return False
        try:
            return key.hash(number) in self.numbers
        except BadInputError:  # no telephone number, such as "anonymous"
            return False


def take_turn(session: Session) -> None:
    """Holds and deletions take turns: what is held while it is looked at is not deleted."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def place(
    session: Session, kind: Held, subject: str, reason: str, who: Who, key: CallerKey, at: datetime
) -> Hold:
    """Keep a call, a ticket or a number's calls from deletion, from now on.

    Raises:
        BadInputError: The reason is missing, or it is no telephone number.
        NotFoundError: There is no such call or ticket.
        ImpossibleMoveError: It is held already.
    """
    if not reason.strip():
        raise BadInputError("reason is missing: a hold says why, such as the court's reference")
    take_turn(session)
    named = _known(session, kind, subject.strip(), key)
    there = select(Hold).where(Hold.kind == kind, Hold.subject == named)
    if session.exec(there.where(col(Hold.released_at).is_(None))).first():
        raise ImpossibleMoveError(f"the {kind} is held already: release that hold first")
    hold = Hold(kind=kind, subject=named, reason=reason.strip(), placed_by=who.name, placed_at=at)
    session.add(hold)
    session.flush()
    _audit(session, "hold_placed", hold, who)
    return hold


def release(session: Session, hold_id: int, reason: str, who: Who, at: datetime) -> Hold:
    """What is held becomes due by its term again.

    Raises:
        BadInputError: The reason is missing.
        NotFoundError: There is no such hold.
        ImpossibleMoveError: It is released already.
    """
    if not reason.strip():
        raise BadInputError("reason is missing: say why it need not be held any more")
    take_turn(session)
    hold = session.get(Hold, hold_id, with_for_update=True)
    if hold is None:
        raise NotFoundError(f"hold {hold_id} is not known: see `callcenter privacy hold list`")
    if hold.released_at:
        raise ImpossibleMoveError(f"hold {hold_id} is released already")
    hold.released_at, hold.released_by, hold.release_reason = at, who.name, reason.strip()
    session.add(hold)
    _audit(session, "hold_released", hold, who)
    return hold


def listed(session: Session, *, released: bool) -> list[Hold]:
    """The holds, oldest first; those that are released only where they are asked for."""
    query = select(Hold).order_by(col(Hold.id))
    return list(session.exec(query if released else query.where(col(Hold.released_at).is_(None))))


def covered(session: Session) -> Covered:
    """What all open holds cover now."""
    holds = listed(session, released=False)
    numbers = {hold.subject for hold in holds if hold.kind is Held.NUMBER}
    calls = {hold.subject for hold in holds if hold.kind is Held.CALL}
    tickets = {hold.subject for hold in holds if hold.kind is Held.TICKET}
    if numbers:
        found = select(TicketCaller.ticket_number).where(col(TicketCaller.caller).in_(numbers))
        tickets |= set(session.exec(found))
    tickets |= set(_tickets_of(session, calls))
    tickets = {one for number in tickets for one in with_merged(session, number)}
    if tickets:
        found = select(TicketCall.call_id).where(col(TicketCall.ticket_number).in_(tickets))
        calls |= set(session.exec(found))
    return Covered(frozenset(calls), frozenset(tickets), frozenset(numbers))


def _tickets_of(session: Session, calls: Iterable[str]) -> list[str]:
    found = select(TicketCall.ticket_number).where(col(TicketCall.call_id).in_(list(calls)))
    return list(session.exec(found)) if calls else []


def _known(session: Session, kind: Held, subject: str, key: CallerKey) -> str:
    if kind is Held.NUMBER:
        return key.hash(subject)
    if session.get(Call if kind is Held.CALL else Ticket, subject) is None:
        raise NotFoundError(f"no {kind} has this number: check it")
    return subject


def _audit(session: Session, what: str, hold: Hold, who: Who) -> None:
    """The reason is free words and stands in the hold alone."""
    detail = {"kind": hold.kind.value}
    if hold.kind is not Held.NUMBER:
        detail["subject"] = hold.subject
    audit.append(
        session,
        actor=who.name,
        what=what,
        subject=str(hold.id),
        detail=detail,
        address=who.address,
    )
