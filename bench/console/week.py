"""A week of a county's calls at speed: what the supervisor's page and the big screen then hold.

The supervisor's page is told the facts inside the browser, as the live socket tells them: through
the store a week would take as long as the store needs. The big screen asks the server as it
always does, only with its pauses made short, while calls come and go.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from bench.console.report import Figure
from bench.console.stage import a_site, code_of, moved_to_now
from bench.console.tab import Held, Tab, a_tab
from callcenter.facts import Fact, Side, TicketMoved, UtteranceHeard, write_fact
from tests.browser.site import Site
from tests.calls import TEN, ACall

DAYS, WORDS, SEATS, PARTS, FACTS_A_FRAME = 7, 6, 20, 10, 150
STRETCHES, QUESTIONS = 7, 200  # questions of the big screen in each stretch
A_DAY = 43_200  # questions, after which it loads itself anew: console/src/screen/screen.ts
A_DAY_MB = 5.0
GROWTH = 10.0  # per cent, from the first day's end to the last's
QUICKER = 400  # times that the big screen's pauses are shorter
SOCKET = """
    window.feeds = []
    const Real = window.WebSocket
    window.WebSocket = function (address, ...more) {
        if (!String(address).endsWith("/api/v1/live")) return new Real(address, ...more)
        const feed = { onmessage: null, onclose: null, close() {} }
        window.feeds.push(feed)
        return feed
    }
    window.tell = async (messages, aFrame) => {
        for (let at = 0; at < messages.length; at += aFrame) {
            const feed = window.feeds.at(-1)
            for (const data of messages.slice(at, at + aFrame)) feed.onmessage({ data })
            await new Promise((done) => requestAnimationFrame(done))
        }
        document.querySelector(".call[data-state=talking]")?.click()
    }
"""
BEGIN = """fetch("/api/v1/board").then((answer) => answer.json()).then((board) =>
    window.feeds.at(-1).onmessage({ data: JSON.stringify({ n: 1, ...board }) }))"""
QUICK = f"""
    window.polls = 0
    const [later, ask] = [window.setTimeout, window.fetch]
    window.setTimeout = (then, pause, ...more) => later(then, pause / {QUICKER}, ...more)
    window.fetch = (asked) => {{
        if (asked.url.endsWith("/api/v1/screen")) window.polls += 1
        return ask(asked)
    }}
"""


async def supervisor(calls_a_day: int) -> list[Figure]:
    """The supervisor's page after one day and after seven."""
    days = []
    async with a_site() as site, a_tab(SOCKET) as tab:
        await _enter(site, tab, "supervisor", "window.feeds.length")
        await tab.run(BEGIN)
        told = 1
        for day in range(DAYS):
            for part in range(PARTS):
                messages = list(_messages(day, part, calls_a_day, told))
                told += len(messages)
                await tab.run(f"window.tell({json.dumps(messages)}, {FACTS_A_FRAME})")
            days.append(await tab.held())
        connections = await tab.run("window.feeds.length")
    return [
        Figure("facts of a week", told - 1, ""),
        Figure("connections that it took", connections, "", 1),
        *_figures("after the first day", "after the seventh", days),
    ]


async def wall() -> list[Figure]:
    """The big screen after some questions, and after seven times as many."""
    held = []
    async with a_site() as site, _calls_going_on(site), a_tab(QUICK) as tab:
        await _enter(site, tab, "wall", "document.querySelector('.map canvas, .map .note.warn')")
        for stretch in range(1, STRETCHES + 1):
            await tab.until(f"window.polls >= {stretch * QUESTIONS}")
            held.append(await tab.held())
        asked = await tab.run("window.polls")
    more = held[-1].script + held[-1].browser - held[0].script - held[0].browser
    each = more / ((STRETCHES - 1) * QUESTIONS)
    return [
        Figure("questions of the big screen", asked, ""),
        *_figures("after a seventh", "after all", held),
        Figure("more for each question", each, "bytes"),
        Figure("more in the day until it loads itself anew", each * A_DAY / 1e6, "MB", A_DAY_MB),
    ]


def _figures(at_first: str, at_last: str, held: list[Held]) -> list[Figure]:
    first, last = held[0], held[-1]
    before, then = first.script + first.browser, last.script + last.browser
    return [
        Figure(f"held by its script {at_first}", first.script / 1e6, "MB"),
        Figure(f"held by its script {at_last}", last.script / 1e6, "MB"),
        Figure(f"held by the browser for it {at_first}", first.browser / 1e6, "MB"),
        Figure(f"held by the browser for it {at_last}", last.browser / 1e6, "MB"),
        Figure("both together, growth", 100 * (then / before - 1), "%", GROWTH),
        Figure(f"its compiled code {at_first}", first.compiled / 1e6, "MB"),
        Figure(f"its compiled code {at_last}", last.compiled / 1e6, "MB"),
    ]


async def _enter(site: Site, tab: Tab, place: str, condition: str) -> None:
    await tab.send("Page.navigate", url=f"{site.url}/console/#enter={code_of(site)}")
    await tab.until("document.querySelector('nav')")
    await tab.send("Page.navigate", url=f"{site.url}/console/{place}")
    await tab.until(condition)


@asynccontextmanager
async def _calls_going_on(site: Site) -> AsyncIterator[None]:
    """Calls come and go at every seat, several a second."""

    async def ring() -> None:
        number = 0
        while True:
            number += 1
            for fact in moved_to_now(_call(0, number, 1_000_000)):
                await site.state(fact)
                await asyncio.sleep(0.05)

    ringing = asyncio.create_task(ring())
    try:
        yield
    finally:
        ringing.cancel()
        with suppress(asyncio.CancelledError):
            await ringing


def _messages(day: int, part: int, calls: int, told: int) -> Iterator[str]:
    """A part of a day as the live socket tells it, numbered on from `told`."""
    for number in range(part * calls // PARTS, (part + 1) * calls // PARTS):
        for fact in _call(day, number, calls).facts:
            told += 1
            yield f'{{"n":{told},"seq":{told},"fact":{write_fact(fact)}}}'


def _call(day: int, number: int, calls: int) -> ACall:
    """A call of the day, its words and its ticket; one of twenty gives up."""
    seat = f"seat-{number % SEATS + 1:02}"
    call = ACall(f"{day}-{number}", began=86_400 * (day + number / calls), caller="13800000001")
    call.queued()
    if number % 20 == 0:
        return call.gives_up(40)
    call.offered(seat).answered(seat, 6)
    call.facts += [_said(call, one) for one in range(WORDS)]
    call.facts += [_moved(call, one, f"12345-{day}-{number:05}") for one in (1, 2)]
    return call.parted(seat, 60).ended()


def _said(call: ACall, one: int) -> Fact:
    return UtteranceHeard(
        at=TEN + timedelta(seconds=call.now), call_id=call.id, side=Side.CITIZEN, source="live",
        index=one, start_ms=one * 1000, end_ms=one * 1000 + 900, text="路灯不亮三天了",
    )  # fmt: skip


def _moved(call: ACall, number: int, ticket: str) -> Fact:
    steps = (None, "draft", "filed")
    return TicketMoved(
        at=TEN + timedelta(seconds=call.now), ticket_number=ticket, call_id=call.id, number=number,
        move="open" if number == 1 else "file", from_step=steps[number - 1],
        to_step=str(steps[number]), actor="seat-01",
    )  # fmt: skip
