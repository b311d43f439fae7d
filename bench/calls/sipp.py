"""SIPp as citizens and as seats: one process each, with a message log each."""

import asyncio
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from bench.calls.scenes import write_scenes

MOST_CALLS = 2_000  # at once


@dataclass
class Phones:
    """One SIPp: started with a scenario, it logs every message until it ends or is stopped."""

    program: str
    folder: Path
    server_port: int
    own_port: int
    scene: str  # citizen, seat or register
    more: tuple[str, ...] = ()
    log_name: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """Its message log."""
        return self.folder / f"{self.log_name or self.scene}.messages"

    @property
    def pid(self) -> int | None:
        """The process, once started."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Runs; it asks and answers at once."""
        name = self.log_name or self.scene
        command = [
            self.program, f"127.0.0.1:{self.server_port}", "-sf", f"{self.scene}.xml",
            "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(self.own_port), "-nostdin",
            "-trace_msg", "-message_file", f"{name}.messages",
            "-trace_err", "-error_file", f"{name}.errors", *self.more,
        ]  # fmt: skip
        with (self.folder / f"{name}.screen").open("wb") as screen:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=screen,
                stderr=subprocess.STDOUT, env=os.environ | {"TZ": "UTC"},
            )  # fmt: skip

    async def ended(self, seconds: float) -> None:
        """It has made all its calls.

        Raises:
            TimeoutExpired: It has not, in that time.
        """
        assert self._process
        await asyncio.to_thread(self._process.wait, seconds)

    def stop(self) -> None:
        """It is gone, its log complete."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
        if self._process:
            self._process.wait()


@dataclass(frozen=True)
class Exchange:
    """Where phones of a run find Asterisk and are found by it."""

    program: str
    folder: Path
    server_port: int
    citizens_port: int
    seats_port: int
    carrier_port: int  # where citizens are rung

    def prepare(self, injection: str, secrets: dict[str, str]) -> None:
        """Scenarios, the citizens' fields and the seats' credentials lie in the folder."""
        write_scenes(self.folder, last_seat=max(secrets))
        (self.folder / "citizens.csv").write_text(injection, "utf-8")
        for seat, secret in secrets.items():
            row = f"{seat};[authentication username={seat} password={secret}]"
            (self.folder / f"{seat}.csv").write_text(f"SEQUENTIAL\n{row}\n", "utf-8")
        rows = [(self.folder / f"{seat}.csv").read_text("utf-8").split("\n")[1] for seat in secrets]
        (self.folder / "seats.csv").write_text("\n".join(["SEQUENTIAL", *rows, ""]), "utf-8")

    def citizens(self, calls: int) -> Phones:
        """All citizens of the run; each waits for its own moment."""
        more = ("-inf", "citizens.csv", "-m", str(calls), "-r", "200", "-l", str(MOST_CALLS))
        return self._phones(self.citizens_port, "citizen", *more)

    def rung(self) -> Phones:
        """Citizens who are rung back; they answer until stopped."""
        return self._phones(self.carrier_port, "rung", "-l", str(MOST_CALLS), "-aa")

    def seats(self) -> Phones:
        """All seats' phones; they answer until stopped."""
        return self._phones(self.seats_port, "seat", "-l", str(MOST_CALLS), "-aa")

    async def sign_on(self, seats: int) -> None:
        """Every seat is registered at the port where `seats()` will listen; call it before."""
        more = ("-inf", "seats.csv", "-m", str(seats), "-r", "50", "-key", "expires", "3600")
        phones = self._phones(self.seats_port, "register", *more)
        phones.start()
        await phones.ended(30)

    def _phones(self, port: int, scene: str, *more: str) -> Phones:
        return Phones(self.program, self.folder, self.server_port, port, scene, more)
