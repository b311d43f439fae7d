"""What Asterisk tells of seats: set by its newest word and never counted up."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from callcenter.agents.seats import Seat, SeatState, find
from callcenter.facts import CallAnswered, LinkLost, OfferMissed, PhoneLost, PhoneSeen, SeatSeen

STATES: dict[str, SeatState] = {
    "unknown": SeatState.UNKNOWN,
    "idle": SeatState.READY,
    "in_use": SeatState.TALKING,
    "busy": SeatState.TALKING,
    "invalid": SeatState.AWAY,
    "unavailable": SeatState.AWAY,
    "ringing": SeatState.RINGING,
}

# A phone that is gone does not renew its registration; one that is still there then was not lost.
LOST_FOR = timedelta(seconds=150)
# Asterisk takes a lost phone for idle, and rings it, until it does not answer OPTIONS any more.
_SAID_OF_LOST_PHONES = frozenset({SeatState.READY, SeatState.RINGING})


def note(session: Session, seen: SeatSeen) -> None:
    """Set the seat to what was seen, unless something newer is known, or it is no seat of ours."""
    seat = session.get(Seat, seen.seat)
    if seat is None or seen.at < seat.seen_at:
        return
    seat.seen_at = seen.at
    state = STATES[seen.status]
    if is_lost(seat, seen.at) and state in _SAID_OF_LOST_PHONES:
        return
    if seen.paused and state is SeatState.READY:
        state = SeatState.PAUSED
    if state is not seat.state:
        seat.state, seat.since = state, seen.at
    session.add(seat)


def is_lost(seat: Seat, at: datetime) -> bool:
    """Whether the seat's phone was lost and it is not time yet to believe Asterisk again."""
    return seat.state is SeatState.PHONE_LOST and at - seat.since < LOST_FOR


def note_phone(session: Session, seen: PhoneSeen) -> None:
    """Keep since when the seat's telephone is registered."""
    seat = session.get(Seat, seen.seat)
    if seat is None:
        return
    before = seat.sip_since if seen.phone == "sip" else seat.web_since
    since = (before or seen.at) if seen.registered else None
    if seen.phone == "sip":
        seat.sip_since = since
    else:
        seat.web_since = since
    if seen.registered:
        _found(seat, seen.at)
    session.add(seat)


def note_lost(session: Session, lost: PhoneLost) -> None:
    """The phone fell silent in a talk: 110 rings there last, until somebody is heard of again."""
    seat = find(session, lost.seat)
    if seat is None or lost.at <= seat.attended_at:
        return
    seat.missed = max(seat.missed, 1)
    seat.state, seat.since = SeatState.PHONE_LOST, lost.at
    session.add(seat)


def _found(seat: Seat, at: datetime) -> None:
    if seat.state is SeatState.PHONE_LOST:
        seat.state, seat.since, seat.missed = SeatState.READY, at, 0


def note_missed(session: Session, missed: OfferMissed) -> Seat | None:
    """Count a call that rang in vain; the seat, or None where somebody was there since."""
    seat = find(session, missed.seat)
    if seat is None or missed.at <= seat.attended_at:
        return None
    seat.missed += 1
    session.add(seat)
    return seat


def note_attended(session: Session, name: str, at: datetime) -> None:
    """Somebody is at the seat: a call was answered there, or an agent did something."""
    seat = find(session, name)
    if seat is not None and at > seat.attended_at:
        seat.missed, seat.attended_at = 0, at
        _found(seat, at)
        session.add(seat)


def answered(session: Session, fact: CallAnswered) -> None:
    """Who answers is there."""
    note_attended(session, fact.seat, fact.at)


def forget(session: Session, lost: LinkLost) -> None:
    """Nothing is known of any seat until Asterisk has told us again."""
    forget_all(session, lost.at)


def forget_all(session: Session, at: datetime) -> None:
    """Nothing is known of any seat from now on."""
    for seat in session.exec(select(Seat)).all():
        seat.state, seat.since, seat.seen_at = SeatState.UNKNOWN, at, at
        session.add(seat)
