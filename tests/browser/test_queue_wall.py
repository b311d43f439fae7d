"""The queue wall on the page: who waits, how long, and the figures with their formulas."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import BrowserContext, Page, expect

from callcenter.facts import CallbackDue, Fact, SeatSeen
from callcenter.ivr.call import refold
from callcenter.ivr.callback import open_task
from tests.browser.site import Site
from tests.calls import TEN, ACall

pytestmark = pytest.mark.asyncio(loop_scope="module")


def now(call: ACall) -> list[Fact]:
    """The call's facts, its story's beginning being now."""
    later = datetime.now(UTC) - TEN
    return [fact.model_copy(update={"at": fact.at + later}) for fact in call.facts]


async def test_who_waits_is_seen_with_a_wait_that_runs_on(page: Page, site: Site) -> None:
    await expect(page.get_by_text("无人等待")).to_be_visible()
    await site.state(*now(ACall("1", began=-75, caller="13800000001").queued()))
    row = page.locator("#lists .caller")
    await expect(row).to_contain_text("138****0001")
    await expect(row).to_contain_text(re.compile(r"1:1[5-9]|1:[2-5]\d|[2-9]:\d\d"))
    before = await row.inner_text()
    await expect(row).not_to_have_text(before)  # by the clock alone: nothing is sent meanwhile


async def test_figures_say_their_formula_and_lead_to_their_calls(page: Page, site: Site) -> None:
    await site.state(*now(ACall("1", began=-90).queued().answered("seat-01", 9)))
    await site.state(*now(ACall("2", began=-80).queued().gives_up(20)))
    line = page.locator('.line[data-line="12345"]')
    rate = line.locator("a.figure[data-stretch=day]")
    await expect(rate).to_have_text(re.compile(r"50\.0%\s*24 小时接通率"))
    await expect(rate).to_have_attribute("title", "接通 ÷ (进队列 − 正在等待) = 1 ÷ 2")
    await expect(rate).to_have_attribute("data-met", "false")
    async with page.expect_download() as loading:
        await rate.click()
    path = await (await loading.value).path()
    told = path.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in told] == ["call_id", "n1-1.0"]


async def test_who_gave_up_is_listed_with_the_state_of_ringing_back(page: Page, site: Site) -> None:
    facts = now(ACall("2", began=-80, caller="13800000002").queued().gives_up(20))
    due = CallbackDue(why="abandoned", call_id="n1-2.0", ticket_number=None)
    await site.state(*facts)
    row = page.locator("#lists .caller")
    await expect(row).to_contain_text("138****0002")
    await expect(row).to_contain_text("等待 0:20")
    with site.store.transaction() as session:
        refold(session, "n1-2.0")
        open_task(session, due)
    await site.state(due)
    await expect(row).to_contain_text("待回拨")
    await site.state(
        *now(ACall("3", began=-10, caller="13800000002").queued().answered("seat-01", 2))
    )
    await expect(row).to_contain_text("已联系上")


async def test_seats_are_counted_by_state(page: Page, site: Site) -> None:
    for number, status in enumerate(("idle", "idle", "unavailable")):
        await site.state(SeatSeen(seat=f"seat-0{number}", status=status, paused=False))
    await expect(page.locator(".seats .states")).to_have_text("空闲 2 · 离线 1")


async def test_a_page_opened_later_shows_the_same(visit: BrowserContext, site: Site) -> None:
    await site.state(*now(ACall("1", began=-90).queued().answered("seat-01", 9)))
    await site.stop()
    await site.start()
    page = await visit.new_page()
    await page.goto(f"{site.url}/?lang=en")
    rate = page.locator('.line[data-line="12345"] a.figure[data-stretch=day]')
    await expect(rate).to_have_text(re.compile(r"100\.0%\s*connected, 24 h"))
    await expect(rate).to_have_attribute("title", "answered ÷ (offered − waiting) = 1 ÷ 1")
