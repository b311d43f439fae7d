"""Contract: up to which place of PostgreSQL's ledger nobody is still writing."""

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import text

from callcenter.errors import ConflictError
from callcenter.facts import FeedbackReceived
from callcenter.store import Store, record
from callcenter.tickets.evaluation.settled import settled
from tests.histories import at
from tests.stores import prepare


@pytest.fixture
def store(new_postgres: Callable[[], str]) -> Iterator[Store]:
    store = Store(new_postgres())
    prepare(store)
    yield store
    store.close()


def rated(number: int) -> FeedbackReceived:
    ticket = f"12345-20261001-{number:04}"
    return FeedbackReceived(
        at=at(0), ticket_number=ticket, rating=1, solved=True, round=1, by="robot"
    )


def test_a_place_below_which_somebody_writes_is_not_settled(store):
    """Of two that write at once, the one with the lower place may be done later."""
    with store.transaction() as late:
        record(late, rated(1))
        with store.transaction() as soon:
            record(soon, rated(2))
        with pytest.raises(ConflictError, match="writes to the ledger"):
            settled(store, most_seconds=0)
    assert settled(store) == 2


def test_autovacuum_at_the_ledger_is_not_waited_for(store):
    """It holds this lock; a lock against writers waited for it and gave up."""
    with store.transaction() as vacuum:
        vacuum.connection().execute(text("LOCK TABLE ledger IN SHARE UPDATE EXCLUSIVE MODE"))
        assert settled(store, most_seconds=0) == 0
