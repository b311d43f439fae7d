"""Warnings and alarms: each once, by whichever worker comes first, late rather than never.

When they are due stands in the table, so a restart forgets nothing and a computer whose clock is
set is only as wrong as its clock. The row is changed in the transaction that states the fact. A
ticket that somebody else has in hand is passed over: they, or the next look, see to it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from callcenter.facts import ClockExpired, ClocksSet, ClockWarned
from callcenter.tickets.clocks.limits import Clocks, Telling
from callcenter.tickets.clocks.running import LevelOf, TicketClock, clocks_of, wind
from callcenter.tickets.ticket import Ticket

BATCH = 50
Told = ClockWarned | ClockExpired | ClocksSet


def fire(session: Session, now: datetime, clocks: Clocks, level_of: LevelOf) -> Iterator[Told]:
    """Warn and alarm of what is due now, at most `BATCH` tickets.

    Args:
        session: A writing session; the tickets' rows are locked until it ends.
        now: The time.
        clocks: Limits and who is told.
        level_of: Gives a unit's level.
    """
    due = select(TicketClock.ticket_number).where(col(TicketClock.next_at) <= now)
    query = due.order_by(col(TicketClock.next_at)).limit(BATCH)
    for number in dict.fromkeys(session.exec(query).all()):
        mine = select(Ticket.number).where(Ticket.number == number)
        if session.exec(mine.with_for_update(skip_locked=True)).first():
            yield from _fire_ticket(session, number, now, clocks, level_of)


def _fire_ticket(
    session: Session, number: str, now: datetime, clocks: Clocks, level_of: LevelOf
) -> Iterator[Told]:
    # It may have moved without its clocks having been set yet: what is done is not told as late.
    yield from wind(session, number, clocks, level_of)
    for row in clocks_of(session, number).values():
        if row.next_at and row.next_at <= now:
            yield _fire(row, now, clocks)
            session.add(row)


def _fire(row: TicketClock, now: datetime, clocks: Clocks) -> ClockWarned | ClockExpired:
    """The alarm, or the warning where there is still time."""
    told = clocks.tell.get(row.purpose, Telling())
    late = row.due_at <= now
    row.warned_at = row.warned_at or now
    if late:
        row.expired_at = now
    row.look_ahead()
    fact = ClockExpired if late else ClockWarned
    return fact(
        at=now,
        ticket_number=row.ticket_number,
        purpose=row.purpose,
        started=row.started,
        due_at=row.due_at,
        unit=row.unit,
        told=_addressed(told.limit if late else told.warning, row.unit),
    )


def _addressed(told: Sequence[str], unit: str | None) -> tuple[str, ...]:
    """With the unit's code; who is not there is not told."""
    return tuple(f"unit:{unit}" if who == "unit" else who for who in told if who != "unit" or unit)
