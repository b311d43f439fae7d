"""What all tests share: a whole centre whose Asterisk is a tape (tests/center.py)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from callcenter.pipeline import Site, load_site
from callcenter.settings import Settings
from callcenter.store import Store
from tests.center import Center
from tests.servers import postgres

# Files that take a minute and more begin first, the longest before all: none is to be the last,
# for which every other worker waits. What is not named here comes after, as it is collected.
LONGEST_FIRST = (
    "tests/live/test_hotline.py",
    "tests/live/test_ledger.py",
    "tests/live/test_talks.py",
    "tests/live/test_waiting.py",
    "tests/live/test_citizens.py",
    "tests/live/test_seats.py",
    "tests/live/test_faults.py",
    "tests/live/test_parts.py",
    "tests/live/test_asterisk.py",
    "tests/unit/test_order.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts long files first; within a file nothing moves."""
    turns = {name: turn for turn, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: turns.get(item.nodeid.partition("::")[0], len(turns)))


@pytest.fixture(scope="session")
def site() -> Site:
    """The demo county and its rules, read once."""
    return load_site(Settings())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL; `tests.servers.new_database` makes a database in it."""
    with postgres() as server:
        yield server.url


@pytest.fixture
async def center(site: Site, tmp_path: Path) -> AsyncIterator[Center]:
    """A running centre with a store of its own."""
    async with Center(site, Settings(var_dir=tmp_path / "var", seats=9)) as center:
        yield center


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that stays empty: tests use it through `session`."""
    store = Store(Settings(var_dir=tmp_path_factory.mktemp("store")).database)
    store.prepare()
    yield store
    store.close()


@pytest.fixture
def session(empty_store: Store) -> Iterator[Session]:
    """A session whose changes are forgotten when the test ends."""
    with empty_store.reading() as session:
        yield session
