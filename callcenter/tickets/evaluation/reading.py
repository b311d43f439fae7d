"""Figures, lists and hot spots of a period, out of the store.

What is kept of a period's parts is summed up (summing.py), any other period is folded from its
histories (histories.py); both give the same.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from callcenter.errors import BadInputError
from callcenter.store import LedgerRow, newest_seq
from callcenter.tickets.evaluation.count import Behind, Count, Row, Wanted, behind
from callcenter.tickets.evaluation.histories import CHANGED, MOVED, cases
from callcenter.tickets.evaluation.hotspots import HotSpot, Spot, hot_spots
from callcenter.tickets.evaluation.periods import years_before
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.evaluation.summing import kept_period, list_kept, sum_kept
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket, TicketStep

LONGEST: Final = timedelta(days=3_700)
MOST_INTERVALS: Final = 800
DAYS: Final = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
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
    through = steady(session)
    late = None if known_through is None else count_late(session, wanted.known, known_through)
    count = Count(wanted, rules.deadlines())
    scopes = dict(enumerate(wanted.scopes()))
    kept = {place: kept_period(session, one, wanted.now, rules) for place, one in scopes.items()}
    sum_kept(session, {place: one for place, one in kept.items() if one}, wanted, count)
    folded = {place: scopes[place] for place, one in kept.items() if not one}
    if folded:
        since, end = scopes[min(folded)].since, scopes[max(folded)].end
        for case in cases(session, since, end):
            count.take(case, folded.keys())
    return Evaluated(wanted, count.rows(), through, late)


def items_behind(
    session: Session, wanted: Wanted, rules: Rules, name: str, *, offset: int, limit: int
) -> tuple[int, float, list[Behind]]:
    """A list's length, its amounts' sum, and so many of its lines in order of ticket numbers."""
    check(wanted)
    steady(session)
    for scope in replace(wanted, interval="whole").scopes():
        if kept := kept_period(session, scope, wanted.now, rules):
            return list_kept(session, kept, wanted, rules, name, offset, limit)
    total, amount, found = 0, 0.0, []
    every = cases(session, wanted.since, min(wanted.until, wanted.known))
    for one in behind(every, wanted, rules.deadlines(), name):
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


def steady(session: Session) -> int:
    """One picture for all that is read from here on; its place in the ledger."""
    if session.get_bind().dialect.name != "sqlite" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return newest_seq(session)


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
