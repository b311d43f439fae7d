"""Histories out of the store, those of a period only, a thousand tickets at a time.

Which tickets a period needs: those that moved in it or were rated in it, and those that were open
all through it. Read by `ticket_step` (at, ticket_number), never the whole table; what is kept in
memory is a thousand histories and the period's ratings.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import String, type_coerce, union
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, func, select

from callcenter.errors import BadInputError
from callcenter.store import LedgerRow, newest_seq
from callcenter.tickets.evaluation.case import Case, Moved, Rated
from callcenter.tickets.evaluation.count import Behind, Count, Row, Wanted, behind
from callcenter.tickets.evaluation.hotspots import HotSpot, Spot, hot_spots
from callcenter.tickets.evaluation.periods import years_before
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.steps import OPEN, Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep

CHUNK: Final = 1_000  # tickets at a time; SQLite takes 32 766 values in one statement
LONGEST: Final = timedelta(days=3_700)
MOST_INTERVALS: Final = 800
DAYS: Final = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
MOVED: Final = ("ticket_moved", "feedback_received")  # facts that count when they happened
CHANGED: Final = ("category_corrected", "ticket_located")  # facts that change what a ticket is
OWING: Final = OPEN - {Step.DRAFT}  # nobody owes anything for a draft
SPOT_MOVES: Final = (Move.FILE, Move.ANSWER)


@dataclass(frozen=True)
class Evaluated:
    """The wanted rows, and how far the ledger had got when they were counted."""

    wanted: Wanted
    rows: list[Row]
    through: int
    late_facts: int | None  # of this time or its tickets, taken in after a place asked about


def evaluated(
    session: Session, wanted: Wanted, rules: Rules, known_through: int | None = None
) -> Evaluated:
    """The figures of a period, from the store as it is now.

    Raises:
        BadInputError: The period is none, or would be cut into too many intervals.
    """
    check(wanted)
    through = _steady(session)
    late = None if known_through is None else count_late(session, wanted.known, known_through)
    count = Count(wanted, rules.deadlines())
    for case in cases(session, wanted):
        count.take(case)
    return Evaluated(wanted, count.rows(), through, late)


def items_behind(
    session: Session, wanted: Wanted, rules: Rules, name: str, *, offset: int, limit: int
) -> tuple[int, float, list[Behind]]:
    """A list's length, its amounts' sum, and so many of its lines in order of ticket numbers."""
    check(wanted)
    _steady(session)
    total, amount, found = 0, 0.0, []
    for one in behind(cases(session, wanted), wanted, rules.deadlines(), name):
        if offset <= total < offset + limit:
            found.append(one)
        total += 1
        amount += one.entry.amount
    return total, amount, found


def spots(
    session: Session, since: datetime, until: datetime, digits: int, level: float
) -> list[HotSpot]:
    """Items and places of a period against as long before and the same a year before.

    Args:
        session: For reading.
        since: The first moment.
        until: The first moment left out.
        digits: Of the grid code: 9 townships, 12 villages, 15 cells.
        level: As in `hot_spots`.
    """
    length = until - since
    last_year = years_before(since, 1)
    now = _taken(session, since, until, digits)
    before = _taken(session, since - length, since, digits)
    return hot_spots(now, before, _taken(session, last_year, last_year + length, digits), level)


def cases(session: Session, wanted: Wanted) -> Iterator[Case]:
    """The tickets that the period needs, in order of their numbers."""
    since, end = wanted.since, min(wanted.until, wanted.known)
    rated = _ratings(session, since, end)
    corrected = _corrections(session, since)
    numbers = sorted(rated)
    for chunk in _chunks(_numbers(session, since, end), numbers):
        yield from _read(session, chunk, rated, corrected)


def count_late(session: Session, end: datetime, after: int) -> int:
    """How many facts that a period ending then rests on were taken in after a place."""
    moved = col(LedgerRow.name).in_(MOVED) & (col(LedgerRow.at) < end)
    changed = col(LedgerRow.name).in_(CHANGED) & col(LedgerRow.ticket_number).in_(
        select(Ticket.number).where(col(Ticket.opened_at) < end)
    )
    query = select(func.count()).select_from(LedgerRow)
    return session.exec(query.where(col(LedgerRow.seq) > after).where(moved | changed)).one()


def check(wanted: Wanted) -> None:
    """Refuse a period that cannot be counted.

    Raises:
        BadInputError: Naming the field and the remedy.
    """
    if wanted.since >= wanted.until:
        raise BadInputError("to must be after from: name the first moment that is left out")
    if wanted.until - wanted.since > LONGEST:
        raise BadInputError("from and to are more than ten years apart: ask for less at a time")
    if wanted.as_of and wanted.as_of <= wanted.since:
        raise BadInputError("as_of must be after from: nothing had happened by then")
    days = DAYS.get(wanted.interval)
    if days and (wanted.until - wanted.since).days / days > MOST_INTERVALS:
        told = f"interval {wanted.interval} would give more than {MOST_INTERVALS} rows"
        raise BadInputError(f"{told}: choose a longer interval or a shorter period")


def _steady(session: Session) -> int:
    """One picture for all that is read from here on; its place in the ledger."""
    if session.get_bind().dialect.name != "sqlite" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return newest_seq(session)


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
    for start in range(0, len(chunk), CHUNK):
        yield chunk[start : start + CHUNK]


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


def _ratings(session: Session, since: datetime, end: datetime) -> dict[str, list[Rated]]:
    found: dict[str, list[Rated]] = {}
    for number, at, body in _facts(session, "feedback_received", since, end):
        told = json.loads(body)
        found.setdefault(number, []).append(Rated(at, int(told["rating"]), bool(told["solved"])))
    return found


def _corrections(session: Session, since: datetime) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for number, at, _ in _facts(session, "category_corrected", since, None):
        found.setdefault(number, []).append(at)
    return found


def _facts(
    session: Session, name: str, since: datetime, end: datetime | None
) -> Iterable[tuple[str, datetime, str]]:
    query = (
        select(LedgerRow.ticket_number, LedgerRow.at, LedgerRow.body)
        .where(LedgerRow.name == name, col(LedgerRow.at) >= since)
        .where(col(LedgerRow.ticket_number).is_not(None))
        .order_by(col(LedgerRow.at), col(LedgerRow.seq))
    )
    if end is not None:
        query = query.where(col(LedgerRow.at) < end)
    rows: Any = session.connection().execute(query, execution_options={"yield_per": CHUNK})
    return rows  # type: ignore[no-any-return]


def _taken(session: Session, since: datetime, until: datetime, digits: int) -> dict[Spot, int]:
    """How many were taken in, by item and place, of those whose item and place are known."""
    at, place = col(TicketStep.at), func.substr(col(Ticket.cell), 1, digits)
    query = (
        select(col(Ticket.item), place, func.count())
        .join(Ticket, col(Ticket.number) == col(TicketStep.ticket_number))
        .where(at >= since, at < until, col(TicketStep.move).in_(SPOT_MOVES))
        .where(col(Ticket.item).is_not(None), func.length(col(Ticket.cell)) >= digits)
        .group_by(col(Ticket.item), place)
    )
    rows = session.connection().execute(query.select_from(TicketStep))
    return {(item, cell): many for item, cell, many in rows}


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
