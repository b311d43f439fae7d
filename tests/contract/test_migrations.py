"""Contract: a database of any revision comes to the newest, and back, with its rows."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, MetaData, Uuid
from sqlmodel import text
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.errors import CannotStartError
from callcenter.store import Store, revisions

ROWS = 50
NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
HOW = "The code's tables are not what the migrations make: `make migration NAME=what_it_does`"


def walked(url: str, *stops: str) -> Store:
    """A store whose tables were made by migrations alone."""
    store = Store(url)
    for stop in stops:
        store.migrate(stop)
    return store


def a_value(column: Column[Any], number: int) -> Any:
    """Some value of the column's type; of keys another one for each number."""
    kinds: list[tuple[type, Any]] = [
        (Boolean, True),
        (DateTime, NOW + timedelta(minutes=number)),
        (Integer, number),
        (Float, number / 2),
        (Uuid, UUID(int=number)),
        (JSON, {"a": number}),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"x{number}")


def fill(store: Store) -> None:
    """Rows in every table that is there, whatever its columns."""
    with store.transaction() as session:
        connection = session.connection()
        for table in tables(store).sorted_tables:
            rows = [
                {column.name: a_value(column, number) for column in table.columns}
                for number in range(1, ROWS + 1)
            ]
            connection.execute(table.insert(), rows)


def tables(store: Store) -> MetaData:
    """The tables as they are in the database, but Alembic's own."""
    found = MetaData()
    with store.reading() as session:
        found.reflect(session.connection(), only=lambda name, _: is_plain(name))
    return found


def is_plain(name: str) -> bool:
    return name != revisions.BOOK and revisions.is_told(name, "table", None)


def content(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.reading() as session:
        return {
            table.name: [
                dict(row)
                for row in session.connection()
                .execute(table.select().order_by(*table.primary_key))
                .mappings()
            ]
            for table in tables(store).sorted_tables
        }


def test_the_migrations_make_the_tables_of_the_code(empty_database_url):
    store = walked(empty_database_url, revisions.newest())
    with store.reading() as session:
        found = revisions.differences(session.connection())
    store.close()
    assert found == [], HOW


def test_an_empty_database_has_the_newest_tables_at_once(store):
    assert store.revision() == revisions.newest()
    with store.reading() as session:
        assert revisions.differences(session.connection()) == []


def test_revisions_are_numbered_without_gaps():
    numbers = [number for number, _ in revisions.all_revisions()]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_rows_live_through_every_revision_down_and_up(empty_database_url):
    numbers = [number for number, _ in revisions.all_revisions()]
    store = walked(empty_database_url, *numbers)
    fill(store)
    newest = content(store)
    for number in reversed(numbers[:-1]):
        store.migrate(number)
        assert store.revision() == number
    oldest = content(store)
    for name, rows in oldest.items():
        shared = set(rows[0]) & set(newest[name][0])
        assert [{key: row[key] for key in shared} for row in rows] == [
            {key: row[key] for key in shared} for row in newest[name]
        ]
    store.prepare()
    assert store.revision() == revisions.newest()
    again = content(store)
    for name, rows in oldest.items():
        assert [{key: row[key] for key in rows[0]} for row in again[name]] == rows
    store.close()


def test_all_the_way_down_nothing_of_ours_is_left(empty_database_url):
    store = walked(empty_database_url, revisions.newest())
    fill(store)
    store.migrate(revisions.BASE)
    assert tables(store).sorted_tables == []
    store.prepare()
    assert store.revision() == revisions.newest()
    store.close()


def test_a_database_from_before_revisions_is_marked_and_migrated(empty_database_url):
    store = walked(empty_database_url, revisions.FIRST)
    fill(store)
    before = content(store)
    with store.transaction() as session:
        session.exec(text("DROP TABLE alembic_version"))
        session.exec(text("DROP INDEX ix_ledger_name_at"))  # it came later than its table
    store.prepare()
    assert store.revision() == revisions.newest()
    after = content(store)
    assert {name: len(after[name]) for name in before} == dict.fromkeys(before, ROWS)
    with store.reading() as session:
        assert revisions.differences(session.connection()) == []
    store.close()


def test_a_newer_database_is_refused_and_left_as_it_is(store):
    with store.transaction() as session:
        session.exec(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CannotStartError, match="another version: its revision is 9999"):
        store.prepare()
    assert store.revision() == "9999"


def test_another_programs_database_is_refused_and_left_as_it_is(empty_database_url):
    store = Store(empty_database_url)
    with store.transaction() as session:
        session.exec(text("CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
    with pytest.raises(CannotStartError, match="another program, such as orders"):
        store.prepare()
    assert [table.name for table in tables(store).sorted_tables] == ["orders"]
    store.close()


def test_a_failing_migration_changes_nothing(empty_database_url, monkeypatch):
    store = walked(empty_database_url, revisions.newest())
    fill(store)
    before = content(store)

    def walk_and_fail(connection, revision):
        connection.execute(text("DELETE FROM claim"))
        connection.execute(text("SELECT nothing FROM nowhere"))

    monkeypatch.setattr(revisions, "walk", walk_and_fail)
    with pytest.raises(CannotStartError, match="cannot be used"):
        store.migrate(revisions.BASE)
    assert content(store) == before
    store.close()


def test_a_sqlite_file_is_copied_before_it_is_migrated(tmp_path):
    store = walked(f"sqlite:///{tmp_path / 'store.db'}", revisions.newest())
    fill(store)
    copy = store.migrate(revisions.BASE)
    store.close()
    assert copy is not None
    assert copy.name.startswith(f"store.db.{revisions.newest()}-")
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT count(*) FROM ticket").fetchone() == (ROWS,)
    kept.close()


def test_the_command_line_shows_and_walks(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    run = CliRunner().invoke
    assert "is empty" in run(app, ["database", "show"]).output
    newest = revisions.newest()
    assert f"revision {newest}" in run(app, ["database", "upgrade"]).output
    assert f"* {newest}" in run(app, ["database", "show"]).output
    wrong = run(app, ["database", "downgrade", "7777"])
    assert "There is no revision 7777" in str(wrong.exception)
    down = run(app, ["database", "downgrade", "base"])
    assert "a copy from before lies in" in down.output
    assert "the database has revision base" in down.output
