"""From a fact to the screen: words of a call on the supervisor's page, among 100 facts a second.

The clock starts before a fact is taken in (recorded, applied, committed), and stops in the frame
after the one in which its words stand on the page: store, relay, feed, socket, fold and drawing.
The same facts then go to a bare page that writes the words it is told and does nothing else: what
it takes is not the console's to save.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from bench.console.report import Figure, share
from bench.console.stage import a_site, moved_to_now, opened
from callcenter.facts import Side, UtteranceHeard
from tests.browser.site import Site
from tests.calls import ACall

FACTS_A_SECOND, SECONDS, CALLS = 100, 15, 10  # of ten facts one is of the call that is watched
LIMIT_MS = 100.0
LATEST_SECONDS = 60
HEAR = """
    window.heard = {}
    window.WebSocket = class extends WebSocket {
        constructor(...told) {
            super(...told)
            this.addEventListener("message", ({ data }) => {
                const mark = /第(\\d+)句/.exec(data)?.[1]
                if (mark) window.heard[mark] ??= performance.timeOrigin + performance.now()
            })
        }
    }
"""
WATCH = """(words) => {
    window.painted = {}
    const look = () => {
        for (const one of document.querySelectorAll(words)) {
            const mark = /第(\\d+)句/.exec(one.textContent)?.[1]
            if (mark === undefined || mark in window.painted) continue
            window.painted[mark] = 0
            requestAnimationFrame(() => setTimeout(() => {
                window.painted[mark] = performance.timeOrigin + performance.now()
            }))
        }
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
}"""
BARE = """([address, call]) => new Promise((ready) => {
    const list = document.createElement("ol")
    document.body.replaceChildren(list)
    new WebSocket(address).addEventListener("message", ({ data }) => {
        const { board, fact } = JSON.parse(data)
        if (board) ready()
        if (fact?.call_id !== call || fact.fact !== "utterance_heard") return
        const line = document.createElement("li")
        line.textContent = fact.text
        list.append(line)
        if (list.children.length > 200) list.firstChild.remove()
    })
})"""


@dataclass(frozen=True)
class Ways:
    """How long each sentence was on its way in milliseconds, whole and from the socket on."""

    whole: list[float]
    in_browser: list[float]
    stated: int
    facts_a_second: float


async def measured(browser: Browser) -> list[Figure]:
    """The console's page and the bare one, one after the other."""
    async with a_site() as site:
        page = await opened(browser, site, "supervisor", before=HEAR)
        calls = [
            ACall(str(n), began=-30).queued().offered(f"seat-{n + 1:02}") for n in range(CALLS)
        ]
        for number, call in enumerate(calls):
            await site.state(*moved_to_now(call.answered(f"seat-{number + 1:02}", 5)))
        ids = [call.id for call in calls]
        await page.locator("[data-seat=seat-01]").get_by_role("button").first.click()
        await page.get_by_role("log").wait_for()
        await page.evaluate(WATCH, "[role=log] .said")
        ours = await _told(site, page, ids, first=0)
        await page.goto(f"{site.url}/console/assets/none")  # what says so is emptied at once
        await page.evaluate(BARE, [f"ws://{site.host}/api/v1/live", ids[0]])
        await page.evaluate(WATCH, "li")
        peer = await _told(site, page, ids, first=ours.stated)
    return [
        Figure("facts a second, stated", ours.facts_a_second, ""),
        Figure("words of the watched call that were painted", len(ours.whole), f"of {ours.stated}"),
        Figure("fact to paint, the middle", share(ours.whole, 0.5), "ms"),
        Figure("fact to paint, 95 of 100", share(ours.whole, 0.95), "ms", LIMIT_MS),
        Figure("fact to paint, 99 of 100", share(ours.whole, 0.99), "ms"),
        Figure("fact to paint, the longest", max(ours.whole), "ms"),
        Figure("of it in the browser, the middle", share(ours.in_browser, 0.5), "ms"),
        Figure("of it in the browser, 95 of 100", share(ours.in_browser, 0.95), "ms"),
        Figure("a bare page, the middle", share(peer.whole, 0.5), "ms"),
        Figure("a bare page, 95 of 100", share(peer.whole, 0.95), "ms"),
        Figure("a bare page, 99 of 100", share(peer.whole, 0.99), "ms"),
        Figure("a bare page, of it in the browser, 95 of 100", share(peer.in_browser, 0.95), "ms"),
        Figure(
            "ours beside a bare page, 95 of 100",
            share(ours.whole, 0.95) / share(peer.whole, 0.95),
            "times",
        ),
    ]


async def _told(site: Site, page: Page, calls: list[str], first: int) -> Ways:
    """State facts one by one, evenly, until the last of the watched call's words is painted."""
    facts = [
        _said(call, first + turn)
        for turn in range(SECONDS * FACTS_A_SECOND // CALLS)
        for call in calls
    ]
    stated: dict[int, float] = {}
    begun = time.monotonic()
    for number, fact in enumerate(facts):
        await asyncio.sleep(max(0.0, begun + number / FACTS_A_SECOND - time.monotonic()))
        if fact.call_id == calls[0]:
            stated[fact.index] = time.time() * 1000
        await site.state(fact)
    took = time.monotonic() - begun
    async with asyncio.timeout(LATEST_SECONDS):
        while not await page.evaluate(f"window.painted[{max(stated)}] > 0"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the page's policy lets no expression wait inside it
    painted: Mapping[str, float] = await page.evaluate("window.painted")
    heard: Mapping[str, float] = await page.evaluate("window.heard")
    seen = [turn for turn in stated if painted.get(str(turn))]
    return Ways(
        whole=[painted[str(turn)] - stated[turn] for turn in seen],
        in_browser=[painted[str(turn)] - heard[str(turn)] for turn in seen],
        stated=len(stated),
        facts_a_second=len(facts) / took,
    )


def _said(call_id: str, turn: int) -> UtteranceHeard:
    start = turn * 100
    return UtteranceHeard(
        call_id=call_id, side=Side.CITIZEN, source="live", index=turn, start_ms=start,
        end_ms=start + 90, text=f"第{turn}句",
    )  # fmt: skip
