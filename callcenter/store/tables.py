"""What the store itself keeps: facts, claims, parked facts; and the column types all tables use."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Executable, Index, Table, TypeDecorator
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlmodel import Field, Session, SQLModel


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
    __table_args__ = (
        Index("ix_ledger_name_at", "name", "at"),  # a period's facts of some kinds
        {"info": {"append_only": ("seq", "id", "name", "call_id", "ticket_number", "at", "body")}},
    )

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


class Settled(SQLModel, table=True):
    """Up to which place of the ledger no fact is owed to a handler; one row at most."""

    id: int = Field(default=1, primary_key=True)
    seq: int


def insert_new(session: Session, model: type[SQLModel], row: dict[str, Any]) -> bool:
    """Insert the row unless its key is taken; whether it was inserted."""
    statement = _inserting(model, session.get_bind().dialect.name)
    return session.connection().execute(statement, row).first() is not None


@cache
def _inserting(model: type[SQLModel], kind: str) -> Executable:
    """Written once for a kind of database: writing it takes longer than the database does."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    dialect = sqlite if kind == "sqlite" else postgresql
    inserting: Executable = (
        dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key)
    )
    return inserting
