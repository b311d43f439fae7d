"""The screens that are photographed: who sees each, where it is, and when it is drawn."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from playwright.async_api import FilePayload, Page

from callcenter.settings import ROOT
from tools.screenshots import script

Language = Literal["zh", "en"]
Theme = Literal["light", "dark", "contrast"]
Step = Callable[[Page], Awaitable[None]]
Looks = tuple[tuple[Language, Theme], ...]

EACH: Final[Looks] = (("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark"))
AND_CONTRAST: Final[Looks] = (*EACH, ("zh", "contrast"))
DESK, TALL, PHONE = (1440, 900), (1440, 1300), (390, 844)
DRAWN_MAP: Final = ".map[data-standing=here]"


@dataclass(frozen=True)
class Screen:
    """One screen.

    Args:
        name: The picture's.
        place: What it shows, as the routers of the console call it; several may show one.
        who: The account that sees it; "" nobody who is signed in.
        path: Its address; `{case}` and `{long}` are cases that the story knows.
        drawn: What is on the page once it is drawn, a selector.
        zh: What it shows, in a sentence.
        en: The same in English.
        size: Of the window, in pixels.
        then: What is done on it before it is photographed.
        looks: In which languages and colours.
    """

    name: str
    place: str
    who: str
    path: str
    drawn: str
    zh: str
    en: str
    size: tuple[int, int] = DESK
    then: Step | None = None
    looks: Looks = EACH


def click(*selectors: str) -> Step:
    """Press these, one after another."""

    async def press(page: Page) -> None:
        for selector in selectors:
            await page.locator(selector).first.click()

    return press


async def _typing(page: Page) -> None:
    """The seat knows more than was heard, and has the places on the map."""
    await page.locator(".said mark").first.wait_for()
    await page.locator(".where button[aria-expanded=false]").click()
    await page.locator(".where .map[data-standing=here]").wait_for()
    await page.evaluate("document.querySelector('main').focus(); scrollTo(0, 0)")


async def _hears(page: Page) -> None:
    """The recording is fetched, stands at eleven seconds, and does not play."""
    await page.locator(".player button, section.card button").first.click()
    await page.locator("canvas.wave").nth(1).wait_for()


async def _asked(page: Page) -> None:
    """Somebody asks how their case stands."""
    await page.locator("#ask-number").fill("12345-20260310-0001")
    await page.locator("#ask-digits").fill("0000")


SIGN_IN: Final = (
    Screen(
        "sign-in", "sign-in", "", "console/", "form.card",
        "登录:账号和密码,或本县的统一登录。",
        "Signing in, by password or the county's own sign-on.",
        looks=AND_CONTRAST,
    ),
)  # fmt: skip
SEAT: Final = (
    Screen(
        "seat-idle", "seat", "liu.yang", "console/seat", ".page.seat .call",
        "坐席等候来电:自己未办完的草稿和当日工单。",
        "A seat waits for a call: its drafts and the day's cases.",
        then=click(".call .button.slim"),
    ),
    Screen(
        "seat-ringing", "seat", "zhao.min", "console/seat", ".page.seat .call",
        "来电振铃:哪条线、等了多久、此号码以往的工单。",
        "It rings: which line, how long they waited, earlier cases of the number.",
    ),
    Screen(
        "seat-talking", "seat", "wang.fang", "console/seat", ".said mark",
        "通话中:双方的话逐句出现,表单随之填好,地点的候选在图上,并提示该问的一句。",
        "In a call: both sides' words, the form that fills itself, candidates for the place on the"
        " map, and the one question to ask.",
        size=(1440, 1200), then=_typing, looks=AND_CONTRAST,
    ),
    Screen(
        "seat-wrap-up", "seat", "chen.jing", "console/seat", ".page.seat .call",
        "话后整理:倒计时内补全并立案。",
        "Wrap-up: the case is completed and filed within its time.",
    ),
)  # fmt: skip
CASES: Final = (
    Screen(
        "cases", "cases", "desk", "console/cases", ".row",
        "工单列表:筛选条件在地址里,十万件也能滚动。",
        "The list of cases; its filters stand in the address.", looks=AND_CONTRAST,
    ),
    Screen(
        "board", "board", "desk", "console/cases/board", "[data-stage] li",
        "看板:案件在七步中的哪一步。", "The board: where in the seven steps cases stand.",
    ),
    Screen(
        "case", "case", "desk", "console/cases/{case}", DRAWN_MAP,
        "一件工单:七步走到哪里、各时限、全部经过和可做的事。",
        "A case: its walk through the steps, clocks, whole history, and what can be done.",
        size=(1440, 1100), looks=AND_CONTRAST,
    ),
    Screen(
        "map", "map", "desk", "console/map", DRAWN_MAP,
        "地图:各村(社区)有多少工单,右边是同样的数字。",
        "The map: how much lies in which village, with the same figures beside it.",
        looks=AND_CONTRAST,
    ),
    Screen(
        "map-heat", "map", "desk", "console/map#way=heat", DRAWN_MAP,
        "热力图,可随时间播放。", "The same as heat, which plays over time.",
    ),
    Screen(
        "evaluation", "evaluation", "counts", "console/evaluation#month=2026-02", ".drawing svg",
        "综合评价:每个数字都能打开它背后的工单。",
        "Evaluation: every figure opens the cases behind it.", size=(1440, 1100),
    ),
    Screen(
        "ranking", "evaluation", "counts", "console/evaluation#month=2026-02&view=ranking",
        "[data-unit]",
        "月度排名和得分的算法。",
        "The month's ranking, and how scores come about.",
    ),
)  # fmt: skip
SUPERVISOR: Final = (
    Screen(
        "supervisor", "supervisor", "li.na", "console/supervisor", "[data-seat=seat-01]",
        "班长席:队列、席位、正在进行的通话和双方的话,监听、密语、强插、接管。",
        "The supervisor's page: queues, seats, a call's words as they come, listening in.",
        size=(1440, 1200), then=click('[data-seat="seat-01"] button'), looks=AND_CONTRAST,
    ),
    Screen(
        "numbers", "numbers", "li.na", "console/supervisor/numbers#interval=hour",
        ".drawing svg", "话务数字与图表。", "The lines' figures and charts.", size=(1440, 1200),
    ),
    Screen(
        "record", "record", "li.na", f"console/supervisor/calls/{script.RECORDED}", ".heard li",
        "录音:双方波形,点一句话就从那里听起;下面是评分表。",
        "A recording: both waveforms; a line of words is heard from its moment on.",
        size=(1440, 1100), then=_hears,
    ),
    Screen(
        "quality", "judged", "li.na", "console/supervisor/quality", ".numbers tbody tr",
        "质检:均分、申诉与改判。", "Quality: averages, appeals and decisions.",
    ),
    Screen(
        "my-quality", "quality", "wang.fang", "console/quality", ".card.quality",
        "坐席看到自己的评分,可以申诉。",
        "An agent sees how their calls were judged, and may appeal.",
        then=click(".card.quality h2 button"),
    ),
)  # fmt: skip
WALL: Final = (
    Screen(
        "wall", "wall", "wall", "console/wall", DRAWN_MAP,
        "大屏,1920×1080。", "The wall, 1920 by 1080.", size=(1920, 1080),
    ),
    Screen(
        "wall-wide", "wall", "wall", "console/wall", DRAWN_MAP,
        "大屏,3840×1080。", "The wall, 3840 by 1080.", size=(3840, 1080),
    ),
)  # fmt: skip
FIELD: Final = (
    Screen(
        "field-tasks", "field/tasks", "city", "console/field", ".field-list li",
        "城管通:身边的任务。", "The field page: what there is to do nearby.", size=PHONE,
        looks=AND_CONTRAST,
    ),
    Screen(
        "field-task", "field/task", "city", "console/field", ".field-list li",
        "一件任务:地点、时限、拍照和回报。", "A task: where, until when, photographs, the report.",
        size=PHONE, then=click(".field-list li a"),
    ),
    Screen(
        "field-report", "field/report", "hao.jun", "console/field#/report", "main form",
        "巡查上报。", "A patroller reports something.", size=PHONE,
    ),
    Screen(
        "field-queue", "field/queue", "hao.jun", "console/field#/queue", "main h1, main h2",
        "待发送:断网时先存下,联网后只发一次。",
        "What is still to be sent, once a network is there.",
        size=PHONE,
    ),
)  # fmt: skip
PUBLIC: Final = (
    Screen(
        "public", "public", "", "public", ".bars li",
        "公开页:怎样找到我们,案件办到哪一步,公开的数字。",
        "The open page: how to reach the centre, how a case stands, open figures.",
        size=(1280, 1600), looks=AND_CONTRAST,
    ),
    Screen(
        "nowhere", "nowhere", "desk", "console/no-such-place", "main h1",
        "没有的页面。", "A place that is not there.",
    ),
)  # fmt: skip
SECTIONS: Final = {
    "accounts": ("账号。", "Accounts."),
    "rights": ("角色与权限。", "Roles and what they may do."),
    "seats": ("坐席(话机)。", "Seats, the telephones."),
    "agents": ("坐席员与技能。", "Agents and their skills."),
    "queues": ("队列。", "Queues."),
    "rules": ("事项与规则:草稿、试算、生效。", "Items and rules: draft, try-out, in force."),
    "dispatch": ("派遣表。", "The dispatch table."),
    "calendar": ("日历:节假日、调休和本县规定。", "The calendar: holidays and make-up days."),
    "county": ("单位与网格,导入与版本。", "Units and grid, imports and versions."),
    "prompts": ("提示音。", "Prompts."),
    "audit": ("审计。", "The audit."),
    "privacy": ("保存与封存。", "Retention and holds."),
}


async def _gap(page: Page) -> None:
    """A grid that lacks a cell is checked."""
    grid = json.loads((ROOT / "data" / "demo-county" / "grid.geojson").read_text("utf-8"))
    cells = [one for one in grid["features"] if one["properties"]["level"] == 4]
    grid["features"].remove(cells[LACKING])
    told = json.dumps(grid, ensure_ascii=False).encode()
    sent: FilePayload = {"name": "grid.geojson", "mimeType": "application/json", "buffer": told}
    await page.locator("input[type=file]").first.set_input_files(sent)
    await page.locator("#county-datum").select_option("wgs-84")
    await page.locator("form .button.first").click()
    await page.locator("svg path.bad").first.wait_for()


LACKING: Final = 700
FIRST: Final = {"rules": click("main .pick"), "county": _gap}  # what is done there
ADMIN: Final = tuple(
    Screen(
        f"admin-{name}", f"admin/{name}", "root", f"console/admin/{name}", "main h1",
        f"系统管理:{zh}", f"Administration: {en}",
        size=TALL if name == "county" else DESK, then=FIRST.get(name),
    )
    for name, (zh, en) in SECTIONS.items()
)  # fmt: skip
SCREENS: Final = (*SEAT, *SUPERVISOR, *CASES, *WALL, *FIELD, *PUBLIC, *SIGN_IN, *ADMIN)
