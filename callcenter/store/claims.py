"""Claims make at-least-once delivery exactly once in effect; parked facts wait for an operator."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select, update

from callcenter.facts import Fact
from callcenter.store.ledger import newest_seq
from callcenter.store.tables import Claim, LedgerRow, Parked, Settled, insert_new


def claim(session: Session, fact: Fact, handler: str) -> bool:
    """Whether this handler is the first to deal with the fact; it then must, in this session."""
    return insert_new(session, Claim, {"fact_id": fact.id, "handler": handler})


def is_claimed(session: Session, fact: Fact, handler: str) -> bool:
    """Whether the handler has dealt with the fact."""
    return session.get(Claim, (fact.id, handler)) is not None


def park(session: Session, fact: Fact, handler: str, error: str) -> bool:
    """Put the fact aside for an operator; False where it lies there already."""
    row = {"fact_id": fact.id, "handler": handler, "error": error, "at": datetime.now(UTC)}
    return insert_new(session, Parked, row)


def parked_rows(session: Session) -> list[Parked]:
    """What is parked, oldest first."""
    return list(session.exec(select(Parked).order_by(col(Parked.at))))


def unpark(session: Session, row: Parked) -> None:
    """Let the handler have its fact again: the relay sends it once more."""
    session.exec(update(LedgerRow).where(col(LedgerRow.id) == row.fact_id).values(published=False))
    session.delete(row)


def republish_unclaimed(session: Session, handlers: Iterable[tuple[str, str]]) -> int:
    """Let the relay send again what a handler has neither claimed nor parked; how many.

    For a bus that forgets: a process with a memory bus that died, or a Redis that lost its data.
    What lies before `settle_all` was said is not looked at.

    Args:
        session: A writing session.
        handlers: Pairs of a fact's name and the handler that must have dealt with it.
    """
    settled = session.get(Settled, 1)
    after = settled.seq if settled else 0
    again = 0
    for name, handler in handlers:
        lost = (
            update(LedgerRow)
            .where(col(LedgerRow.name) == name, col(LedgerRow.published).is_(True))
            .where(col(LedgerRow.seq) > after)
            .where(~_exists(Claim, handler), ~_exists(Parked, handler))
        )
        again += session.exec(lost.values(published=False)).rowcount
    return again


def settle_all(session: Session) -> None:
    """From now on, no fact that stands in the ledger is owed to a handler unless unpublished.

    For facts that were written with all that they led to, as a seeded year or a restored one.
    """
    session.merge(Settled(id=1, seq=newest_seq(session)))


def _exists(table: type[Claim] | type[Parked], handler: str) -> Any:
    return (
        select(table.fact_id)
        .where(table.fact_id == LedgerRow.id, table.handler == handler)
        .correlate(LedgerRow)
        .exists()
    )
