"""A hotline of the run's own, on free ports in its own folder, with SIPp's phones around it."""

import asyncio
import os
import signal
import time
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import SOCK_DGRAM
from subprocess import DEVNULL, PIPE

from bench.calls.ledger import Deaths
from bench.calls.ledger import Site as LedgerSite
from bench.calls.sipp import Exchange
from callcenter.ami.asterisk import AsteriskProcess, running_pid, seat_names, seat_secret
from callcenter.settings import Settings
from tests.live.conftest import free_settings
from tests.live.fake_wire import FakeWire
from tests.live.hotline import Hotline
from tests.servers import free_port, program

KEY_SECONDS = 0.5  # the dialplan waits so long for a key after the greeting
QUIET_SECONDS = 90.0
STEADY_SECONDS = 3.0  # without news, all is taken in
READY_SECONDS = 60.0
WRAP_UP_SECONDS = 2.0  # of the agents in people.py
START_SECONDS = 300.0  # a machine may be busy, and there may be much to catch up with


@dataclass
class Stage:
    """Everything that runs; `deaths` is when Asterisk was killed."""

    hotline: Hotline
    exchange: Exchange
    wire: FakeWire | None = None  # what leads to AMI, where that is to be cut
    deaths: list[float] = field(default_factory=list)
    phones: dict[str, int | None] = field(default_factory=dict)  # SIPp's processes by their part

    @property
    def settings(self) -> Settings:
        """The hotline's."""
        return self.hotline.settings

    @property
    def last_seat(self) -> str:
        """The seat that citizens are passed on to."""
        return max(seat_names(self.settings))

    def kill_asterisk(self) -> None:
        """By signal 9; the hotline starts it again by itself."""
        pid = running_pid(self.settings)
        assert pid
        self.deaths.append(time.time())
        os.kill(pid, signal.SIGKILL)

    def ledger_site(self) -> LedgerSite:
        """What the ledger must know of this place."""
        with wave.open(str(self.settings.prompts_dir / "greeting.wav")) as greeting:
            seconds = greeting.getnframes() / greeting.getframerate()
        before_queue = {"12345": seconds + KEY_SECONDS, "110": 0.0}
        return LedgerSite(before_queue, Deaths(tuple(self.deaths)))

    async def quiet(self) -> None:
        """Nobody is on the line for all our system knows, and it hears nothing new any more.

        Waits for at most QUIET_SECONDS: the comparison tells which calls are stuck.
        """
        deadline = time.monotonic() + QUIET_SECONDS
        before: list[object] = []
        while time.monotonic() < deadline:
            calls = self.hotline.calls()
            now: list[object] = [(call.id, call.state) for call in calls]
            if now == before and not any(call.is_open for call in calls):
                return
            before = now
            await asyncio.sleep(STEADY_SECONDS)


@asynccontextmanager
async def stage(folder: Path, seats: int, with_wire: bool = False) -> AsyncIterator[Stage]:
    """A running hotline without transcription, and phones that are registered but not yet there."""
    settings = free_settings(
        folder / "var", seats=seats, transcribe=False, callback_by_robot=False,
        rtp_first_port=20_000, rtp_last_port=29_999, wrap_up_seconds=WRAP_UP_SECONDS,
    )  # fmt: skip
    settings.var_dir.mkdir(parents=True)
    async with AsyncExitStack() as stack:
        wire = await _wired(settings, stack) if with_wire else None
        ours = {"asterisk_managed": False, "ami_port": wire.port} if wire else {}
        hotline = Hotline(settings.model_copy(update=ours))
        stack.callback(hotline.store.close)
        stack.push_async_callback(_end_asterisk, settings)
        stack.push_async_callback(asyncio.to_thread, hotline.stop)
        await hotline.start(START_SECONDS)
        yield Stage(hotline, _exchange(settings, folder), wire)


async def _end_asterisk(settings: Settings) -> None:
    """An Asterisk that outlived a hotline that was killed, as it should, is gone."""
    if running_pid(settings):
        asterisk = AsteriskProcess(settings)
        await asterisk.start()  # adopts the one that runs
        await asterisk.stop()


async def _wired(settings: Settings, stack: AsyncExitStack) -> FakeWire:
    asterisk = AsteriskProcess(settings)
    await asterisk.start()
    stack.push_async_callback(asterisk.stop)
    return await stack.enter_async_context(FakeWire(settings.ami_port))


def _exchange(settings: Settings, folder: Path) -> Exchange:
    ports = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    carrier = int(settings.trunk_contact.rsplit(":", 1)[1])
    return Exchange(program("sipp"), folder, settings.sip_port, *ports, carrier)


def secrets(settings: Settings) -> dict[str, str]:
    """Seat -> its phone's password."""
    return {seat: seat_secret(settings, seat) for seat in seat_names(settings)}


async def seats_ready(stage: Stage) -> None:
    """Asterisk has seen every seat's phone answer."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        told = await ask_asterisk(stage.settings, "queue show 12345")
        if told.count("(Not in use)") == stage.settings.seats:
            return
        await asyncio.sleep(0.5)
    raise TimeoutError("not every seat's phone answers Asterisk")


async def ask_asterisk(settings: Settings, command: str) -> str:
    """What Asterisk's console says to a command."""
    config = str(settings.var_dir / "asterisk" / "etc" / "asterisk.conf")
    process = await asyncio.create_subprocess_exec(
        settings.program("asterisk"), "-C", config, "-rx", command,
        stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL,
    )  # fmt: skip
    said, _ = await process.communicate()
    return said.decode("utf-8", "replace")
