"""Up to which place of the ledger nobody is still writing: whatever is read next has it all."""

import time
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

from callcenter.errors import ConflictError
from callcenter.store import Store, newest_seq

MOST_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.02
WRITERS: Final = text(
    "SELECT virtualtransaction FROM pg_locks WHERE relation = 'ledger'::regclass "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()"
)


def settled(store: Store, most_seconds: float = MOST_SECONDS) -> int:
    """The newest such place.

    PostgreSQL gives places out before they are committed, and whoever has one holds a lock on the
    table until then. So those that hold it now are waited for. Nothing is locked for that: a lock
    that shuts writers out makes every call wait behind it, and autovacuum's makes it wait itself.

    Args:
        store: SQLite's writers take turns; there the newest place is it.
        most_seconds: How long to wait.

    Raises:
        ConflictError: Somebody has been writing for longer than that.
    """
    with store.reading() as session:
        place = newest_seq(session)
        if not store.is_sqlite:
            _wait_for_writers(session, most_seconds)
    return place


def _wait_for_writers(session: Session, most_seconds: float) -> None:
    left, until = _writers(session), time.monotonic() + most_seconds
    while left:
        if time.monotonic() > until:
            raise ConflictError("somebody writes to the ledger for long: keep parts later")
        time.sleep(PAUSE_SECONDS)
        left &= _writers(session)


def _writers(session: Session) -> set[str]:
    return {str(one) for one in session.connection().execute(WRITERS).scalars()}
