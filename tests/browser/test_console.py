"""The console in Chromium, on a real server: signing in, finding a case, moving it through."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from callcenter.api.console import FOLDER
from callcenter.facts import Line
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.passwords import Passwords
from callcenter.people.roles import Role
from callcenter.settings import ROOT
from callcenter.tickets import moving
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Move
from tests.browser.site import UNITS, Site

AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
FIRST, OWN = "first-of-four-groups", "窗前 明月 半杯 冷茶 三只 小羊"
MANY = 700  # more than three pages
PEOPLE = {
    "seat": Given("王坐席", (Role.SEAT,)),
    "desk": Given("赵派遣", (Role.DISPATCHER,)),
    "unit": Given("城管局", (Role.HANDLER,), unit="U1002"),
    "check": Given("孙核查", (Role.VERIFIER,)),
    "counts": Given("钱考评", (Role.EVALUATOR,)),
}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    for path in (FOLDER / "index.html", AXE):
        if not path.is_file():
            told = f"{path.relative_to(ROOT)} is not here: run setup/console test"
            if os.environ.get("CI"):
                pytest.fail(told)
            pytest.skip(told)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A closed site with a person of each role."""
    async with Site(tmp_path_factory.mktemp("console"), is_closed=True) as site:
        with site.store.transaction() as session:
            hashed = Passwords().hash(FIRST)
            leader = Given("李班长", (Role.SUPERVISOR,), queues=("12345", "110"))
            accounts.add(session, "li.na", leader, password=hashed, actor="t")
            for name, given in PEOPLE.items():
                accounts.add(session, name, given, password="", actor="t")
                session.get(Account, name).must_change = False
        yield site


def open_case(site: Site, *moves: Move) -> str:
    """A ticket, taken as far as these moves."""
    now = datetime.now(UTC)
    with site.store.transaction() as session:
        number = open_ticket(session, Line.SERVICE, at=now, actor="seat-01").ticket_number
        for move in moves:
            is_sent = move is Move.DISPATCH
            sent = {"unit": "U1002", "due_at": now + timedelta(hours=3)} if is_sent else {}
            moving.move(session, number, move, actor="t", **sent)
    return number


async def entered(visit: BrowserContext, site: Site, name: str, place: str = "") -> Page:
    """A page on which this person is signed in, at this place of the console."""
    with site.store.transaction() as session:
        code = sessions.make_code(session, name)[0]
    page = await visit.new_page()
    await page.goto(f"{site.url}/console/#enter={code}")
    await page.locator(".shell").wait_for()  # the wall has it too, and nothing else of ours
    if place:
        await page.goto(f"{site.url}/console/{place}")
        await page.locator(".shell").wait_for()
    return page


async def faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    await page.evaluate(AXE.read_text("utf-8"))
    told = await page.evaluate(
        "async () => (await axe.run()).violations.map("
        "(one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' | '))"
    )
    return [str(one) for one in told]


async def give(page: Page, move: str, reason: str = "") -> None:
    """A command by its name, and the word that it was done."""
    await page.get_by_role("button", name=move, exact=True).click()
    form = page.get_by_role("form", name=move, exact=True)
    if reason:
        await form.get_by_label("理由").fill(reason)
    await form.get_by_role("button", name=f"确认{move}").click()
    await expect(page.get_by_text(f"已办理:{move}")).to_be_visible()


async def test_who_signs_in_first_chooses_a_password_and_sees_the_cases(
    visit: BrowserContext, center: Site
) -> None:
    page = await visit.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{center.url}/console/")
    await page.get_by_role("heading", name="登录热线工作台").wait_for()
    assert await faults(page) == []
    await page.get_by_label("账号").fill("li.na")
    await page.get_by_label("密码").fill("something else")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("账号或密码不对。")
    await page.get_by_label("密码").fill(FIRST)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="首次登录,请设置自己的密码").wait_for()
    for label, text in (("当前密码", FIRST), ("新密码", OWN), ("再输一次新密码", "other")):
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("button", name="设置密码").click()
    await expect(page.get_by_role("alert")).to_have_text("两次输入的新密码不一样。")
    await page.get_by_label("再输一次新密码").fill(OWN)
    await page.get_by_role("button", name="设置密码").click()
    await expect(page.get_by_role("heading", name="工单", level=1)).to_be_visible()
    refused = [one for one in complaints if "401" not in one]  # Chromium notes refusals itself
    assert refused == []


async def test_a_case_goes_its_way_through_the_hands_of_four(
    visit: BrowserContext, center: Site
) -> None:
    number = open_case(center)
    page = await entered(visit, center, "seat", f"cases/{number}")
    await expect(page.get_by_role("heading", name=number)).to_be_visible()
    await expect(page.get_by_role("button", name="派遣", exact=True)).to_have_count(0)
    await give(page, "立案")
    await visit.clear_cookies()
    page = await entered(visit, center, "desk")
    await page.get_by_label("查找").fill(number)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=number).click()
    await page.get_by_role("button", name="派遣", exact=True).click()
    await page.get_by_role("button", name="确认派遣").click()
    await expect(page.get_by_role("alert")).to_have_text("请填写承办单位。")
    await page.get_by_label("承办单位").select_option(UNITS["U1002"].code)
    await page.get_by_role("button", name="确认派遣").click()
    await expect(page.get_by_text("已办理:派遣")).to_be_visible()
    await visit.clear_cookies()
    page = await entered(visit, center, "unit", f"cases/{number}")
    await give(page, "接单")
    await give(page, "反馈", "路灯已修好")
    await visit.clear_cookies()
    page = await entered(visit, center, "check", f"cases/{number}")
    await give(page, "核查通过")
    await give(page, "结案", "现场已亮")
    await expect(page.locator(".seven [data-progress=done]")).to_have_count(7)
    await expect(page.get_by_text("路灯已修好")).to_be_visible()
    assert await faults(page) == []


async def test_who_types_while_the_case_moves_loses_nothing(
    visit: BrowserContext, center: Site
) -> None:
    number = open_case(center, Move.FILE)
    page = await entered(visit, center, "desk", f"cases/{number}")
    await page.get_by_role("button", name="备注", exact=True).click()
    await page.get_by_label("备注内容").fill("市民要求回电")
    with center.store.transaction() as session:
        moving.move(session, number, Move.URGE, actor="seat-02", reason="又来电催")
    await page.get_by_role("button", name="确认备注").click()
    await expect(page.get_by_role("alert")).to_contain_text("工单已有变化")
    await expect(page.locator(".history .fresh")).to_contain_text("又来电催")
    await expect(page.get_by_label("备注内容")).to_have_value("市民要求回电")
    await page.get_by_role("button", name="确认备注").click()
    await expect(page.get_by_text("已办理:备注")).to_be_visible()
    await expect(page.locator(".history")).to_contain_text("市民要求回电")


async def test_the_list_stays_as_it_was_left_and_goes_by_the_keyboard(
    visit: BrowserContext, center: Site
) -> None:
    for _ in range(MANY):
        open_case(center)
    page = await entered(visit, center, "counts", "cases#step=draft")
    rows = page.locator(".row")
    await rows.first.wait_for()
    assert await rows.count() < 60
    await page.locator(".row a").first.focus()
    await page.keyboard.press("End")
    await expect(page.locator(".row[data-index='199'] a")).to_be_focused()
    await page.locator(".row[data-index='205']").wait_for(state="attached")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("您现在没有可办的事项。")).to_be_visible()
    await page.get_by_role("link", name="返回列表").click()
    await expect(page.locator(".row[data-index='199']")).to_be_in_viewport()
    assert page.url.endswith("/console/cases#step=draft")
    assert await page.get_by_label("状态").input_value() == "draft"
    assert await faults(page) == []


async def test_language_and_colours_are_chosen_by_the_keyboard_and_kept(
    visit: BrowserContext, center: Site
) -> None:
    page = await entered(visit, center, "seat", f"cases/{open_case(center)}")
    await page.get_by_role("button", name="王坐席").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitemradio", name="English").press("Enter")
    await expect(page.get_by_role("heading", name="What you can do")).to_be_visible()
    for chosen, shown in (("Light", "light"), ("Dark", "dark"), ("High contrast", "contrast")):
        await page.get_by_role("button", name="王坐席").press("Enter")
        assert await faults(page) == []
        await page.get_by_role("menuitemradio", name=chosen).press("Enter")
        await expect(page.locator("html")).to_have_attribute("data-theme", shown)
        await expect(page.get_by_role("menu")).to_have_count(0)
        assert await faults(page) == [], shown
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    assert await page.locator("html").get_attribute("lang") == "en"
    await page.get_by_role("button", name="Note", exact=True).click()
    await page.get_by_role("textbox", name="Note").fill("called again")
    await page.get_by_role("form").get_by_role("button", name="Note").click()
    await expect(page.get_by_text("Done: Note")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 720, 360])
async def test_nothing_is_cut_off_when_it_is_narrow_or_enlarged(
    visit: BrowserContext, center: Site, width: int
) -> None:
    page = await entered(visit, center, "seat", f"cases/{open_case(center)}")
    await page.set_viewport_size({"width": width, "height": 900})
    await page.get_by_role("heading", name="办理过程").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_lost_server_is_told_and_comes_back(visit: BrowserContext, center: Site) -> None:
    page = await entered(visit, center, "seat", f"cases/{open_case(center)}")
    await page.get_by_role("heading", name="办理过程").wait_for()
    await center.stop()
    await expect(page.get_by_text("连接中断,正在重连")).to_be_visible()
    await center.start()
    await expect(page.get_by_text("已连接")).to_be_visible()
