"""A change of our own programs, on the command line: kept, and the audit's head with it."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from callcenter.people.head import keep_head
from callcenter.settings import Settings
from callcenter.store import Store

T = TypeVar("T")


def write(settings: Settings, run: Callable[[Session], T]) -> T:
    """What `run` gives, its changes kept in one transaction. Raises: as `run`."""
    store = Store(settings.database)
    try:
        store.prepare()
        with store.transaction() as session:
            done = run(session)
        keep_head(settings, store)
    finally:
        store.close()
    return done
