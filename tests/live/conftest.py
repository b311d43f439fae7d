"""Real Asterisk, started once a session on free ports in a folder of its own; robots ring it."""

import asyncio
import atexit
import contextlib
import os
import shutil
import socket
import sqlite3
import time
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from numpy.typing import NDArray

from callcenter.ami.asterisk import (
    AsteriskProcess,
    robot_secret,
    running_pid,
    seat_names,
    seat_secret,
    tell_console,
)
from callcenter.errors import CannotStartError
from callcenter.ivr.prompts import make_prompts
from callcenter.ivr.robot import RobotPhone
from callcenter.settings import Settings
from tests.live.hotline import Hotline
from tests.patience import PATIENCE_SECONDS
from tests.servers import free_port
from tests.sounds import wav

WAV_HEAD_BYTES = 44


def free_settings(var_dir: Path, **others: object) -> Settings:
    """Settings with every port free, so that several Asterisks can run side by side."""
    tcp = ("http_port", "fastagi_port", "audiosocket_port", "ami_port", "asterisk_http_port")
    trunk = free_port(socket.SOCK_DGRAM)
    return Settings(
        var_dir=var_dir,
        sip_port=free_port(socket.SOCK_DGRAM),
        trunk_contact=f"sip:127.0.0.1:{trunk}",
        callback_hours="00:00-24:00",
        **{name: free_port() for name in tcp},
        **others,
    )


async def until(true: Callable[[], object]) -> None:
    """Returns once `true()` is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "what was waited for never came true"
        await asyncio.sleep(0.02)


async def until_so(true: Callable[[], Awaitable[object]]) -> None:
    """Returns once what is asked of another process is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def put_in_queues(settings: Settings) -> None:
    """Every seat serves both lines, as our line role would have it; for where none of ours runs."""
    for seat in seat_names(settings):
        for queue in ("12345", "110"):
            member = f"PJSIP/{seat} to {queue} penalty 0 as {seat}"
            watched = f"state_interface hint:{seat}@seat-phones"
            await told_until(settings, f"queue add member {member} {watched}", "Added", "Already")
    await until(lambda: len(kept_by_asterisk(settings)) == 2)  # it writes a second later


async def told_until(settings: Settings, command: str, *answers: str) -> None:
    """Says a command until Asterisk answers so; while it reloads it may say nothing."""
    deadline, said = time.monotonic() + PATIENCE_SECONDS, ""
    while not any(answer in said for answer in answers):
        assert time.monotonic() < deadline, said
        said = await tell_console(settings, command)


def kept_by_asterisk(settings: Settings) -> list[str]:
    """Members of each queue as they lie on the disk, where they survive anything.

    Read without a lock: a reader's lock would make Asterisk drop what it is about to write, for it
    does not try again. Who reads in the midst of a write sees nothing.
    """
    path = settings.var_dir.resolve() / "asterisk" / "lib" / "astdb.sqlite3"
    source = f"file:{path}?mode=ro&immutable=1"
    query = "SELECT value FROM astdb WHERE key LIKE '/Queue/PersistentMembers/%'"
    members: list[str] = []
    with contextlib.suppress(sqlite3.DatabaseError):
        with contextlib.closing(sqlite3.connect(source, uri=True)) as database:
            members = [value for (value,) in database.execute(query)]
    return [value for value in members if value.count("|") == settings.seats - 1]


class Site:
    """A running Asterisk and the phones that ring it; `seat` and `citizen` close by themselves."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self.settings = settings
        self._stack = stack

    @property
    def server(self) -> tuple[str, int]:
        return "127.0.0.1", self.settings.sip_port

    @property
    def trunk_port(self) -> int:
        """Where the carrier is rung."""
        return int(self.settings.trunk_contact.rsplit(":", 1)[1])

    async def citizen(self, number: str = "13800000001", port: int = 0) -> RobotPhone:
        phone = RobotPhone(number, self.server, port=port)
        return await self._stack.enter_async_context(phone)

    async def seat(self, name: str = "seat-01") -> RobotPhone:
        phone = RobotPhone(name, self.server, secret=seat_secret(self.settings, name))
        return await self._stack.enter_async_context(phone)

    async def callback_robot(self) -> RobotPhone:
        phone = RobotPhone("robot", self.server, secret=robot_secret(self.settings))
        return await self._stack.enter_async_context(phone)

    def queue_log(self, event: str) -> list[list[str]]:
        """Fields of queue_log's lines of one event: time, call, queue, seat, event, ..."""
        lines = (self.settings.log_dir / "queue_log").read_text().splitlines()
        fields = [line.split("|") for line in lines]
        return [field for field in fields if field[4] == event]

    async def recorded(self, call_id: str) -> list[NDArray[np.float64]]:
        """Both sides of the recording, once Asterisk has closed the files."""
        sides = self.recordings(call_id)
        await until(lambda: all(is_closed(path) for path in sides))
        return [wav(path) for path in sides]

    def recordings(self, call_id: str) -> tuple[Path, Path]:
        folder = self.settings.recordings_dir
        return folder / f"{call_id}-citizen.wav", folder / f"{call_id}-seat.wav"


def is_closed(path: Path) -> bool:
    """Whether the head of a wav file tells of all that follows, as it does once it is whole."""
    if not path.is_file() or path.stat().st_size < WAV_HEAD_BYTES:
        return False
    with wave.open(str(path)) as file:
        return WAV_HEAD_BYTES + file.getnframes() * 2 == path.stat().st_size


@cache
def _spoken_once() -> Path:
    """The prompts, spoken once for all tests of this run, and cut short."""
    folder = Path(mkdtemp(prefix="callcenter-prompts-"))
    atexit.register(shutil.rmtree, folder)
    make_prompts(Settings(var_dir=folder))
    for path in (folder / "prompts").rglob("*.wav"):
        if path.stem != "beep":
            _shorten(path)
    return folder / "prompts"


def _shorten(path: Path) -> None:
    """A prompt's first half second is enough to know it by, and is heard sooner."""
    with wave.open(str(path)) as file:
        start = file.readframes(4000)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(start)


def lay_prompts(settings: Settings) -> None:
    """The prompts lie where a start would have them spoken: it finds them there, if short ones."""
    shutil.copytree(_spoken_once(), settings.prompts_dir)


def need_programs(settings: Settings) -> None:
    """Without Asterisk or espeak-ng the test is skipped; under CI it fails."""
    try:
        settings.program("asterisk"), settings.program("espeak-ng")
    except CannotStartError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(error.message)


@pytest.fixture(scope="session")
def asterisk_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Asterisk runs with these; nothing else of ours does."""
    settings = free_settings(tmp_path_factory.mktemp("live"), breath_seconds=0)
    need_programs(settings)
    lay_prompts(settings)
    asterisk = AsteriskProcess(settings)
    asyncio.run(asterisk.start())
    asyncio.run(put_in_queues(settings))
    yield settings
    asyncio.run(asterisk.stop())
    said = (settings.log_dir / "messages").read_text()
    for lack in ("No application", "not registered", "doesn't exist in any format"):
        assert lack not in said, "the dialplan asks for something modules.conf does not load"


@pytest.fixture
async def site(asterisk_settings: Settings) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(asterisk_settings, stack)


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the test's own, of a short name: Asterisk's socket lies deep in it."""
    return tmp_path_factory.mktemp("t")


def hotline_settings(folder: Path, **others: object) -> Settings:
    """For a hotline whose var_dir lies in the folder, its prompts in it; nobody is made to wait."""
    settings = free_settings(folder / "var", **{"breath_seconds": 0, "rate_seconds": 1} | others)
    settings.var_dir.mkdir()
    need_programs(settings)
    lay_prompts(settings)
    return settings


def shared_hotline(settings: Settings) -> Iterator[Hotline]:
    """One hotline for all tests of a module, for a fixture to yield from.

    Tests that use it leave nobody on the line, and nothing set otherwise than they found it.
    """
    hotline = Hotline(settings)
    try:
        asyncio.run(hotline.start())
        yield hotline
    finally:
        hotline.stop()
        hotline.store.close()
    assert running_pid(settings) is None


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    """For a hotline of the test's own."""
    return hotline_settings(tmp_path)


@pytest.fixture
async def hotline(own_settings: Settings) -> AsyncIterator[Hotline]:
    """All of it runs, and nothing of it is left."""
    hotline = Hotline(own_settings)
    try:
        await hotline.start()
        yield hotline
    finally:
        await asyncio.to_thread(hotline.stop)
        hotline.store.close()
    assert running_pid(own_settings) is None
