"""Revisions of the tables: what a database has, and the way up and down between them (Alembic).

The migrations lie in callcenter/migrations/versions, one file a revision, numbered without gaps.
An empty database is made from the tables as the code has them and marked as the newest revision;
a test holds both to each other. Source: docs/decisions/0037-tables-have-revisions.md.
"""

import importlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, inspect
from sqlmodel import SQLModel

from callcenter.errors import CannotStartError
from callcenter.store import append_only

PACKAGE = Path(__file__).resolve().parent.parent
MIGRATIONS = PACKAGE / "migrations"
BASE = "base"
FIRST = "0001"
BOOK = "alembic_version"  # Alembic's own table: one row, the revision


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config(attributes={"connection": connection, "metadata": SQLModel.metadata})
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    return made


@lru_cache(maxsize=1)
def all_revisions() -> tuple[tuple[str, str], ...]:
    """Every revision with its first line, oldest first."""
    walked = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple((script.revision, script.doc.splitlines()[0]) for script in walked)[::-1]


def newest() -> str:
    """The revision that the code's tables have."""
    return all_revisions()[-1][0]


def version(connection: Connection) -> str | None:
    """The revision a database has; None where nothing is written of one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def load_tables() -> None:
    """Import every module of ours that has tables, whatever command runs.

    They are looked for, not named: the store stands below all who have tables.
    """
    for file in sorted(PACKAGE.rglob("*.py")):
        if "table=True" in file.read_text("utf-8") and file != Path(__file__):
            name = file.relative_to(PACKAGE.parent).with_suffix("")
            importlib.import_module(".".join(name.parts).removesuffix(".__init__"))


def make_or_check(connection: Connection) -> bool:
    """Make the tables of an empty database; whether it now has the newest ones.

    Raises:
        CannotStartError: The tables are another program's, or of no revision known here.
    """
    there = set(inspect(connection).get_table_names())
    if not there - {BOOK}:
        load_tables()
        SQLModel.metadata.create_all(connection)
        append_only.guard(connection)
        _mark(connection, newest())
        return True
    current = version(connection)
    if current is None:
        _refuse_other_tables(connection, _tables_of_first())
        for table in _tables_of_first().sorted_tables:
            for index in table.indexes:  # thought of after the tables were made
                index.create(connection, checkfirst=True)
        _mark(connection, FIRST)
        current = FIRST
    _refuse_unknown(current)
    if current != newest():
        return False
    _refuse_other_tables(connection, SQLModel.metadata)
    return True


def is_way(connection: Connection, revision: str) -> bool:
    """Whether there is anything to do to come to the revision.

    Raises:
        CannotStartError: There is no such revision, or the database has one not known here.
    """
    current = version(connection)
    if current:
        _refuse_unknown(current)
    if revision != BASE and revision not in dict(all_revisions()):
        raise CannotStartError(
            f"There is no revision {revision}: `callcenter database show` lists them"
        )
    return (current or BASE) != revision


def walk(connection: Connection, revision: str) -> None:
    """Migrate up or down, within the connection's transaction."""
    current = version(connection) or BASE
    order = [BASE, *(number for number, _ in all_revisions())]
    down = order.index(revision) < order.index(current)
    load_tables()
    append_only.release(connection)
    (command.downgrade if down else command.upgrade)(config(connection), revision)
    append_only.guard(connection)


def differences(connection: Connection) -> list[Any]:
    """What Alembic would change to make a database's tables those of the code; else nothing."""
    from alembic.autogenerate import compare_metadata

    load_tables()
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))


def _mark(connection: Connection, revision: str) -> None:
    context = MigrationContext.configure(connection)
    context.stamp(ScriptDirectory.from_config(config()), revision)


@lru_cache(maxsize=1)
def _tables_of_first() -> MetaData:
    """The tables that databases had before revisions were counted."""
    found = MetaData()
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        command.upgrade(config(connection), FIRST)
        found.reflect(connection)
    engine.dispose()
    found.remove(found.tables[BOOK])
    return found


def _refuse_unknown(current: str) -> None:
    if current not in dict(all_revisions()):
        raise CannotStartError(
            f"The database was made by another version: its revision is {current}, this version "
            f"knows {newest()} at most. Use that version, or restore a backup from before it."
        )


def _refuse_other_tables(connection: Connection, wanted: MetaData) -> None:
    """Tables that lack a column of ours would only fail later, in the middle of a call."""
    found = inspect(connection)
    there = set(found.get_table_names())
    if not there & set(wanted.tables):
        raise CannotStartError(
            f"The database holds tables of another program, such as {min(there)}. "
            "Give callcenter a database of its own (CALLCENTER_DATABASE_URL)."
        )
    for table in wanted.sorted_tables:
        names = found.get_columns(table.name) if table.name in there else []
        columns = {column["name"] for column in names}
        lacking = [column.name for column in table.columns if column.name not in columns]
        if lacking:
            raise CannotStartError(
                f"The database was made by another version: its table {table.name} lacks "
                f"{lacking[0]}. Move it away (by default var/callcenter.db) or use that version."
            )
