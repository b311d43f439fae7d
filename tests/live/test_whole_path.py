"""The whole path in Chromium: a citizen rings, and six people finish the case on their own pages.

The citizen and the supervisor's telephone are robots; the seat's telephone is the browser, whose
microphone hears a greeting for ever. Nobody moves the case by the API.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page, expect

from callcenter.ivr.prompts import speak
from callcenter.ivr.robot import RobotCall, RobotPhone
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from tests.browser.test_console import give
from tests.live.chromium import (
    HEARS,
    KEEP_CONNECTIONS,
    chromium,
    hears,
    mode,
    need_console,
    signs_in_at,
)
from tests.live.conftest import Site, until
from tests.live.hotline import Hotline
from tests.live.talk import GREETING, LIGHTS, citizen_hears, say, speaks_on
from tests.patience import PATIENCE_MS, PATIENCE_SECONDS
from tests.sounds import samples, strength

CITIZEN, VOICE_HZ = "13800000001", 2000
PEOPLE = {
    "wang": Given("王坐席", (Role.SEAT,)),
    "li.na": Given("李班长", (Role.SUPERVISOR,), queues=("12345", "110")),
    "check": Given("孙核查", (Role.VERIFIER,)),
    "counts": Given("钱考评", (Role.EVALUATOR,)),
}


class County:
    """A hotline, a browser, and its people, each with a page of their own."""

    def __init__(self, hotline: Hotline, browser: Browser) -> None:
        self.hotline, self._browser = hotline, browser
        self.settings = hotline.settings

    async def page_of(self, name: str, place: str) -> Page:
        """Signed in, at this place of the console."""
        with self.hotline.store.transaction() as session:
            code = sessions.make_code(session, name)[0]
        context = await self._browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(KEEP_CONNECTIONS)
        page = await context.new_page()
        console = f"http://127.0.0.1:{self.settings.http_port}/console"
        await page.goto(f"{console}/#enter={code}")
        await page.get_by_role("navigation").first.wait_for()
        await page.goto(f"{console}/{place}")
        return page

    def engage(self, people: Mapping[str, Given]) -> None:
        """They have accounts whose first password is changed."""
        with self.hotline.store.transaction() as session:
            for name, given in people.items():
                accounts.add(session, name, given, password="", actor="t")
                session.get(Account, name).must_change = False


@pytest.fixture
async def county(hotline: Hotline) -> AsyncIterator[County]:
    need_console()
    greeting = await asyncio.to_thread(speak, hotline.settings, GREETING)
    async with chromium(greeting) as browser:
        county = County(hotline, browser)
        county.engage(PEOPLE)
        async with hotline.client() as client:
            file = {"display_name": "王坐席", "skills": ["12345", "110"], "actor": "t"}
            assert (await client.put("agents/wang", json=file)).status_code == 200
        yield county


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


async def test_a_call_becomes_a_case_that_six_people_finish(site: Site, county: County) -> None:
    seat = await county.page_of("wang", "seat")
    await signs_in_at(seat, "seat-02")
    home = await site.citizen(CITIZEN, port=site.trunk_port)
    call = await home.call("12345")
    await mode(seat, "ringing")
    await seat.keyboard.press("F2")
    await mode(seat, "talking")
    await say(site.settings, call, LIGHTS)
    await the_page_writes_along(seat)
    await is_supervised(site, county, seat, call)

    await mode(seat, "wrapUp")
    await seat.keyboard.press("Alt+Enter")
    await expect(seat.locator(".done [role=status]")).to_contain_text(re.compile("已立案|已派遣"))
    await until(lambda: county.hotline.tickets()[0].unit)
    ticket = county.hotline.tickets()[0]
    assert ticket.item == "113"
    handler = Given("承办单位", (Role.HANDLER,), unit=ticket.unit)
    county.engage({"unit": handler})
    page = await county.page_of("unit", f"cases/{ticket.number}")
    await give(page, "接单")
    await give(page, "反馈", "已换新灯具")
    await give(await county.page_of("check", f"cases/{ticket.number}"), "核查通过")
    await is_rated(home, county)
    await is_counted(county, ticket.number)


async def the_page_writes_along(seat: Page) -> None:
    """Both speakers' words stand there, and the form has filled itself."""
    said = seat.locator(".said")
    await expect(said).to_contain_text("路灯")
    await expect(said).to_contain_text("热线")
    await expect(seat.get_by_label("事项", exact=True)).to_have_value("113")
    await expect(seat.locator(".seat")).to_contain_text("南大街")


async def is_supervised(site: Site, county: County, seat: Page, call: RobotCall) -> None:
    """Listened to, whispered to, barged in on and taken over; what each of the others hears."""
    phone = await site.seat("seat-03")
    page = await county.page_of("li.na", "supervisor")
    call_id = county.hotline.call.id
    await page.locator(f'[data-call="{call_id}"]').first.press("Enter")
    await expect(page.locator(".words, .said").first).to_contain_text("路灯")
    form = page.get_by_role("form", name="监听与强插")
    await form.get_by_label("我的话机").select_option("seat-03")
    await form.get_by_label("理由").fill("新坐席带教")
    await form.get_by_label("理由").press("Enter")
    listening = await phone.ring()
    await listening.answer()
    now = page.locator("[data-supervision]")
    await expect(now).to_have_attribute("data-supervision", "listen")
    speaking = asyncio.create_task(speaks_on(listening, VOICE_HZ))
    await asyncio.sleep(0)
    assert not await seat.evaluate(HEARS, [VOICE_HZ, [VOICE_HZ + 300]])
    await page.get_by_role("button", name="密语").click()
    await expect(now).to_have_attribute("data-supervision", "whisper")
    await hears(seat, VOICE_HZ, VOICE_HZ + 300)
    whispered = len(call.heard())
    await page.get_by_role("button", name="强插").click()
    await expect(now).to_have_attribute("data-supervision", "barge")
    assert strength(samples(call.heard()[:whispered]), VOICE_HZ) < 0.01
    await citizen_hears(call, VOICE_HZ, 0.1)
    await page.get_by_role("button", name="接管").click()
    await mode(seat, "wrapUp")
    await citizen_hears(call, VOICE_HZ, 0.8)
    speaking.cancel()
    await listening.hang_up()
    await call.ended()


async def is_rated(home: RobotPhone, county: County) -> None:
    """The robot rings the citizen back, who is content."""
    ring = await home.ring(PATIENCE_SECONDS)
    await ring.answer()
    while county.hotline.tickets()[0].step != "closed":
        await ring.send_keys("1")
        await asyncio.sleep(1)


async def is_counted(county: County, number: str) -> None:
    """The month has one case more, and the number leads to it."""
    page = await county.page_of("counts", "evaluation")
    handled = page.locator("tr[data-figure=handled_rate]")
    await handled.get_by_role("button", name="处置率 的分母").first.click()
    await expect(page.locator(".list tbody a")).to_have_text([number])
