"""Each port on each carrier: SQLite and PostgreSQL, memory and Redis."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.bus.memory import MemoryBus
from callcenter.bus.redis import RedisBus
from callcenter.store import Store
from tests.servers import redis
from tests.stores import prepare


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis() as server:
        yield server.url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("new_postgres")())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Without any table, or not there at all."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("new_postgres")(is_empty=True))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    prepare(store)
    yield store
    store.close()


@pytest.fixture(params=["memory", "redis"])
def make_bus(request: pytest.FixtureRequest):
    """Another door to the same bus, as another process would have (the same one for memory)."""
    if request.param == "memory":
        bus = MemoryBus()
        return lambda: bus
    url, prefix = request.getfixturevalue("redis_url"), f"test-{uuid.uuid4().hex}"
    return lambda: RedisBus(url, prefix=prefix, stale_ms=1000)
