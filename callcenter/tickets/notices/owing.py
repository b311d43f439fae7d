"""Writes down who is to be told of what: in the transaction that states it, each notice once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session

from callcenter.facts import NoticeSettled, Urgency
from callcenter.store import insert_new
from callcenter.tickets.notices.book import MAIL, MOBILE, NoticeBook
from callcenter.tickets.notices.occasions import (
    CITIZENS,
    DISPATCHER,
    TABLE,
    TO_CITIZENS,
    TO_STAFF,
    TOLD_LINES,
    Occasion,
    PortKind,
    Told,
    Who,
)
from callcenter.tickets.notices.rows import Notice, NoticeState
from callcenter.tickets.notices.wording import Gaps, fill
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket


@dataclass(frozen=True)
class Caller:
    """A citizen who called or wrote about the ticket, or about one that was merged into it."""

    call_id: str | None  # None: they wrote what opened the ticket
    ticket_number: str  # the one that they were told
    number: str | None  # None where it was withheld, or is not known
    email: str = ""


@dataclass(frozen=True)
class Event:
    """What a ticket's people are to be told of."""

    occasion: Occasion
    fact_id: UUID
    at: datetime
    step: Step  # where it led
    unit: str | None  # who handles it
    other: str | None = None  # whom the move names
    due_at: datetime | None = None


@dataclass(frozen=True)
class Office:
    """What of the site a notice needs."""

    book: NoticeBook
    unit_name: str  # of the event's unit
    sends: bool  # else everything is only shown


@dataclass(frozen=True)
class _Recipient:
    told: Told
    ticket_number: str
    contact: str | None = None
    citizen: Caller | None = None

    @property
    def writer(self) -> str | None:
        """The ticket that they wrote; None of everybody else."""
        wrote = self.citizen and self.citizen.call_id is None
        return self.ticket_number if wrote else None


def owe(
    session: Session,
    ticket: Ticket,
    event: Event,
    callers: Callable[[], list[Caller]],
    office: Office,
) -> Iterator[NoticeSettled]:
    """Write down the notices of an event; states those that nobody will be sent.

    Args:
        session: A writing session.
        ticket: Whose people are told.
        event: What is told.
        callers: Gives all who called about it, in order of time.
        office: The site's.
    """
    for recipient in _recipients(ticket, event, callers):
        ports = _ports(recipient, office.book) or (None,)
        for port in ports:
            notice = _notice(ticket, event, recipient, port, office)
            if insert_new(session, Notice, notice.model_dump()):
                yield from unsent(notice)


def settled(notice: Notice, at: datetime) -> NoticeSettled:
    """The fact that a notice is over, as it stands."""
    return NoticeSettled(
        at=at,
        ticket_number=notice.ticket_number,
        notice=notice.id,
        occasion=notice.occasion,
        template=notice.template,
        port=notice.port,
        recipient=notice.to_contact or "citizen",
        attempt=notice.attempts,
        outcome=notice.state.value,
    )


def unsent(notice: Notice) -> Iterator[NoticeSettled]:
    """States a notice that ended as it was written down."""
    if notice.state in (NoticeState.SHOWN, NoticeState.NOWHERE):
        yield settled(notice, notice.owed_at)


def reaches(port: PortKind, citizen: Caller) -> bool:
    """Whether a citizen can be told through this port."""
    number = citizen.number
    if port is PortKind.EMAIL:
        return re.fullmatch(MAIL, citizen.email) is not None
    if not number:
        return False
    if port is PortKind.SMS:
        return MOBILE.fullmatch(number) is not None
    return number.isascii() and number.isdigit()


def _recipients(
    ticket: Ticket, event: Event, callers: Callable[[], list[Caller]]
) -> Iterator[_Recipient]:
    staff = {Who.UNIT: event.unit, Who.JOINED: event.other, Who.DISPATCHER: DISPATCHER}
    for told in TABLE[event.occasion]:
        if told.who in CITIZENS:
            yield from _citizens(ticket, told, callers)
        elif contact := staff[told.who]:
            yield _Recipient(told, ticket.number, contact=contact)


def _citizens(
    ticket: Ticket, told: Told, callers: Callable[[], list[Caller]]
) -> Iterator[_Recipient]:
    """Each number and address once, by the first call from it; a withheld one is nobody twice."""
    if ticket.line not in TOLD_LINES:
        return
    known: set[str] = set()
    meant = callers()
    if told.who is Who.CITIZEN:
        meant = [caller for caller in meant if caller.ticket_number == ticket.number][:1]
    if told.who is Who.MERGED:
        known |= {reached for caller in meant if caller.ticket_number == ticket.number
                  for reached in _addresses(caller)}  # fmt: skip
        meant = [caller for caller in meant if caller.ticket_number != ticket.number]
    for caller in meant:
        if not known & _addresses(caller):
            known |= _addresses(caller)
            yield _Recipient(told, caller.ticket_number, citizen=caller)


def _addresses(caller: Caller) -> set[str]:
    return {address for address in (caller.number, caller.email.casefold()) if address}


def _ports(recipient: _Recipient, book: NoticeBook) -> tuple[PortKind, ...]:
    citizen = recipient.citizen
    if recipient.contact:
        contact = book.contact.get(recipient.contact)
        return tuple(kind for kind in TO_STAFF if contact and contact.address(kind))
    if citizen is None:
        return ()
    fitting = (kind for kind in TO_CITIZENS if book.port[kind] and reaches(kind, citizen))
    return tuple(fitting)[:1]


def _notice(
    ticket: Ticket, event: Event, recipient: _Recipient, port: PortKind | None, office: Office
) -> Notice:
    book, template = office.book, recipient.told.template
    language = book.language_of(recipient.contact or "")
    told = Gaps(recipient.ticket_number, event.step, office.unit_name, event.due_at)
    gaps = told.filled(language)
    carrier = book.port[port] if port else None
    return Notice(
        id=_key(event, recipient, port),
        fact_id=event.fact_id,
        ticket_number=ticket.number,
        occasion=event.occasion,
        template=template,
        port=port,
        to_call=recipient.citizen.call_id if recipient.citizen else None,
        to_writer=recipient.writer,
        to_contact=recipient.contact,
        language=language,
        subject=fill(book.subject.of(language), gaps),
        text=fill(book.template[template].of(language), gaps),
        goes_through=ticket.urgency is Urgency.URGENT and recipient.contact is not None,
        state=_state(port, office.sends),
        allowed=carrier.attempts if carrier else 0,
        owed_at=event.at,
        next_at=event.at,
    )


def _state(port: PortKind | None, sends: bool) -> NoticeState:
    if port is None:
        return NoticeState.NOWHERE
    return NoticeState.DUE if sends else NoticeState.SHOWN


def _key(event: Event, recipient: _Recipient, port: PortKind | None) -> str:
    """The same for every statement of the same notice: a handler that runs twice owes it once."""
    call_id = recipient.citizen.call_id if recipient.citizen else None
    written = recipient.writer and f"written:{recipient.writer}"
    meant = call_id or recipient.contact or written
    return str(uuid5(event.fact_id, f"notice|{recipient.told.template}|{meant}|{port}"))
