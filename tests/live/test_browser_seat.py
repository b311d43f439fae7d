"""A seat in Chromium takes a real call: the telephone of the console, end to end."""

import asyncio
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from callcenter.facts import CallAnswered, PhoneLost
from callcenter.ivr.call import CallState
from callcenter.ivr.robot import RobotCall
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from tests.live.chromium import KEEP_CONNECTIONS, chromium, hears, mode, need_console, signs_in_at
from tests.live.conftest import Site, hotline_settings, shared_hotline, until, until_so
from tests.live.hotline import Hotline
from tests.live.talk import citizen_hears, speaks_on
from tests.patience import PATIENCE_MS, PATIENCE_SECONDS
from tests.sounds import samples, strength, tone

SEAT_HZ, CITIZEN_HZ = 1000, 440
BACK = "() => window.sockets.length > 1 && window.sockets.at(-1).readyState === 1"


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    need_console()
    quick = {"rate_seconds": 0, "wrap_up_seconds": 60}
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("browser"), **quick))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A browser whose microphone hears a tone for ever."""
    voice = tmp_path / "voice.wav"
    with wave.open(str(voice), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone(SEAT_HZ, 4))
    async with chromium(voice) as browser:
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(KEEP_CONNECTIONS)
        yield context


async def at_desk(visit: BrowserContext, hotline: Hotline) -> Page:
    """The console of an agent who is signed in to it, but not at a seat."""
    with hotline.store.transaction() as session:
        accounts.add(session, "wang", Given("王坐席", (Role.SEAT,)), password="", actor="t")
        session.get(Account, "wang").must_change = False
        code = sessions.make_code(session, "wang")[0]
    async with hotline.client() as client:
        file = {"display_name": "王坐席", "skills": ["12345", "110"], "actor": "t"}
        assert (await client.put("agents/wang", json=file)).status_code == 200
    page = await visit.new_page()
    await page.goto(f"http://127.0.0.1:{hotline.settings.http_port}/console/#enter={code}")
    return page


async def citizen_hears_not(call: RobotCall, hertz: int) -> None:
    """Returns once this tone is no part of what the citizen hears."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while strength(samples(call.heard()[-8000:]), hertz) > 0.1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_seat_in_the_browser_takes_a_call_and_keeps_it(
    site: Site, hotline: Hotline, visit: BrowserContext
) -> None:
    page = await at_desk(visit, hotline)
    await signs_in_at(page, "seat-02")
    call = await (await site.citizen()).call("12345")
    await mode(page, "ringing")
    await expect(page.locator(".phone")).to_contain_text("138****0001")
    call_id = hotline.call.id
    await rings_on_over_a_reload(site, hotline, page)
    await page.keyboard.press("F2")
    await mode(page, "talking")
    await until(lambda: hotline.facts(call_id, "call_offered"))
    [offered] = hotline.facts(call_id, "call_offered")  # it rang once, whatever became of the page
    assert (offered.seat, hotline.facts(call_id, "offer_missed")) == ("seat-02", [])
    speaking = asyncio.create_task(speaks_on(call, CITIZEN_HZ))

    async def both_hear() -> None:
        await hears(page, CITIZEN_HZ, SEAT_HZ)
        await citizen_hears(call, SEAT_HZ)

    await both_hear()
    await page.keyboard.press("F4")  # on hold
    await mode(page, "held")
    await citizen_hears_not(call, SEAT_HZ)
    await page.keyboard.press("F4")
    await mode(page, "talking")
    await both_hear()

    await page.reload()  # the voice is gone with the page: Asterisk rings it again
    await both_hear()
    await until(lambda: len(hotline.facts(call_id, "call_answered")) == 2)
    [lost] = hotline.facts(call_id, "phone_lost")
    first, again = hotline.facts(call_id, "call_answered")
    assert isinstance(lost, PhoneLost)
    assert isinstance(first, CallAnswered)
    assert isinstance(again, CallAnswered)
    assert lost.seat == first.seat == again.seat == "seat-02"
    assert len(hotline.facts(call_id, "call_queued")) == 1  # nobody else was offered the call
    assert again.at - lost.at < timedelta(seconds=30)  # 2 s on a machine that does nothing else

    await page.evaluate("window.sockets.at(-1).close()")  # only the socket: the voice goes on
    await is_back(page)
    await both_hear()
    hotline.kill()  # all of ours: Asterisk and the page carry the voice on between them
    await hotline.start()
    await is_back(page)
    await mode(page, "talking")
    await both_hear()
    assert len(hotline.facts(call_id, "call_answered")) == 2
    await page.keyboard.press("F4")
    await mode(page, "held")
    await page.reload()  # what is held is given up with the page that held it
    await both_hear()
    await until(lambda: len(hotline.facts(call_id, "call_answered")) == 3)
    assert len(hotline.facts(call_id, "call_queued")) == 1
    speaking.cancel()
    await call.hang_up()  # which the page learns over its new socket
    await until(lambda: len(hotline.facts(call_id, "talk_ended")) == 3)
    await mode(page, "wrapUp")
    await page.keyboard.press("Shift+F7")
    await expect(page.locator('[data-deed="extend"]')).to_have_count(0)
    await page.keyboard.press("Shift+F8")
    await mode(page, "ready")
    await until(lambda: state_of(hotline, call_id) is CallState.ENDED)


def state_of(hotline: Hotline, call_id: str) -> CallState:
    [call] = [call for call in hotline.calls() if call.id == call_id]
    return call.state


async def is_back(page: Page) -> None:
    """Returns once the page's telephone has a way to Asterisk again."""
    # The policy lets no string be evaluated, so we look from here.
    await until_so(lambda: page.evaluate(BACK))


async def rings_on_over_a_reload(site: Site, hotline: Hotline, page: Page) -> None:
    """The page that is loaded anew rings again, for the same caller, whom nobody overtakes."""
    behind = await (await site.citizen("13800000002")).call("12345")
    await behind.answered()
    await until(lambda: len(hotline.calls()) == 2)
    later = hotline.call.id
    await until(lambda: hotline.facts(later, "call_queued"))
    await page.reload()
    await mode(page, "ringing")
    await expect(page.locator(".phone")).to_contain_text("138****0001")
    assert hotline.facts(later, "call_offered") == []
    await behind.hang_up()
    await until(lambda: hotline.facts(later, "call_abandoned"))
