"""What partners send: each message once and in order, each case a ticket of ours."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, select

from callcenter.errors import BadInputError, ConflictError
from callcenter.facts import Fact, TicketMoved
from callcenter.intake import Matter, take_in_writing
from callcenter.pipeline import Site
from callcenter.store import insert_new
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.exchange.hearing import hear, moved_as_told
from callcenter.tickets.exchange.messages import CaseTold, Message, MessageKind
from callcenter.tickets.exchange.partners import Partner
from callcenter.tickets.exchange.rows import ExchangeCase, ExchangeMessage, ExchangeState
from callcenter.tickets.steps import OPEN, Move, Step
from callcenter.tickets.ticket import locked

REASON_BESIDE = 1_000  # characters of theirs beside ours; a longer one is noted whole
AGAIN = frozenset({Step.VERIFIED, Step.CLOSED})  # done here once, and not well enough


class OutOfOrderError(ConflictError):
    """An earlier message of the case is missing; `more` has the `seq` that is expected."""

    code = "out_of_order"


def take_message(
    session: Session, site: Site, partner: Partner, message: Message, at: datetime
) -> list[Fact]:
    """Keeps the message and makes the moves that follow; nothing where it was heard before.

    Raises:
        BadInputError: It is about a case of somebody else, or one that cannot be taken.
        OutOfOrderError: An earlier message of the case has not come.
    """
    ours = message.owner == site.partners.code
    if not ours and message.owner != partner.code:
        raise BadInputError("owner is neither of us: a case is exchanged by its owner")
    row = _row(partner, message, at, ours=ours)
    is_new = insert_new(session, ExchangeMessage, row.model_dump())
    if not is_new and session.get(ExchangeMessage, row.id) is not None:
        return []
    case = _case(session, partner.code, message.number, ours=ours)
    expected = case.heard + 1 if case else 1
    if message.seq != expected or not is_new:
        told = f"seq is {message.seq}, expected {expected}: send that one first"
        raise OutOfOrderError(told, expected=expected)
    facts = _heard(session, site, partner, message, case, at)
    known = case or _case(session, partner.code, message.number, ours=ours)
    if known:
        kept = session.get_one(ExchangeMessage, row.id)
        kept.ticket_number, known.heard = known.ticket_number, message.seq
        session.add_all((kept, known))
    return facts


def _heard(
    session: Session, site: Site, partner: Partner, message: Message, case: ExchangeCase | None,
    at: datetime,
) -> list[Fact]:  # fmt: skip
    if message.case:
        return list(_take_case(session, site, partner, message, case, at))
    if case is None:
        raise BadInputError("number is no case that was handed over: begin with a `case`")
    part = message.state or message.result
    case.their_number = part.number if part else case.their_number
    ticket = locked(session, case.ticket_number)
    return list(hear(session, ticket, partner, message, ours=case.ours, at=at))


def _take_case(
    session: Session, site: Site, partner: Partner, message: Message, case: ExchangeCase | None,
    at: datetime,
) -> Iterator[Fact]:  # fmt: skip
    told = message.case
    assert told
    ticket = locked(session, case.ticket_number) if case else None
    if ticket and ticket.step in OPEN | AGAIN:
        one = Move.REOPEN if ticket.step in AGAIN else Move.NOTE
        why = f"{partner.entry.name}再次转来。{told.reason}"
        yield from moved_as_told(session, ticket.number, one, why, partner, at)
        yield from _files_noted(session, ticket.number, told, partner, at)
        return
    facts = take_in_writing(session, site, _matter(site, partner, message, told), at)
    number = next(one.ticket_number for one in facts if isinstance(one, TicketMoved))
    case = case or ExchangeCase(
        partner=partner.code, ours=False, case_number=message.number, ticket_number=number
    )
    case.ticket_number, case.their_number, case.through = number, message.number, 0
    session.add(case)
    session.flush()
    yield from facts
    if len(told.reason) > REASON_BESIDE:
        yield from moved_as_told(session, number, Move.NOTE, told.reason, partner, at)
    yield from _files_noted(session, number, told, partner, at)


def _files_noted(
    session: Session, number: str, told: CaseTold, partner: Partner, at: datetime
) -> Iterator[TicketMoved]:
    """Where the owner gives out the case's files, for whoever handles it."""
    if not told.files:
        return
    address = partner.entry.address.rstrip("/")
    listed = "\n".join(f"{address}{one.path} ({one.media_type})" for one in told.files)
    why = f"{partner.entry.name}有附件{len(told.files)}件,用本单位在该中心的账号查看:\n{listed}"
    yield from moved_as_told(session, number, Move.NOTE, why, partner, at)


def _matter(site: Site, partner: Partner, message: Message, told: CaseTold) -> Matter:
    """The case as something that came in writing; what has no place of its own is kept beside."""
    names = site.rules.items
    if told.item and told.item not in names:
        raise BadInputError("case.item is none of the 61 items: look at GET /api/v1/names")
    both = told.longitude is not None and told.latitude is not None
    kept = {"owner": [partner.entry.name], "owner_number": [message.number]}
    if told.due_at:
        kept["owner_due_at"] = [told.due_at.isoformat()]
    return Matter(
        by=partner.actor,
        item=told.item or "",
        item_name=names.get(told.item or "", ""),
        description=told.words,
        point=Wgs84Point(told.longitude or 0, told.latitude or 0) if both else None,
        address=told.place,
        phone=told.contact or "",
        attributes=kept,
        line=told.line,
        kind=told.kind,
        urgency=told.urgency,
        came=f"{partner.entry.name}转来{message.number}。{told.reason[:REASON_BESIDE]}",
    )


def _case(session: Session, partner: str, number: str, *, ours: bool) -> ExchangeCase | None:
    query = select(ExchangeCase).where(
        ExchangeCase.partner == partner,
        ExchangeCase.ours == ours,
        ExchangeCase.case_number == number,
    )
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def _row(partner: Partner, message: Message, at: datetime, *, ours: bool) -> ExchangeMessage:
    return ExchangeMessage(
        id=str(message.id),
        partner=partner.code,
        ours=ours,
        case_number=message.number,
        theirs=True,
        seq=message.seq,
        kind=MessageKind(message.kind),
        ticket_number=message.number,
        at=at,
        state=ExchangeState.TAKEN,
    )
