"""Category: Asterisk as our child: it outlives us, comes back by itself, and ends when told."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from callcenter.ami.asterisk import AsteriskProcess, ami_secret, seat_secret
from callcenter.errors import CannotStartError
from callcenter.ivr.prompts import make_prompts
from callcenter.settings import Settings
from tests.live.conftest import Site, free_settings, put_in_queues, told_until, until
from tests.live.talk import hears_keys
from tests.patience import PATIENCE_SECONDS

START = """
import asyncio, sys
from callcenter.ami.asterisk import AsteriskProcess
from callcenter.settings import Settings

async def main():
    asterisk = AsteriskProcess(Settings.model_validate_json(sys.stdin.read()))
    await asterisk.start()
    print(asterisk.pid, flush=True)
    await asterisk.supervise()

asyncio.run(main())
"""


@pytest.fixture
async def own_settings(
    asterisk_settings: Settings, tmp_path: Path
) -> AsyncIterator[Settings]:  # the session's Asterisk says whether there is one at all
    settings = free_settings(tmp_path)
    await asyncio.to_thread(make_prompts, settings)
    yield settings
    if (settings.var_dir / "asterisk" / "run" / "asterisk.pid").exists():
        asterisk = AsteriskProcess(settings)
        await asterisk.start()  # adopts what a test left behind
        await asterisk.stop()


async def test_a_call_outlives_kill_9_of_our_process_and_is_adopted(own_settings: Settings) -> None:
    ours = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert ours.stdin is not None
    assert ours.stdout is not None
    ours.stdin.write(own_settings.model_dump_json().encode())
    ours.stdin.close()
    line = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not line.strip().isdigit():
            line = await ours.stdout.readline()
            assert line, "our process ended instead of starting Asterisk"
    pid = int(line)
    await put_in_queues(own_settings)
    async with AsyncExitStack() as stack:
        site = Site(own_settings, stack)
        seat, citizen = await site.seat(), await site.citizen()
        call = await citizen.call("110")
        at_seat = await seat.ring()
        await at_seat.answer()
        ours.kill()
        await ours.wait()
        await hears_keys(at_seat, call, "7")  # they still hear each other

        asterisk = AsteriskProcess(own_settings)
        await asterisk.start()
        assert asterisk.pid == pid
        await hears_keys(at_seat, call, "8")
    await asterisk.stop()
    assert _command_line(pid) == b""


async def test_an_asterisk_that_dies_is_started_again(own_settings: Settings) -> None:
    asterisk = AsteriskProcess(own_settings)
    await asterisk.start()
    first = asterisk.pid
    assert first is not None
    watching = asyncio.create_task(asterisk.supervise())
    for _ in range(2):
        killed = asterisk.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await until(lambda killed=killed: asterisk.pid not in (None, killed))  # type: ignore[misc]
    await told_until(own_settings, "core waitfullybooted", "fully booted")
    async with AsyncExitStack() as stack:
        await Site(own_settings, stack).seat()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await asterisk.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="a priority is root's to give")
async def test_asterisk_keeps_its_priority_by_a_canary_that_sings(own_settings: Settings) -> None:
    asterisk = AsteriskProcess(own_settings)
    await asterisk.start()
    assert asterisk.pid is not None
    assert os.sched_getscheduler(asterisk.pid) == os.SCHED_RR
    (canary,) = [pid for pid in _children(asterisk.pid) if "astcanary" in _command(pid)]
    assert os.sched_getscheduler(canary) == os.SCHED_OTHER
    assert list((own_settings.var_dir / "asterisk" / "run").glob("*canary*")), "what it touches"
    await asterisk.stop()
    await until(lambda: not Path(f"/proc/{canary}").exists())


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text("ascii").split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text("utf-8")


async def test_an_adopted_asterisk_learns_of_changed_settings(own_settings: Settings) -> None:
    await AsteriskProcess(own_settings).start()
    more = own_settings.model_copy(update={"seats": 4})
    asterisk = AsteriskProcess(more)
    await asterisk.start()
    await put_in_queues(more)
    async with AsyncExitStack() as stack:
        site = Site(more, stack)
        seat = await site.seat("seat-04")
        call = await (await site.citizen()).call("110")
        assert (await seat.ring()).dialled == "seat-04"
        await call.hang_up()
    await asterisk.stop()


@pytest.mark.parametrize("name", ["sip_port", "ami_port", "asterisk_http_port"])
async def test_a_taken_port_is_named(own_settings: Settings, name: str) -> None:
    kind = socket.SOCK_DGRAM if name == "sip_port" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as other:
        port = getattr(own_settings, name)
        other.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            other.listen()
        with pytest.raises(CannotStartError, match=f"CALLCENTER_{name.upper()}={port}"):
            await AsteriskProcess(own_settings).start()


async def test_secrets_are_kept_and_for_the_owner_only(own_settings: Settings) -> None:
    first = ami_secret(own_settings), seat_secret(own_settings, "seat-01")
    assert first == (ami_secret(own_settings), seat_secret(own_settings, "seat-01"))
    folder = own_settings.var_dir / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


async def test_an_asterisk_that_cannot_boot_is_said_in_one_line(
    own_settings: Settings, tmp_path: Path
) -> None:
    broken = tmp_path / "config"
    broken.mkdir()
    (broken / "modules.conf").write_text("[modules]\nautoload = no\nrequire = no_such_module.so\n")
    settings = own_settings.model_copy(update={"asterisk_config_dir": broken})
    with pytest.raises(CannotStartError, match="did not come up"):
        await AsteriskProcess(settings).start()


def _command_line(pid: int) -> bytes:
    """Empty for a process that has ended, reaped or not."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
