"""Wrong passwords: after so many, each next try has to wait, and longer each time.

Counted by name and by address, alike for names that nobody has, so that the answer does not tell
which exist. A try is counted before the password is looked at and forgiven if it was right, so
that a hundred at once are not a hundred for nothing. Names are kept as hashes: people type their
password into the wrong field.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.errors import CallCenterError
from callcenter.store import UtcDateTime

LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)  # after the last wrong one


class TooManyTriesError(CallCenterError):
    """Too many wrong passwords: wait (HTTP 429)."""

    code = "too_many_tries"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong passwords: wait {seconds} s and try again")
        self.seconds = seconds


class SignInTry(SQLModel, table=True):
    """How often in a row somebody was wrong."""

    __tablename__ = "signintry"

    key: str = Field(primary_key=True)  # sha256 of "name:..." or "address:..."
    wrong: int = 0
    last_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Limits:
    """When waiting begins.

    Args:
        per_name: Wrong tries for one name; then each next one waits.
        per_address: The same from one address, for whatever names.
        first_wait: How long first; twice as long each time, up to LONGEST.
    """

    per_name: int = 5
    per_address: int = 50
    first_wait: timedelta = timedelta(seconds=30)


def begin(
    session: Session, name: str, address: str, limits: Limits, now: datetime | None = None
) -> None:
    """Count a try, as if it were wrong.

    Args:
        session: A writing session, committed before the password is looked at.
        name: As it was typed.
        address: Where it comes from.
        limits: The site's.
        now: The moment; now unless told.

    Raises:
        TooManyTriesError: It is too soon; nothing was counted.
    """
    now = now or datetime.now(UTC)
    session.execute(delete(SignInTry).where(col(SignInTry.last_at) < now - FORGOTTEN))
    rows = [_locked(session, key, now) for key in _keys(name, address)]
    waits = [
        row.last_at + _wait(row.wrong, most, limits.first_wait)
        for row, most in zip(rows, (limits.per_name, limits.per_address), strict=True)
    ]
    if (until := max(waits)) > now:
        raise TooManyTriesError(int((until - now).total_seconds()) + 1)
    for row in rows:
        row.wrong, row.last_at = row.wrong + 1, now
        session.add(row)


def forgive(session: Session, name: str, address: str) -> None:
    """The try was right: the name begins anew; the address only has not been wrong this time."""
    now = datetime.now(UTC)
    by_name, by_address = (_locked(session, key, now) for key in _keys(name, address))
    by_name.wrong = 0
    by_address.wrong = max(0, by_address.wrong - 1)
    session.add(by_name)
    session.add(by_address)


def forget(session: Session, name: str) -> None:
    """The name may try at once, whatever was."""
    session.execute(delete(SignInTry).where(col(SignInTry.key) == _keys(name, "")[0]))


def _wait(wrong: int, most: int, first: timedelta) -> timedelta:
    if wrong < most:
        return timedelta()
    times: int = 2 ** min(wrong - most, 20)
    return min(first * times, LONGEST)


def _keys(name: str, address: str) -> Sequence[str]:
    told = (f"name:{name.casefold()}", f"address:{address}")
    return [hashlib.sha256(key.encode()).hexdigest() for key in told]


def _locked(session: Session, key: str, now: datetime) -> SignInTry:
    """The row of this key, made where there was none: two at once get the same one, in turn."""
    table: Table = SignInTry.__table__  # type: ignore[attr-defined]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(table).values(key=key, wrong=0, last_at=now)
    session.connection().execute(new.on_conflict_do_nothing())
    query = select(SignInTry).where(SignInTry.key == key).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()
