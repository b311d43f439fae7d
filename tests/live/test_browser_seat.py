"""A seat in Chromium takes a real call: the telephone of the console, end to end."""

import asyncio
import os
import shutil
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from callcenter.api.console import FOLDER
from callcenter.facts import CallAnswered, PhoneLost
from callcenter.ivr.call import CallState
from callcenter.ivr.robot import RobotCall
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from tests.browser.conftest import DEPS
from tests.live.conftest import Site, hotline_settings, shared_hotline, until
from tests.live.hotline import Hotline
from tests.sounds import samples, strength, tone

pytestmark = pytest.mark.timeout(300)
SEAT_HZ, CITIZEN_HZ = 1000, 440
# Keeps what the page connects: to hear what a person with the headset on would, and to cut it.
KEEP_CONNECTIONS = """
const keep = (name, kept) => { window[name] = class extends window[name] {
  constructor(...how) { super(...how); kept.push(this) }
} }
keep('RTCPeerConnection', window.lines = []); keep('WebSocket', window.sockets = [])"""
BACK = "() => window.sockets.length > 1 && window.sockets.at(-1).readyState === 1"
HEARS = """async ([hertz, others]) => {
  const line = window.lines.at(-1)
  const track = line?.getReceivers()[0]?.track
  if (line?.connectionState !== 'connected' || !track) return false
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 8192
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  await new Promise((done) => setTimeout(done, 300))
  const bins = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(bins)
  const loud = (at) => bins[Math.round(at / context.sampleRate * analyser.fftSize)]
  await context.close()
  return loud(hertz) > -60 && others.every((other) => loud(hertz) - loud(other) > 20)
}"""


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    if not (FOLDER / "index.html").is_file():
        told = "the console is not built: run setup/console build"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    quick = {"rate_seconds": 0, "wrap_up_seconds": 60}
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("browser"), **quick))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A browser whose microphone hears a tone for ever."""
    path = shutil.which("chromium", path=f"{DEPS}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        told = "chromium is neither in .deps/bin nor on the PATH"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    voice = tmp_path / "voice.wav"
    with wave.open(str(voice), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone(SEAT_HZ, 4))
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags + unboxed)
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(20_000)
        await context.add_init_script(KEEP_CONNECTIONS)
        yield context
        await browser.close()


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


async def hears(page: Page, hertz: int, *others: int) -> None:
    """Returns once the seat's headset has this tone and not the others."""
    async with asyncio.timeout(15):
        while not await page.evaluate(HEARS, [hertz, list(others)]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def citizen_hears(call: RobotCall, hertz: int, share: float = 0.5) -> None:
    """Returns once this tone is what the citizen hears."""
    async with asyncio.timeout(15):
        while True:
            sound = samples(call.heard()[-8000:])
            if len(sound) == 4000 and strength(sound, hertz) > share:
                return
            await asyncio.sleep(0.05)


async def citizen_hears_not(call: RobotCall, hertz: int) -> None:
    """Returns once this tone is no part of what the citizen hears."""
    async with asyncio.timeout(15):
        while strength(samples(call.heard()[-8000:]), hertz) > 0.1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def mode(page: Page, name: str) -> None:
    await expect(page.locator(".phone")).to_have_attribute("data-mode", name, timeout=20_000)


async def signs_in_at(page: Page, seat: str) -> None:
    await page.get_by_role("button", name="签入").click()
    form = page.get_by_role("form", name="签入")
    await form.get_by_label("坐席").select_option(seat)
    await form.get_by_role("button", name="签入").click()
    await mode(page, "ready")


async def test_a_seat_in_the_browser_takes_a_call_and_keeps_it(
    site: Site, hotline: Hotline, visit: BrowserContext
) -> None:
    page = await at_desk(visit, hotline)
    await signs_in_at(page, "seat-02")
    call = await (await site.citizen()).call("12345")
    await mode(page, "ringing")
    await expect(page.locator(".phone")).to_contain_text("138****0001")
    await page.keyboard.press("F2")
    await mode(page, "talking")
    speaking = asyncio.create_task(call.say(tone(CITIZEN_HZ, 60)))

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
    call_id = hotline.call.id
    [lost] = hotline.facts(call_id, "phone_lost")
    first, again = hotline.facts(call_id, "call_answered")
    assert isinstance(lost, PhoneLost)
    assert isinstance(first, CallAnswered)
    assert isinstance(again, CallAnswered)
    assert lost.seat == first.seat == again.seat == "seat-02"
    assert len(hotline.facts(call_id, "call_queued")) == 1  # nobody else was offered the call
    assert again.at - lost.at < timedelta(seconds=10)  # 2 s on a machine that does nothing else

    await page.evaluate("window.sockets.at(-1).close()")  # only the socket: the voice goes on
    async with asyncio.timeout(15):  # the policy lets no string be evaluated, so we look from here
        while not await page.evaluate(BACK):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await both_hear()
    assert len(hotline.facts(call_id, "call_answered")) == 2
    await page.keyboard.press("F4")
    await mode(page, "held")
    await page.reload()  # what is held is given up with the page that held it
    await both_hear()
    assert len(hotline.facts(call_id, "call_answered")) == 3
    assert len(hotline.facts(call_id, "call_queued")) == 1
    speaking.cancel()
    await call.hang_up()  # which the page learns over its new socket
    await until(lambda: len(hotline.facts(call_id, "talk_ended")) == 3)
    await mode(page, "wrapUp")
    await page.keyboard.press("Shift+F7")
    await expect(page.locator('[data-deed="extend"]')).to_have_count(0)
    await page.keyboard.press("Shift+F8")
    await mode(page, "ready")
    assert hotline.call.state is CallState.ENDED
