"""Histories out of the store, those of a period only, a thousand tickets at a time.

Which tickets a period needs: those that moved in it or were rated in it, and those that were open
all through it. Read by `ticket_step` (at, ticket_number), never the whole table; what is kept in
memory is a thousand histories and the period's ratings.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String, type_coerce, union
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callcenter.store import LedgerRow
from callcenter.tickets.evaluation.case import Case, Moved, Rated
from callcenter.tickets.steps import OPEN, Step
from callcenter.tickets.ticket import Ticket, TicketStep

CHUNK: Final = 1_000  # tickets at a time; SQLite takes 32 766 values in one statement
MOVED: Final = ("ticket_moved", "feedback_received")  # facts that count when they happened
CHANGED: Final = ("category_corrected", "ticket_located")  # facts that change what a ticket is
TOLD: Final = ("feedback_received", "category_corrected")  # of a ticket that need not move
OWING: Final = OPEN - {Step.DRAFT}  # nobody owes anything for a draft


def cases(session: Session, since: datetime, end: datetime) -> Iterator[Case]:
    """The tickets that a period needs, in order of their numbers."""
    rated = _ratings(session, since, end)
    corrected = _corrections(session, since)
    numbers = sorted(rated)
    for chunk in _chunks(_numbers(session, since, end), numbers):
        yield from _read(session, chunk, rated, corrected)


def needed(session: Session, since: datetime, end: datetime) -> Iterator[list[str]]:
    """The numbers of the tickets that add to a period or to a longer one that ends with it.

    A chunk at a time; also those of which a person changed the item then, for that tells of an
    earlier filing that it was wrong.
    """
    told, at = col(LedgerRow.ticket_number), col(LedgerRow.at)
    also = select(told).where(
        col(LedgerRow.name).in_(TOLD), at >= since, at < end, told.is_not(None)
    )
    numbers = session.connection().execute(also.distinct().order_by(told)).scalars()
    yield from _chunks(_numbers(session, since, end), [str(number) for number in numbers])


def some_cases(session: Session, numbers: Sequence[str], since: datetime) -> Iterator[Case]:
    """These tickets, at most a chunk, as a period that begins then needs them."""
    rated = _ratings(session, since, None, numbers)
    yield from _read(session, numbers, rated, _corrections(session, since, numbers))


def chunks(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    """A thousand tickets at a time."""
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))


def _numbers(session: Session, since: datetime, end: datetime) -> Iterator[str]:
    """Tickets that moved in the period, are open since before it, or moved on after it."""
    step, at = col(TicketStep.ticket_number), col(TicketStep.at)
    before = col(Ticket.opened_at) < since
    moved = select(step).where(at >= since, at < end)
    still = select(col(Ticket.number)).where(col(Ticket.step).in_(OWING), before)
    later = select(step).join(Ticket, col(Ticket.number) == step).where(at >= end, before)
    every = union(moved, still, later).subquery()
    query = select(every.c.ticket_number).order_by(every.c.ticket_number)
    found = session.connection().execute(query, execution_options={"yield_per": CHUNK})
    return iter(found.scalars())


def _chunks(numbers: Iterator[str], more: Sequence[str]) -> Iterator[list[str]]:
    """A thousand at a time, with those of the other list that are not among them."""
    chunk: list[str] = []
    left = iter(more)
    following = next(left, None)
    for number in numbers:
        while following is not None and following < number:
            chunk.append(following)
            following = next(left, None)
        if following == number:
            following = next(left, None)
        chunk.append(number)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    chunk += [one for one in (following, *left) if one is not None]
    yield from map(list, chunks(chunk))


def _read(
    session: Session,
    numbers: Sequence[str],
    rated: dict[str, list[Rated]],
    corrected: dict[str, list[datetime]],
) -> Iterator[Case]:
    steps: defaultdict[str, list[Moved]] = defaultdict(list)
    moves = (
        select(col(TicketStep.ticket_number), *COLUMNS)  # type: ignore[call-overload]
        .where(col(TicketStep.ticket_number).in_(numbers))
        .order_by(col(TicketStep.ticket_number), col(TicketStep.number))
    )
    for number, *told in session.connection().execute(moves):
        steps[number].append(Moved(*told))
    tickets = select(
        col(Ticket.number), _plain(col(Ticket.line)), col(Ticket.item), col(Ticket.cell)
    ).where(col(Ticket.number).in_(numbers))
    for number, line, item, cell in session.connection().execute(
        tickets.order_by(col(Ticket.number))
    ):
        ratings, changes = rated.get(number, ()), corrected.get(number, ())
        yield Case(number, line, item, cell, tuple(steps[number]), tuple(ratings), tuple(changes))


def _ratings(
    session: Session, since: datetime, end: datetime | None, of: Sequence[str] | None = None
) -> dict[str, list[Rated]]:
    found: dict[str, list[Rated]] = {}
    for number, at, body in _facts(session, "feedback_received", since, end, of):
        told = json.loads(body)
        found.setdefault(number, []).append(Rated(at, int(told["rating"]), bool(told["solved"])))
    return found


def _corrections(
    session: Session, since: datetime, of: Sequence[str] | None = None
) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for number, at, _ in _facts(session, "category_corrected", since, None, of):
        found.setdefault(number, []).append(at)
    return found


def _facts(
    session: Session,
    name: str,
    since: datetime,
    end: datetime | None,
    of: Sequence[str] | None,
) -> Iterable[tuple[str, datetime, str]]:
    query = (
        select(LedgerRow.ticket_number, LedgerRow.at, LedgerRow.body)
        .where(LedgerRow.name == name, col(LedgerRow.at) >= since)
        .where(col(LedgerRow.ticket_number).is_not(None))
        .order_by(col(LedgerRow.at), col(LedgerRow.seq))
    )
    if of is not None:
        query = query.where(col(LedgerRow.ticket_number).in_(of))
    if end is not None:
        query = query.where(col(LedgerRow.at) < end)
    rows: Any = session.connection().execute(query, execution_options={"yield_per": CHUNK})
    return rows  # type: ignore[no-any-return]


def _plain(column: Any) -> ColumnElement[str]:
    """Its text as it is kept: no enumeration is made of each of a million."""
    return type_coerce(column, String)


COLUMNS: Final = (
    col(TicketStep.number),
    col(TicketStep.at),
    _plain(col(TicketStep.move)),
    _plain(col(TicketStep.from_step)),
    _plain(col(TicketStep.to_step)),
    col(TicketStep.actor),
    col(TicketStep.unit),
    col(TicketStep.due_at),
    col(TicketStep.other),
)
