"""Chromium: from an address to a picture. It packs WebP itself, so nothing else is needed."""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import groupby
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from callcenter.people import sessions
from callcenter.settings import ROOT
from tools.screenshots.moment import Clock
from tools.screenshots.pages import file_of
from tools.screenshots.screens import Language, Screen, Theme
from tools.screenshots.site import ShownSite
from tools.screenshots.story import speak_on

QUALITY: Final = 64
PATIENCE_MS: Final = 60_000
SETTLE_MS: Final = 4_000
MAP_MS: Final = 3_000  # without a graphics card a map is drawn slowly, and says nothing of it
HERE: Final = {"longitude": 112.2389, "latitude": 37.1571}  # in 南大街
CHOSEN: Final = 'localStorage["console.language"] = "%s"'
ON_THE_DESK: Final = 'localStorage["phone.voice"] = "desk"'  # this browser has no microphone
MEDIA: Final[Mapping[Theme, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
}
QUIET: Final = """async () => {
    await document.fonts.ready
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
}"""


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Chromium as the tests have it."""
    path = shutil.which(
        "chromium", path=f"{ROOT / '.deps' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    )
    box = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(ROOT / ".deps" / "bin" / "playwright-node"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=box)
        yield browser
        await browser.close()


class Camera:
    """Photographs screens of a site; each person keeps a browser of their own.

    Args:
        browser: Chromium.
        site: Told to its end.
        clock: Set to the picture's minute before each picture.
        known: Cases that addresses name.
    """

    def __init__(
        self, browser: Browser, site: ShownSite, clock: Clock, known: Mapping[str, str]
    ) -> None:
        self._browser, self._site, self._clock, self._known = browser, site, clock, known
        self._contexts: dict[str, BrowserContext] = {}

    async def take(self, screen: Screen) -> None:
        """The screen in each of its looks; colours change on the page as it stands."""
        for language, looks in groupby(screen.looks, lambda look: look[0]):
            page = await self._opened(screen, language)
            for _, theme in looks:
                await page.emulate_media(**MEDIA[theme])
                await _settled(page)
                picture = await _picture(page)
                await asyncio.to_thread(file_of(screen, language, theme).write_bytes, picture)
            await page.close()

    async def _opened(self, screen: Screen, language: Language) -> Page:
        """The screen, drawn."""
        self._clock.before()
        page = await (await self._context(screen.who)).new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.set_viewport_size({"width": screen.size[0], "height": screen.size[1]})
        await page.add_init_script(CHOSEN % language)
        path = screen.path.format_map(self._known)
        asked = f"?lang={language}" if path == "public" else ""
        await page.goto(f"{self._site.url}/{path}{asked}")
        await page.locator(screen.drawn).first.wait_for()
        if screen.then:
            await speak_on(self._site)
            await screen.then(page)
        return page

    async def _context(self, who: str) -> BrowserContext:
        if who not in self._contexts:
            self._contexts[who] = await self._browser.new_context(
                locale="zh-CN", timezone_id="Asia/Shanghai", geolocation=HERE,
                permissions=["geolocation"], reduced_motion="reduce",
            )  # fmt: skip
            await self._contexts[who].add_init_script(ON_THE_DESK)
            if who:
                await self._enter(self._contexts[who], who)
        return self._contexts[who]

    async def _enter(self, context: BrowserContext, who: str) -> None:
        with self._site.store.transaction() as session:
            code = sessions.make_code(session, who)[0]
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        async with page.expect_response(lambda one: one.url.endswith("/session/code") and one.ok):
            await page.goto(f"{self._site.url}/console/#enter={code}")
        await page.close()


async def _settled(page: Page) -> None:
    """Nothing is fetched any more, as far as that ends: a seat's page asks on and on."""
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_load_state("networkidle", timeout=SETTLE_MS)
    if await page.locator(".map").count():
        await page.wait_for_timeout(MAP_MS)
    await page.evaluate(QUIET)


async def _picture(page: Page) -> bytes:
    """The page as it stands, as WebP."""
    devtools = await page.context.new_cdp_session(page)
    told = await devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    await devtools.detach()
    return base64.b64decode(told["data"])
