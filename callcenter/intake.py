"""A matter that comes in writing becomes a filed ticket, as a call becomes one.

A call's words come one by one and a seat files them (`callcenter.pipeline`); here all is there at
once, and the writer has chosen the item. So the ticket is opened, read, located and filed in one
transaction, and is dispatched as every filed ticket is. Source: decision record 0043.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from callcenter.errors import BadInputError
from callcenter.facts import (
    Fact,
    Kind,
    Line,
    MatterWritten,
    Side,
    TicketLocated,
    Urgency,
)
from callcenter.pipeline import Site
from callcenter.tickets.cells import Cell, Wgs84Point
from callcenter.tickets.county import County
from callcenter.tickets.locating import locate
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.outside import outside
from callcenter.tickets.steps import Move
from callcenter.tickets.telling import as_fact
from callcenter.tickets.ticket import Ticket, locked
from callcenter.tickets.written import Written

TOKEN_BYTES = 18
RULES = "rules"  # who chose the item


@dataclass(frozen=True)
class Matter:
    """What somebody wrote to us.

    Args:
        by: Which door it came through, and which program.
        item: Three digits, as the writer chose it; empty: by the words.
        item_name: Its name.
        description: In the writer's words; may be empty.
        point: Where it is; goes before `cell` and `address`.
        cell: The grid cell that it names, of any level.
        address: Where it is, in words.
        first_name: Of the writer; like all that follows it may be empty.
        last_name: Of the writer.
        email: Of the writer.
        phone: Of the writer.
        media_url: An address of pictures; kept, never fetched.
        attributes: The answers to the item's own questions, by their codes.
        answers: The same in words, to be read with the description.
        line: Which of the two numbers it is a matter of.
        kind: What the writer wants, where somebody has judged it already; else by the words.
        urgency: The same of its urgency.
        came: How it came, for the dispatcher.
    """

    by: str
    item: str
    item_name: str
    description: str = ""
    point: Wgs84Point | None = None
    cell: Cell | None = None
    address: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    media_url: str = ""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    answers: str = ""
    line: Line = Line.SERVICE
    kind: Kind | None = None
    urgency: Urgency | None = None
    came: str = "网上提交"


def take_in_writing(session: Session, site: Site, matter: Matter, at: datetime) -> list[Fact]:
    """Opens, reads, locates and files the matter; the first fact is the opening.

    Raises:
        BadInputError: The point lies outside the county; the message says who is to have it.
    """
    located = _located(site.county, matter)
    opened = open_ticket(session, matter.line, at=at, actor=matter.by)
    ticket = locked(session, opened.ticket_number)
    session.add(_row(ticket.number, matter, at))
    written = _read(site, ticket, matter, at)
    place = _place(ticket, located, at)
    filed = move(
        session, ticket.number, Move.FILE, actor=matter.by, reason=_why(matter, written), at=at
    )
    return [opened, written, place, filed]


def _row(number: str, matter: Matter, at: datetime) -> Written:
    return Written(
        ticket_number=number,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        by=matter.by,
        at=at,
        description=matter.description,
        address=matter.address,
        longitude=matter.point.longitude if matter.point else None,
        latitude=matter.point.latitude if matter.point else None,
        first_name=matter.first_name,
        last_name=matter.last_name,
        email=matter.email,
        phone=matter.phone,
        media_url=matter.media_url,
        attributes=matter.attributes,
    )


def _read(site: Site, ticket: Ticket, matter: Matter, at: datetime) -> MatterWritten:
    """Kind and urgency by the words; the item is the writer's choice, which the rules respect."""
    said = "。".join(text for text in (matter.description, matter.answers) if text)
    reading = site.desk.read(ticket.number, [(Side.CITIZEN, said)])
    # 无效 is for silence and wrong numbers: who wrote, and chose an item, wants something of us.
    kind = Kind.REQUEST if reading.kind is Kind.INVALID or not said else reading.kind
    item, name, by = matter.item, matter.item_name, matter.by
    if not item and reading.item:
        item, name, by = reading.item, reading.item_name, RULES
    ticket.item, ticket.item_name, ticket.item_by = item or None, name, by if item else ""
    urgency = reading.urgency if said else Urgency.ORDINARY
    ticket.kind, ticket.urgency = matter.kind or kind, matter.urgency or urgency
    ticket.revision += 1
    return MatterWritten(
        ticket_number=ticket.number,
        at=at,
        by=matter.by,
        item=item,
        item_name=name,
        item_by_words=reading.item,
        call_kind=ticket.kind,
        urgency=ticket.urgency,
        outcome=reading.outcome,
    )


def _located(county: County, matter: Matter) -> TicketLocated:
    """Where it is, by the best that was given; the number is still to be set."""
    told = TicketLocated(ticket_number="", call_id=None, revision=0, cell=None)
    if matter.point:
        return told.model_copy(update=_at_point(county, matter.point))
    if matter.cell:
        cell = matter.cell
        update = {"cell": cell.code, "cell_name": cell.name, "level": cell.level, "score": 1.0}
        return told.model_copy(update=update)
    said = [text for text in (matter.address, matter.description) if text]
    return as_fact(locate(county, said), county, said, number="", call_id=None)


def _at_point(county: County, point: Wgs84Point) -> dict[str, object]:
    cell = county.grid.finest_at(point)
    if cell is None:
        beyond = outside(county.grid, county.around, point)
        centre = beyond.forward_to if beyond else None
        whom = f"send it to {centre.name} ({centre.hotline})" if centre else "check the order"
        raise BadInputError(f"lat and long lie outside the county: {whom}")
    return {
        "cell": cell.code,
        "cell_name": cell.name,
        "level": cell.level,
        "longitude": point.longitude,
        "latitude": point.latitude,
        "score": 1.0,
    }


def _place(ticket: Ticket, located: TicketLocated, at: datetime) -> TicketLocated:
    ticket.cell, ticket.cell_name, ticket.place = located.cell, located.cell_name, located.place
    ticket.longitude, ticket.latitude = located.longitude, located.latitude
    ticket.revision += 1
    told = {"ticket_number": ticket.number, "revision": ticket.revision, "at": at}
    return located.model_copy(update=told)


def _why(matter: Matter, written: MatterWritten) -> str:
    """What the dispatcher should know of the item; never the writer's words."""
    return "。".join(_remarks(matter, written))


def _remarks(matter: Matter, written: MatterWritten) -> Iterator[str]:
    yield matter.came
    if written.item_by_words and written.item_by_words != written.item:
        yield f"按文字应为{written.item_by_words}"
