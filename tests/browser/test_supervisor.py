"""The supervisor's pages in Chromium: wall, seats, a call's words, listening in, a number's calls.

The whole way is walked on one page. Asterisk is a fake that takes every order; what it would tell
of a telephone that is picked up is stated as the line role states it.
"""

import asyncio
import re
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect
from sqlmodel import select

from callcenter.agents import moves, seats
from callcenter.agents.agent import Agent
from callcenter.agents.seats import Seat, SeatState
from callcenter.agents.switch import Switch
from callcenter.ami.connection import Address
from callcenter.ami.link import Link
from callcenter.errors import LinkDownError
from callcenter.facts import (
    Fact,
    Line,
    PartialHeard,
    RecordingStored,
    SeatSeen,
    Side,
    SupervisionMoved,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.ivr.call import refold
from callcenter.people import accounts
from callcenter.people.accounts import Account, Given
from callcenter.people.audit import AuditLine
from callcenter.people.roles import Role
from callcenter.store import record, unpublished
from callcenter.tickets.opening import open_ticket
from tests.browser.site import Site
from tests.browser.test_console import built, entered, faults  # noqa: F401  # built is a fixture
from tests.browser.test_queue_wall import now
from tests.calls import ACall
from tests.contract.fake_asterisk import FakeAsterisk, success
from tests.patience import PATIENCE_SECONDS
from tests.sounds import RATE_HZ, tone

BEFORE = "n1-0.0"
SHIFT = timedelta(minutes=7)  # so long have they been signed in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def with_asterisk(site: Site) -> AsyncIterator[FakeAsterisk]:
    """The site with an Asterisk that takes every order."""
    async with FakeAsterisk() as fake:
        fake.answers |= dict.fromkeys(("Originate", "Redirect", "Hangup"), success)
        site.switch = Switch(Link(Address("n1", "127.0.0.1", fake.port, "callcenter", ""), 30.0))
        running = asyncio.create_task(site.switch.run())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    site.switch.require()
                    break
                except LinkDownError:
                    await asyncio.sleep(0.01)
        yield fake
        running.cancel()
        await asyncio.wait([running])


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with supervised(tmp_path) as site:
        yield site


@asynccontextmanager
async def supervised(folder: Path) -> AsyncIterator[Site]:
    """A closed site with a supervisor, two seats, an agent at the first, and a call of before."""
    site = Site(folder, is_closed=True)
    leader = Given("李班长", (Role.SUPERVISOR,), queues=("12345", "110", "dialect"))
    with site.store.transaction() as session:
        accounts.add(session, "li.na", leader, password="", actor="t")
        session.get(Account, "li.na").must_change = False
        for name in ("seat-01", "seat-02"):
            seats.create(session, name, actor="t")
            seat = session.get(Seat, name)
            seat.state, seat.sip_since = SeatState.READY, datetime.now(UTC)
        moves.register(session, "wang", "王芳", ("12345",), "t")
        signed_in = moves.sign_in(session, session.get(Agent, "wang"), "seat-01", actor="wang")
        record(session, signed_in.model_copy(update={"at": datetime.now(UTC) - SHIFT}))
        for fact in call_of_before(site.settings.recordings_dir):
            record(session, fact)
        refold(session, BEFORE)
        open_ticket(session, Line.SERVICE, at=datetime.now(UTC), actor="seat-01", call_id=BEFORE)
    async with with_asterisk(site) as fake, site:
        site.asterisk = fake
        for name in ("seat-01", "seat-02"):
            await site.state(SeatSeen(seat=name, status="idle", paused=False))
        while _is_owing(site):  # noqa: ASYNC110  # the relay and a test's own writing would wait
            await asyncio.sleep(0.01)  # for each other
        yield site


def _is_owing(site: Site) -> bool:
    """Whether facts are still to be published."""
    with site.store.reading() as session:
        return bool(unpublished(session, 1))


def call_of_before(folder: Path) -> list[Fact]:
    """An hour ago; half a minute of tones is kept of both sides."""
    call = ACall("0", began=-3600, caller="13800000009").queued().answered("seat-01", 5)
    call.parted("seat-01", 30).ended()
    folder.mkdir(parents=True)
    kept = {"sha256": "0" * 64, "seconds": 30.0, "talk_seconds": 30.0, "complete": True}
    stored: list[Fact] = []
    for side, hertz in ((Side.CITIZEN, 440), (Side.SEAT, 660)):
        with wave.open(str(folder / f"{side}.wav"), "wb") as file:
            file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
            file.writeframes(b"".join(tone(hertz, 1) + bytes(RATE_HZ * 2) for _ in range(15)))
        stored.append(RecordingStored(call_id=BEFORE, side=side, path=f"{side}.wav", **kept))
    said = [heard(BEFORE, 0, "文庙西侧的井盖坏了"), heard(BEFORE, 1, "请您稍等", Side.SEAT)]
    done = TranscriptCompleted(call_id=BEFORE, source="live", model="tape", heard_seconds=30.0)
    return [*now(call), *said, *stored, done]


def heard(call: str, index: int, text: str, side: Side = Side.CITIZEN) -> UtteranceHeard:
    start = 1000 + index * 2000
    return UtteranceHeard(
        call_id=call, side=side, source="live", index=index, start_ms=start, end_ms=start + 1500,
        text=text,
    )  # fmt: skip


async def take_calls(site: Site) -> str:
    """One who gave up, one who talks to seat-01, one who waits; the call that goes on."""
    talking = ACall("2", began=-40, caller="13800000002").queued().offered("seat-01")
    stories = (
        ACall("1", began=-90, caller="13800000001").queued().gives_up(20),
        talking.answered("seat-01", 9),
        ACall("3", began=-31, caller="13800000003").queued(),
    )
    for story in stories:
        await site.state(*now(story))
    return talking.id


async def test_a_supervisor_sees_the_centre_listens_in_and_opens_a_number(
    visit: BrowserContext, site: Site
) -> None:
    page = await entered(visit, site, "li.na", "supervisor")
    await expect(page.locator("[data-seat=seat-02]")).to_contain_text("值守")
    call = await take_calls(site)
    await sees_wall_and_seats(page)
    await sees_words(page, site, call)
    assert await faults(page) == []
    await listens_in(page, site, call)
    await leads(page, site)
    await opens_a_number(page)
    assert await faults(page) == []
    await hears_a_recording(page, site)
    assert await faults(page) == []


async def sees_wall_and_seats(page: Page) -> None:
    line = page.locator('.line[data-line="12345"]')
    await expect(line.locator("[data-figure=waiting] dd")).to_have_text("1")
    longest = line.locator("[data-figure=longest] dd")
    await expect(longest).to_have_text(re.compile(r"0:[3-5]\d|[1-9]:\d\d"))
    before = await longest.inner_text()
    rate = line.locator("[data-figure=connected_rate] a")
    await expect(rate).to_contain_text("66.7%")
    await expect(rate).to_have_attribute("title", "接通 ÷ (进队列 − 正在等待) 2 ÷ 3")
    await expect(page.locator(".caller.gone")).to_contain_text("138****0001")
    await expect(page.locator(".caller.gone")).to_contain_text("未安排回拨")
    await expect(page.locator("[data-alarm=wait]")).to_contain_text("12345 最长等待")
    await page.get_by_role("button", name="静音").press("Enter")
    await expect(page.get_by_text("声音已关闭")).to_be_visible()
    seat = page.locator("[data-seat=seat-01]")
    await expect(seat).to_have_text(re.compile(r"01\s*王芳.*通话中\s*\d:\d\d.*12345", re.DOTALL))
    await expect(page.locator("[data-seat=seat-02]")).to_contain_text("值守")
    await expect(longest).not_to_have_text(before)  # by the clock alone


async def sees_words(page: Page, site: Site, call: str) -> None:
    await page.locator("[data-seat=seat-01]").get_by_role("button").press("Enter")
    words = page.get_by_role("log", name="双方的话")
    await expect(words).to_contain_text("尚无对话")
    await site.bus.mention(PartialHeard(call_id=call, side=Side.CITIZEN, text="南大街的"))
    await expect(words.locator(".partial")).to_contain_text("南大街的")
    await site.state(heard(call, 0, "南大街的路灯不亮"), heard(call, 1, "请问几号", Side.SEAT))
    await expect(words.locator(".said")).to_have_count(2)
    await expect(words.locator(".said").last).to_have_text(re.compile(r"坐席 0:03\s*请问几号"))


async def listens_in(page: Page, site: Site, call: str) -> None:
    form = page.get_by_role("form", name="监听与强插")
    await form.get_by_label("我的话机").select_option("seat-02")
    await form.get_by_role("button", name="监听").press("Enter")
    await expect(form.get_by_role("alert")).to_have_text("请填写理由。")
    await form.get_by_label("理由").fill("新坐席带教")
    await form.get_by_label("理由").press("Enter")
    shown = page.locator("[data-supervision]")
    await expect(shown).to_contain_text("您的话机正在振铃")
    asked = site.asterisk.heard_actions("Originate")[-1]
    assert asked["Channel"] == "PJSIP/seat-02"
    mode = {"call_id": call, "supervisor": "supervisor:li.na", "seat": "seat-01"}
    mode |= {"supervision": asked["ChannelId"], "reason": "新坐席带教", "shown_to_agent": True}
    await site.state(SupervisionMoved(number=1, mode="listen", **mode))
    await expect(shown).to_contain_text("监听中:双方都听不到您")
    await expect(page.get_by_role("button", name="接管")).to_be_visible()
    await site.state(SupervisionMoved(number=2, mode="ended", **mode))
    await expect(shown).to_contain_text("已结束")


async def leads(page: Page, site: Site) -> None:
    await page.get_by_role("button", name="王芳:调动").press("Enter")
    form = page.get_by_role("form", name="王芳:调动")
    await expect(form.get_by_label("理由")).to_be_focused()
    await form.get_by_label("到坐席").select_option("seat-02")
    await form.get_by_label("理由").press("Enter")
    await expect(form.get_by_role("alert")).to_have_text("请填写理由。")
    await form.get_by_label("理由").fill("靠窗座位维修")
    await form.get_by_label("理由").press("Enter")
    await expect(page.get_by_text("已调动:王芳")).to_be_visible()
    await expect(page.locator("[data-seat=seat-02]")).to_contain_text("王芳")
    await page.get_by_role("button", name="关闭 方言专席").press("Enter")
    closing = page.get_by_role("form", name="关闭 方言专席")
    await closing.get_by_label("理由").fill("今日无方言坐席")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-queue=dialect]")).to_contain_text("今日无方言坐席")
    await expect(page.locator("[data-queue='110']")).to_contain_text("110 从不关闭")
    await page.get_by_label("通知内容").fill("停水来电多,请先查公告")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("发给 全部坐席")


async def opens_a_number(page: Page) -> None:
    await page.locator('.line[data-line="12345"] [data-figure=connected_rate] a').press("Enter")
    await expect(page.get_by_role("heading", name="接通率 的明细")).to_be_visible()
    row = page.locator(".list tbody tr")
    await expect(row).to_have_count(2)
    await expect(row.last).to_contain_text("138****0002")
    abandoned = page.locator("tr[data-figure=abandoned]")
    await expect(abandoned).to_contain_text("放弃")
    await abandoned.get_by_role("button").first.press("Enter")
    await expect(row).to_contain_text("138****0001")
    assert "figure=abandoned" in page.url
    await page.get_by_role("button", name="关闭明细").press("Enter")
    await expect(page.locator(".list")).to_have_count(0)


async def hears_a_recording(page: Page, site: Site) -> None:
    await page.get_by_role("link", name="现场").press("Enter")
    await page.locator(f'[data-call="{BEFORE}"]').press("Enter")
    await page.get_by_role("link", name="录音与文字").press("Enter")
    await expect(page.locator(".spoken").first).to_contain_text("文庙西侧的井盖坏了")
    await page.get_by_role("button", name="调听录音").press("Enter")
    await expect(page.locator("canvas.wave")).to_have_count(2)
    await page.get_by_role("button", name="请您稍等").press("Enter")
    await expect(page.locator(".spoken[aria-current]")).to_contain_text("请您稍等")
    place = page.get_by_role("slider")
    played_on = re.compile(r"0:(0[4-9]|[12]\d) / 0:30")  # by itself
    await expect(place).to_contain_text(played_on)
    await page.get_by_role("button", name="暂停").press("Enter")
    await place.press("End")
    await expect(place).to_have_attribute("aria-valuenow", "30")
    with site.store.reading() as session:
        heard_lines = select(AuditLine.subject).where(AuditLine.what == "recording_heard")
        told = sorted(session.exec(heard_lines))
    assert told == [f"{BEFORE}/citizen", f"{BEFORE}/seat"]  # once, however often it is played
