"""Seats as Asterisk tells of them: one row a seat, set by the newest word and never counted up."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, select

from callcenter.facts import LinkLost, SeatSeen
from callcenter.store import UtcDateTime, enum_text


class SeatState(StrEnum):
    """What a seat can do now."""

    UNKNOWN = "unknown"  # until Asterisk has told us
    AWAY = "away"  # no phone registered
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    PAUSED = "paused"


STATES: dict[str, SeatState] = {
    "unknown": SeatState.UNKNOWN,
    "idle": SeatState.READY,
    "in_use": SeatState.TALKING,
    "busy": SeatState.TALKING,
    "invalid": SeatState.AWAY,
    "unavailable": SeatState.AWAY,
    "ringing": SeatState.RINGING,
}


class Seat(SQLModel, table=True):
    """One seat as last heard of."""

    name: str = Field(primary_key=True)
    state: SeatState = Field(default=SeatState.UNKNOWN, sa_type=enum_text(SeatState))
    since: datetime = Field(sa_type=UtcDateTime)  # in this state
    seen_at: datetime = Field(sa_type=UtcDateTime)  # last heard of


def note(session: Session, seen: SeatSeen) -> None:
    """Set the seat to what was seen, unless something newer is known."""
    seat = session.get(Seat, seen.seat) or Seat(name=seen.seat, since=seen.at, seen_at=seen.at)
    if seen.at < seat.seen_at:
        return
    seat.seen_at = seen.at
    state = STATES[seen.status]
    if seen.paused and state is SeatState.READY:
        state = SeatState.PAUSED
    if state is not seat.state:
        seat.state, seat.since = state, seen.at
    session.add(seat)


def forget(session: Session, lost: LinkLost) -> None:
    """Nothing is known of any seat until Asterisk has told us again."""
    for seat in session.exec(select(Seat)).all():
        seat.state, seat.since, seat.seen_at = SeatState.UNKNOWN, lost.at, lost.at
        session.add(seat)
