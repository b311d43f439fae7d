"""What is put right: the item by a person, the cell by a new grid; with filing, what was heard."""

from datetime import UTC, datetime

from sqlmodel import Session

from callcenter.errors import BadInputError
from callcenter.facts import CategoryCorrected, Kind, TicketLocated, TicketMoved, Urgency
from callcenter.tickets.effects import Command
from callcenter.tickets.moving import write_step
from callcenter.tickets.steps import Move
from callcenter.tickets.telling import last_located
from callcenter.tickets.ticket import Ticket, locked

PlaceNamed = tuple[str, str] | None


def correct(
    session: Session, number: str, item: str, item_name: str, actor: str
) -> CategoryCorrected:
    """A person's choice of the item; from now on the rules leave it alone.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket = locked(session, number)
    before, ticket.item, ticket.item_name, ticket.item_by = ticket.item, item, item_name, actor
    session.add(ticket)
    return CategoryCorrected(ticket_number=number, from_item=before, to_item=item, actor=actor)


def put_right(
    session: Session, number: str, kind: Kind | None, urgency: Urgency | None, place: PlaceNamed
) -> list[TicketLocated]:
    """A person's word on what was heard, given with the move that makes the case theirs.

    Args:
        session: A writing session; the ticket's row is locked until it ends.
        number: The ticket's.
        kind: None: as it was heard.
        urgency: None: as it was heard.
        place: Name and cell of a candidate of the ticket's place; None: as it was heard.

    Raises:
        NotFoundError: No ticket has this number.
        BadInputError: The place is no candidate.
    """
    ticket = locked(session, number)
    ticket.kind, ticket.urgency = kind or ticket.kind, urgency or ticket.urgency
    session.add(ticket)
    return [_located(session, ticket, place)] if place else []


def _located(session: Session, ticket: Ticket, named: tuple[str, str]) -> TicketLocated:
    heard = last_located(session, ticket.number)
    found = [one for one in heard.candidates if (one.place, one.cell) == named] if heard else []
    if heard is None or not found:
        raise BadInputError("put_right.place is no candidate of this ticket: look again")
    chosen = found[0]
    ticket.cell, ticket.cell_name, ticket.place = chosen.cell, chosen.cell_name, chosen.place
    ticket.longitude, ticket.latitude = chosen.longitude, chosen.latitude
    ticket.revision += 1
    others = tuple(one for one in heard.candidates if one is not chosen)
    told = chosen.model_dump() | {"revision": ticket.revision, "at": datetime.now(UTC)}
    told |= {"candidates": others, "question": "", "detail": "", "forward_to": ""}
    return heard.model_copy(update=told)


def relocate(
    session: Session, located: TicketLocated, *, actor: str, reason: str
) -> list[TicketMoved | TicketLocated]:
    """The ticket lies in another cell than before, and where it stands is as it was.

    Args:
        session: A writing session; the ticket's row is locked until it ends.
        located: The new cell, and the place as it was; its revision is given here.
        actor: Who says so.
        reason: For the history: from where to where, and why.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket = locked(session, located.ticket_number)
    ticket.cell, ticket.cell_name = located.cell, located.cell_name
    ticket.revision += 1
    now = located.model_copy(update={"revision": ticket.revision})
    moved = Command(Move.RELOCATE, actor, now.at, reason)
    return [write_step(session, ticket, moved, ticket.step), now]
