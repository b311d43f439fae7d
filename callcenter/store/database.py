"""The door to the database: sessions, and bringing its tables to the newest revision."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from callcenter.errors import CannotStartError
from callcenter.store import revisions
from callcenter.store.engines import open_engine

LEADER_LOCK = 0x12345110


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
        self._engine = open_engine(self.url)
        self._writing = self._engine.execution_options(writing=True)
        # SQLite lets writers look for their turn now and then, whoever comes first has it; those of
        # one process wait in line instead (docs/decisions/0083).
        self._turn: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )

    def prepare(self) -> None:
        """Bring the tables to the newest revision; an empty database gets them all.

        A SQLite file is copied beside itself before a migration.

        Raises:
            CannotStartError: The database cannot be reached or written, or a newer version's
                tables or another program's lie in it.
        """
        with self._told():
            if self.is_sqlite and self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            with self._writing.begin() as connection:
                self._take_turns(connection)
                done = revisions.make_or_check(connection)
        if not done:
            self.migrate(revisions.newest())

    def migrate(self, revision: str) -> Path | None:
        """Take the tables up or down to a revision, all of it or nothing; where the copy lies.

        Args:
            revision: As `callcenter database show` names it; "base" is an empty database.

        Raises:
            CannotStartError: As `prepare`; or there is no such revision.
        """
        with self._told(), self._rebuilding() as connection:
            if not revisions.is_way(connection, revision):
                return None
            copy = self._copied(revisions.version(connection))
            revisions.walk(connection, revision)
            return copy

    def revision(self) -> str | None:
        """The revision of the database's tables; None of an empty or unversioned database.

        Raises:
            CannotStartError: The database cannot be reached.
        """
        with self._told(), self._engine.connect() as connection:
            return revisions.version(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; nothing it changes is kept."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are kept together when the block ends well, else not at all."""
        with (
            self._turn,
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def answers(self) -> bool:
        """Whether the database can be asked anything now."""
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def fold_log(self) -> None:
        """Fold SQLite's write-ahead log into its file and empty it; where somebody reads, later."""
        if self.is_sqlite:
            raw = self._engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def _rebuilding(self) -> Iterator[Connection]:
        """A writing connection whose foreign keys sleep: SQLite rebuilds a table to alter it."""
        engine = open_engine(self.url, foreign_keys=False).execution_options(writing=True)
        try:
            with engine.begin() as connection:
                self._take_turns(connection)
                yield connection
                if self.is_sqlite:
                    _refuse_dangling(connection)
        finally:
            engine.dispose()

    def _take_turns(self, connection: Connection) -> None:
        """Two processes starting at once would both create or migrate; SQLite's writers wait."""
        if not self.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LEADER_LOCK + 1})"))

    def _copied(self, version: str | None) -> Path | None:
        """A copy of the SQLite file beside itself; the caller holds the write lock meanwhile."""
        if not self.is_sqlite or not self.url.database:
            return None
        file = Path(self.url.database)
        copy = file.with_name(f"{file.name}.{version or 'old'}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        with sqlite3.connect(file) as ours, sqlite3.connect(copy) as theirs:
            ours.backup(theirs)
        ours.close()
        theirs.close()
        return copy

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the database refuses is told in one line, without the password."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            where = self.url.render_as_string(hide_password=True)
            raise CannotStartError(
                f"CALLCENTER_DATABASE_URL {where} cannot be used ({type(error).__name__}): "
                "is the database there and may this user create tables in it?"
            ) from error


def _refuse_dangling(connection: Connection) -> None:
    dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
    if dangling:
        raise CannotStartError(
            f"The migration would leave rows of {dangling[0]} that point nowhere. Nothing was "
            "changed: restore the newest backup, or use the version that made this database."
        )
