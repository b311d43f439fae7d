"""A site with a supervisor and a call at a seat, and a browser: what the measurements share."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page, async_playwright

from callcenter.agents import moves, seats
from callcenter.agents.agent import Agent
from callcenter.facts import Fact, SeatSeen
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.settings import ROOT
from callcenter.store import record
from tests.browser.site import Site
from tests.calls import TEN, ACall

LEADER = Given("李班长", (Role.SUPERVISOR, Role.EVALUATOR), queues=("12345", "110"))


BOX = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root


def chromium() -> str:
    """Where Chromium is.

    Raises:
        FileNotFoundError: Neither in .deps/bin nor on the PATH.
    """
    path = shutil.which(
        "chromium", path=f"{ROOT / '.deps' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    )
    if path is None:
        raise FileNotFoundError("chromium is neither in .deps/bin nor on the PATH")
    return path


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Chromium, with its exact heap figures."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(ROOT / ".deps" / "bin" / "playwright-node"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=BOX)
        yield browser
        await browser.close()


@asynccontextmanager
async def a_site() -> AsyncIterator[Site]:
    """A closed site; `li.na` supervises, an agent sits at seat-01."""
    with TemporaryDirectory() as folder:
        site = Site(Path(folder), is_closed=True)
        with site.store.transaction() as session:
            accounts.add(session, "li.na", LEADER, password="", actor="bench")
            account = session.get(Account, "li.na")
            assert account is not None
            account.must_change = False
            seats.create(session, "seat-01", actor="bench")
            moves.register(session, "wang", "王芳", ("12345",), "bench")
            agent = session.get(Agent, "wang")
            assert agent is not None
            record(session, moves.sign_in(session, agent, "seat-01", actor="wang"))
        async with site:
            await site.state(SeatSeen(seat="seat-01", status="idle", paused=False))
            yield site


def code_of(site: Site) -> str:
    """A code that signs `li.na` in once."""
    with site.store.transaction() as session:
        return sessions.make_code(session, "li.na")[0]


async def opened(browser: Browser, site: Site, place: str, before: str = "") -> Page:
    """The page at this place, signed in; `before` runs in it before any script of ours."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    if before:
        await page.add_init_script(before)
    await page.goto(f"{site.url}/console/#enter={code_of(site)}")
    await page.get_by_role("navigation").first.wait_for()
    await page.goto(f"{site.url}/console/{place}")
    await page.get_by_role("navigation").first.wait_for()
    return page


async def heap_bytes(page: Page) -> float:
    """What the page's script holds once what nobody reaches is gone."""
    session = await page.context.new_cdp_session(page)
    await page.evaluate("new Promise((done) => setTimeout(done, 500))")
    for _ in range(2):  # what is finalized by the first goes with the second
        await session.send("HeapProfiler.collectGarbage")
    used = float((await session.send("Runtime.getHeapUsage"))["usedSize"])
    await session.detach()
    return used


def moved_to_now(call: ACall) -> list[Fact]:
    """The call's facts, as if they were of this minute."""
    shift = datetime.now(UTC) - TEN
    return [fact.model_copy(update={"at": fact.at + shift}) for fact in call.facts]
