"""What all tests share: a whole centre whose Asterisk is a tape (tests/center.py)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.pipeline import Site, load_site
from callcenter.settings import Settings
from tests.center import Center


@pytest.fixture(scope="session")
def site() -> Site:
    """The demo county and its rules, read once."""
    return load_site(Settings())


@pytest.fixture
async def center(site: Site, tmp_path: Path) -> AsyncIterator[Center]:
    """A running centre with a store of its own."""
    async with Center(site, Settings(var_dir=tmp_path / "var")) as center:
        yield center
