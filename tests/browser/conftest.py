"""The live page in Debian's Chromium, on a real server."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.site import Site
from tests.patience import PATIENCE_MS

DEPS = Path(__file__).parents[2] / ".deps" / "bin"

expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium", path=f"{DEPS}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        missing = "chromium is neither in .deps/bin nor on the PATH"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=unboxed, timeout=PATIENCE_MS
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(visit: BrowserContext, site: Site) -> Page:
    """The page, opened and live."""
    page = await visit.new_page()
    await page.goto(site.url)
    await page.get_by_text("实时", exact=True).wait_for()
    return page
