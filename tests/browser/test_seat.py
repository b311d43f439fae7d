"""The seat's page in Chromium: a call from the ring to the filed case, told by facts."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from callcenter.agents.agent import Agent, AgentState
from callcenter.facts import (
    AgentMoved,
    CallClassified,
    DuplicateOffer,
    DuplicatesProposed,
    Fact,
    ItemScore,
    PartialHeard,
    PlaceGuess,
    Side,
    TicketLocated,
    UtteranceHeard,
)
from callcenter.facts.duplicates import Why
from callcenter.facts.speech import Word
from callcenter.facts.tickets import DecidingWord, PlaceWord
from callcenter.people import accounts
from callcenter.people.accounts import Account
from callcenter.tickets.finding import filling
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import known
from tests.browser.site import Site
from tests.browser.test_console import PEOPLE, built, entered, faults, open_case
from tests.browser.test_queue_wall import now
from tests.calls import ACall
from tests.live.chromium import KEEP_CONNECTIONS

__all__ = ["built"]  # the fixture: the console's pages are there
SEAT, CALLER = "seat-01", "13800000001"
KEEPS_NOTHING = "!Object.keys(sessionStorage).some((key) => key.startsWith('console.typed.'))"
SAID = "喂你好南大街130号对面的路灯坏了三天了"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A closed site where one agent has signed in at a seat."""
    async with Site(tmp_path_factory.mktemp("seat"), is_closed=True) as site:
        at = datetime.now(UTC) - timedelta(hours=1)
        with site.store.transaction() as session:
            accounts.add(session, "seat", PEOPLE["seat"], password="", actor="t")
            session.get(Account, "seat").must_change = False
            ready = AgentState.READY
            session.add(Agent(name="seat", display_name="王", state=ready, seat=SEAT, since=at))
        await site.state(
            AgentMoved(
                at=at, agent="seat", number=2, move="sign_in", from_state="signed_out",
                to_state="ready", seat=SEAT, queues=("12345",), actor="seat",
            )
        )  # fmt: skip
        yield site


async def play(site: Site, call: ACall) -> None:
    """What the line tells of the call, up to now."""
    await site.play(*now(call))


def earlier_case(site: Site) -> str:
    """An open case that this number told of before."""
    number = open_case(site, Move.FILE)
    with site.store.transaction() as session:
        ticket = known(session, number)
        ticket.item, ticket.item_name, ticket.place = "113", "市容市政", "南大街"
        key = CallerKey.of(site.settings)
        filling.fill(session, ticket, said=[], callers=[CALLER], key=key)
    return number


async def open_its_case(site: Site, call: ACall) -> str:
    with site.store.transaction() as session:
        (draft,) = open_draft(session, call.id, call.line, at=datetime.now(UTC), actor="pipeline")
    await site.state(draft)
    return draft.ticket_number


def heard(call: ACall, side: Side, index: int, text: str) -> UtteranceHeard:
    words = (Word(text=text, start_ms=0, end_ms=900, confidence=1),)
    return UtteranceHeard(
        call_id=call.id, side=side, source="live", index=index, start_ms=1000 * index,
        end_ms=1000 * index + 900, text=text, words=words,
    )  # fmt: skip


def understood(call: ACall, number: str, at: int) -> list[Fact]:
    """What the citizen's first sentence speaks for, as utterance `at` of the transcript."""
    of = {"call_id": call.id, "ticket_number": number}
    ups = (("209", "水电气暖", 1.0), ("205", "物业管理", 0.6))
    place = {"longitude": 112.2, "latitude": 37.2, "score": 0.9, "level": 4}
    cell = {"cell": "140728100001001", "cell_name": "第1社区第1网格"}
    guess = {**place, "cell": "140728100001002", "cell_name": "第1社区第2网格", "score": 0.6}
    return [
        CallClassified(
            revision=1, item="113", item_name="市容市政", score=3.0, call_kind="投诉",
            urgency="ordinary", **of,
            runner_ups=tuple(ItemScore(item=i, name=n, score=s) for i, n, s in ups),
            words=(DecidingWord(text="路灯", weight=2, utterance=at, start=13, end=15),),
        ),
        TicketLocated(
            revision=2, place="南大街", detail="130号 对面", **cell, **place, **of,
            words=(PlaceWord(text="南大街", certainty=1, utterance=0, start=3, end=6),),
            candidates=(PlaceGuess(place="南大街菜市场", **guess),),
            question="是南大街的东段还是西段?",
        ),
    ]  # fmt: skip


def alike(call: ACall, number: str, other: str) -> DuplicatesProposed:
    why = (
        Why(part="item", how="same", points=15, most=15),
        Why(part="place", how="metres", points=25, most=30, amount=40),
        Why(part="words", how="shared", points=40, most=50, words=("路灯", "南大街")),
    )
    offer = DuplicateOffer(
        ticket_number=other, score=80.5, item="113", item_name="市容市政", place="南大街",
        cell_name="第1社区第1网格", step="filed", opened_at=datetime.now(UTC), closed_at=None,
        why=why,
    )  # fmt: skip
    return DuplicatesProposed(call_id=call.id, ticket_number=number, revision=3, offers=(offer,))


async def test_a_call_becomes_a_case_and_nothing_the_seat_typed_is_lost(
    visit: BrowserContext, center: Site
) -> None:
    other = earlier_case(center)
    await visit.add_init_script(KEEP_CONNECTIONS)
    page = await entered(visit, center, "seat", "seat")
    await expect(page.get_by_text("没有来电")).to_be_visible()
    await expect(page.get_by_text("没有待回拨的市民。")).to_be_visible()
    assert await faults(page) == []

    call = ACall("7", began=-30, caller=CALLER).queued(after=2).offered(SEAT)
    await play(center, call)
    await expect(page.get_by_role("heading", name="来电振铃")).to_be_visible()
    await expect(page.get_by_text(CALLER)).to_be_visible()
    await expect(page.get_by_role("link", name=other)).to_be_visible()

    await play(center, call.answered(SEAT, 6))
    number = await open_its_case(center, call)
    await expect(page.locator(".aloud")).to_have_text(number.replace("-", " "))
    await center.bus.mention(PartialHeard(call_id=call.id, side=Side.CITIZEN, text="喂你好南大"))
    await expect(page.locator(".said [data-open]")).to_contain_text("喂你好南大")
    await center.state(heard(call, Side.SEAT, 0, "您好请讲"), heard(call, Side.CITIZEN, 1, SAID))
    await center.state(*understood(call, number, at=1))
    await expect(page.locator(".said mark")).to_have_text(["南大街", "路灯"])
    await expect(page.get_by_label("事项", exact=True)).to_have_value("113")
    await expect(page.get_by_label("内容摘要")).to_have_value(SAID)
    await expect(page.get_by_text("请询问:是南大街的东段还是西段?")).to_be_visible()

    await page.get_by_label("内容摘要").fill("南大街路灯不亮,老人夜间出行不便")
    await page.get_by_label("联系方式").fill("王女士")
    await center.state(heard(call, Side.CITIZEN, 2, "路灯杆也歪了"), alike(call, number, other))
    await expect(page.locator(".said")).to_contain_text("路灯杆也歪了")
    await expect(page.get_by_label("内容摘要")).to_have_value("南大街路灯不亮,老人夜间出行不便")
    await expect(page.get_by_text("识别结果:喂你好南大街")).to_be_visible()
    await expect(page.locator(".offers")).to_contain_text("相距 40 米")
    await page.keyboard.press("Alt+1")
    await expect(page.get_by_label("事项", exact=True)).to_have_value("209")
    assert await faults(page) == []

    await page.reload()
    await expect(page.get_by_label("内容摘要")).to_have_value("南大街路灯不亮,老人夜间出行不便")
    await expect(page.get_by_label("事项", exact=True)).to_have_value("209")
    second = await goes_on_in_a_second_tab(visit, center, page, other)
    await goes_on_while_cut_off(center, page, call)
    await an_answer_is_put_in(page)
    await play(center, call.parted(SEAT, 60).ended())
    await expect(page.get_by_role("heading", name="话后整理")).to_be_visible()
    await wraps_up(center, page)
    await page.keyboard.press("Alt+Enter")
    await expect(page.locator(".done [role=status]")).to_have_text("已立案")
    await is_filed(page, center, number)
    await leaves_nothing(page, second)


async def goes_on_in_a_second_tab(
    visit: BrowserContext, site: Site, page: Page, other: str
) -> Page:
    """Another tab has what was typed here, and this one what is typed there; a begun note stays."""
    second = await visit.new_page()
    await second.goto(f"{site.url}/console/seat")
    await expect(second.get_by_label("内容摘要")).to_have_value("南大街路灯不亮,老人夜间出行不便")
    await expect(second.locator(".said")).to_contain_text("路灯杆也歪了")
    await second.get_by_label("联系方式").fill("王女士 晚六点后")
    await expect(page.get_by_label("联系方式")).to_have_value("王女士 晚六点后")
    await second.goto(f"{site.url}/console/cases/{other}")
    await second.get_by_role("button", name="备注", exact=True).click()
    await second.get_by_label("备注内容").fill("同一市民又来电")
    await second.reload()
    await expect(second.get_by_label("备注内容")).to_have_value("同一市民又来电")
    await second.get_by_role("button", name="确认备注").click()
    await expect(second.get_by_text("已办理:备注")).to_be_visible()
    return second


async def goes_on_while_cut_off(site: Site, page: Page, call: ACall) -> None:
    """The socket is cut, then the server stops, each while the seat types; both come back."""
    summary = page.get_by_label("内容摘要")
    await page.evaluate("window.sockets.forEach((one) => one.close())")
    await summary.press("End")
    await summary.press_sequentially(",断网时补记")
    await site.state(heard(call, Side.CITIZEN, 3, "请快点来修"))
    await expect(page.locator(".said")).to_contain_text("请快点来修")
    await site.stop()
    await expect(page.get_by_role("alert").filter(has_text="实时信息中断")).to_be_visible()
    await summary.press_sequentially(",重启时补记")
    await page.keyboard.press("Alt+Enter")  # nobody is there to take it
    await expect(page.locator(".sheet [role=alert]")).to_be_visible()
    await site.start()
    await site.state(heard(call, Side.CITIZEN, 4, "谢谢"))
    await expect(page.locator(".said")).to_contain_text("谢谢")
    await expect(page.locator(".said")).to_contain_text("喂你好南大街")
    await expect(summary).to_have_value("南大街路灯不亮,老人夜间出行不便,断网时补记,重启时补记")


async def an_answer_is_put_in(page: Page) -> None:
    """The item's answers stand there; another one is looked for and put in, all by keyboard."""
    answers = page.locator("#answers-found").get_by_role("option")
    await expect(answers.first).to_contain_text("209-")
    await page.keyboard.press("Alt+6")
    await page.keyboard.type("井盖没了")
    await expect(answers.first).to_contain_text("井盖丢了或坏了归谁管?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("内容摘要")).to_have_value(re.compile(r"\n\[答复 113-2\] "))
    await expect(page.get_by_label("内容摘要")).to_be_focused()
    assert await faults(page) == []


async def wraps_up(site: Site, page: Page) -> None:
    """The time that is left counts down, and is said to be over."""
    at = datetime.now(UTC)
    of = {"agent": "seat", "seat": SEAT, "queues": ("12345",), "actor": "system"}
    begins = AgentMoved(
        at=at, number=3, move="wrap_up", from_state="ready", to_state="wrap_up",
        until=at + timedelta(hours=1), **of,
    )  # fmt: skip
    await site.state(begins)
    await expect(page.locator("[data-wrap-up]")).to_have_text(re.compile(r"整理剩余 59:\d\d"))
    over = AgentMoved(
        at=at, number=4, move="wrap_up_over", from_state="wrap_up", to_state="ready", **of
    )
    await site.state(over)
    await expect(page.locator("[data-wrap-up]")).to_contain_text("整理时间已到")


async def leaves_nothing(page: Page, second: Page) -> None:
    """Who signs out in one tab has signed out in all, and no words lie in any."""
    await second.get_by_role("button", name="王").click()
    await second.get_by_role("menuitem", name="退出登录").click()
    for tab in (page, second):
        await tab.get_by_label("密码").wait_for()
        await tab.wait_for_function(KEEPS_NOTHING)


async def is_filed(page: Page, site: Site, number: str) -> None:
    """The case has what the seat wrote; the tab keeps nothing of it; the page goes back."""
    with site.store.reading() as session:
        ticket = known(session, number)
        assert (ticket.step, ticket.item, ticket.item_by) == ("filed", "209", SEAT)
    await page.wait_for_function(KEEPS_NOTHING)
    await page.keyboard.press("Alt+0")
    await expect(page.get_by_role("link", name=number)).to_be_visible()
    await page.get_by_role("link", name=number).click()
    await expect(page.locator(".history")).to_contain_text("联系方式:王女士 晚六点后")
    await expect(page.locator(".history")).to_contain_text("[答复 113-2]")
