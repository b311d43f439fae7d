"""Which step of a case is told to which partner: written down once, in the order of the history.

The history is the ledger of the case. Whoever comes first after a step, and however often, writes
down all that is owed up to its newest line; the case's `through` says what was.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from callcenter.tickets.exchange.messages import MessageKind
from callcenter.tickets.exchange.partners import Partner, Partners
from callcenter.tickets.exchange.rows import ExchangeCase, ExchangeMessage, ExchangeState
from callcenter.tickets.steps import NEEDS_UNIT, Move
from callcenter.tickets.ticket import TicketStep, history, locked

_NAMESPACE = UUID("b6b0a7a2-52d5-5f0c-8a4e-12345110cccc")
URGES = frozenset({Move.URGE, Move.SUPERVISE})


def owe(session: Session, number: str, step: int, partners: Partners, at: datetime) -> None:
    """Write down what partners are to be told of a ticket.

    Args:
        session: A writing session.
        number: The ticket's.
        step: The line of its history that was just stated; a case begins with none before.
        partners: With whom cases are exchanged.
        at: Now.
    """
    if not partners.active:
        return
    locked(session, number)
    lines = history(session, number)
    for partner in partners.active.values():
        case = _case(session, number, lines[step - 1], partner)
        if case:
            _owe(session, case, lines, partners.code, partner, at)


def is_theirs(session: Session, number: str) -> bool:
    """Whether a partner handed the ticket to us: its citizen is theirs to ask."""
    query = select(ExchangeCase).where(
        ExchangeCase.ticket_number == number, col(ExchangeCase.ours).is_(False)
    )
    return session.exec(query.limit(1)).first() is not None


def what_to_tell(
    line: TicketStep, unit_before: str | None, partner: Partner, *, ours: bool
) -> MessageKind | None:
    """What a step means to the partner; None: nothing, or it is what they told us."""
    if line.actor == partner.actor:
        return None
    changed = line.from_step is not line.to_step
    if not ours:
        told = MessageKind.RESULT if line.move is Move.REPORT else MessageKind.STATE
        return told if changed else None
    here = line.unit == partner.unit
    if line.move in NEEDS_UNIT:
        left = unit_before == partner.unit and not here
        return MessageKind.CASE if here else MessageKind.STATE if left else None
    if here and line.move in URGES:
        return MessageKind.URGE
    # Where a reopened one goes is told by its dispatch: back to them as a case, or away.
    tells = here and changed and line.move is not Move.REOPEN
    return MessageKind.STATE if tells else None


def _case(session: Session, number: str, line: TicketStep, partner: Partner) -> ExchangeCase | None:
    query = select(ExchangeCase).where(
        ExchangeCase.ticket_number == number, ExchangeCase.partner == partner.code
    )
    found = session.exec(query.order_by(col(ExchangeCase.ours)).with_for_update()).first()
    begins = line.move in NEEDS_UNIT and line.unit == partner.unit
    if found or not begins:
        return found
    case = ExchangeCase(
        partner=partner.code,
        ours=True,
        case_number=number,
        ticket_number=number,
        through=line.number - 1,
    )
    session.add(case)
    return case


def _owe(
    session: Session,
    case: ExchangeCase,
    lines: Sequence[TicketStep],
    us: str,
    partner: Partner,
    at: datetime,
) -> None:
    before = lines[case.through - 1].unit if case.through else None
    for line in lines[case.through :]:
        if kind := what_to_tell(line, before, partner, ours=case.ours):
            case.sent += 1
            named = f"{us}|{case.partner}|{case.ours}|{case.case_number}|{case.sent}"
            session.add(
                ExchangeMessage(
                    id=str(uuid5(_NAMESPACE, named)),
                    partner=case.partner,
                    ours=case.ours,
                    case_number=case.case_number,
                    theirs=False,
                    seq=case.sent,
                    kind=kind,
                    ticket_number=case.ticket_number,
                    step=line.number,
                    at=at,
                    state=ExchangeState.DUE,
                    next_at=at,
                )
            )
        before = line.unit
    case.through = len(lines)
    session.add(case)
