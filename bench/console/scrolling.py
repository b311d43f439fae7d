"""A list of many tickets: loaded to its end as a person scrolls, then scrolled frame by frame.

A frame is late where it comes more than LATE_MS after the one before. Frames in which nothing
moves, counted in the same page before, are the peer: what is late there is the machine's.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, Page
from sqlmodel import insert

from bench.console.report import Figure, share
from bench.console.stage import a_site, heap_bytes, opened
from callcenter.facts import Line
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

FRAMES = 600
LATE_MS, MOST_LATE, LONGEST_MS = 50.0, 6.0, 200.0  # one frame of a hundred; a halt one feels
KEY_MS = 200.0
CHUNK = 10_000
TO_THE_END = """async (most) => {
    const frame = document.querySelector(".frame")
    const rows = () => Math.round(frame.scrollHeight / document.querySelector(".row").offsetHeight)
    const late = Date.now() + 400_000
    while (rows() < most && Date.now() < late) {
        frame.scrollTop = frame.scrollHeight
        await new Promise((done) => setTimeout(done, 5))
    }
    return rows()
}"""
SCROLL = """async ([frames, moves]) => {
    const frame = document.querySelector(".frame")
    if (moves) frame.scrollTop = 0
    await new Promise((done) => setTimeout(done, 500))
    const step = (frame.scrollHeight - frame.clientHeight) / frames
    const next = () => new Promise((done) => requestAnimationFrame(done))
    const spans = []
    let before = await next()
    for (let at = 0; at < frames; at++) {
        if (moves) frame.scrollTop += at % 20 ? 90 : step * 20 - 90 * 19 // stretches, and leaps
        const now = await next()
        spans.push(now - before)
        before = now
    }
    return spans
}"""
TO_A_ROW = """async ([key, place]) => {
    const begun = performance.now()
    const send = { key, bubbles: true, cancelable: true }
    document.querySelector(".row a[tabindex='0']").dispatchEvent(new KeyboardEvent("keydown", send))
    const there = () => document.activeElement?.closest(".row")?.ariaPosInSet === String(place)
    while (!there()) {
        if (performance.now() - begun > 10_000) throw new Error(`${key} led nowhere`)
        await new Promise((done) => requestAnimationFrame(done))
    }
    return performance.now() - begun
}"""


async def measured(browser: Browser, tickets: int) -> list[Figure]:
    """Frames of a scroll through so many tickets, and keys that lead to its end and beginning."""
    async with a_site() as site:
        with site.store.transaction() as session:
            for first in range(0, tickets, CHUNK):
                rows = [_row(number) for number in range(first, min(first + CHUNK, tickets))]
                session.connection().execute(insert(Ticket), rows)
        page = await opened(browser, site, "cases")
        await page.locator(".row").first.wait_for()
        there = await page.evaluate(TO_THE_END, tickets)
        idle = await page.evaluate(SCROLL, [FRAMES // 4, False])
        spans = await page.evaluate(SCROLL, [FRAMES, True])
        keys = [await _key(page, "End", there), await _key(page, "Home", 1)]
        drawn = await page.locator(".row").count()
        heap = await heap_bytes(page)
    return [
        Figure("tickets in the list", there, f"of {tickets}"),
        Figure("rows that stand in the page", drawn, ""),
        Figure("a frame while scrolling, the middle", share(spans, 0.5), "ms"),
        Figure("a frame while scrolling, 95 of 100", share(spans, 0.95), "ms"),
        Figure("a frame while scrolling, the longest", max(spans), "ms", LONGEST_MS),
        Figure(f"frames later than {LATE_MS:g} ms", _late(spans), f"of {FRAMES}", MOST_LATE),
        Figure("a frame while nothing moves, the middle", share(idle, 0.5), "ms"),
        Figure("a frame while nothing moves, the longest", max(idle), "ms"),
        Figure(f"of those later than {LATE_MS:g} ms", _late(idle), f"of {len(idle)}"),
        Figure("from End or Home to the focus on that row", max(keys), "ms", KEY_MS),
        Figure("heap with the whole list", heap / 1e6, "MB"),
    ]


def _late(spans: list[float]) -> int:
    return sum(one > LATE_MS for one in spans)


async def _key(page: Page, key: str, place: int) -> float:
    took: float = await page.evaluate(TO_A_ROW, [key, place])
    return took


def _row(number: int) -> dict[str, Any]:
    opened_at = datetime.now(UTC) - timedelta(minutes=number)
    ticket = Ticket(
        number=f"12345-{opened_at:%Y%m%d}-{number:06}", line=Line.SERVICE, opened_at=opened_at,
        step=Step.HANDLING, steps=4, item="113", item_name="市容市政", place="南大街东口",
        cell="140728100001001", cell_name="第1网格", unit="U1002",
        due_at=datetime.now(UTC) + timedelta(hours=number % 90),
    )  # fmt: skip
    return ticket.model_dump()
