"""What confirmed tickets teach: what the citizen said, and the item that a person stood by.

A ticket counts once its seat filed it or answered it on the spot: then a person has looked at the
item, and chosen another where the rules were wrong. Nothing of a ticket leaves the store but
through learning, which keeps only usual words of at least three texts: a word of fewer tickets
stands in the table that is learned from beside them.
"""

from sqlmodel import Session, col, select

from callcenter.classify.items import canonical
from callcenter.classify.learn import Pair
from callcenter.facts import Side
from callcenter.people import audit
from callcenter.people.head import keep_head
from callcenter.settings import Settings
from callcenter.speech.transcript import transcript_of_call
from callcenter.store import Store
from callcenter.tickets.inforce import county_in_force
from callcenter.tickets.place import PlaceKind
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

_CONFIRMED = (
    select(Ticket)
    .where(col(Ticket.item).is_not(None), col(Ticket.step).not_in((Step.DRAFT, Step.VOID)))
    .order_by(col(Ticket.number))
)


def confirmed_pairs(settings: Settings) -> list[Pair]:
    """The citizens' words and the items of all confirmed tickets, by ticket number; audited.

    Raises:
        CannotStartError: The database cannot be used.
    """
    store = Store(settings.database)
    try:
        store.prepare()
        with store.reading() as session:
            pairs = [_pair(session, ticket) for ticket in session.exec(_CONFIRMED)]
        with store.transaction() as session:
            told = {"tickets": len(pairs)}
            audit.append(session, actor="command-line", what="words_learned_from", detail=told)
        keep_head(settings, store)
    finally:
        store.close()
    return [pair for pair in pairs if pair.text]


def names_of_places(settings: Settings) -> frozenset[str]:
    """The names of places of the county in force, which are never learned.

    Raises:
        BadInputError: A file of the county is wrong.
    """
    return frozenset(county_in_force(settings).places.names(*PlaceKind))


def _pair(session: Session, ticket: Ticket) -> Pair:
    said = _said_by_citizen(session, ticket.call_id) if ticket.call_id else ""
    return Pair(said, canonical(ticket.item or ""))


def _said_by_citizen(session: Session, call_id: str) -> str:
    return "\n".join(transcript_of_call(session, call_id).said_by(Side.CITIZEN))
