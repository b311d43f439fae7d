"""An SMS gateway, a webhook's receiver and a mail server that stand outside our border and count.

They fail as such things do: before they deliver, after they delivered, by silence, by a cut line.
HTTP knows keys: what came before under the same key is answered and not delivered again. Mail does
not: a letter that comes twice is two letters.
"""

import asyncio
import contextlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


@dataclass
class Seen:
    """What arrived."""

    requests: Counter[str] = field(default_factory=Counter)  # by key, failed ones included
    delivered: dict[str, tuple[str, str]] = field(default_factory=dict)  # key: to whom, what
    keys: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    letters: Counter[str] = field(default_factory=Counter)  # by Message-ID
    headers: dict[str, dict[str, str]] = field(default_factory=dict)  # by key, of the last request
    bodies: dict[str, bytes] = field(default_factory=dict)


class FakeGateway:
    """All three on ports of their own; `async with` runs it.

    Args:
        seed: Of what goes wrong.
        trouble: The share of requests that go wrong, 0 to 1.
        slow_seconds: How long silence lasts, longer than anybody waits.
    """

    def __init__(self, seed: int = 1, trouble: float = 0.0, slow_seconds: float = 3.0) -> None:
        self.seen = Seen()
        self.answers: list[int] = []  # statuses of the next answers, before trouble is thrown
        self._random, self._trouble, self._slow = random.Random(seed), trouble, slow_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "FakeGateway":
        self._servers = [
            await asyncio.start_server(serve, "127.0.0.1", 0) for serve in (self._http, self._smtp)
        ]
        self.http_port, self.smtp_port = (
            server.sockets[0].getsockname()[1] for server in self._servers
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- HTTP ------------------------------------------------------------------------------------

    async def _http(self, reader: Reader, writer: Writer) -> None:
        async with self._closing(writer):
            while head := await _head(reader):
                headers = dict(_header(line) for line in head[1:])
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                if not await self._answer(headers, body, writer):
                    return

    async def _answer(self, headers: dict[str, str], body: bytes, writer: Writer) -> bool:
        """Whether the line stays open."""
        key = headers.get("idempotency-key", "")
        told = json.loads(body or b"{}")
        what = told.get("to") or told.get("type", ""), told.get("text") or json.dumps(told)
        self.seen.requests[key] += 1
        self.seen.headers[key], self.seen.bodies[key] = headers, body
        fate = self._fate()
        if fate in ("delivered", "cut after", "503 after", "slow after"):
            self.seen.delivered[key] = what
            if "to" in told:
                self.seen.keys[what].add(key)
        if fate.startswith("cut"):
            return False
        if fate.startswith("slow"):
            await asyncio.sleep(self._slow)
            return False
        status = {"delivered": 200, "503 after": 503}.get(fate) or int(fate)
        writer.write(b'HTTP/1.1 %d X\r\nContent-Length: 13\r\n\r\n{"code":"OK"}' % status)
        await writer.drain()
        return True

    def _fate(self) -> str:
        if self.answers:
            status = self.answers.pop(0)
            return "delivered" if status == 200 else str(status)
        if self._random.random() >= self._trouble:
            return "delivered"
        return self._random.choice(
            ["cut before", "cut after", "503", "503 after", "429", "slow after"]
        )

    # --- mail ------------------------------------------------------------------------------------

    async def _smtp(self, reader: Reader, writer: Writer) -> None:
        """RFC 5321, as far as one letter needs it."""
        async with self._closing(writer):
            await _say(writer, "220 fake")
            while line := (await reader.readline()).decode().strip():
                verb = line.split(" ", 1)[0].upper()
                if verb == "DATA":
                    await _say(writer, "354 go on")
                    if not await self._letter(reader, writer):
                        return
                elif verb == "QUIT":
                    return await _say(writer, "221 bye")
                else:
                    refused = "refused" in line
                    await _say(writer, "550 no such user" if refused else "250 ok")

    async def _letter(self, reader: Reader, writer: Writer) -> bool:
        text = (await reader.readuntil(b"\r\n.\r\n")).decode("utf-8", "replace")
        name = next(line for line in text.splitlines() if line.lower().startswith("message-id"))
        trouble = self._random.random() < self._trouble
        fate = self._random.choice(["451", "cut after"]) if trouble else "250"
        if self.answers:
            fate = str(self.answers.pop(0))
        if fate in ("250", "cut after", "0"):
            key = name.split(":", 1)[1].strip().strip("<>").split("@")[0]
            self.seen.letters[key] += 1
            self.seen.bodies[key] = text.encode()
        if fate in ("cut after", "0"):
            return False
        await _say(writer, f"{fate} told")
        return True

    @contextlib.asynccontextmanager
    async def _closing(self, writer: Writer) -> AsyncIterator[None]:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                yield
        finally:
            self._tasks.discard(task)
            writer.close()


async def _head(reader: Reader) -> list[str]:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
    except (asyncio.IncompleteReadError, OSError):
        return []


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


async def _say(writer: Writer, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()
