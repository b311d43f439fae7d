"""The store: one ledger of facts that is also the outbox, claims, and parked facts.

A fact and what it changed are one transaction. The ledger keeps a fact once (by its id), the relay
publishes from it oldest first, and `claim` makes at-least-once delivery exactly once in effect.
Sessions are synchronous and belong in a thread; the loop never waits for the database.
Source: docs/decisions/0001-ledger-as-outbox.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Index,
    Table,
    TypeDecorator,
    event,
    inspect,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, col, create_engine, func, select, update

from callcenter.errors import CannotStartError
from callcenter.facts import AnyFact, Fact, read_fact, write_fact

LEADER_LOCK = 0x12345110


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on databases that would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What goes in is aware, or it is a fault of ours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without a zone reached the store")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What comes out is aware UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def enum_text(words: type[StrEnum]) -> Any:
    """The column type that keeps an enumeration's words as plain text, on every database."""
    return SqlEnum(
        words, native_enum=False, length=20, values_callable=lambda e: [w.value for w in e]
    )


class LedgerRow(SQLModel, table=True):
    """One fact, in the order in which it was taken in."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_name_at", "name", "at"),)  # a period's facts of some kinds

    seq: int | None = Field(default=None, primary_key=True)
    id: UUID = Field(unique=True)
    name: str = Field(index=True)
    call_id: str | None = Field(default=None, index=True)
    ticket_number: str | None = Field(default=None, index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    body: str
    published: bool = Field(default=False, index=True)


class Claim(SQLModel, table=True):
    """A handler has dealt with a fact; written in the transaction that did it."""

    fact_id: UUID = Field(primary_key=True)
    handler: str = Field(primary_key=True)


class Parked(SQLModel, table=True):
    """A handler gave up on a fact; `callcenter parked --retry` tries again."""

    fact_id: UUID = Field(primary_key=True)
    handler: str = Field(primary_key=True)
    error: str  # the exception's class, never its text
    at: datetime = Field(sa_type=UtcDateTime)


class Store:
    """The door to the database; give it a SQLAlchemy URL of SQLite or PostgreSQL.

    Raises:
        CannotStartError: It is no such URL.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except (ValueError, SQLAlchemyError) as error:  # their texts may quote the password
            raise CannotStartError(
                "CALLCENTER_DATABASE_URL is no address of a database: "
                "write postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:///PATH"
            ) from error
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._writing = self._engine.execution_options(writing=True)

    def prepare(self) -> None:
        """Make the tables that are missing.

        Raises:
            CannotStartError: The database cannot be reached or written, or another version's
                tables lie in it.
        """
        try:
            if self.is_sqlite and self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            with self._writing.begin() as connection:
                if not self.is_sqlite:  # two processes starting at once would both create
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({LEADER_LOCK + 1})"))
                SQLModel.metadata.create_all(connection)
                _refuse_other_tables(connection)
                _make_missing_indexes(connection)
        except (SQLAlchemyError, OSError) as error:
            where = self.url.render_as_string(hide_password=True)
            raise CannotStartError(
                f"CALLCENTER_DATABASE_URL {where} cannot be used ({type(error).__name__}): "
                "is the database there and may this user create tables in it?"
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; nothing it changes is kept."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are kept together when the block ends well, else not at all."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def answers(self) -> bool:
        """Whether the database can be asked anything now."""
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


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
    return _insert_new(session, LedgerRow, row)


def may_publish(session: Session) -> bool:
    """Whether this transaction is the only one that publishes, over all that share the store.

    SQLite has one process, whose writers take turns. On PostgreSQL an advisory lock is held until
    the transaction ends, and falls free when the connection dies.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(text(f"SELECT pg_try_advisory_xact_lock({LEADER_LOCK})")))


def claim(session: Session, fact: Fact, handler: str) -> bool:
    """Whether this handler is the first to deal with the fact; it then must, in this session."""
    return _insert_new(session, Claim, {"fact_id": fact.id, "handler": handler})


def is_claimed(session: Session, fact: Fact, handler: str) -> bool:
    """Whether the handler has dealt with the fact."""
    return session.get(Claim, (fact.id, handler)) is not None


def park(session: Session, fact: Fact, handler: str, error: str) -> bool:
    """Put the fact aside for an operator; False where it lies there already."""
    row = {"fact_id": fact.id, "handler": handler, "error": error, "at": datetime.now(UTC)}
    return _insert_new(session, Parked, row)


def parked_rows(session: Session) -> list[Parked]:
    """What is parked, oldest first."""
    return list(session.exec(select(Parked).order_by(col(Parked.at))))


def unpark(session: Session, row: Parked) -> None:
    """Let the handler have its fact again: the relay sends it once more."""
    session.exec(update(LedgerRow).where(col(LedgerRow.id) == row.fact_id).values(published=False))
    session.delete(row)


def unpublished(session: Session, limit: int) -> list[tuple[int, AnyFact]]:
    """Facts still to be published, oldest first, each with its place in the ledger."""
    query = select(LedgerRow).where(col(LedgerRow.published).is_(False))
    rows = session.exec(query.order_by(col(LedgerRow.seq)).limit(limit))
    return [(row.seq or 0, read_fact(row.body)) for row in rows]


def mark_published(session: Session, seqs: Sequence[int]) -> None:
    """These places of the ledger have been handed to the bus."""
    session.exec(update(LedgerRow).where(col(LedgerRow.seq).in_(seqs)).values(published=True))


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


def facts_of_call(session: Session, call_id: str, *names: str) -> list[AnyFact]:
    """The facts of one call in order of time, those of the given names or all."""
    query = select(LedgerRow).where(LedgerRow.call_id == call_id)
    if names:
        query = query.where(col(LedgerRow.name).in_(names))
    rows = session.exec(query.order_by(col(LedgerRow.at), col(LedgerRow.seq)))
    return [read_fact(row.body) for row in rows]


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


def _exists(table: type[Claim] | type[Parked], handler: str) -> Any:
    return (
        select(table.fact_id)
        .where(table.fact_id == LedgerRow.id, table.handler == handler)
        .correlate(LedgerRow)
        .exists()
    )


def _refuse_other_tables(connection: Connection) -> None:
    """Tables that lack a column of ours would only fail later, in the middle of a call."""
    found = inspect(connection)
    for table in SQLModel.metadata.sorted_tables:
        there = {column["name"] for column in found.get_columns(table.name)}
        lacking = [column.name for column in table.columns if column.name not in there]
        if lacking:
            raise CannotStartError(
                f"The database was made by another version: its table {table.name} lacks "
                f"{lacking[0]}. Move it away (by default var/callcenter.db) or use that version."
            )


def _make_missing_indexes(connection: Connection) -> None:
    """Tables made before an index was thought of get it now."""
    for table in SQLModel.metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _insert_new(session: Session, model: type[SQLModel], row: dict[str, Any]) -> bool:
    table: Table = model.__table__  # type: ignore[attr-defined]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(row).on_conflict_do_nothing()
    inserted = session.connection().execute(statement.returning(*table.primary_key))
    return inserted.first() is not None


# Both hide parameters: an error's text would else quote the citizen's words it was given.
def _postgres_engine(url: str) -> Engine:
    with_psycopg = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(with_psycopg, hide_parameters=True)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns writer half-way can be refused; a writer says so from the start.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
