"""How soon the page knows: of an AMI event, of a spoken word, and of the draft after the hang-up.

A robot citizen and a robot seat talk through real Asterisk; a WebSocket client is the page. All
clocks are this machine's. Limits are what a seat would call at once, see LIMITS.
"""

import asyncio
import json
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from callcenter.ami.passwords import operator_token
from callcenter.ivr.prompts import speak
from callcenter.ivr.robot import RobotCall
from tests.live.conftest import Site, free_settings, until
from tests.live.hotline import Hotline

ROUNDS = 3
GREETING = "您好一二三四五热线请问有什么可以帮您"
LIGHTS = "你好我要反映古陶镇南大街的路灯坏了三天了晚上很黑请派人来修"
AMI_FACTS = {"call_arrived", "call_queued", "call_offered", "call_answered", "call_ended"}
LIMITS = {  # seconds
    "AMI event -> page": 1.0,
    "spoken word -> partial on the page": 1.0,
    "hang-up -> complete draft": 5.0,
}


@dataclass
class Page:
    """What the page was sent, each message with the time it came (seconds, time.time())."""

    facts: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    partials: list[tuple[float, str, str]] = field(default_factory=list)  # when, call, words

    async def look(self, url: str, token: str) -> None:
        """Keep everything until cancelled."""
        shown = {"Authorization": f"Bearer {token}"}
        async with connect(url, max_size=None, additional_headers=shown) as socket:
            async for text in socket:
                now, message = time.time(), json.loads(text)
                if "fact" in message:
                    self.facts.append((now, message["fact"]))
                elif message.get("partial", {}).get("side") == "citizen":
                    partial = message["partial"]
                    self.partials.append((now, partial["call_id"], partial["text"]))

    def of(self, call_id: str, *names: str) -> list[tuple[float, dict[str, Any]]]:
        """The facts of a call, those of the given names."""
        return [
            (at, fact)
            for at, fact in self.facts
            if fact.get("call_id") == call_id and fact["fact"] in names
        ]


@dataclass
class Round:
    """When the robots did what, time.time()."""

    call_id: str
    spoke_at: float
    hung_up_at: float


async def one_call(site: Site, hotline: Hotline, seat: Any, number: str) -> Round:
    """A citizen complains, the seat says a sentence and hangs up; waits for the whole draft."""
    known = {call.id for call in hotline.calls()}
    citizen = await site.citizen(number)
    call = await citizen.call("12345")
    at_seat: RobotCall = await seat.ring()
    await at_seat.answer()
    await until(lambda: {c.id for c in hotline.calls() if c.answered_at} - known)
    call_id = ({c.id for c in hotline.calls()} - known).pop()
    await at_seat.play(await asyncio.to_thread(speak, site.settings, GREETING))
    spoke_at = time.time()
    await call.play(await asyncio.to_thread(speak, site.settings, LIGHTS))
    await at_seat.hang_up()
    hung_up_at = time.time()
    await call.hang_up()
    await until(lambda: hotline.transcript(call_id))
    return Round(call_id, spoke_at, hung_up_at)


def event_delays(page: Page, call_id: str) -> list[float]:
    """From Asterisk's own time of an event to its arrival on the page; seconds."""
    told = page.of(call_id, *AMI_FACTS)
    return [at - datetime.fromisoformat(fact["at"]).timestamp() for at, fact in told]


def word_delays(page: Page, call: Round) -> list[float]:
    """From the end of each word, as spoken, to when the page first held it; seconds.

    A word that was only settled with the finished utterance counts as shown then.
    """
    told = page.of(call.call_id, "utterance_heard")
    (whole_at, utterance), *_ = [(at, f) for at, f in told if f["side"] == "citizen"]
    partials = [(at, text) for at, of, text in page.partials if of == call.call_id]
    first_ms, heard, delays = utterance["words"][0]["start_ms"], "", []
    for word in utterance["words"]:
        heard += word["text"]
        spoken_at = call.spoke_at + (word["end_ms"] - first_ms) / 1000
        shown_at = next((at for at, text in partials if text.startswith(heard)), whole_at)
        delays.append(shown_at - spoken_at)
    return delays


def draft_delay(page: Page, call: Round) -> float:
    """From the seat's hang-up to the last thing the words told of the ticket; seconds."""
    names = ("transcript_completed", "call_classified", "ticket_located")
    return max(at for at, _ in page.of(call.call_id, *names)) - call.hung_up_at


def report(name: str, seconds: list[float]) -> None:
    """One line: median and worst, and the median as a part of the limit."""
    median, worst, limit = statistics.median(seconds), max(seconds), LIMITS[name]
    print(
        f"{name} ({len(seconds)} times): median {median:.3f} s, worst {worst:.3f} s, "
        f"median {median / limit:.2f} of the limit of {limit:g} s"
        + ("" if worst <= limit else "  WORST IS OVER THE LIMIT")
    )


async def measure(folder: Path) -> None:
    """Run the hotline, make the calls, print."""
    settings = free_settings(folder)
    hotline, page = Hotline(settings), Page()
    await hotline.start()
    url = hotline.url("live").replace("http", "ws", 1)
    looking = asyncio.create_task(page.look(url, operator_token(settings)))
    try:
        async with AsyncExitStack() as stack:
            site = Site(settings, stack)
            seat = await site.seat()
            calls = [
                await one_call(site, hotline, seat, f"1380000000{n}") for n in range(1, ROUNDS + 1)
            ]
        report("AMI event -> page", [d for c in calls for d in event_delays(page, c.call_id)])
        report(
            "spoken word -> partial on the page", [d for c in calls for d in word_delays(page, c)]
        )
        report("hang-up -> complete draft", [draft_delay(page, c) for c in calls])
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await asyncio.to_thread(hotline.stop)


def main() -> int:
    """Measure in a folder of its own; 0."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
