"""Every page, for everybody: at 200 % zoom, in high contrast, by axe; and the open page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from callcenter.facts import CallArrived, Line
from callcenter.ivr.call import refold
from callcenter.people import accounts
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.store import record
from callcenter.tickets import moving
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket
from tests.browser.site import Site
from tests.browser.test_console import built, entered, faults, open_case  # noqa: F401  # a fixture
from tests.browser.test_supervisor import BEFORE, supervised
from tests.patience import PATIENCE_MS

ENLARGED = {"width": 640, "height": 480}  # a screen of 1280 by 960 at 200 %
CALLER = "13800000001"
EVERYTHING = Given(
    "李班长",
    (Role.SUPERVISOR, Role.SEAT, Role.HANDLER, Role.PATROLLER),
    unit="U1002",
    queues=("12345", "110"),
)
PAGES = {  # of the console, and what is there once it has been drawn
    "cases": ".row",
    "cases/{number}": ".history li",
    "seat": "main h1, main h2",
    "supervisor": "main h2",
    "supervisor/numbers": "main h1",
    f"supervisor/calls/{BEFORE}": "main h1",
    "field": ".field-list li",
    "field#/report": "main form",
}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def center(tmp_path: Path) -> AsyncIterator[Site]:
    async with supervised(tmp_path) as site:
        with site.store.transaction() as session:
            accounts.add(session, "all", EVERYTHING, password="", actor="t")
            session.get(Account, "all").must_change = False
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def enlarged(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport=ENLARGED, contrast="more", locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


async def refused(page: Page) -> list[str]:
    """What hinders somebody: it does not fit, or axe finds it."""
    width = await page.evaluate("document.documentElement.scrollWidth")
    cut = [f"{width} px wide"] if width > ENLARGED["width"] else []
    theme = await page.locator("html").get_attribute("data-theme")
    return [*cut, *([] if theme == "contrast" else [f"theme {theme}"]), *await faults(page)]


async def test_every_page_is_readable_at_200_percent_and_in_high_contrast(
    enlarged: BrowserContext, center: Site
) -> None:
    number = open_case(center, Move.FILE, Move.DISPATCH)
    page = await entered(enlarged, center, "all")
    found = {}
    for path, drawn in PAGES.items():
        await page.goto("about:blank")
        await page.goto(f"{center.url}/console/{path.format(number=number)}")
        await page.locator(drawn).first.wait_for()
        found[path] = await refused(page)
    await enlarged.clear_cookies()
    for path, drawn in {"console/": "form.card", "public": ".ways li"}.items():
        await page.goto(f"{center.url}/{path}")
        await page.locator(drawn).first.wait_for()
        found[path] = await refused(page)
    assert {path: told for path, told in found.items() if told} == {}


async def test_everybody_sees_how_a_case_stands_and_nothing_of_a_person(
    visit: BrowserContext, center: Site
) -> None:
    now, call_id = datetime.now(UTC), "n1-77.0"
    call = CallArrived(
        at=now, call_id=call_id, line=Line.SERVICE, node="n1", caller_number=CALLER,
        caller_channel="x",
    )  # fmt: skip
    with center.store.transaction() as session:
        record(session, call)
        refold(session, call_id)
        opened = open_draft(session, call_id, Line.SERVICE, at=now, actor="seat-01")[0]
        number = opened.ticket_number
        session.get(Ticket, number).place = "南大街 5 号"
        moving.move(session, number, Move.FILE, actor="seat-01")
        moving.move(session, number, Move.DISPATCH, actor="t", unit="U1002", due_at=now)
    page = await visit.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{center.url}/public?lang=zh")
    await expect(page.get_by_role("link", name="拨打 12345")).to_be_visible()
    await expect(page.get_by_role("heading", name="本页为演示内容")).to_be_visible()
    await page.get_by_role("button", name="查询").click()
    await expect(page.get_by_role("alert")).to_contain_text("请填写")
    await page.get_by_label("案卷流水号").fill(number)
    for digits, told in (("9999", "没有查到"), (CALLER[-4:], "县城市管理局")):
        await page.get_by_label("登记时所用电话的后四位").fill(digits)
        await page.get_by_role("button", name="查询").click()
        await expect(page.get_by_role("region", name="查询办理进展")).to_contain_text(told)
    await expect(page.get_by_role("status")).to_contain_text("已派遣承办单位")
    shown = await page.locator("body").inner_text()
    assert "南大街" not in shown
    assert CALLER not in shown
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await faults(page) == []
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="How does my case stand?")).to_be_visible()
    assert page.url.endswith("?lang=en")
    assert await page.locator("html").get_attribute("lang") == "en"
    assert await page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert [one for one in complaints if "404" not in one] == []
