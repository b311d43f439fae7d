"""Signing in on the page: the form, the first password's change, a link that serves once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from callcenter.people import accounts, sessions
from callcenter.people.accounts import Given
from callcenter.people.passwords import Passwords
from callcenter.people.roles import Role
from tests.browser.site import Site
from tests.fake_oidc import CLIENT, SECRET, FakeProvider

FIRST, OWN = "first-of-four-groups", "窗前 明月 半杯 冷茶 三只 小羊"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def closed(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path, is_closed=True) as site:
        given = Given("李班长", (Role.SUPERVISOR,), queues=("12345", "110"))
        hashed = Passwords().hash(FIRST)
        with site.store.transaction() as session:
            accounts.add(session, "li.na", given, password=hashed, actor="test")
            handler = Given("城管局", (Role.HANDLER,), unit="U1002")
            accounts.add(session, "chengguan", handler, password="", actor="test")
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def at_gate(visit: BrowserContext, closed: Site) -> Page:
    page = await visit.new_page()
    await page.goto(closed.url)
    await page.get_by_role("heading", name="登录热线系统").wait_for()
    return page


async def sign_in(page: Page, name: str, password: str) -> None:
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(password)
    await page.get_by_role("button", name="登录").click()


def code_for(site: Site, name: str) -> str:
    with site.store.transaction() as session:
        return sessions.make_code(session, name)[0]


async def test_who_signs_in_first_chooses_a_password_and_is_in(at_gate: Page, closed: Site) -> None:
    page = at_gate
    await expect(page.locator("#strip")).to_be_hidden()
    await sign_in(page, "li.na", "something else")
    await expect(page.get_by_role("alert")).to_have_text("账号或密码不对。")
    await sign_in(page, "li.na", FIRST)
    await expect(page.get_by_role("heading", name="首次登录,请设置自己的密码")).to_be_visible()
    for field, text in (
        ("当前密码", FIRST),
        ("新密码", "password1234567"),
        ("再输一次", "password1234567"),
    ):
        await page.get_by_label(field, exact=True).fill(text)
    await page.get_by_role("button", name="设置密码").click()
    await expect(page.get_by_role("alert")).to_contain_text("新密码太短、太常见")
    for field, text in (("当前密码", FIRST), ("新密码", OWN), ("再输一次", OWN)):
        await page.get_by_label(field, exact=True).fill(text)
    await page.get_by_role("button", name="设置密码").click()
    await page.get_by_text("实时", exact=True).wait_for()
    await expect(page.locator(".who")).to_have_text("李班长 班长")
    await page.reload()
    await page.get_by_text("实时", exact=True).wait_for()
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("heading", name="登录热线系统")).to_be_visible()
    await sign_in(page, "li.na", OWN)
    await page.get_by_text("实时", exact=True).wait_for()


async def test_a_link_lets_in_once(visit: BrowserContext, closed: Site) -> None:
    code, page = code_for(closed, "li.na"), await visit.new_page()
    with closed.store.transaction() as session:
        accounts.set_password(session, "li.na", "", must_change=False, actor="test")
    await page.goto(f"{closed.url}/#enter={code}")
    await page.get_by_text("实时", exact=True).wait_for()
    assert code not in page.url
    await visit.clear_cookies()
    await page.goto("about:blank")
    await page.goto(f"{closed.url}/?lang=en#enter={code}")
    await expect(page.get_by_role("alert")).to_contain_text("was used or is too old")


async def test_signed_out_elsewhere_the_page_asks_again(
    visit: BrowserContext, closed: Site
) -> None:
    page = await visit.new_page()
    with closed.store.transaction() as session:
        accounts.set_password(session, "li.na", "", must_change=False, actor="test")
    await page.goto(f"{closed.url}/#enter={code_for(closed, 'li.na')}")
    await page.get_by_text("实时", exact=True).wait_for()
    with closed.store.transaction() as session:
        sessions.end_all(session, "li.na")
    await expect(page.get_by_role("heading", name="登录热线系统")).to_be_visible()


async def test_who_may_not_watch_is_told_so(visit: BrowserContext, closed: Site) -> None:
    page = await visit.new_page()
    await page.goto(f"{closed.url}/#enter={code_for(closed, 'chengguan')}")
    await expect(page.get_by_role("alert")).to_contain_text("没有“实时看板”这项权限")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("alert")).to_contain_text("do not include watching")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in to the hotline")).to_be_visible()


async def test_who_has_an_account_at_the_provider_signs_in_there(
    visit: BrowserContext, tmp_path: Path
) -> None:
    (table := tmp_path / "sign_on.toml").write_text(
        '[[grant]]\nvalue = "seats"\nroles = ["administrator"]\n', "utf-8"
    )
    async with (
        FakeProvider() as provider,
        Site(
            tmp_path,
            is_closed=True,
            openid_issuer=provider.url,
            openid_client_id=CLIENT,
            openid_client_secret=SECRET,
            sign_on_file=table,
        ) as site,
    ):
        page = await visit.new_page()
        await page.goto(site.url)
        await page.get_by_role("link", name="统一认证登录").click()
        await expect(page.locator("#strip")).to_be_visible()
        await expect(page).to_have_url(f"{site.url}/")
        provider.ends_at, there = None, provider.ends_at
        await page.get_by_role("button", name="退出").click()
        await expect(page.get_by_role("alert")).to_contain_text("统一认证平台仍处于登录状态")
        provider.ends_at = there
        await page.get_by_role("link", name="统一认证登录").click()
        await page.get_by_role("button", name="退出").click()
        await page.wait_for_url(f"{site.url}/console/")
        assert not provider.is_signed_in
        await page.close()
