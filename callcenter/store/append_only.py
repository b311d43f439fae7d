"""Rows that nobody changes or deletes: triggers say so, whatever program writes.

A table says so of itself: `info={"append_only": True}` for all of its columns, or a tuple of the
columns that stay. On either database the triggers look into `historydeletion`: only a transaction
that has put a row there may change or delete, and takes the row away before it ends, so no other
ever sees it. Source: docs/decisions/0030-history-is-kept-by-triggers.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, inspect, text
from sqlmodel import Field, Session, SQLModel, col, delete

REFUSED = "history is appended to, never changed"


class HistoryDeletion(SQLModel, table=True):
    """Stands while a transaction deletes what the law no longer lets us keep; else empty."""

    id: int = Field(default=1, primary_key=True)
    why: str


@contextmanager
def may_delete(session: Session, why: str) -> Iterator[None]:
    """History may be changed and deleted in this session, within the block; retention only.

    Args:
        session: A writing session.
        why: The rule that demands it, for whoever reads a log of the database.
    """
    session.add(HistoryDeletion(why=why))
    session.flush()
    yield
    session.flush()
    session.exec(delete(HistoryDeletion).where(col(HistoryDeletion.id) == 1))


def guard(connection: Connection) -> None:
    """Make the triggers of those append-only tables that are there and lack them."""
    there = set(inspect(connection).get_table_names())
    if HistoryDeletion.__tablename__ not in there:
        return
    make = _guard_sqlite if connection.dialect.name == "sqlite" else _guard_postgres
    for table in _append_only(there):
        make(connection, table)


def release(connection: Connection) -> None:
    """Take the triggers away, for a migration; `guard` makes them again."""
    on_table = connection.dialect.name != "sqlite"
    for table in _append_only(set(inspect(connection).get_table_names())):
        for what in ("kept", "undeleted", "untruncated"):
            where = f" ON {table.name}" if on_table else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table.name}_{what}{where}"))


def _append_only(there: set[str]) -> list[Table]:
    tables = SQLModel.metadata.sorted_tables
    return [table for table in tables if table.info.get("append_only") and table.name in there]


def _update(table: Table) -> str:
    names = table.info["append_only"]
    return "UPDATE" if names is True else f"UPDATE OF {', '.join(names)}"


def _guard_sqlite(connection: Connection, table: Table) -> None:
    for what, event in (("kept", _update(table)), ("undeleted", "DELETE")):
        connection.execute(
            text(
                f"CREATE TRIGGER IF NOT EXISTS {table.name}_{what} BEFORE {event} ON {table.name} "
                "WHEN NOT EXISTS (SELECT 1 FROM historydeletion) "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        )


def _guard_postgres(connection: Connection, table: Table) -> None:
    found = connection.execute(
        text("SELECT 1 FROM pg_trigger WHERE tgname = :name AND tgrelid = to_regclass(:table)"),
        {"name": f"{table.name}_kept", "table": table.name},
    )
    if found.first():
        return
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change_of_history() RETURNS trigger AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM historydeletion) "
        f"THEN RAISE EXCEPTION '{REFUSED}'; END IF; "
        "IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD; END $$ LANGUAGE plpgsql"
    )
    connection.execute(text(function))
    for what, event, each in (
        ("kept", _update(table), "ROW"),
        ("undeleted", "DELETE", "ROW"),
        ("untruncated", "TRUNCATE", "STATEMENT"),
    ):
        connection.execute(
            text(
                f"CREATE TRIGGER {table.name}_{what} BEFORE {event} ON {table.name} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change_of_history()"
            )
        )
