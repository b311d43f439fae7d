"""What a supervisor sees: calls, words as they come, the ticket's walk, and no page of another."""

import json
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from callcenter.api.board import Board
from tests.browser.site import Site, fixture
from tests.unit.test_board import FIXTURES, story

A_CALL = fixture("a_call_becomes_a_closed_ticket")
TICKET = "12345-20260302-0001"
LATER = "2026-03-02T01:00:30Z"

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one browser for all


def before(fact: str) -> list[dict[str, Any]]:
    """The story of one call up to this fact."""
    names = [line["fact"] for line in A_CALL]
    return A_CALL[: names.index(fact)]


async def fold(page: Page, facts: list[dict[str, Any]]) -> Any:
    """The board that the page's own reducer folds, in the browser."""
    return await page.evaluate(
        """async (facts) => {
            const { apply, emptyBoard } = await import("/static/live_board.js");
            return facts.reduce(apply, emptyBoard());
        }""",
        facts,
    )


async def test_the_page_says_how_line_and_model_stand(page: Page, site: Site) -> None:
    await site.tell(fixture("the_centre_itself")[:1])
    await expect(page.get_by_text("话路正常")).to_be_visible()
    await expect(page.get_by_text("演示模型:仅识别合成语音")).to_be_visible()
    await site.tell([{"fact": "link_lost", "at": LATER, "node": "n1", "reason": "silent"}])
    await expect(page.get_by_text("话路中断 n1")).to_be_visible()


async def test_who_opens_the_page_late_sees_the_whole_story(
    visit: BrowserContext, site: Site
) -> None:
    await site.tell(A_CALL)
    page = await visit.new_page()
    await page.goto(site.url)
    case = page.locator("#case")
    await expect(case.get_by_text(TICKET)).to_be_visible()
    await expect(case.get_by_text("市容市政")).to_be_visible()
    await expect(case.get_by_text("县城市管理局")).to_be_visible()
    await expect(case.get_by_text("非常满意")).to_be_visible()
    await expect(page.locator("#walk [data-mood=done]")).to_have_count(7)
    await expect(page.locator("#call").get_by_text("138****0001")).to_be_visible()
    await expect(page.locator("svg .lit")).to_have_count(1)


async def test_words_come_as_they_are_spoken(page: Page, site: Site) -> None:
    await site.tell(before("utterance_heard"))
    partial = {"partial": True, "call_id": A_CALL[0]["call_id"], "side": "citizen"}
    await site.tell([{**partial, "text": "你好我要", "at": "2026-03-02T01:00:12Z"}])
    speaking = page.locator(".said.partial")
    await expect(speaking).to_contain_text("你好我要")
    await expect(speaking).to_have_attribute("aria-hidden", "true")
    await site.tell([{**partial, "text": "你好我要反映古陶镇", "at": "2026-03-02T01:00:15Z"}])
    await expect(speaking).to_contain_text("你好我要反映古陶镇")

    await site.tell(before("talk_ended"))
    await expect(speaking).to_have_count(0)
    words = page.get_by_role("log")
    await expect(words.locator("[data-side=seat]")).to_contain_text("您好请讲")
    await expect(words.locator("[data-side=citizen] mark")).to_have_text(["路灯", "坏了"])


async def test_a_restart_of_the_server_doubles_nothing(page: Page, site: Site) -> None:
    await site.tell(before("call_ended"))
    await expect(page.locator(".said")).to_have_count(2)
    await site.stop()
    await expect(page.get_by_text("已断开,正在重连")).to_be_visible()
    await site.start()
    await expect(page.get_by_text("实时", exact=True)).to_be_visible()
    await site.tell(A_CALL)
    await expect(page.locator("#walk [data-mood=done]")).to_have_count(7)
    await expect(page.locator(".said")).to_have_count(2)
    await expect(page.locator("#lists [data-state]")).to_have_count(1)


async def test_the_language_is_switched_by_the_keyboard_and_kept(page: Page) -> None:
    button = page.get_by_role("button", name="English")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hotline live board")
    assert await page.locator("html").get_attribute("lang") == "en"
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hotline live board")


async def test_focus_stays_while_things_happen(page: Page, site: Site) -> None:
    await site.tell(before("call_answered"))
    row = page.get_by_role("button", name="138****0001")
    await row.focus()
    await site.tell(before("talk_ended"))
    await expect(row).to_contain_text("市容市政")
    await expect(row).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(row).to_have_attribute("aria-current", "true")
    await expect(page.get_by_role("button", name="跟随最新")).to_be_visible()


async def test_a_caller_who_gave_up_waits_for_a_call_back(page: Page, site: Site) -> None:
    await site.tell(fixture("the_caller_gave_up"))
    tasks = page.locator(".task")
    await expect(tasks).to_have_count(1)
    await expect(tasks).to_contain_text("035****0001")
    await expect(tasks).to_contain_text("排队中放弃")


@pytest.mark.parametrize("width", [1440, 720, 360])
async def test_nothing_is_cut_off_when_the_page_is_narrow_or_enlarged(
    page: Page, site: Site, width: int
) -> None:
    await site.tell(A_CALL)
    await page.set_viewport_size({"width": width, "height": 900})
    await expect(page.locator("#case").get_by_text(TICKET)).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


async def test_chromium_folds_as_the_server_does(page: Page) -> None:
    for path in FIXTURES:
        facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
        board: Board = story(path)[1]
        assert await fold(page, facts) == board.model_dump(mode="json"), path.stem


async def test_nothing_is_fetched_from_elsewhere(visit: BrowserContext, site: Site) -> None:
    page = await visit.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(site.url)
    await site.tell(A_CALL)
    await expect(page.locator("#walk [data-mood=done]")).to_have_count(7)
    await expect(page.locator("svg .lit")).to_have_count(1)
    assert [url for url in asked if not url.startswith((site.url, f"ws://{site.host}"))] == []
    assert complaints == []


async def test_a_foreign_page_hears_nothing(visit: BrowserContext, site: Site) -> None:
    page = await visit.new_page()
    await page.goto("data:text/html,<title>elsewhere</title>")
    opened = await page.evaluate(
        """(url) => new Promise((tell) => {
            const socket = new WebSocket(url);
            socket.onopen = () => tell(true);
            socket.onerror = () => tell(false);
        })""",
        f"ws://{site.host}/api/v1/live",
    )
    assert opened is False


async def test_danger_and_the_question_to_ask_are_shown_while_they_talk(
    page: Page, site: Site
) -> None:
    story = before("call_classified")
    told = next(line for line in A_CALL if line["fact"] == "call_classified")
    place = next(line for line in A_CALL if line["fact"] == "ticket_located")
    nowhere = {"cell": None, "cell_name": "", "place": "", "longitude": None, "latitude": None}
    asked = {**place, **nowhere, "candidates": [], "words": [], "detail": ""}
    await site.tell(story)
    await site.tell([{**told, "urgency": "urgent", "outcome": "needs_110_now"}])
    await site.tell([{**asked, "question": "具体在什么位置?"}])
    case = page.locator("#case")
    await expect(case.get_by_role("status")).to_have_text("有人身或财产危险:立即转 110")
    await expect(case.get_by_text("具体在什么位置?")).to_be_visible()
    await expect(page.locator("svg .lit")).to_have_count(0)

    await site.tell([{**place, "revision": 2, "question": "多少号?"}])
    await expect(case.get_by_text("多少号?")).to_be_visible()
    await expect(case.get_by_text("具体在什么位置?")).to_have_count(0)
    await expect(page.locator("svg .candidate")).to_have_count(1)


async def test_a_word_heard_by_its_sound_and_a_combination_are_marked_where_they_stand(
    page: Page, site: Site
) -> None:
    await site.tell(before("call_classified"))
    told = next(line for line in A_CALL if line["fact"] == "call_classified")
    words = [
        {**told["words"][0], "text": "露灯", "certainty": 0.6},
        {
            "text": "反映…坏了",
            "weight": 4.0,
            "utterance": 1,
            "start": 4,
            "end": 17,
            "certainty": 1.0,
        },
    ]
    await site.tell([{**told, "words": words}])
    marks = page.get_by_role("log").locator("[data-side=citizen] mark")
    await expect(marks).to_have_text(["反映", "路灯", "坏了"])
    await expect(page.locator("mark.sound")).to_have_text("路灯")
