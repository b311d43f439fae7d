"""Evaluation, the numbers' charts and a judged call in Chromium, walked by those who use them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from callcenter.facts import AgentMoved
from callcenter.people import accounts
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.store import facts_of_call, record
from tests.browser.site import Site
from tests.browser.test_console import built, entered, faults  # noqa: F401  # built is a fixture
from tests.browser.test_supervisor import BEFORE, supervised
from tests.contract.test_evaluation import TICKETS, keep

PEOPLE = {
    "chief": Given("赵班长", (Role.SUPERVISOR,), queues=("12345",)),
    "wang": Given("王芳", (Role.SEAT,)),
    "counts": Given("钱考评", (Role.EVALUATOR,)),
}
POINTS = {"greeting": 4, "listening": 15, "questions": 15, "manners": 10, "ticket": 20, "ending": 5}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path) -> AsyncIterator[Site]:
    async with supervised(tmp_path) as site:
        with site.store.transaction() as session:
            for name, given in PEOPLE.items():
                accounts.add(session, name, given, password="", actor="t")
                session.get(Account, name).must_change = False
            record(session, sat_down_before(site))
        keep(site.store, *TICKETS)
        yield site


def sat_down_before(site: Site) -> AgentMoved:
    """Wang sat at seat-01 when the call of before came; her later move is number 1 already."""
    with site.store.reading() as session:
        began = facts_of_call(session, BEFORE)[0].at
    return AgentMoved(
        at=began - timedelta(hours=1), agent="wang", number=0, move="sign_in",
        from_state="signed_out", to_state="ready", seat="seat-01", queues=("12345",), reason="",
        actor="wang",
    )  # fmt: skip


async def test_figures_open_their_cases_and_a_call_is_judged_appealed_and_decided(
    visit: BrowserContext, site: Site
) -> None:
    complaints: list[str] = []
    page = await entered(visit, site, "counts", "evaluation#month=2026-10")
    page.on("console", lambda message: complaints.append(message.text))
    await opens_cases(page)
    await ranks(page)
    assert complaints == []
    await judges(await anew(visit, site, "li.na", f"supervisor/calls/{BEFORE}"))
    await draws_numbers(await anew(visit, site, "li.na", "supervisor/numbers#interval=hour"))
    await appeals(await anew(visit, site, "wang", "quality"))
    await decides(await anew(visit, site, "chief", "supervisor/quality"))
    assert complaints == []  # neither of the content security policy nor of the chart


async def anew(visit: BrowserContext, site: Site, name: str, place: str) -> Page:
    await visit.clear_cookies()
    return await entered(visit, site, name, place)


async def opens_cases(page: Page) -> None:
    await expect(page.locator(".drawing svg")).to_be_visible()
    await page.get_by_text("用表格看").click()
    await expect(page.locator(".chart tbody tr").first).to_contain_text("县城市管理局")
    handled = page.locator("tr[data-figure=handled_rate]")
    await expect(handled).to_contain_text("处置 ÷ 应处置")
    await handled.get_by_role("button", name="处置率 的分母").first.click()
    await expect(page.get_by_role("heading", name="处置率 的明细 (分母)")).to_be_focused()
    links = page.locator(".list tbody a")
    assert await faults(page) == []
    number = await links.first.inner_text()
    await page.reload()  # all of it stands in the address
    await links.first.click()
    await expect(page.get_by_role("heading", name=number, exact=True)).to_be_visible()
    await page.go_back()
    await page.keyboard.press("Escape")
    await page.get_by_label("分组").select_option("item")
    await expect(page.locator(".numbers thead").last).to_contain_text("市容市政")
    assert "by=item" in page.url


async def ranks(page: Page) -> None:
    await page.get_by_role("link", name="排名").click()
    await expect(page.get_by_text("处置率 × 30")).to_be_visible()
    first = page.locator("[data-unit=U1002]")
    await expect(first).to_contain_text("县城市管理局")
    await first.get_by_role("button", name="处置率,打开明细").first.click()
    await expect(page.get_by_role("heading", name="处置率 的明细")).to_be_visible()
    await page.get_by_role("link", name="热点").click()
    await page.get_by_label("也列出可能属偶然的").check()
    await expect(page.locator("[data-spot]").first).to_be_visible()
    assert await faults(page) == []


async def judges(page: Page) -> None:
    part = page.locator("[data-part=seat-01]")
    await part.get_by_role("button", name="评分").click()
    await part.get_by_role("button", name="提交评分").click()
    await expect(part.get_by_role("alert")).to_contain_text("尚未评分")
    for key, points in POINTS.items():
        await part.locator(f"[data-question={key}] input").fill(str(points))
    for key in ("answer", "hand_over"):
        await part.locator(f"[data-question={key}]").get_by_label("不适用").check()
    await part.get_by_label("评语内容").fill("没有报工号")
    await part.get_by_role("button", name="添加评语").click()
    await expect(part.get_by_role("status")).to_have_text("得分 92.0")
    assert await faults(page) == []
    await part.get_by_role("button", name="提交评分").click()
    await expect(part.locator(".judgement .score")).to_have_text("92.0")


async def draws_numbers(page: Page) -> None:
    await expect(page.locator(".drawing svg")).to_have_count(2)
    await expect(page.get_by_role("img", name="图:次数")).to_be_visible()
    await expect(page.get_by_text("比率 12345")).to_be_visible()
    assert await faults(page) == []


async def appeals(page: Page) -> None:
    call = page.locator(f'[data-call="{BEFORE}"]')
    await call.get_by_role("button").click()
    await expect(call.locator("[data-move=see]")).to_be_visible()
    await expect(call).to_contain_text("没有报工号")
    await call.get_by_label("理由").fill("第一句就报了工号")
    await call.get_by_role("button", name="申诉").click()
    await expect(call.locator("[data-move=appeal]")).to_contain_text("第一句就报了工号")
    await expect(call.get_by_role("form")).to_have_count(0)
    assert await faults(page) == []


async def decides(page: Page) -> None:
    await expect(page.locator("[data-agent=wang]")).to_contain_text("92.0")
    await page.get_by_label("状态").select_option("appealed")
    await page.locator("[data-judgement] a").click()
    part = page.locator("[data-part=seat-01]")
    await part.get_by_role("button", name="维持评分").click()
    await expect(part.get_by_role("alert")).to_have_text("请填写理由。")
    await part.get_by_role("button", name="重新评分").click()
    await part.locator("[data-question=greeting] input").fill("10")
    await part.get_by_label("理由").fill("复听属实")
    await part.get_by_role("button", name="改判").click()
    await expect(part.locator(".judgement .score")).to_have_text("100.0")
    await expect(part.locator("[data-move=change]")).to_contain_text("复听属实")
    assert await faults(page) == []
