"""`make demo`: the whole hotline on this machine, and three calls played over real SIP and RTP."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from typing import Any

import httpx

from callcenter.ami.passwords import operator_token
from callcenter.app import EVERYTHING, run
from callcenter.demo.proof import proof
from callcenter.demo.scenes import police_first, street_light
from callcenter.demo.stage import SCRIPT, Stage, masked, refuse_taken_trunk
from callcenter.demo.timeline import Timeline
from callcenter.demo.visitor import watcher_link
from callcenter.demo.watch import DemoStuckError, Watch
from callcenter.errors import CallCenterError
from callcenter.settings import Settings
from callcenter.speech.models import find_model
from callcenter.store import Store
from callcenter.tickets.dispatch import DispatchTable

ALWAYS = "00:00-24:00"
TITLES = {
    "street_light": "(a) 市民",
    "water": "    市民甲",
    "insurance": "    市民乙",
    "patient": "    市民丙",
    "impatient": "(c) 市民",
    "fight": "(b) 报警人",
}
ENDED_EARLY = 130  # as a shell tells a program that Ctrl-C ended
MORE = (
    "CALLCENTER_LOG=info before the command shows more; Asterisk's words are in var/asterisk/log."
)


async def play_demo(settings: Settings, *, once: bool) -> int:
    """Run everything, play the calls, print them; the exit code.

    Args:
        settings: The embedded defaults serve.
        once: End after the calls, with 0 only if the database shows every step; else stay up.

    Raises:
        CannotStartError: Something is missing, taken or set wrongly.
    """
    settings = settings.model_copy(update={"callback_hours": ALWAYS})  # citizens here are robots
    refuse_taken_trunk(settings)
    units = DispatchTable.load(settings.county_dir).units.values()
    names = {masked(number): TITLES[who] for who, number in SCRIPT["citizens"].items()}
    timeline = Timeline(names, {unit.code: unit.name for unit in units})
    _welcome(settings, timeline)
    async with _running(settings) as hotline:
        ends = {hotline, _interruption()}
        shown = await _unless_ended(ends, _show(settings, timeline))
        if shown is None:
            timeline.plain("\nEnded before all was shown.")
            return ENDED_EARLY
        if not once:
            link = await watcher_link(settings)
            timeline.plain(f"\nStill running, look around: {link}  (Ctrl-C ends it)")
            await _first(ends)
    return 0 if shown else 1


def _interruption() -> asyncio.Task[bool]:
    """Done with the first Ctrl-C. The hotline's own answer to it is replaced: robots leave first.

    Asterisk would be gone else before they hang up, and they would wait for it.
    """
    interrupted, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    return asyncio.create_task(interrupted.wait())


async def _unless_ended(
    ends: set[asyncio.Task[Any]], show: Coroutine[Any, Any, bool]
) -> bool | None:
    """What the show gives; nothing where one of the ends comes first."""
    showing = asyncio.create_task(show)
    try:
        await _first({showing, *ends})
        return showing.result() if showing.done() else None
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _first(tasks: set[asyncio.Task[Any]]) -> None:
    """Returns when one of them is done; raises what it raised."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


def _welcome(settings: Settings, timeline: Timeline) -> None:
    timeline.heading("callcenter: a county's 12345 hotline and 110 line, on this machine alone")
    timeline.plain("Real Asterisk, SIP, RTP audio, Vosk decoding and database; robots speak.")
    if find_model(settings).is_demo:
        timeline.plain("演示语音模型 demo speech model: synthetic voices only 仅用于合成语音")


@contextlib.asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """The hotline, ready; ended with the block."""
    ready = asyncio.Event()
    hotline = asyncio.create_task(run(settings, EVERYTHING, ready))
    waiting = asyncio.create_task(ready.wait())
    try:
        await _first({hotline, waiting})
        yield hotline
    finally:
        waiting.cancel()
        hotline.cancel()
        await asyncio.gather(hotline, return_exceptions=True)


async def _show(settings: Settings, timeline: Timeline) -> bool:
    """Play it and print what the database has of it; whether all is there."""
    since = datetime.now(UTC)
    timeline.plain(f"Watch it live (the link signs you in, once): {await watcher_link(settings)}")
    played = await _play(settings, timeline)
    return await asyncio.to_thread(_prove, settings, timeline, since) and played


async def _play(settings: Settings, timeline: Timeline) -> bool:
    """Play the scenes; False where one got stuck."""
    url = f"ws://{settings.bind_host}:{settings.http_port}/api/v1/live"
    watch = Watch(url, operator_token(settings), timeline)
    looking = asyncio.create_task(watch.run())
    try:
        async with asyncio.timeout(20):
            await watch.looking.wait()
        async with Stage(settings, watch, timeline) as stage:
            await street_light(stage)
            await police_first(stage)
    except (DemoStuckError, CallCenterError, httpx.HTTPError, OSError) as error:
        timeline.plain(f"\nThe demo is stuck: {str(error) or type(error).__name__}. {MORE}")
        return False
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    return True


def _prove(settings: Settings, timeline: Timeline, since: datetime) -> bool:
    """Print what the database shows of it all; whether all is there."""
    timeline.heading("What the database shows")
    store = Store(settings.database)
    with store.reading() as session:
        checks = list(proof(session, since))
    store.close()
    for what, holds in checks:
        timeline.plain(f"  {'✓' if holds else '✗ MISSING'} {what}")
    return all(holds for _, holds in checks)
