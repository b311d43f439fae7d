"""Contract: history and ledger are appended to, whatever program writes to the database."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import text

from callcenter.facts import Line
from callcenter.store import Store, mark_published, record, revisions
from callcenter.store.append_only import HistoryDeletion, may_delete
from callcenter.tickets.attachments import attach
from callcenter.tickets.opening import open_draft
from tests.unit.test_attachments import PNG

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
ATTEMPTS = [
    "UPDATE ticketstep SET reason = 'another'",
    "UPDATE ticketstep SET at = at",
    "DELETE FROM ticketstep",
    "UPDATE attachment SET sha256 = 'another'",
    "DELETE FROM attachment",
    "UPDATE ledger SET body = '{}'",
    "UPDATE ledger SET at = at, published = published",
    "DELETE FROM ledger",
]


@pytest.fixture
def filled(store, tmp_path):
    with store.transaction() as session:
        (opened,) = open_draft(session, "n1-1.0", Line.SERVICE, at=NOON, actor="seat-01")
        record(session, opened)
        attach(session, opened.ticket_number, PNG, "a.png", tmp_path, at=NOON, actor="seat-01")
    return store


def rows(store):
    tables = ("ticketstep", "attachment", "ledger")
    with store.reading() as session:
        return [
            session.connection().execute(text(f"SELECT * FROM {name}")).all() for name in tables
        ]


def refuse_all(store):
    before = rows(store)
    for attempt in ATTEMPTS:
        with pytest.raises(DBAPIError, match="appended to"), store.transaction() as session:
            session.connection().execute(text(attempt))
    assert rows(store) == before


def test_what_has_happened_is_not_changed_and_not_deleted(filled):
    refuse_all(filled)


def test_a_fact_can_still_be_published(filled):
    with filled.transaction() as session:
        mark_published(session, [1])
    assert rows(filled)[2][0].published


def test_retention_deletes_and_the_way_is_shut_behind_it(filled):
    with filled.transaction() as session, may_delete(session, "test"):
        session.connection().execute(text("DELETE FROM attachment"))
        session.connection().execute(text("UPDATE ledger SET body = '{}'"))
    assert rows(filled)[1] == []
    with filled.reading() as session:
        assert session.get(HistoryDeletion, 1) is None
    with pytest.raises(DBAPIError, match="appended to"), filled.transaction() as session:
        session.connection().execute(text("DELETE FROM ledger"))


def test_a_migration_leaves_the_triggers_in_place(empty_database_url):
    store = Store(empty_database_url)
    for revision in (revisions.FIRST, revisions.newest()):
        store.migrate(revision)
    with store.transaction() as session:
        (opened,) = open_draft(session, "n1-1.0", Line.SERVICE, at=NOON, actor="seat-01")
        record(session, opened)
    for table in ("ticketstep", "ledger"):
        with pytest.raises(DBAPIError, match="appended to"), store.transaction() as session:
            session.connection().execute(text(f"DELETE FROM {table}"))
    store.close()
