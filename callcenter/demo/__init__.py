"""`make demo`: the whole hotline on this machine, and three calls played over real SIP and RTP."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from callcenter.app import EVERYTHING, run
from callcenter.demo.proof import proof
from callcenter.demo.scenes import police_first, street_light
from callcenter.demo.stage import SCRIPT, Stage, masked
from callcenter.demo.timeline import Timeline
from callcenter.demo.watch import DemoStuckError, Watch
from callcenter.errors import CallCenterError
from callcenter.settings import Settings
from callcenter.speech.models import find_model
from callcenter.store import Store
from callcenter.tickets.dispatch import DispatchTable

TITLES = {
    "street_light": "(a) 市民",
    "water": "    市民甲",
    "insurance": "    市民乙",
    "patient": "    市民丙",
    "impatient": "(c) 市民",
    "fight": "(b) 报警人",
}


async def play_demo(settings: Settings, *, once: bool) -> int:
    """Run everything, play the calls, print them; the exit code.

    Args:
        settings: The embedded defaults serve.
        once: End after the calls, with 0 only if the database shows every step; else stay up.
    """
    units = DispatchTable.load(settings.county_dir).units.values()
    names = {masked(number): TITLES[who] for who, number in SCRIPT["citizens"].items()}
    timeline = Timeline(names, {unit.code: unit.name for unit in units})
    _welcome(settings, timeline)
    since = datetime.now(UTC)
    shown = False
    with contextlib.suppress(asyncio.CancelledError):  # Ctrl-C, when all has been ended in order
        async with _running(settings) as hotline:
            played = await _play(settings, timeline)
            shown = await asyncio.to_thread(_prove, settings, timeline, since) and played
            if not once:
                timeline.plain(f"\nStill running, look: {_page(settings)}  (Ctrl-C ends it)")
                await hotline
    return 0 if shown else 1


def _welcome(settings: Settings, timeline: Timeline) -> None:
    timeline.heading("callcenter: a county's 12345 hotline and 110 line, on this machine alone")
    timeline.plain("Real Asterisk, SIP, RTP audio, Vosk decoding and database; robots speak.")
    timeline.plain(f"Watch it live: {_page(settings)}")
    if find_model(settings).is_demo:
        timeline.plain("演示语音模型 demo speech model: synthetic voices only 仅用于合成语音")


def _page(settings: Settings) -> str:
    return f"http://{settings.bind_host}:{settings.http_port}"


@contextlib.asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """The hotline, ready; ended with the block, and the block with it.

    Ctrl-C ends the block first: robots hang up quickly while there is an Asterisk to hear them.
    """
    ready = asyncio.Event()
    hotline = asyncio.create_task(run(settings, EVERYTHING, ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({hotline, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if hotline.done():
        hotline.result()
    end_block = _end_this_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end_block)
    hotline.add_done_callback(end_block)
    try:
        yield hotline
    finally:
        hotline.remove_done_callback(end_block)
        hotline.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hotline


def _end_this_task() -> Callable[..., None]:
    task = asyncio.current_task()

    def end(*_: object) -> None:
        if task:
            task.cancel()

    return end


async def _play(settings: Settings, timeline: Timeline) -> bool:
    """Play the scenes; False where one got stuck."""
    watch = Watch(f"ws://{settings.bind_host}:{settings.http_port}/api/v1/live", timeline)
    looking = asyncio.create_task(watch.run())
    try:
        async with asyncio.timeout(20):
            await watch.looking.wait()
        async with Stage(settings, watch, timeline) as stage:
            await street_light(stage)
            await police_first(stage)
    except (DemoStuckError, CallCenterError, TimeoutError, OSError) as error:
        timeline.plain(f"\nThe demo is stuck: {error or type(error).__name__}")
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
