"""Databases with every table, made once a worker and copied for each test.

Making some sixty tables anew was a quarter of what tests of the API took of the processor.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from callcenter.store import Store


def prepare(store: Store) -> None:
    """As `store.prepare()`; a SQLite file that is not there yet is a copy."""
    path = Path(store.url.database or "")
    if store.is_sqlite and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_sqlite(), path)
    store.prepare()


@contextmanager
def new_databases(server: str) -> Iterator[Callable[..., str]]:
    """Makes databases in a PostgreSQL and gives their addresses; gone at the end.

    They have every table; those made with `is_empty=True` have none.
    """
    made: list[str] = []

    def make(*, is_empty: bool = False) -> str:
        name = f"test_{len(_made)}"
        _made.append(name)
        _create(server, name, "template1" if is_empty else _postgres(server))
        made.append(name)
        return _address(server, name)

    yield make
    for name in made:
        _say(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_made: list[str] = []  # by this worker, whose PostgreSQL is its own
_folder = tempfile.TemporaryDirectory(prefix="store")


@cache
def _sqlite() -> Path:
    path = Path(_folder.name) / "store.db"
    _fill(f"sqlite:///{path}")
    return path


@cache
def _postgres(server: str) -> str:
    name = "with_tables"
    _create(server, name, "template1")
    _fill(_address(server, name))
    return name


def _fill(url: str) -> None:
    store = Store(url)
    store.prepare()
    store.close()


def _create(server: str, name: str, template: str) -> None:
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _say(server, create.format(sql.Identifier(name), sql.Identifier(template)))


def _say(server: str, command: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command)


def _address(server: str, name: str) -> str:
    return server.rsplit("/", 1)[0] + f"/{name}"
