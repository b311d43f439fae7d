"""Contract: the store says plainly what it cannot do, and hides what it was given."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import text

from callcenter.errors import CannotStartError
from callcenter.store import LedgerRow, Store
from tests.patience import PATIENCE_SECONDS

WORDS = "南大街的路灯不亮"


def test_an_error_of_the_database_hides_what_it_was_given(store):
    row = {"id": None, "name": "x", "at": datetime.now(UTC), "body": WORDS, "published": False}
    with pytest.raises(SQLAlchemyError) as refused, store.transaction() as session:
        session.connection().execute(LedgerRow.__table__.insert().values(row))
    assert "parameters hidden" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://callcenter:hunter2@127.0.0.1:door/x",
        "postgresql://callcenter:hunter2@127.0.0.1:1/x",
        "sqlite:////proc/nowhere/callcenter.db",
    ],
)
def test_a_database_that_cannot_be_used_is_named_in_one_line(url):
    with pytest.raises(CannotStartError, match="CALLCENTER_DATABASE_URL") as refused:
        Store(url).prepare()
    assert "hunter2" not in refused.value.message
    assert "\n" not in refused.value.message


def test_tables_of_another_version_are_named_in_one_line(store):
    with store.transaction() as session:
        session.exec(text("ALTER TABLE parked DROP COLUMN error"))
    with pytest.raises(CannotStartError, match="another version.*parked lacks error"):
        store.prepare()


def test_writers_of_one_process_wait_in_line(tmp_path):
    store, steps, comes = Store(f"sqlite:///{tmp_path}/callcenter.db"), [], threading.Event()

    def write():
        comes.set()
        with store.transaction():
            steps.append("second")

    second = threading.Thread(target=write)
    with store.transaction():
        second.start()
        assert comes.wait(PATIENCE_SECONDS)
        second.join(0.1)  # one that would not wait is through by then
        steps.append("first")
    second.join(PATIENCE_SECONDS)
    assert steps == ["first", "second"]
