"""What all tests share: a whole centre whose Asterisk is a tape (tests/center.py)."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from callcenter.pipeline import Site, load_site
from callcenter.settings import Settings
from callcenter.store import Store
from tests.center import Center
from tests.folding import ConsoleBoard, console_board, missing, played
from tests.servers import postgres
from tests.stores import new_databases, prepare

# Files that take a minute and more, mostly waiting for calls; what is not named here computes. So
# they are spread among the others: waiting workers leave cores idle, and the last file, for which
# every other worker waits, is a short one.
LONG = (
    "tests/live/test_hotline.py",
    "tests/live/test_ledger.py",
    "tests/live/test_talks.py",
    "tests/live/test_waiting.py",
    "tests/live/test_citizens.py",
    "tests/live/test_seats.py",
    "tests/live/test_faults.py",
    "tests/live/test_parts.py",
    "tests/live/test_asterisk.py",
)
AT_FIRST = 2  # long files begin together
BETWEEN = 15  # short files, before the next long one


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spreads long files among the others; within a file nothing moves."""
    names = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items))
    turns = {name: float(turn) for turn, name in enumerate(one for one in names if one not in LONG)}
    for place, name in enumerate(LONG):
        turns[name] = BETWEEN * max(0, place - AT_FIRST + 1) - 0.5
    items.sort(key=lambda item: turns[item.nodeid.partition("::")[0]])


@pytest.fixture(scope="session")
def site() -> Site:
    """The demo county and its rules, read once."""
    return load_site(Settings())


@pytest.fixture(scope="session")
def console() -> Iterator[ConsoleBoard | None]:
    """The console's board; None where Node.js or the console's packages are not here."""
    if missing():
        if os.environ.get("CI"):
            pytest.fail(f"{missing()} is not here: run setup/console test")
        yield None
        return
    with console_board() as console:
        yield console


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL; `new_postgres` makes a database in it."""
    with postgres() as server:
        yield server.url


@pytest.fixture
def new_postgres(postgres_url: str) -> Iterator[Callable[..., str]]:
    """Makes databases (`tests.stores.new_databases`), gone when the test ends."""
    with new_databases(postgres_url) as new:
        yield new


@pytest.fixture
async def center(site: Site, tmp_path: Path, console: ConsoleBoard | None) -> AsyncIterator[Center]:
    """A running centre with a store of its own.

    Whatever its tape told, a live page folds it into the board that one opened later begins with.
    """
    settings = Settings(var_dir=tmp_path / "var", seats=9)
    async with played(Center(site, settings), console) as center:
        yield center


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that stays empty: tests use it through `session`."""
    store = Store(Settings(var_dir=tmp_path_factory.mktemp("store")).database)
    prepare(store)
    yield store
    store.close()


@pytest.fixture
def session(empty_store: Store) -> Iterator[Session]:
    """A session whose changes are forgotten when the test ends."""
    with empty_store.reading() as session:
        yield session
