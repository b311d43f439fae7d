"""The tickets that are offered as the same matter, with the reasons, likeliest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session

from callcenter.facts import DuplicateOffer, Why
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.duplicates.candidates import candidates, closed_at, living_in
from callcenter.tickets.duplicates.near import Near, is_basic
from callcenter.tickets.duplicates.rules import DuplicateRules
from callcenter.tickets.duplicates.scoring import Matter, by_structure, by_words, total
from callcenter.tickets.duplicates.wording import Bag, Wording
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

READ = 30  # tickets whose words are read, the likeliest by all else

Said = Callable[[Session, Sequence[Ticket]], Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Comparing:
    """What comparing needs of the site.

    Args:
        rules: What a likeness is worth.
        near: What lies near what.
        wording: Makes bags of words.
        said: Gives for tickets, by their numbers, what their citizens said or wrote.
    """

    rules: DuplicateRules
    near: Near
    wording: Wording
    said: Said


def offers(
    session: Session,
    ticket: Ticket,
    comparing: Comparing,
    sight: ColumnElement[bool] | None = None,
) -> list[DuplicateOffer]:
    """Tickets that may be about the same matter, open ones first, then by points.

    Nothing while item or place are not known.

    Args:
        session: For reading.
        ticket: Whose like are looked for.
        comparing: The site's.
        sight: The condition on `Ticket` that the asker may see it; None: all of them.
    """
    rules, mine = comparing.rules, _matter(ticket)
    if mine is None:
        return []
    found = candidates(
        session,
        ticket,
        cells=comparing.near.to_look_in(mine.cell, mine.point, rules.place.none_metres),
        days=rules.time.days,
        sight=sight,
    )
    likely = _likely(session, ticket, mine, found, comparing)
    scored = _with_words(session, ticket, likely, comparing)
    best: dict[str, DuplicateOffer] = {}
    for other, why in scored:
        into = living_in(session, other)
        offer = _offer(into, why, closed_at(session, [into.number]).get(into.number))
        known = best.get(into.number)
        if into.number != ticket.number and (known is None or known.score < offer.score):
            best[into.number] = offer
    order = sorted(
        best.values(), key=lambda one: (bool(one.closed_at), -one.score, one.ticket_number)
    )
    return order[: rules.most]


def _matter(ticket: Ticket) -> Matter | None:
    if not ticket.item or not ticket.cell:
        return None
    return Matter(ticket.item, ticket.cell, _point(ticket), ticket.opened_at)


def _point(ticket: Ticket) -> Wgs84Point | None:
    """Where it is; the middle of a village or township is no place to measure from."""
    if ticket.longitude is None or ticket.latitude is None or not is_basic(ticket.cell or ""):
        return None
    return Wgs84Point(ticket.longitude, ticket.latitude)


def _likely(
    session: Session, ticket: Ticket, mine: Matter, found: list[Ticket], comparing: Comparing
) -> list[tuple[Ticket, list[Why]]]:
    """Those that words can still lift over the mark, READ at most; none closed long before."""
    rules = comparing.rules
    lowest = rules.offer_from - rules.points.words
    ended = closed_at(session, [one.number for one in found if one.step is Step.CLOSED])
    earliest = ticket.opened_at - timedelta(days=rules.time.closed_days)
    scored = [
        (one, by_structure(mine, other, comparing.near, rules))
        for one in found
        if ended.get(one.number, earliest) >= earliest and (other := _matter(one))
    ]
    scored = [(one, why) for one, why in scored if total(why) >= lowest and _is_near(why, rules)]
    return sorted(scored, key=lambda pair: -total(pair[1]))[:READ]


def _is_near(why: list[Why], rules: DuplicateRules) -> bool:
    """Whether it is of the item or one akin, or so new that the item may be a mistake."""
    item, _, hours = why
    return item.how != "other" or (hours.amount or 0) <= 24 * rules.time.other_item_days


def _with_words(
    session: Session,
    ticket: Ticket,
    likely: list[tuple[Ticket, list[Why]]],
    comparing: Comparing,
) -> list[tuple[Ticket, list[Why]]]:
    if not likely:
        return []
    said = comparing.said(session, [ticket, *(one for one, _ in likely)])
    mine = _bag(ticket, said, comparing)
    whole = [
        (one, [*why, by_words(mine, _bag(one, said, comparing), comparing.rules)])
        for one, why in likely
    ]
    return [(one, why) for one, why in whole if total(why) >= comparing.rules.offer_from]


def _bag(ticket: Ticket, said: Mapping[str, Sequence[str]], comparing: Comparing) -> Bag:
    return comparing.wording.bag(said.get(ticket.number, ()), without=(ticket.place,))


def _offer(ticket: Ticket, why: list[Why], closed: datetime | None) -> DuplicateOffer:
    over = ticket.step is Step.CLOSED
    return DuplicateOffer(
        ticket_number=ticket.number,
        score=total(why),
        item=ticket.item or "",
        item_name=ticket.item_name,
        place=ticket.place,
        cell_name=ticket.cell_name,
        step=ticket.step.value,
        opened_at=ticket.opened_at,
        closed_at=closed if over else None,
        why=tuple(why),
    )
