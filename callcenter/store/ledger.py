"""The ledger of facts, which is also the outbox: a fact stands once, the relay reads from it.

Source: docs/decisions/0001-ledger-as-outbox.md.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, bindparam, text
from sqlmodel import Session, col, func, select, update

from callcenter.facts import AnyFact, Fact, read_fact, write_fact
from callcenter.store.database import LEADER_LOCK
from callcenter.store.tables import LedgerRow, insert_new

# Asked at every fact: written once, since writing a query takes longer than the database does.
_UNPUBLISHED: Final = (
    select(LedgerRow.seq, LedgerRow.body)
    .where(col(LedgerRow.published).is_(False))
    .order_by(col(LedgerRow.seq))
    .limit(bindparam("limit", type_=Integer))
)
_PUBLISHED: Final = (
    update(LedgerRow)
    .where(col(LedgerRow.seq).in_(bindparam("seqs", expanding=True)))
    .values(published=True)
)
_OF_CALL: Final = (
    select(LedgerRow.body)
    .where(col(LedgerRow.call_id) == bindparam("of_call"))
    .order_by(col(LedgerRow.at), col(LedgerRow.seq))
)
_OF_CALL_NAMED: Final = _OF_CALL.where(col(LedgerRow.name).in_(bindparam("names", expanding=True)))


def record(session: Session, fact: Fact) -> bool:
    """Write the fact into the ledger; False where it already stands there."""
    row = {
        "id": fact.id,
        "name": _name(fact),
        "call_id": getattr(fact, "call_id", None),
        "ticket_number": getattr(fact, "ticket_number", None),
        "at": fact.at,
        "body": write_fact(fact),
        "published": False,
    }
    return insert_new(session, LedgerRow, row)


def rewrite(session: Session, seq: int, fact: Fact) -> None:
    """Put a fact into the place of itself; only within `may_delete`, for retention.

    Raises:
        ValueError: It is another fact: its id, which follows from what happened, must stay.
    """
    row = session.get_one(LedgerRow, seq)
    if row.id != fact.id:
        raise ValueError("a fact is only rewritten by itself")
    session.exec(update(LedgerRow).where(col(LedgerRow.seq) == seq).values(body=write_fact(fact)))


def may_publish(session: Session) -> bool:
    """Whether this transaction is the only one that publishes, over all that share the store.

    SQLite has one process, whose writers take turns. On PostgreSQL an advisory lock is held until
    the transaction ends, and falls free when the connection dies.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(text(f"SELECT pg_try_advisory_xact_lock({LEADER_LOCK})")))


def unpublished(session: Session, limit: int) -> list[tuple[int, AnyFact]]:
    """Facts still to be published, oldest first, each with its place in the ledger."""
    rows = session.connection().execute(_UNPUBLISHED, {"limit": limit})
    return [(seq, read_fact(body)) for seq, body in rows]


def mark_published(session: Session, seqs: Sequence[int]) -> None:
    """These places of the ledger have been handed to the bus."""
    session.connection().execute(_PUBLISHED, {"seqs": seqs})


def facts_of_call(session: Session, call_id: str, *names: str) -> list[AnyFact]:
    """The facts of one call in order of time, those of the given names or all."""
    query, wanted = (_OF_CALL_NAMED, {"names": names}) if names else (_OF_CALL, {})
    bodies = session.connection().execute(query, {"of_call": call_id, **wanted}).scalars()
    return [read_fact(body) for body in bodies]


def facts_of_calls(
    session: Session, call_ids: Sequence[str], *names: str
) -> dict[str, list[AnyFact]]:
    """The facts of the given names of each of these calls, in order of time."""
    query = (
        select(LedgerRow.call_id, LedgerRow.body)
        .where(col(LedgerRow.call_id).in_(call_ids), col(LedgerRow.name).in_(names))
        .order_by(col(LedgerRow.at), col(LedgerRow.seq))
    )
    found: dict[str, list[AnyFact]] = {call_id: [] for call_id in call_ids}
    for call_id, body in session.exec(query):
        found[call_id or ""].append(read_fact(body))
    return found


def facts_between(
    session: Session, since: datetime, until: datetime, names: Sequence[str]
) -> list[AnyFact]:
    """The facts of these names that happened between, `until` left out; in no order.

    Made for hundreds of thousands: read by the index on name and moment, as bare columns.
    """
    query = (
        select(LedgerRow.body)
        .where(col(LedgerRow.name).in_(names))
        .where(col(LedgerRow.at) >= since, col(LedgerRow.at) < until)
    )
    return [read_fact(body) for body in session.exec(query)]


def newest_seq(session: Session) -> int:
    """The newest place of the ledger, 0 where it is empty."""
    return session.exec(select(func.max(LedgerRow.seq))).one() or 0


def count_late(
    session: Session, since: datetime, until: datetime, names: Sequence[str], after: int
) -> int:
    """How many facts of these names and that time were taken in after a place of the ledger."""
    query = (
        select(func.count())
        .select_from(LedgerRow)
        .where(col(LedgerRow.seq) > after, col(LedgerRow.name).in_(names))
        .where(col(LedgerRow.at) >= since, col(LedgerRow.at) < until)
    )
    return session.exec(query).one()


def known_facts(session: Session, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Those of the ids that stand in the ledger, each with its fact's time."""
    known: dict[UUID, datetime] = {}
    for start in range(0, len(ids), 500):  # databases bound the length of a statement
        some = col(LedgerRow.id).in_(ids[start : start + 500])
        known.update(session.exec(select(LedgerRow.id, LedgerRow.at).where(some)).all())
    return known


def _name(fact: Fact) -> str:
    return str(fact.fact)  # type: ignore[attr-defined]  # every member of AnyFact has it
