"""The seat's page in Chromium: a call from the ring to the filed case, told by facts."""

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
from callcenter.ivr.call import refold
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

__all__ = ["built"]  # the fixture: the console's pages are there
SEAT, CALLER = "seat-01", "13800000001"
SAID = "喂你好南大街130号对面的路灯坏了三天了"

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=30_000)


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
    await site.state(*now(call))
    with site.store.transaction() as session:
        refold(session, call.id)


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
    await play(center, call.parted(SEAT, 60).ended())
    await expect(page.get_by_role("heading", name="话后整理")).to_be_visible()
    await page.keyboard.press("Alt+Enter")
    await expect(page.locator(".done [role=status]")).to_have_text("已立案")
    await is_filed(page, center, number)


async def is_filed(page: Page, site: Site, number: str) -> None:
    """The case has what the seat wrote; the tab keeps nothing of it; the page goes back."""
    with site.store.reading() as session:
        ticket = known(session, number)
        assert (ticket.step, ticket.item, ticket.item_by) == ("filed", "209", SEAT)
    kept = "!Object.keys(sessionStorage).some((key) => key.startsWith('console.seat.'))"
    await page.wait_for_function(kept)
    await page.keyboard.press("Alt+0")
    await expect(page.get_by_role("link", name=number)).to_be_visible()
    await page.get_by_role("link", name=number).click()
    await expect(page.locator(".history")).to_contain_text("联系方式:王女士")
