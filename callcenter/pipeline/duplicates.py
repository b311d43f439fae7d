"""Handlers of duplicates: what may be the same matter is offered while the citizen talks."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement
from sqlmodel import Session

from callcenter.classify.words import language
from callcenter.facts import (
    CallClassified,
    CategoryCorrected,
    DuplicateOffer,
    DuplicatesProposed,
    Fact,
    Side,
    TicketLocated,
)
from callcenter.pipeline.site import Site
from callcenter.speech.transcript import transcripts_of_calls
from callcenter.store import facts_of_call
from callcenter.tickets.duplicates.near import Near
from callcenter.tickets.duplicates.offering import Comparing, offers
from callcenter.tickets.duplicates.wording import Wording
from callcenter.tickets.grid import Grid
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket, locked
from callcenter.tickets.written import written_of


def propose_duplicates(
    fact: CallClassified | TicketLocated | CategoryCorrected, session: Session, site: Site
) -> Iterable[Fact]:
    """What is offered for a draft whose citizen talks; stated when other tickets are offered."""
    ticket = locked(session, fact.ticket_number)
    if ticket.step is not Step.DRAFT or ticket.call_id is None:
        return
    found = offered(session, ticket, site)
    if _told(found) == _told(_last_proposed(session, ticket.call_id, ticket.number)):
        return
    ticket.revision += 1
    session.add(ticket)
    yield DuplicatesProposed(
        at=fact.at,
        call_id=ticket.call_id,
        ticket_number=ticket.number,
        revision=ticket.revision,
        offers=tuple(found),
    )


def offered(
    session: Session, ticket: Ticket, site: Site, sight: ColumnElement[bool] | None = None
) -> list[DuplicateOffer]:
    """The tickets that may be about the same matter as this one, likeliest first.

    Args:
        session: For reading.
        ticket: Whose like are looked for.
        site: Whose rules and grid count.
        sight: The condition on `Ticket` that the asker may see it; None: all of them.
    """
    rules, near = site.duplicates, _near(site.county.grid)
    return offers(session, ticket, Comparing(rules, near, wording(site), said), sight)


def wording(site: Site) -> Wording:
    """How a site cuts and weighs words."""
    return Wording(site.rules.cut, language().share, site.duplicates.words.meaning)


def said(session: Session, tickets: Sequence[Ticket]) -> dict[str, list[str]]:
    """What the citizens of these tickets said in the call that opened each, or wrote."""
    of_call = {one.call_id: one.number for one in tickets if one.call_id and one.of_call == 1}
    transcripts = transcripts_of_calls(session, list(of_call))
    found = {of_call[call]: list(one.said_by(Side.CITIZEN)) for call, one in transcripts.items()}
    numbers = [one.number for one in tickets]
    for row in written_of(session, numbers):
        found.setdefault(row.ticket_number, []).append(row.description)
    return found


def _last_proposed(session: Session, call_id: str, number: str) -> Sequence[DuplicateOffer]:
    told = facts_of_call(session, call_id, DuplicatesProposed.model_fields["fact"].default)
    mine = [one for one in told if isinstance(one, DuplicatesProposed)]
    newest = max((one for one in mine if one.ticket_number == number),
                 key=lambda one: one.revision, default=None)  # fmt: skip
    return newest.offers if newest else ()


def _told(found: Sequence[DuplicateOffer]) -> set[tuple[str, str]]:
    """What makes an offer another: which tickets, and how they stand; not a point more or less."""
    return {(one.ticket_number, one.step) for one in found}


@lru_cache(maxsize=2)
def _near(grid: Grid) -> Near:
    return Near(grid)
