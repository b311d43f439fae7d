"""Cases exchanged with partners: what is owed for a move, and what a message says as it leaves."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import Session

from callcenter.facts import Fact, Kind, Side, TicketMoved, number_or_none
from callcenter.ivr.call import Call
from callcenter.pipeline.site import Site
from callcenter.speech.transcript import transcript_of_call
from callcenter.tickets.attachments import attachments_of
from callcenter.tickets.exchange.messages import (
    LONGEST_WORDS,
    CaseTold,
    FileTold,
    Message,
    MessageKind,
    ResultTold,
    StateTold,
    UrgeTold,
)
from callcenter.tickets.exchange.owing import owe
from callcenter.tickets.exchange.partners import Partner
from callcenter.tickets.exchange.rows import ExchangeMessage
from callcenter.tickets.ticket import Ticket, TicketStep, known
from callcenter.tickets.written import Written

KEPT_SECRET = frozenset({Kind.REPORT})  # who reports somebody is named to nobody


def owe_messages(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """Partners are told of it, as `callcenter.tickets.exchange.owing` says."""
    owe(session, fact.ticket_number, fact.number, site.partners, datetime.now(UTC))
    return ()


def composed(session: Session, row: ExchangeMessage, site: Site) -> Message:
    """The message as it leaves now: of what was deleted since it was owed, nothing goes along."""
    partner = site.partners.active[row.partner]
    ticket = known(session, row.ticket_number)
    step = session.get_one(TicketStep, (row.ticket_number, row.step))
    us = site.partners.code
    part: dict[MessageKind, Callable[[], BaseModel]] = {
        MessageKind.CASE: lambda: _case(session, ticket, step, partner),
        MessageKind.STATE: lambda: _state(row, step, partner, site),
        MessageKind.RESULT: lambda: ResultTold(
            words=step.reason, number=ticket.number, unit=_name(step.unit, site)
        ),
        MessageKind.URGE: lambda: UrgeTold(reason=step.reason),
    }
    return Message.model_validate(
        {
            "id": UUID(row.id),
            "from": us,
            "to": partner.code,
            "at": step.at,
            "owner": us if row.ours else partner.code,
            "number": row.case_number,
            "seq": row.seq,
            "kind": row.kind,
            row.kind.value: part[row.kind](),
        }
    )


def _state(row: ExchangeMessage, step: TicketStep, partner: Partner, site: Site) -> StateTold:
    return StateTold(
        step=step.to_step,
        number=row.ticket_number,
        unit=_name(step.unit, site),
        reason=step.reason,
        withdrawn=row.ours and step.unit != partner.unit,
    )


def _case(session: Session, ticket: Ticket, step: TicketStep, partner: Partner) -> CaseTold:
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    written = session.get(Written, ticket.number)
    heard = transcript_of_call(session, call.id).said_by(Side.CITIZEN) if call else []
    said = [*heard, written.description if written else ""]
    number = number_or_none(call.caller_number) if call else None
    number = number or (written.number if written else None)
    gives = partner.entry.gives_number and ticket.kind not in KEPT_SECRET
    return CaseTold(
        line=ticket.line,
        item=ticket.item,
        item_name=ticket.item_name,
        kind=ticket.kind,
        urgency=ticket.urgency,
        words="。".join(one for one in said if one)[:LONGEST_WORDS],
        place=ticket.place,
        cell=ticket.cell,
        longitude=ticket.longitude,
        latitude=ticket.latitude,
        contact=number if gives else None,
        due_at=step.due_at,
        reason=step.reason,
        files=list(_files(session, ticket.number)) or None,
    )


def _files(session: Session, number: str) -> Iterator[FileTold]:
    """What lies with the ticket, without the names, which may be a citizen's words."""
    for one in attachments_of(session, number):
        if one.name:  # without one, its time was over and the file is gone
            path = f"/api/v1/tickets/{number}/attachments/{one.number}"
            told = {"media_type": one.media_type, "bytes": one.bytes, "sha256": one.sha256}
            yield FileTold.model_validate(told | {"path": path})


def _name(unit: str | None, site: Site) -> str:
    found = site.units.get(unit or "")
    return found.name if found else unit or ""
