"""Places in the queue that are kept for callers who hung up, as the ledger tells of them.

Asterisk holds a place (asterisk-config/citizens.conf). Only where Asterisk itself was started anew
is it put back from here, in the order in which the callers first joined.
Source: docs/decisions/0025-a-stand-in-keeps-the-place.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from callcenter.facts import (
    AnyFact,
    Line,
    PlaceKept,
    PlaceReleased,
    PlaceTried,
    number_or_none,
    read_fact,
)
from callcenter.ivr.call import Call, CallState
from callcenter.store import LedgerRow, facts_of_call

TRIES = 2
LATEST = 500  # kept places that are looked at: more than a day brings
LONGEST = timedelta(days=1)  # that a place waits for its turn


@dataclass(frozen=True)
class OpenPlace:
    """A citizen who is still to be rung in turn."""

    call_id: str  # the caller's own
    phone_number: str
    joined_ms: int
    attempt: int  # the next try, from 1
    language: str = "zh"


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


_KEPT_FOR: Final = (
    select(LedgerRow.body)
    .where(LedgerRow.name == "place_kept")
    .where(col(LedgerRow.at).between(bindparam("since"), bindparam("until")))
    .where(col(LedgerRow.body).contains(bindparam("number")))
)
_RUNG_BACK: Final = (
    select(Call.id)
    .where(Call.placed == "kept_place", Call.caller_number == bindparam("number"))
    .where(Call.state == CallState.TALKING)
    .limit(1)
)


def released_by(session: Session, call: Call) -> list[PlaceReleased]:
    """Places kept for the number of a caller who got through to 12345 by ringing again."""
    if call.answered_at is None or call.placed or call.line is not Line.SERVICE:
        return []
    number, at = call.caller_number, call.answered_at
    if not number or _is_rung_back(session, number):
        return []
    between = {"since": at - LONGEST, "until": at, "number": number}
    told = [read_fact(body) for body in session.exec(_KEPT_FOR, params=between)]
    kept = [fact for fact in told if isinstance(fact, PlaceKept)]
    return [
        PlaceReleased(at=at, call_id=fact.call_id, by_call_id=call.id)
        for fact in kept
        if fact.phone_number == number and fact.call_id != call.id and _still_open(session, fact)
    ]


def got_through(session: Session, kept: PlaceKept) -> Call | None:
    """The call by which whoever keeps the place got through since; its facts may come first."""
    query = select(Call).where(
        Call.caller_number == kept.phone_number,
        Call.placed == "",
        Call.line == Line.SERVICE,
        col(Call.answered_at) >= kept.at,
        Call.id != kept.call_id,
    )
    return session.exec(query.order_by(col(Call.answered_at)).limit(1)).first()


def is_released(session: Session, call_id: str) -> bool:
    """Whether the place of this caller was given up."""
    return bool(facts_of_call(session, call_id, "place_released"))


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
    told = _told(session, kept.call_id)
    tries = [fact for fact in told if isinstance(fact, PlaceTried)]
    is_over = any(isinstance(fact, PlaceReleased) for fact in told) or any(map(is_last, tries))
    if is_over or number_or_none(kept.phone_number) is None:
        return None
    number, joined, attempt = kept.phone_number, kept.joined_ms, len(tries) + 1
    return OpenPlace(kept.call_id, number, joined, attempt, kept.language)


def _is_rung_back(session: Session, number: str) -> bool:
    """Whether the turn has come, and the citizen talks with a seat by it."""
    return session.exec(_RUNG_BACK, params={"number": number}).first() is not None


def _told(session: Session, call_id: str) -> list[AnyFact]:
    return facts_of_call(session, call_id, "place_kept", "place_tried", "place_released")
