"""Who works at the seats, on the page: the agents' table, messages to seats, what was mended."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page, expect

from callcenter.agents import moves
from callcenter.facts import (
    AgentMoved,
    CallbackDue,
    LinkLost,
    PictureMended,
    SeatSeen,
    SeatsTold,
)
from tests.browser.site import Site
from tests.browser.test_queue_wall import now
from tests.calls import ACall

pytestmark = pytest.mark.asyncio(loop_scope="module")


def moved(agent: str, number: int, seat: str, before: str, after: str, **more: str) -> AgentMoved:
    return AgentMoved(
        at=datetime.now(UTC) - timedelta(minutes=7, seconds=-number), agent=agent, number=number,
        move=more.pop("move", "sign_in"), from_state=before, to_state=after, seat=seat,
        queues=("12345",), actor=agent, **more,
    )  # fmt: skip


async def test_the_table_says_what_each_agent_does_since_when_where_and_how_often(
    page: Page, site: Site
) -> None:
    await expect(page.get_by_text("无人签入")).to_be_visible()
    with site.store.transaction() as session:
        moves.register(session, "wang", "王芳", ("12345",), "ban")
    for seat in ("seat-01", "seat-02"):
        await site.state(SeatSeen(seat=seat, status="idle", paused=False))
    await site.state(moved("wang", 2, "seat-01", "signed_out", "ready"))
    await site.state(moved("li", 2, "seat-02", "signed_out", "ready"))
    await site.state(moved("li", 3, "seat-02", "ready", "paused", move="pause", reason="用餐"))
    rows = page.locator("table.agents tbody tr")
    await expect(rows).to_have_count(2)
    since = r"(6:[45]\d|[7-9]:\d\d)"
    await expect(rows.first).to_have_text(re.compile(rf"王芳\s*空闲\s*{since}\s*01\s*0"))
    await expect(rows.last).to_have_text(re.compile(rf"li\s*小休 用餐\s*{since}\s*02\s*0"))

    call = ACall("1", began=-20).queued().answered("seat-01", 9)
    await site.state(*now(call))
    await expect(rows.first).to_have_text(re.compile(r"通话中\s*\d:\d\d\s*01\s*1"))
    await expect(rows.first.locator("td").last).to_have_attribute(
        "title", re.compile(r"今日占用率 \d+\.\d%")
    )
    await site.state(SeatSeen(seat="seat-01", status="unavailable", paused=False))
    await expect(rows.first).to_contain_text("话机离线")
    await site.state(LinkLost(node="n1", reason="silent"))
    await expect(rows.last).to_contain_text("未知")


async def test_messages_and_what_was_mended_are_seen_also_by_who_comes_later(
    visit: BrowserContext, site: Site
) -> None:
    mended = {"node": "n1", "subject": "phone", "name": "seat-02", "side_mended": "ours"}
    await site.state(
        SeatsTold(seats=(), text="停水来电多,请先查公告", actor="ban"),
        PictureMended(ours="ready", asterisks="away", **mended),
    )
    page = await visit.new_page()
    await page.goto(site.url)
    await expect(page.locator(".message").first).to_have_text(
        re.compile(r"停水来电多,请先查公告\s*ban → 全部坐席")
    )
    await expect(page.locator(".mended")).to_have_text(
        re.compile(r"话机 seat-02\s*本系统 ready 改为 away")
    )
    await expect(page.get_by_text("对账修正 1")).to_have_count(2)  # in the head and over the list
    await page.get_by_role("button", name="English").click()
    await expect(page.locator(".message").first).to_contain_text("all seats")


async def test_a_place_that_is_kept_is_a_task_of_its_own_kind(page: Page, site: Site) -> None:
    await site.state(CallbackDue(why="kept_place", call_id="n1-9.0", ticket_number=None))
    await expect(page.locator(".task")).to_contain_text("保留位置")
