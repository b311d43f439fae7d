"""A ticket as the public may see it, and the tickets that it may see.

No answer holds what leads to a person: no name, number or address, no point on a map but one of
the grid cell, no reason that somebody wrote into the history. What the citizen wrote is shown only
where the site says so. Source: decision record 0043.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from callcenter.api.open311.asked import Period
from callcenter.errors import NotFoundError
from callcenter.facts import Line
from callcenter.settings import Settings
from callcenter.tickets.dispatch import Unit
from callcenter.tickets.grid import Grid
from callcenter.tickets.steps import OVER, Step
from callcenter.tickets.ticket import Ticket, TicketStep
from callcenter.tickets.written import Written

Shown = tuple[Ticket, datetime, Written | None]  # a ticket, its last step's moment, what came in

NOTES: dict[Step, str] = {
    Step.DRAFT: "已登记",
    Step.FILED: "已受理，待派遣",
    Step.DISPATCHED: "已派遣承办单位",
    Step.RETURNED: "正在核定承办单位",
    Step.HANDLING: "承办单位正在办理",
    Step.SUSPENDED: "因故暂缓办理",
    Step.REPORTED: "承办单位已反馈，正在核查",
    Step.VERIFIED: "已核查，待回访",
    Step.CLOSED: "已办结",
    Step.REOPENED: "重新办理",
    Step.DECLINED: "不予受理",
    Step.MERGED: "与同一事项的另一件合并办理",
    Step.VOID: "已作废",
}


def requests(
    session: Session,
    settings: Settings,
    period: Period,
    *,
    codes: Sequence[str],
    statuses: Sequence[str],
    page: int,
    page_size: int,
) -> list[Shown]:
    """The tickets of a period, newest first; of all items and statuses where none is named."""
    query = _query(settings).where(
        col(Ticket.opened_at) >= period.start, col(Ticket.opened_at) <= period.end
    )
    if codes:
        query = query.where(col(Ticket.item).in_(codes))
    if len(set(statuses)) == 1:
        is_over = col(Ticket.step).in_(OVER)
        query = query.where(is_over if statuses[0] == "closed" else ~is_over)
    newest = query.order_by(col(Ticket.opened_at).desc(), col(Ticket.number).desc())
    return list(session.exec(newest.offset((page - 1) * page_size).limit(page_size)))


def requests_named(session: Session, settings: Settings, numbers: Sequence[str]) -> list[Shown]:
    """The tickets of these numbers, as far as they may be shown, newest first."""
    query = _query(settings).where(col(Ticket.number).in_(numbers))
    return list(session.exec(query.order_by(col(Ticket.number).desc())))


def number_of_token(session: Session, token: str) -> str | None:
    """The number of the ticket that was filed under a token; None: there is none."""
    return session.exec(select(Written.ticket_number).where(Written.token == token)).first()


def as_request(
    shown: Shown, settings: Settings, grid: Grid, units: Mapping[str, Unit]
) -> dict[str, Any]:
    """The ticket in Open311's words."""
    ticket, updated_at, written = shown
    unit = units.get(ticket.unit or "")
    words = written.description if written and settings.open311_publishes_words else ""
    return {
        "service_request_id": ticket.number,
        "status": "closed" if ticket.step in OVER else "open",
        "status_notes": NOTES[ticket.step],
        "service_name": ticket.item_name or None,
        "service_code": ticket.item or "",
        "description": words or ticket.item_name or None,
        "agency_responsible": unit.name if unit else None,
        "service_notice": None,
        "requested_datetime": _told(ticket.opened_at),
        "updated_datetime": _told(updated_at),
        "expected_datetime": _told(ticket.due_at) if ticket.due_at else None,
        **_where(ticket, grid),
        "zipcode": None,
        "media_url": None,
    }


def _query(settings: Settings) -> Any:
    """Tickets of 12345 that came in writing, or all of them; those of 110 never."""
    last = (col(TicketStep.ticket_number) == Ticket.number) & (
        col(TicketStep.number) == Ticket.steps
    )
    query = (
        select(Ticket, TicketStep.at, Written)
        .join(TicketStep, last)
        .outerjoin(Written, col(Written.ticket_number) == Ticket.number)
        .where(Ticket.line == Line.SERVICE, col(Ticket.item).is_not(None))
    )
    if not settings.open311_shows_calls:
        query = query.where(col(Written.ticket_number).is_not(None))
    return query


def _where(ticket: Ticket, grid: Grid) -> dict[str, Any]:
    """The cell by its name, and a point inside it that is the same for all that happens there."""
    nowhere = {"address": None, "address_id": None, "lat": None, "long": None}
    if not ticket.cell:
        return nowhere
    try:
        path = grid.path(ticket.cell)
    except NotFoundError:  # a new grid has no such cell any more
        return nowhere | {"address": ticket.cell_name or None, "address_id": ticket.cell}
    inside = grid.border(ticket.cell).representative_point()
    return {
        "address": "".join(cell.name for cell in path),
        "address_id": ticket.cell,
        "lat": round(inside.y, 6),
        "long": round(inside.x, 6),
    }


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
