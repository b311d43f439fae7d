"""The ledger's figures of a period: reads its facts and has them counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from callcenter.agents.numbers.count import FACTS, SEAT_FACTS, Counted, Row, Wanted, counted, rows
from callcenter.errors import BadInputError
from callcenter.facts import AnyFact, PhoneSeen, read_fact
from callcenter.store import LedgerRow, count_late, facts_between, newest_seq

BEFORE: Final = timedelta(hours=24)  # an agent at work has signed in within
AFTER: Final = timedelta(hours=12)  # a call, and a call-back after it, has ended within
LONGEST: Final = timedelta(days=400)
SEATS_BEFORE: Final = 2_000  # facts of seats and telephones that are looked through, newest first
MOST_INTERVALS: Final = 3_100  # a month of quarters of an hour


@dataclass(frozen=True)
class Report:
    """The wanted rows, and how far the ledger had got when they were counted."""

    wanted: Wanted
    rows: list[Row]
    through: int  # every fact up to this place of the ledger is in it
    late_facts: int | None  # of the period, taken in after a place that was asked about


def report(session: Session, wanted: Wanted, known_through: int | None = None) -> Report:
    """The figures of a period, from the ledger as it is now.

    Raises:
        BadInputError: The period is no period, or it would be cut into too many intervals.
    """
    check(wanted)
    through = newest_seq(session)
    since, until = wanted.since - BEFORE, wanted.until + AFTER
    late = None
    if known_through is not None:
        late = count_late(session, since, until, FACTS, known_through)
    found = rows(read(session, wanted.since, wanted.until), wanted)
    return Report(wanted, found, through, late)


def read(session: Session, since: datetime, until: datetime) -> Counted:
    """What the ledger tells of the calls and agents of a period."""
    first = since - BEFORE
    during = facts_between(session, first, until + AFTER, FACTS)
    return counted([*_seats_before(session, first), *during])


def _seats_before(session: Session, at: datetime) -> Iterable[AnyFact]:
    """The last that was told of each seat and telephone before this moment."""
    query = select(LedgerRow.body).where(col(LedgerRow.name).in_(SEAT_FACTS), LedgerRow.at < at)
    last: dict[tuple[str, str], AnyFact] = {}
    for body in session.exec(query.order_by(col(LedgerRow.at).desc()).limit(SEATS_BEFORE)):
        fact = read_fact(body)
        phone = fact.phone if isinstance(fact, PhoneSeen) else ""
        last.setdefault((getattr(fact, "seat", ""), phone), fact)
    return last.values()


def check(wanted: Wanted) -> None:
    """Refuse a period that cannot be counted.

    Raises:
        BadInputError: Naming the field and the remedy.
    """
    if wanted.since >= wanted.until:
        raise BadInputError("to must be after from: name the first moment that is left out")
    if wanted.until - wanted.since > LONGEST:
        raise BadInputError("from and to are more than 400 days apart: ask for one year at a time")
    if wanted.interval in SECONDS:
        many = (wanted.until - wanted.since).total_seconds() / SECONDS[wanted.interval]
        if many > MOST_INTERVALS:
            told = f"interval {wanted.interval} would give {many:.0f} rows"
            raise BadInputError(f"{told}: choose a longer interval or a shorter period")


SECONDS: Final = {"15min": 900, "hour": 3600, "day": 86_400}


def keys(found: Iterable[Row]) -> list[str]:
    """Every line, queue, seat or agent that has a row, in order."""
    return sorted({row.key for row in found})
