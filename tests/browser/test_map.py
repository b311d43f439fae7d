"""Map, board and big screen in Chromium, on a real server: one way from the county to a case."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from callcenter.facts import Line
from callcenter.people import accounts
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.tickets import moving
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import locked
from tests.browser.site import Site
from tests.browser.test_console import built, entered, faults

__all__ = ["built"]
HERE, THERE = "140728100001001", "140728100002001"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A closed site with a dispatcher and a wall."""
    async with Site(tmp_path_factory.mktemp("map"), is_closed=True) as site:
        with site.store.transaction() as session:
            for name, role in (("desk", Role.DISPATCHER), ("wall", Role.SCREEN)):
                accounts.add(session, name, Given(name, (role,)), password="", actor="t")
                session.get(Account, name).must_change = False
        yield site


def lay(site: Site, cell: str, *, is_late: bool = False) -> str:
    """A case with a unit, somewhere in a cell."""
    now = datetime.now(UTC)
    with site.store.transaction() as session:
        number = open_ticket(session, Line.SERVICE, at=now, actor="seat-01").ticket_number
        ticket = locked(session, number)
        ticket.cell, ticket.item, ticket.item_name = cell, "113", "市容市政"
        ticket.longitude, ticket.latitude = (112.15, 37.14) if cell == HERE else (112.25, 37.14)
        moving.move(session, number, Move.FILE, actor="t")
        due = now + timedelta(hours=-1 if is_late else 5)
        moving.move(session, number, Move.DISPATCH, actor="t", unit="U1002", due_at=due)
    return number


def listening(page: Page) -> list[str]:
    """What the browser complains about from now on, such as the content security policy."""
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


async def drawn(page: Page) -> None:
    await expect(page.locator(".map")).to_have_attribute("data-standing", "here")


async def test_from_the_map_to_the_list_the_board_and_the_case(
    visit: BrowserContext, center: Site
) -> None:
    late, other, beside = lay(center, HERE, is_late=True), lay(center, HERE), lay(center, THERE)
    page = await entered(visit, center, "desk", "map#item=113")
    complaints = listening(page)
    await drawn(page)
    await expect(page.get_by_text("共 3 件,未结 3 件,超期 1 件")).to_be_visible()
    assert await faults(page) == []
    first = page.locator("tbody tr").first
    await expect(first).to_have_text("古陶镇 · 第1社区2210")
    await page.get_by_role("button", name="古陶镇 · 第2社区").press("Enter")
    await expect(page.get_by_role("link", name=beside)).to_be_visible()
    canvas = await page.locator(".map canvas").bounding_box()
    assert canvas is not None
    await page.get_by_role("button", name="全县").click()
    await expect(page).to_have_url(f"{center.url}/console/map#item=113&chosen=140728100002")
    await expect(page.locator(".map .ground[data-moving]")).to_have_count(0)
    await page.mouse.click(canvas["x"] + canvas["width"] * 0.42, canvas["y"] + canvas["height"] / 2)
    await expect(page.get_by_role("link", name=late)).to_be_visible()
    assert page.url.endswith("chosen=140728100001")
    await page.get_by_role("slider").press("ArrowRight")  # the first day: nothing yet
    await expect(page.get_by_text("没有符合条件的工单。")).to_be_visible()
    await page.get_by_role("button", name="整段").click()
    await page.get_by_label("超期", exact=True).check()
    await page.get_by_role("link", name="查看这 1 件").click()
    await expect(page.locator(".row")).to_have_count(1)
    assert "item=113&cell=140728100001" in page.url
    assert "standing=late" in page.url
    await page.get_by_role("link", name="清除条件").or_(page.get_by_text("清除条件")).click()
    await page.get_by_role("link", name="看板").click()
    column = page.locator("[data-stage=dispatch]")
    await expect(column.locator("li")).to_have_count(3)
    assert await faults(page) == []
    await column.get_by_role("link").first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(column.get_by_role("link", name=other)).to_be_focused()
    with center.store.transaction() as session:
        moving.move(session, beside, Move.ACCEPT, actor="handler:U1002")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator("[data-stage=handle] li")).to_have_count(1)
    await page.get_by_role("link", name=late).click()
    await drawn(page)  # the small one of the case
    await page.get_by_role("link", name="返回列表").click()
    await expect(page.get_by_role("heading", name="工单看板")).to_be_visible()
    assert complaints == []


async def test_a_wall_needs_nobody_and_comes_back_by_itself(
    visit: BrowserContext, center: Site
) -> None:
    lay(center, THERE, is_late=True)
    page = await entered(visit, center, "wall")
    complaints = listening(page)
    await expect(page.get_by_role("heading", name="热线运行")).to_be_visible()
    await drawn(page)
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await expect(page.locator(".units li").first).to_contain_text("县城市管理局")
    await expect(page.locator(".items li").first).to_contain_text("市容市政")
    await expect(page.locator("[data-line='12345'] dd").first).to_have_text("12345")
    assert await page.evaluate(
        "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
    ) == [1080, 1920]
    assert await faults(page) == []
    assert complaints == []
    async with page.expect_request_finished(lambda one: one.url.endswith("/screen")):
        pass
    await center.stop()
    async with page.expect_event("requestfailed", lambda one: one.url.endswith("/screen")):
        pass
    await center.start()
    async with page.expect_event(
        "response", lambda one: one.url.endswith("/screen") and one.status == 200
    ):
        pass
    await expect(page.get_by_role("heading", name="热线运行")).to_be_visible()
