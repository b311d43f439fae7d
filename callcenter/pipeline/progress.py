"""How a case stands, for who may be told (ivr/progress.py): by telephone and on the open page."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from callcenter.facts import ProgressAsked, read_fact
from callcenter.ivr.call import Call
from callcenter.ivr.phrases import Spoken
from callcenter.ivr.progress import Case
from callcenter.store import LedgerRow
from callcenter.tickets.ticket import COUNTY_TIME, Ticket

DAY = timedelta(days=1)


def case_of(session: Session, ticket: Ticket, unit: Spoken) -> Case:
    """What the answer needs of a ticket.

    Args:
        session: For reading.
        ticket: The one asked about.
        unit: Its unit's name as a prompt, where it is to be spoken.
    """
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    return Case(
        number=ticket.number,
        line=ticket.line,
        step=ticket.step,
        filed_from=call.caller_number if call else None,
        unit=unit,
        due_at=ticket.due_at.astimezone(COUNTY_TIME) if ticket.due_at else None,
    )


def wrong_today(session: Session, ticket_number: str) -> int:
    """How often wrong digits were keyed in for a case in the last 24 hours."""
    since = datetime.now(UTC) - DAY
    rows = session.exec(
        select(LedgerRow)
        .where(LedgerRow.ticket_number == ticket_number, LedgerRow.name == "progress_asked")
        .where(col(LedgerRow.at) >= since)
    )
    asked = [read_fact(row.body) for row in rows]
    return sum(isinstance(fact, ProgressAsked) and not fact.told for fact in asked)
