"""Tickets under a new grid: which lie in another cell now, and moving them there when told to.

A ticket keeps the cell it was given, whatever is imported. This asks the grid anew for the point
it keeps, at the level its cell has: who named only a township still means all of it. Nothing of
a citizen's is told: ticket numbers and codes of cells only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from callcenter.facts import Fact, TicketLocated
from callcenter.tickets.correcting import relocate
from callcenter.tickets.grid import LEVEL_OF_DIGITS, Cell, Grid, Wgs84Point
from callcenter.tickets.steps import OVER, Move
from callcenter.tickets.telling import last_located
from callcenter.tickets.ticket import Ticket, TicketStep, locked

ACTOR = "administrator"
ON_ITS_WAY = (Move.FILE, Move.REOPEN)


class Placing(StrEnum):
    """What the grid says of a ticket's cell."""

    UNCHANGED = "unchanged"
    MOVED = "moved"  # another code now, or the same code with another name
    OUTSIDE = "outside"  # its point lies outside the county; the cell stays
    NO_POINT = "no point"  # nobody said where it is
    ON_ITS_WAY = "on its way"  # filed, its unit not chosen yet: the next run finds it


@dataclass(frozen=True)
class Placed:
    """One ticket, its cell, and the cell that the grid has for its point."""

    number: str
    placing: Placing
    old: str | None
    new: Cell | None = None  # where MOVED


def survey(session: Session, grid: Grid, *, closed_too: bool) -> Iterator[Placed]:
    """What the grid says of the tickets, by number; of open ones, or of all."""
    query = select(Ticket).order_by(col(Ticket.number))
    if not closed_too:
        query = query.where(col(Ticket.step).not_in(OVER))
    for ticket in session.exec(query.execution_options(yield_per=500)):
        yield placed(session, grid, ticket)


def placed(session: Session, grid: Grid, ticket: Ticket) -> Placed:
    """What the grid says of this ticket."""
    number, old = ticket.number, ticket.cell
    if old is None or ticket.longitude is None or ticket.latitude is None:
        return Placed(number, Placing.NO_POINT, old)
    level = LEVEL_OF_DIGITS.get(len(old), 1)  # the old cell's, or the finest above it that is there
    new = grid.finest_at(Wgs84Point(ticket.longitude, ticket.latitude), level)
    if new is None:
        return Placed(number, Placing.OUTSIDE, old)
    if (new.code, new.name) == (old, ticket.cell_name):
        return Placed(number, Placing.UNCHANGED, old)
    if _waits_for_its_unit(session, ticket):
        return Placed(number, Placing.ON_ITS_WAY, old)
    return Placed(number, Placing.MOVED, old, new)


def replace_ticket(session: Session, grid: Grid, number: str, version: int) -> Iterable[Fact]:
    """The facts that put the ticket into its cell of this grid; none where it need not be.

    Args:
        session: A writing session.
        grid: That of the version in force.
        number: The ticket's.
        version: The version's; the history names it.
    """
    ticket = locked(session, number)
    now = placed(session, grid, ticket)
    if now.new is None:
        return ()
    located = (last_located(session, ticket.number) or _as_kept(ticket)).model_copy(
        update={
            "at": datetime.now(UTC),
            "cell": now.new.code,
            "cell_name": now.new.name,
            "level": now.new.level,
        }
    )
    reason = f"网格第{version}版:{now.old} → {now.new.code}"
    return relocate(session, located, actor=ACTOR, reason=reason)


def _waits_for_its_unit(session: Session, ticket: Ticket) -> bool:
    """A step written now would look as if somebody had dealt with it meanwhile."""
    last = session.get(TicketStep, (ticket.number, ticket.steps))
    return last is not None and last.move in ON_ITS_WAY


def _as_kept(ticket: Ticket) -> TicketLocated:
    """The place that the ticket keeps, where no fact told of it."""
    return TicketLocated(
        ticket_number=ticket.number,
        call_id=ticket.call_id,
        revision=ticket.revision,
        cell=ticket.cell,
        cell_name=ticket.cell_name,
        place=ticket.place,
        longitude=ticket.longitude,
        latitude=ticket.latitude,
    )
