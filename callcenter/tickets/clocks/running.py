"""A ticket's clocks as rows: a row a purpose, set anew from the history whenever the ticket moved.

Folding the whole history makes the order in which workers see the moves unimportant, and a move
seen twice harmless. A clock keeps the limit that it started with: a changed table of limits holds
for what starts later.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.facts import ClocksSet, ClockTold
from callcenter.store import UtcDateTime, enum_text
from callcenter.tickets.clocks.calendar import warn_of_gap
from callcenter.tickets.clocks.limits import COUNTY_LEVEL, Clocks, Purpose
from callcenter.tickets.clocks.spans import ClockKind, elapsed, kind_of, measure_of, shifted
from callcenter.tickets.clocks.turns import Running, Turned, turned
from callcenter.tickets.ticket import COUNTY_TIME, Ticket, history, locked

LevelOf = Callable[[str | None], int]  # a unit's grid level by its code


class TicketClock(SQLModel, table=True):
    """One clock of a ticket: the latest for each purpose."""

    __tablename__ = "ticket_clock"

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    purpose: Purpose = Field(primary_key=True, sa_type=enum_text(Purpose))
    running: Running = Field(sa_type=enum_text(Running))
    kind: ClockKind = Field(sa_type=enum_text(ClockKind))
    unit: str | None = None
    started: int  # number of the step that started it
    started_at: datetime = Field(sa_type=UtcDateTime)
    warn_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    warned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)

    def look_ahead(self) -> None:
        """Set when somebody has to be told next."""
        if self.running is not Running.RUNS or self.expired_at:
            self.next_at = None
        else:
            self.next_at = self.due_at if self.warned_at else min(self.warn_at, self.due_at)


def clocks_of(session: Session, number: str) -> dict[Purpose, TicketClock]:
    """The clocks of a ticket, stopped ones included."""
    query = select(TicketClock).where(TicketClock.ticket_number == number)
    rows = session.exec(query.execution_options(populate_existing=True))
    return {row.purpose: row for row in rows}


def feedback_kind(session: Session, number: str) -> ClockKind | None:
    """What the clock of a ticket's own deadline counts; None where it is not set yet."""
    row = session.get(TicketClock, (number, Purpose.FEEDBACK))
    return row.kind if row else None


def wind(session: Session, number: str, clocks: Clocks, level_of: LevelOf) -> Iterator[ClocksSet]:
    """Set the ticket's clocks by its history; states them where that changed any.

    Args:
        session: A writing session; the ticket is locked until it ends.
        number: The ticket's.
        clocks: The limits in force, for what starts now.
        level_of: Gives a unit's level.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket, rows = locked(session, number), clocks_of(session, number)
    changed = [
        _set(session, ticket, purpose, clock, rows, clocks, level_of)
        for purpose, clock in turned(history(session, number)).items()
    ]
    if any(changed):
        session.flush()
        yield _told(ticket, rows)


def _set(
    session: Session,
    ticket: Ticket,
    purpose: Purpose,
    clock: Turned,
    rows: dict[Purpose, TicketClock],
    clocks: Clocks,
    level_of: LevelOf,
) -> bool:
    """Whether the row had to be changed."""
    row = rows.get(purpose)
    before = row.model_dump() if row else None
    if row is None or row.started != clock.started:
        row = _started(ticket, purpose, clock, row, clocks, level_of)
        if row is None:
            return False
    elif clock.due_at and purpose is Purpose.FEEDBACK and clock.due_at != row.due_at:
        _move(row, clock.due_at, clocks)
    row.running = clock.running
    row.look_ahead()
    rows[purpose] = row
    session.add(row)
    return row.model_dump() != before


def _started(
    ticket: Ticket,
    purpose: Purpose,
    clock: Turned,
    row: TicketClock | None,
    clocks: Clocks,
    level_of: LevelOf,
) -> TicketClock | None:
    """The row of a clock that starts anew; None where this ticket has no such clock."""
    level = level_of(clock.unit)
    if purpose is Purpose.HAND_OVER and level <= COUNTY_LEVEL:
        if row:
            row.running = Running.STOPPED  # of an earlier unit below
            row.look_ahead()
        return None
    known = _known_due(ticket, purpose, clock)
    kind, share = kind_of(known) if known else ClockKind.DAYS, 1.0
    due_at = known
    if purpose is not Purpose.REVIEW:
        limit = clocks.row(purpose, item=ticket.item, urgency=ticket.urgency, level=level)
        kind, share = limit.limit.kind, limit.warn or clocks.warn
        due_at = known or clocks.due(
            purpose, clock.started_at, item=ticket.item, urgency=ticket.urgency, level=level
        )
    if due_at is None:
        return None
    warn_of_gap(clocks.calendar, due_at.astimezone(COUNTY_TIME).year)
    fresh = TicketClock(
        ticket_number=ticket.number,
        purpose=purpose,
        running=clock.running,
        kind=kind,
        unit=clock.unit,
        started=clock.started,
        started_at=clock.started_at,
        warn_at=clocks.warn_at(kind, clock.started_at, due_at, share),
        due_at=due_at,
    )
    if row is None:
        return fresh
    row.sqlmodel_update(fresh.model_dump())
    return row


def _known_due(ticket: Ticket, purpose: Purpose, clock: Turned) -> datetime | None:
    """The deadline that the ticket itself tells."""
    if purpose is Purpose.FEEDBACK:
        return clock.due_at
    return ticket.review_at if purpose is Purpose.REVIEW else None


def _move(row: TicketClock, due_at: datetime, clocks: Clocks) -> None:
    """Another deadline: the warning moves with it, and may come again."""
    measure = measure_of(row.kind)
    later = elapsed(measure, row.due_at, due_at, clocks.calendar)
    row.warn_at = min(shifted(measure, row.warn_at, later, clocks.calendar), due_at)
    row.due_at, row.warned_at, row.expired_at = due_at, None, None


def _told(ticket: Ticket, rows: dict[Purpose, TicketClock]) -> ClocksSet:
    living = [row for row in rows.values() if row.running is not Running.STOPPED]
    due = [row.next_at for row in living if row.next_at]
    return ClocksSet(
        ticket_number=ticket.number,
        number=ticket.steps,
        next_at=min(due, default=None),
        clocks=tuple(
            ClockTold(
                purpose=row.purpose,
                due_at=row.due_at,
                stands_still=row.running is Running.STANDS_STILL,
            )
            for row in sorted(living, key=lambda row: (row.due_at, row.purpose))
        ),
    )


def next_due(session: Session) -> datetime | None:
    """When somebody has to be told next of any ticket; None: of none."""
    query = select(TicketClock.next_at).where(col(TicketClock.next_at).is_not(None))
    return session.exec(query.order_by(col(TicketClock.next_at)).limit(1)).first()
