"""The administration in Chromium, on a real server: its sections, one after another."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from callcenter.agents import moves, seats
from callcenter.facts import Line, Side, UtteranceHeard
from callcenter.ivr.call import Call
from callcenter.ivr.prompts import prompt_path, write_wav
from callcenter.people import accounts
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.store import record
from tests.browser.site import Site
from tests.browser.test_console import built, entered, faults  # noqa: F401  # built is a fixture
from tests.small_county import COUNTY, TOWNS, grid_text, write_county
from tests.sounds import tone

pytestmark = pytest.mark.asyncio(loop_scope="module")


def people_of(site: Site) -> None:
    """An administrator, a handler, two seats and an agent."""
    with site.store.transaction() as session:
        root = Given("周管理", (Role.ADMINISTRATOR,))
        accounts.add(session, "root", root, password="", actor="t")
        accounts.add(
            session, "unit", Given("城管局", (Role.HANDLER,), unit="U1002"), password="", actor="t"
        )
        for name in ("root", "unit"):
            session.get(Account, name).must_change = False
        for name in ("seat-01", "seat-02"):
            seats.create(session, name, actor="t")
        moves.register(session, "li.na", "李娜", ("12345", "110"), "t")
        now = datetime.now(UTC)
        session.add(Call(id="n1-1.0", line=Line.SERVICE, arrived_at=now))
        said = UtteranceHeard(
            call_id="n1-1.0", side=Side.CITIZEN, source="live", index=0, start_ms=0, end_ms=900,
            text="路灯坏了", at=now,
        )  # fmt: skip
        record(session, said)


def county_of(site: Site, folder: Path) -> None:
    """The county that imports are held against, and rules of its own; before the site starts."""
    rules = folder / "rules"
    rules.mkdir()
    (rules / "city.toml").write_text('[item.113]\nwords.5 = ["路灯"]\n', "utf-8")
    own = {"county_dir": write_county(folder / "small"), "rules_dir": rules}
    site.settings = site.settings.model_copy(update=own)
    for name in ("goodbye", "waiting-place-1", "number-7", "waiting-place-2"):
        write_wav(prompt_path(site.settings, name), np.frombuffer(tone(300, 4.0), "<i2"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("admin")
    site = Site(folder, is_closed=True)
    county_of(site, folder)
    async with site:
        people_of(site)
        yield site


async def go(page: Page, section: str, *, look: bool = True) -> None:
    """To a section, by the list at the side; axe finds nothing there."""
    sections = page.get_by_role("navigation", name="管理栏目")
    await sections.get_by_role("link", name=section, exact=True).click()
    await expect(page.get_by_role("heading", name=section, exact=True, level=1)).to_be_visible()
    await expect(page.get_by_text("正在读取…")).to_have_count(0)
    if look:
        assert await faults(page) == [], section


async def test_an_administrator_looks_after_people_and_what_is_kept(
    visit: BrowserContext, center: Site
) -> None:
    page = await entered(visit, center, "root", "admin")
    await _accounts(page)
    await _seats(page)
    await _audit(page)
    await _privacy(page)


async def test_an_administrator_changes_tables_as_drafts_first(
    visit: BrowserContext, center: Site
) -> None:
    page = await entered(visit, center, "root", "admin")
    await _rules(page)
    await _dispatch(page)
    await _calendar(page)
    await _county(page)
    await _prompts(page)


async def test_who_is_no_administrator_has_no_such_place(
    visit: BrowserContext, center: Site
) -> None:
    page = await entered(visit, center, "unit", "admin/accounts")
    await expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    assert await page.get_by_role("link", name="系统管理").count() == 0


async def _accounts(page: Page) -> None:
    await go(page, "账号")
    await page.get_by_role("button", name="新增账号").click()
    form = page.get_by_role("form", name="新增账号")
    await form.get_by_label("账号").fill("wang.wu")
    await form.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("alert")).to_have_text("请至少选一个角色。")
    await form.get_by_label("坐席").check()
    await form.get_by_role("button", name="保存").click()
    once = page.get_by_role("region", name="wang.wu 的首次密码")
    await expect(once.locator("code")).not_to_be_empty()
    await once.get_by_role("button", name="已抄下,收起").click()
    await page.get_by_role("button", name="修改 root").click()
    form = page.get_by_role("form", name="修改 root")
    await form.get_by_label("系统管理员").uncheck()
    await form.get_by_label("坐席").check()
    await form.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("alert")).to_contain_text("last administrator")
    await page.keyboard.press("Escape")
    await go(page, "角色与权限", look=False)
    row = page.get_by_role("row", name="调听录音")
    await expect(row.get_by_text("可以")).to_have_count(1)  # the supervisor's


async def _seats(page: Page) -> None:
    await go(page, "坐席")
    await page.get_by_role("button", name="新增坐席").click()
    await page.get_by_role("form", name="新增坐席").get_by_role("button", name="保存").click()
    once = page.get_by_role("region", name="seat-03 的话机密码")
    await expect(once.locator("code")).not_to_be_empty()
    await once.get_by_role("button", name="已抄下,收起").click()
    await page.get_by_role("button", name="修改 seat-02").click()
    await page.get_by_role("button", name="停用坐席").click()
    await page.get_by_role("button", name="确定停用坐席").click()
    await expect(page.get_by_role("row", name="seat-02").get_by_text("已停用")).to_be_visible()
    await go(page, "坐席员", look=False)
    await page.get_by_role("button", name="修改 li.na").click()
    form = page.get_by_role("form", name="修改 li.na")
    await form.get_by_label("方言专席").check()
    await form.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("row", name="li.na").get_by_text("方言专席")).to_be_visible()
    await go(page, "队列", look=False)
    await expect(page.get_by_text("报警服务台")).to_be_visible()


async def _audit(page: Page) -> None:
    await go(page, "审计", look=False)
    await page.get_by_label("做了什么").select_option(label="新增账号")
    await expect(page).to_have_url(re.compile("#what=account_added$"))
    rows = page.get_by_role("region", name="审计").locator("tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("wang.wu")
    await page.get_by_role("button", name="核对整条链").click()
    await expect(page.get_by_text("全部与写入时一致")).to_be_visible()


async def _privacy(page: Page) -> None:
    await go(page, "保存与封存")
    await page.get_by_role("button", name="试算(不删除)").click()
    await expect(page.get_by_text("尚未删除任何内容")).to_be_visible()
    form = page.get_by_role("form", name="新增封存")
    await form.get_by_label("封存什么").select_option("number")
    await form.get_by_label("电话号码").fill("13800000001")
    await form.get_by_label("理由").fill("法院调取")
    await form.get_by_role("button", name="新增封存").click()
    hold = page.locator("[data-hold]")
    await expect(hold).to_contain_text("(不显示) 法院调取")
    await hold.get_by_role("button", name="解除封存").click()
    form = page.get_by_role("form", name="解除封存")
    await form.get_by_label("理由").fill("已审结")
    await form.get_by_role("button", name="解除封存").click()
    await expect(hold).to_have_count(0)


async def _rules(page: Page) -> None:
    await go(page, "事项与规则", look=False)
    await page.get_by_role("button", name="113 市容市政").click()
    text = page.get_by_role("textbox", name="修改这一节")
    await text.fill('[item.113]\nwords.5 = ["路灯"]\nwords.3 = ["路灯"]')
    await page.get_by_role("button", name="查错").click()
    await expect(page.get_by_role("alert")).to_contain_text("本节第 3 行:")
    await text.fill('[item.113]\nwords.5 = ["井盖"]\n\n[item.205]\nwords.5 = ["路灯"]')
    await page.get_by_role("button", name="查错").click()
    await expect(page.get_by_text("可以使用:")).to_be_visible()
    await page.get_by_role("button", name="开始试算").click()
    await expect(page.get_by_text("共看 1 通有文字的通话,1 通归类会不同。")).to_be_visible()
    row = page.get_by_role("region", name="归类变化").locator("tbody tr")
    await expect(row).to_contain_text("113 市容市政205 物业管理1")
    await expect(page.locator("[data-call]")).to_have_count(1)
    assert "坏了" not in await page.locator("main").inner_text()  # no words of a call
    assert await faults(page) == []
    await put(page, "第 1 版已生效。")


async def _dispatch(page: Page) -> None:
    await go(page, "派遣表", look=False)
    await expect(page.get_by_role("row", name="县级 113")).to_be_visible()
    text = page.get_by_role("textbox", name="修改 dispatch.toml")
    before = await text.input_value()
    await text.fill(before.replace('"113" = "U1"', '"113" = "U9"'))
    await page.get_by_role("button", name="查错").click()
    await expect(page.get_by_role("alert")).to_contain_text("113 goes to U9")
    await text.fill(before.replace('"113" = "U1"', '"113" = "U2"'))
    await page.get_by_label("事项").select_option("113")
    await page.get_by_role("button", name="说明由谁办").click()
    await expect(page.get_by_text("[county] 113")).to_be_visible()
    await page.get_by_role("button", name="开始试算").click()
    await expect(page.get_by_text("共看 0 件(未结 0 件),0 件会派往别处。")).to_be_visible()
    assert await faults(page) == []
    await put(page, "县域第 1 版已生效。")


async def _calendar(page: Page) -> None:
    await go(page, "日历", look=False)
    await page.get_by_label("年份").fill("2026")
    await page.get_by_label("年份").press("Enter")
    day = page.locator("[data-day='2026-03-03']")
    await expect(day).to_have_accessible_name("3月3日星期二 上班")
    await day.click()
    await expect(day).to_have_accessible_name("3月3日星期二 放假 本县规定")
    await page.get_by_label("派出时间").fill("2026-03-02T10:00")
    await expect(page.get_by_text("按草稿是 3月10日 18:00。")).to_be_visible()
    assert await faults(page) == []
    await put(page, "县域第 2 版已生效。")


async def _county(page: Page) -> None:
    await go(page, "单位与网格", look=False)
    cells = grid_text([COUNTY, *TOWNS[:1]], datum="WGS-84").encode()
    await page.get_by_label("网格").set_input_files(
        {"name": "cells.geojson", "mimeType": "application/json", "buffer": cells}
    )
    await page.get_by_role("button", name="检查(不改动)").click()
    await expect(page.get_by_role("alert")).to_contain_text("处错误,没有改动任何内容。")
    picture = page.get_by_role("img", name=re.compile("网格图"))
    await expect(picture.locator("path.bad")).to_have_count(1)
    await expect(picture.locator(".spot")).to_have_count(1)
    await expect(page.get_by_role("list", name="错误清单")).to_contain_text("leave a gap")
    assert await faults(page) == []


async def _prompts(page: Page) -> None:
    await go(page, "提示音")
    row = page.locator("[data-prompt='goodbye']")
    await expect(row).to_contain_text("合成")
    chosen = row.get_by_label("换成录音 goodbye")
    await chosen.set_input_files({"name": "a.mp3", "mimeType": "audio/mpeg", "buffer": b"ID3"})
    await expect(page.get_by_role("alert")).to_have_text("a.mp3 不是 WAV 文件:请另存为 WAV,16 位。")
    await row.get_by_role("button", name="试听").click()
    await expect(row.get_by_role("button", name="停止")).to_be_visible()
    await expect(row.get_by_role("button", name="试听")).to_be_visible()  # played to its end
    sentence = page.locator("[data-sentence='waiting-place']")
    await sentence.get_by_label("排队位次").fill("7")
    await sentence.get_by_role("button", name="试听").click()
    await expect(sentence.get_by_role("button", name="停止")).to_be_visible()
    assert await faults(page) == []


async def put(page: Page, said: str) -> None:
    """The draft is put in force, after the question."""
    await page.get_by_role("button", name="生效", exact=True).click()
    await page.get_by_role("button", name="确定生效").click()
    await expect(page.get_by_text(said)).to_be_visible()
