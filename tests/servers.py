"""Real Redis and PostgreSQL for tests: started on free ports, stopped and removed at the end.

Locally a missing server skips its tests; under CI it fails them.
"""

import os
import pwd
import random
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis
from redis.exceptions import RedisError

from callcenter.settings import ROOT
from tests.patience import PATIENCE_SECONDS

ROOM_BYTES = 2 << 30  # of memory that is taken for files
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
# Between Asterisk's voices and the robots'; of up to eight workers each has its own.
PORTS = range(11000 + WORKER % 8, 20000, 8)
_given: set[int] = set()


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody uses now, and another one each time.

    Not one the kernel gives to outgoing connections: a server that ends and comes back would now
    and then find such a port taken. Random, for runs side by side.
    """
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket(socket.AF_INET, kind) as probe, suppress(OSError):
            if port not in _given:
                probe.bind(("127.0.0.1", port))
                _given.add(port)
                return port
    raise OSError(f"no port of {PORTS} is free")


def program(name: str) -> str:
    """Where the program lies: the project's own tree first, then PATH, then Debian's folders."""
    places = [str(ROOT / ".deps" / "bin"), os.environ["PATH"]]
    places += [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    found = shutil.which(name, path=os.pathsep.join(places))
    if not found:
        message = f"{name} is not installed: run `make test` once, it fetches it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


class Server:
    """A server of a test's own on a free port; stopped and started again it has the same URL."""

    def __init__(
        self, command: list[str], url: str, is_ready: Callable[[], bool], **how: Any
    ) -> None:
        self.url = url
        self._is_ready = is_ready
        self._command, self._how = command, how
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Runs and answers; PostgreSQL listens a while before it does."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(self._command, **quiet, **self._how)
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            if time.monotonic() > end:
                pytest.fail(f"{self._command[0]} does not answer after {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.05)

    def stop(self) -> None:
        """Has ended; PostgreSQL ends its connections first."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None


@contextmanager
def redis() -> Iterator[Server]:
    """A Redis of our own, which forgets everything when it stops."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    with tempfile.TemporaryDirectory() as folder:
        url = f"redis://127.0.0.1:{port}/0"
        yield from _running(Server(command, url, partial(_redis_answers, url), cwd=folder))


@contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL of our own with one empty database."""
    initdb, postgres = program("initdb"), program("postgres")
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=_in_memory()))
    become = _drop_rights(folder)
    try:
        subprocess.run(
            [*become, initdb, "-D", folder / "cluster", "-U", "callcenter", "-A", "trust", "-N"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        command = [*become, postgres, "-D", str(folder / "cluster"), "-p", str(port)]
        command += ["-k", str(folder)]
        command += ["-F", "-c", "listen_addresses=127.0.0.1"]
        url = f"postgresql://callcenter@127.0.0.1:{port}/postgres"
        yield from _running(Server(command, url, partial(_postgres_answers, url), cwd=folder))
    finally:
        shutil.rmtree(folder)


def _in_memory() -> Path | None:
    """Where files cost no disk, if there is room: of a server that forgets all when it stops."""
    folder = Path("/dev/shm")
    has_room = folder.is_dir() and shutil.disk_usage(folder).free > ROOM_BYTES
    return folder if has_room and os.access(folder, os.W_OK) else None


def _running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _drop_rights(folder: Path) -> list[str]:
    """What stands before a command of PostgreSQL, which refuses to run as root: it becomes nobody.

    Nobody may still pass through folders that are root's alone, such as a clone's under /root.
    """
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    become = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    if not all(place.stat().st_mode & stat.S_IXOTH for place in (ROOT, *ROOT.parents)):
        become += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        become += ["--securebits=+no_setuid_fixup"]  # access(2) is to allow it, too
    return ["setpriv", *become]


def _redis_answers(url: str) -> bool:
    with Redis.from_url(url) as client, suppress(RedisError):
        return bool(client.ping())
    return False


def _postgres_answers(url: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(url):
        return True
    return False
