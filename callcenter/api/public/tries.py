"""How often a stranger may ask in vain how a case stands: of a case a day, of an address an hour.

Counted before anything is looked up, and alike for numbers that nobody has, so that neither the
answer nor its refusal tells which exist. Right answers are not counted. Numbers and addresses are
kept as hashes, for a day.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel import Field, Session, SQLModel, col, delete

from callcenter.errors import CallCenterError
from callcenter.people.tries import TooManyTriesError
from callcenter.store import UtcDateTime, insert_new

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


class AskedTooOftenError(TooManyTriesError):
    """Too many wrong questions: wait (HTTP 429)."""

    def __init__(self, seconds: int) -> None:
        told = f"too many questions that had no answer: wait {seconds} s, or ring 12345"
        CallCenterError.__init__(self, told)
        self.seconds = seconds


class PublicTry(SQLModel, table=True):
    """How often nothing could be answered for a number, or to an address, since a moment."""

    key: str = Field(primary_key=True)  # sha256 of "number:..." or "address:..."
    wrong: int = 0
    since: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Most:
    """How many wrong questions are answered.

    Args:
        of_a_number: In 24 hours from the first.
        of_an_address: In an hour from the first.
    """

    of_a_number: int
    of_an_address: int


def begin(session: Session, number: str, address: str, most: Most) -> None:
    """Count a question as wrong.

    Raises:
        AskedTooOftenError: It is one too many; it was not counted.
    """
    now = datetime.now(UTC)
    session.exec(delete(PublicTry).where(col(PublicTry.since) < now - DAY))
    bounds = (
        (_key("number", number), most.of_a_number, DAY),
        (_key("address", address), most.of_an_address, HOUR),
    )
    rows = [(_locked(session, key, now), many, span) for key, many, span in bounds]
    for row, many, span in rows:
        if now - row.since >= span:
            row.wrong, row.since = 0, now
        if row.wrong >= many:
            raise AskedTooOftenError(int((row.since + span - now).total_seconds()) + 1)
    for row, _, _ in rows:
        row.wrong += 1
        session.add(row)


def forgive(session: Session, number: str, address: str) -> None:
    """The question was answered: it does not count."""
    now = datetime.now(UTC)
    for key in (_key("number", number), _key("address", address)):
        row = _locked(session, key, now)
        row.wrong = max(0, row.wrong - 1)
        session.add(row)


def _key(kind: str, told: str) -> str:
    return hashlib.sha256(f"{kind}:{told}".encode()).hexdigest()


def _locked(session: Session, key: str, now: datetime) -> PublicTry:
    """The row of this key, made where there was none: two at once get the same one, in turn."""
    insert_new(session, PublicTry, {"key": key, "wrong": 0, "since": now})
    found = session.get(PublicTry, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise LookupError("a row that was there just now is gone")
    return found
