"""Claims make at-least-once delivery exactly once in effect; parked facts wait for an operator."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select, update

from callcenter.facts import Fact
from callcenter.store.tables import Claim, LedgerRow, Parked, insert_new


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

    Args:
        session: A writing session.
        handlers: Pairs of a fact's name and the handler that must have dealt with it.
    """
    again = 0
    for name, handler in handlers:
        lost = (
            update(LedgerRow)
            .where(col(LedgerRow.name) == name, col(LedgerRow.published).is_(True))
            .where(~_exists(Claim, handler), ~_exists(Parked, handler))
        )
        again += session.exec(lost.values(published=False)).rowcount
    return again


def _exists(table: type[Claim] | type[Parked], handler: str) -> Any:
    return (
        select(table.fact_id)
        .where(table.fact_id == LedgerRow.id, table.handler == handler)
        .correlate(LedgerRow)
        .exists()
    )
