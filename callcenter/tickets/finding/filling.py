"""What keeps the index current: a ticket's words and callers, written anew whenever they change."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from callcenter.errors import BadInputError
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.tables import TicketCaller, TicketWords, place_in_time
from callcenter.tickets.finding.words import kept
from callcenter.tickets.ticket import Ticket, history


def fill(
    session: Session, ticket: Ticket, *, said: Iterable[str], callers: Iterable[str], key: CallerKey
) -> None:
    """The ticket is found by all of this from now on, and by nothing it was found by before.

    Args:
        session: A writing session.
        ticket: As it stands.
        said: What was said in its calls, an utterance each.
        callers: Telephone numbers of who called about it; what is none is left out.
        key: For the numbers.
    """
    reasons = (step.reason for step in history(session, ticket.number))
    written = (ticket.place, ticket.cell_name, ticket.item_name, *reasons)
    row = {
        "id": place_in_time(ticket.opened_at, ticket.number),
        "ticket_number": ticket.number,
        "words": kept((*said, *written)),
    }
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(TicketWords).values(row)
    words = {"words": insert.excluded.words}
    session.connection().execute(insert.on_conflict_do_update(index_elements=["id"], set_=words))
    session.connection().execute(
        delete(TicketCaller).where(col(TicketCaller.ticket_number) == ticket.number)
    )
    for caller in _hashed(callers, key):
        session.add(TicketCaller(caller=caller, ticket_number=ticket.number))


def forget(session: Session, ticket: Ticket) -> None:
    """Nobody finds the ticket by words or caller any more; its number, item, unit still lead to it.

    For retention: the index holds a citizen's words, if in pieces.
    """
    place = place_in_time(ticket.opened_at, ticket.number)
    session.connection().execute(delete(TicketWords).where(col(TicketWords.id) == place))
    session.connection().execute(
        delete(TicketCaller).where(col(TicketCaller.ticket_number) == ticket.number)
    )


def _hashed(callers: Iterable[str], key: CallerKey) -> set[str]:
    found = set()
    for number in callers:
        try:
            found.add(key.hash(number))
        except BadInputError:  # "anonymous", or a name of a telephone of our own
            continue
    return found
