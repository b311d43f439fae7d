"""Asterisk as our child: started, adopted, watched, stopped; but never taken down by our death.

It runs in a session of its own, so a signal to us, Ctrl-C or kill -9, ends no call. A process of
ours that comes back finds the Asterisk of its var_dir by its pid file and adopts it.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from callcenter.ami.passwords import ami_secret, robot_secret, seat_secret
from callcenter.ami.site import asterisk_dir, config_file, seat_names, write_site
from callcenter.errors import CannotStartError
from callcenter.settings import Settings

__all__ = [
    "AsteriskProcess",
    "ami_secret",
    "robot_secret",
    "running_pid",
    "seat_names",
    "seat_secret",
    "tell_console",
]

log = structlog.get_logger()

_BOOT_SECONDS = 30.0
_STOP_SECONDS = 20.0  # Asterisk itself waits up to 15 s for its calls to have hung up
_FIRST_PAUSE_SECONDS = 0.25  # before a restart; doubles up to the last
_LAST_PAUSE_SECONDS = 10.0
_HEALTHY_SECONDS = 30.0  # up for so long: the next death is a new one


class AsteriskProcess:
    """The one Asterisk of a var_dir; `start`, then `supervise` until cancelled, then `stop`."""

    def __init__(
        self, settings: Settings, seats: Callable[[], Iterable[str]] | None = None
    ) -> None:
        """Takes `seats` to ask for those that are open; without, as `write_site` says."""
        self._settings = settings
        self._seats = seats
        self._child: subprocess.Popen[bytes] | None = None
        self.pid: int | None = None  # None while it does not run

    @property
    def is_adopted(self) -> bool:
        """Whether an earlier process of ours started it; its calls are not ours to end."""
        return self.pid is not None and self._child is None

    async def start(self) -> None:
        """Asterisk runs and has finished booting; one already running from this var_dir is kept.

        Raises:
            CannotStartError: No program, a port is taken, or it did not come up.
        """
        seats = await asyncio.to_thread(self._seats) if self._seats else None
        changed = write_site(self._settings, seats)
        self.pid = running_pid(self._settings)
        if self.pid is None:
            _refuse_taken_ports(self._settings)
            self.pid = self._launch()
            await self._booted(self.pid)
            log.info("asterisk started", pid=self.pid)
            return
        log.info("asterisk adopted", pid=self.pid)
        await self._booted(self.pid)
        if changed:
            await tell_console(self._settings, "core reload")

    async def supervise(self) -> None:
        """Starts Asterisk again whenever it dies, ever more slowly; runs until cancelled."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            since = time.monotonic()
            if self.pid is not None:
                await _gone(self.pid)
                log.error("asterisk died", pid=self.pid, code=self._reap())
            if time.monotonic() - since > _HEALTHY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LAST_PAUSE_SECONDS)
            try:
                await self.start()
            except CannotStartError as error:
                log.error("asterisk not restarted", reason=error.message)

    async def stop(self) -> None:
        """Asterisk has ended, with all its calls; killed where it does not end by itself."""
        if self.pid is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await _gone(self.pid)
                break
            log.error("asterisk does not end", pid=self.pid, seconds=_STOP_SECONDS)
        log.info("asterisk stopped", pid=self.pid, code=self._reap())

    def _launch(self) -> int:
        """Starts the program; a plain Popen, since asyncio's own ends its children with itself."""
        program = self._settings.program("asterisk")
        console = asterisk_dir(self._settings) / "log" / "console"
        with console.open("ab") as output:
            self._child = subprocess.Popen(
                [program, "-f", "-C", str(config_file(self._settings))],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self._child.pid

    async def _booted(self, pid: int) -> None:
        """Returns once Asterisk itself says that all modules are up."""
        deadline = time.monotonic() + _BOOT_SECONDS
        while time.monotonic() < deadline and _is_alive(pid):
            if "fully booted" in await tell_console(self._settings, "core waitfullybooted"):
                return
            await asyncio.sleep(0.1)
        if _is_alive(pid):
            await self.stop()
        else:
            self._reap()
        raise CannotStartError(
            "Asterisk did not come up; its own words are in "
            f"{asterisk_dir(self._settings) / 'log' / 'console'}."
        )

    def _reap(self) -> int | None:
        """The exit code of our child; None for an Asterisk we adopted."""
        child, self._child, self.pid = self._child, None, None
        return child.wait() if child else None


async def tell_console(settings: Settings, command: str) -> str:
    """What the Asterisk of this var_dir says to a console command; nothing where it is not there.

    It need not be our child, only run from this folder. Its exit code is 0 also where Asterisk ends
    while being asked.
    """
    process = await asyncio.create_subprocess_exec(
        settings.program("asterisk"),
        *("-C", str(config_file(settings)), "-rx", command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_BOOT_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        return ""
    return said.decode("utf-8", "replace")


def _refuse_taken_ports(settings: Settings) -> None:
    taken = (
        ("SIP_PORT", settings.sip_port, settings.sip_host, socket.SOCK_DGRAM),
        ("AMI_PORT", settings.ami_port, "127.0.0.1", socket.SOCK_STREAM),
        ("ASTERISK_HTTP_PORT", settings.asterisk_http_port, settings.sip_host, socket.SOCK_STREAM),
    )
    for name, port, host, kind in taken:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:  # else connections just closed would count as taken
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CannotStartError(
                    f"CALLCENTER_{name}={port} cannot be used for Asterisk on {host}: "
                    f"{error.strerror}. Stop what uses it or set another port."
                ) from error


def running_pid(settings: Settings) -> int | None:
    """The pid of the Asterisk that runs from this var_dir, by its pid file and its command line.

    One that has ended but waits to be reaped has no command line any more, so it does not count.
    """
    try:
        pid = int((asterisk_dir(settings) / "run" / "asterisk.pid").read_text("ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(config_file(settings)).encode() in words else None


def _is_alive(pid: int) -> bool:
    """Whether a process runs; a child that has ended but is not reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def _gone(pid: int) -> None:
    """Returns once a process, child of ours or not, has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
