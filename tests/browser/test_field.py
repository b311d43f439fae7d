"""The field page in Chromium, as a phone: without a network, through restarts, sent once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.facts import Line
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.pipeline import load_site
from callcenter.settings import Settings
from callcenter.tickets import moving
from callcenter.tickets import ticket as tickets
from callcenter.tickets.attachments import attachments_of
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket
from tests.browser.site import Site
from tests.browser.test_console import built, faults  # noqa: F401  # a fixture
from tests.patience import PATIENCE_MS
from tests.unit.test_attachments import PNG

CELL = "140728100001001"
HERE = {"longitude": 112.1742, "latitude": 37.1891}
PEOPLE = {
    "unit": Given("城管局", (Role.HANDLER,), unit="U1002"),
    "wang": Given("王巡查", (Role.PATROLLER,), grid="140728"),
}

CACHED = """async () => {
    const kept = await Promise.all((await caches.keys()).map((name) => caches.open(name)))
    return (await Promise.all(kept.map((one) => one.keys()))).flat().map((one) => one.url)
}"""
LEFT = """() => new Promise((done) => {
    const opening = indexedDB.open("callcenter-field")
    opening.onsuccess = () => {
        const names = ["told", "queue", "drafts"], counts = []
        const kept = opening.result.transaction(names)
        for (const name of names) kept.objectStore(name).count().onsuccess = (event) =>
            counts.push(event.target.result)
        kept.oncomplete = () => done(counts)
    }
})"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Losing:
    """Loses the first answer to each POST whose path has this ending; what was asked is done."""

    def __init__(self, app: ASGIApp, *endings: str) -> None:
        self._app, self._endings = app, list(endings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope.get("path", ""), scope.get("method", "")
        lost = [one for one in self._endings if method == "POST" and path.endswith(one)]
        if not lost:
            await self._app(scope, receive, send)
            return
        self._endings.remove(lost[0])

        async def swallow(_: Message) -> None:
            """The answer never arrives."""

        await self._app(scope, receive, swallow)
        raise ConnectionResetError("lost on its way")


class LosingSite(Site):
    """A closed site on a bad line."""

    def prepare(self) -> None:
        super().prepare()
        self.app = Losing(self.app, "/moves", "/attachments", "/reports")  # type: ignore[assignment]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    knows = load_site(Settings())
    async with LosingSite(tmp_path_factory.mktemp("field"), is_closed=True, knows=knows) as site:
        with site.store.transaction() as session:
            for name, given in PEOPLE.items():
                accounts.add(session, name, given, password="", actor="t")
                session.get(Account, name).must_change = False
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, geolocation=HERE, permissions=["geolocation"]
    )
    context.set_default_timeout(PATIENCE_MS)
    thrown: list[str] = []
    context.on("weberror", lambda thing: thrown.append(str(thing.error)))
    yield context
    await context.close()
    assert thrown == []


def sent_to_the_unit(site: Site, place: str) -> str:
    """A case that waits at the unit."""
    now = datetime.now(UTC)
    with site.store.transaction() as session:
        number = open_ticket(session, Line.SERVICE, at=now, actor="seat-01").ticket_number
        ticket = session.get(Ticket, number)
        assert ticket is not None
        ticket.item, ticket.item_name, ticket.place = "113", "市容市政", place
        ticket.cell, ticket.cell_name = CELL, "第1网格"
        ticket.longitude, ticket.latitude = 112.1750, 37.1893
        moving.move(session, number, Move.FILE, actor="seat-01")
        due = now + timedelta(hours=3)
        moving.move(session, number, Move.DISPATCH, actor="t", unit="U1002", due_at=due)
    return number


def walked(site: Site, number: str) -> list[str]:
    with site.store.reading() as session:
        return [line.move.value for line in tickets.history(session, number)]


async def entered(phone: BrowserContext, site: Site, name: str) -> Page:
    with site.store.transaction() as session:
        code = sessions.make_code(session, name)[0]
    page = await phone.new_page()
    await page.goto(f"{site.url}/console/field#enter={code}")
    await page.get_by_role("navigation").wait_for()
    return page


async def choose(page: Page, move: str, words: str) -> None:
    await page.get_by_role("button", name=move, exact=True).click()
    if words:
        await page.get_by_role("form", name=move).get_by_role("textbox").fill(words)


async def test_a_unit_without_a_network_loses_nothing_and_sends_it_once(
    phone: BrowserContext, center: Site
) -> None:
    number, other = sent_to_the_unit(center, "南大街东口"), sent_to_the_unit(center, "北关村")
    page = await entered(phone, center, "unit")
    await expect(page.locator(".field-list li")).to_have_count(2)
    await page.get_by_role("button", name="按距离排序").click()
    await expect(page.locator(".field-list li").first).to_contain_text("70 m")
    assert await faults(page) == []
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")

    await phone.set_offline(True)
    await page.get_by_role("link", name="南大街东口").click()
    await choose(page, "接单", "")
    await page.get_by_role("button", name="接单:存入待发送").click()
    await choose(page, "反馈", "灯泡已换")
    photo = {"name": "evidence.png", "mimeType": "image/png", "buffer": PNG}
    await page.get_by_label("拍照或选照片").set_input_files(photo)
    await page.get_by_role("img", name="第 1 张照片").wait_for()
    await page.get_by_role("button", name="附上现在的位置").click()
    await expect(page.get_by_text("现场位置 37.18910, 112.17420")).to_be_visible()
    assert await faults(page) == []
    await expect(page.get_by_text("草稿已存在本机")).to_be_visible()
    await page.get_by_role("button", name="反馈:存入待发送").click()
    await expect(page.get_by_role("status").first).to_contain_text("没有网络:2 件存在本机")

    await page.close()  # the phone is switched off
    page = await phone.new_page()
    await page.goto(f"{center.url}/console/field#/tasks/{other}")
    await expect(page.get_by_role("status").first).to_contain_text("没有网络:2 件存在本机")
    await choose(page, "退单", "不属本单位职责")
    await page.get_by_role("button", name="退单:存入待发送").click()
    with center.store.transaction() as session:
        moving.move(session, other, Move.URGE, actor="seat-02", reason="又来电催")

    await phone.set_offline(False)
    await expect(page.get_by_role("status").first).to_contain_text("1 件要您看一下")
    assert walked(center, number) == ["open", "file", "dispatch", "accept", "report"]
    with center.store.reading() as session:
        kept = attachments_of(session, number)
        last = tickets.history(session, number)[-1]
    assert [one.media_type for one in kept] == ["image/jpeg"]  # drawn anew
    assert (last.attachments, last.reason.splitlines()[0]) == ([1], "灯泡已换")
    assert "37.18910, 112.17420" in last.reason

    await page.get_by_role("link", name="待发送", exact=False).last.click()
    await expect(page.locator(".field-entry")).to_contain_text("不属本单位职责")
    await page.get_by_role("button", name="看工单现状").click()
    await expect(page.locator(".field-entry")).to_contain_text("又来电催")
    assert await faults(page) == []
    await page.get_by_role("button", name="我看过了,照发").click()
    await expect(page.get_by_role("status").first).to_contain_text("已全部发送")
    assert walked(center, other) == ["open", "file", "dispatch", "urge", "return"]


async def test_a_patrollers_report_waits_for_the_network_and_the_phone_is_wiped_at_sign_out(
    phone: BrowserContext, center: Site
) -> None:
    page = await entered(phone, center, "wang")
    await expect(page.get_by_text("读取", exact=False).first).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    await phone.set_offline(True)
    await page.get_by_role("link", name="上报").click()
    await page.get_by_label("事项").select_option("113")
    await page.get_by_label("看到了什么").fill("井盖缺失")
    await page.get_by_role("button", name="上报:存入待发送").click()
    await expect(page.get_by_role("alert")).to_have_text("请先定位,或填写地址。")
    await page.get_by_role("button", name="用手机定位").click()
    await page.get_by_label("拍照或选照片").set_input_files(
        {"name": "p.png", "mimeType": "image/png", "buffer": PNG}
    )
    await page.get_by_role("img", name="第 1 张照片").wait_for()
    assert await faults(page) == []
    await page.get_by_role("button", name="上报:存入待发送").click()
    await expect(page.get_by_role("status").first).to_contain_text("没有网络:1 件存在本机")
    await page.reload()
    await phone.set_offline(False)
    await expect(page.get_by_role("status").first).to_contain_text("已全部发送")
    with center.store.reading() as session:
        query = tickets.select(Ticket).where(tickets.col(Ticket.item_by) == "patroller:wang")
        (ticket,) = session.exec(query).all()
        assert len(attachments_of(session, ticket.number)) == 1
    assert (ticket.step, ticket.longitude) == ("filed", HERE["longitude"])

    addresses = await page.evaluate(CACHED)
    assert any(one.endswith("/console/field") for one in addresses)
    assert not [one for one in addresses if "/api/" in one]
    await page.locator("summary").click()
    await page.get_by_role("button", name="退出登录").click()
    await page.get_by_role("heading", name="登录热线工作台").wait_for()
    assert await page.evaluate(LEFT) == [0, 0, 0]
