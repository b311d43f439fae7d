"""Engines: how each kind of database is spoken to."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlmodel import create_engine


def open_engine(url: URL, *, foreign_keys: bool = True) -> Engine:
    """An engine for SQLite or PostgreSQL; an execution option `writing` says who will write.

    Both hide parameters: an error's text would else quote the citizen's words it was given.

    Args:
        url: SQLAlchemy's.
        foreign_keys: Off only while tables are rebuilt, on SQLite.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, foreign_keys)
    return create_engine(url.set(drivername="postgresql+psycopg"), hide_parameters=True)


def _sqlite_engine(url: URL, foreign_keys: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        keys = f"foreign_keys={'ON' if foreign_keys else 'OFF'}"
        # What is deleted or written over is zeroed in the file, not only forgotten by it.
        for pragma in ("journal_mode=WAL", keys, "busy_timeout=30000", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns writer half-way can be refused; a writer says so from the start.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
