"""What is put right while the step stays: the item by a person, the cell by a new grid."""

from sqlmodel import Session

from callcenter.facts import CategoryCorrected, TicketLocated, TicketMoved
from callcenter.tickets.effects import Command
from callcenter.tickets.moving import write_step
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import locked


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
