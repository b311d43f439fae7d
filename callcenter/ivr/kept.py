"""Places in the queue that are kept for callers who hung up, as the ledger tells of them.

Asterisk holds a place (asterisk-config/citizens.conf). Only where Asterisk itself was started anew
is it put back from here, in the order in which the callers first joined.
Source: docs/decisions/0025-a-stand-in-keeps-the-place.md.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from callcenter.facts import AnyFact, PlaceKept, PlaceTried, number_or_none, read_fact
from callcenter.store import LedgerRow, facts_of_call

TRIES = 2
LATEST = 500  # kept places that are looked at: more than a day brings


@dataclass(frozen=True)
class OpenPlace:
    """A citizen who is still to be rung in turn."""

    call_id: str  # the caller's own
    phone_number: str
    joined_ms: int
    attempt: int  # the next try, from 1


def is_last(tried: PlaceTried) -> bool:
    """Whether nobody is rung after this try."""
    return tried.outcome != "no_answer" or tried.attempt >= TRIES


def open_places(session: Session) -> list[OpenPlace]:
    """Places whose citizen was neither reached nor tried in vain often enough; earliest first."""
    kept = select(LedgerRow).where(LedgerRow.name == "place_kept")
    rows = session.exec(kept.order_by(col(LedgerRow.seq).desc()).limit(LATEST))
    facts = [read_fact(row.body) for row in rows]
    places = [_still_open(session, fact) for fact in facts if isinstance(fact, PlaceKept)]
    return sorted((place for place in places if place), key=lambda place: place.joined_ms)


def number_to_ring(session: Session, call_id: str) -> str | None:
    """The number a caller wants to be rung back at."""
    kept = [fact for fact in _told(session, call_id) if isinstance(fact, PlaceKept)]
    return number_or_none(kept[-1].phone_number) if kept else None


def has_other_way(session: Session, call_id: str) -> bool:
    """Whether a caller who was not answered is not owed a call-back for that.

    They keep a place, or left a message.
    """
    return bool(facts_of_call(session, call_id, "place_kept", "voicemail_left"))


def _still_open(session: Session, kept: PlaceKept) -> OpenPlace | None:
    tries = [fact for fact in _told(session, kept.call_id) if isinstance(fact, PlaceTried)]
    if number_or_none(kept.phone_number) is None or any(is_last(tried) for tried in tries):
        return None
    return OpenPlace(kept.call_id, kept.phone_number, kept.joined_ms, len(tries) + 1)


def _told(session: Session, call_id: str) -> list[AnyFact]:
    return facts_of_call(session, call_id, "place_kept", "place_tried")
