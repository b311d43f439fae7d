"""Handlers of seats and their agents."""

from collections.abc import Iterable

from sqlmodel import Session

from callcenter.agents import seen, shifts
from callcenter.facts import (
    CallAnswered,
    Fact,
    LinkLost,
    OfferMissed,
    PhoneLost,
    PhoneSeen,
    SeatSeen,
    TalkEnded,
)
from callcenter.pipeline.site import Site


def note_seat(fact: SeatSeen, session: Session, _site: Site) -> Iterable[Fact]:
    """The seat as Asterisk tells of it."""
    seen.note(session, fact)
    return ()


def note_phone(fact: PhoneSeen, session: Session, _site: Site) -> Iterable[Fact]:
    """Which of a seat's telephones is registered."""
    seen.note_phone(session, fact)
    return ()


def note_lost_phone(fact: PhoneLost, session: Session, _site: Site) -> Iterable[Fact]:
    """The seat shows it; its citizen goes on to another, by Asterisk itself."""
    seen.note_lost(session, fact)
    return ()


def note_answer(fact: CallAnswered, session: Session, _site: Site) -> Iterable[Fact]:
    """Who picks up is there."""
    seen.answered(session, fact)
    return ()


def begin_wrap_up(fact: TalkEnded, session: Session, site: Site) -> Iterable[Fact]:
    """The agent has time to finish the ticket; 110 may break in."""
    return shifts.talk_ended(session, fact, site.settings.wrap_up_seconds)


def count_missed(fact: OfferMissed, session: Session, site: Site) -> Iterable[Fact]:
    """Who does not pick up is paused after a set number of times."""
    return shifts.offer_missed(session, fact, site.settings.ring_no_answer_limit)


def let_leave(fact: SeatSeen, session: Session, _site: Site) -> Iterable[Fact]:
    """Who signed out during a call has left when it is over."""
    return shifts.seat_seen(session, fact)


def forget_seats(fact: LinkLost, session: Session, _site: Site) -> Iterable[Fact]:
    """Without a link no seat's state is known."""
    seen.forget(session, fact)
    return ()
