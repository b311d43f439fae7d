"""One AMI connection, from log-in to loss: the one door to panoramisk 1.4.

panoramisk reconnects by itself, and then sends again what was in flight (an Originate: two phones
ring). Here a connection is never made twice: `link.py` makes a new one. Where else panoramisk would
lose, double or hold back something, a comment says so, and tests/contract/test_link.py shows it.
"""

import asyncio
import codecs
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from panoramisk import Manager
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol

from callcenter.errors import BadInputError, CallCenterError, LinkDownError

Headers = Mapping[str, str]
Value = str | Sequence[str]  # several: the header is sent several times, such as Variable

BOOT_SECONDS: Final = 60.0
ENDLESS_MESSAGE_CHARACTERS: Final = 1 << 20  # AMI's longest messages have some thousands
NEVER_SECONDS: Final = 10**9

# panoramisk logs whole actions and messages, with the secret and callers' numbers in them.
_silent = logging.Logger("panoramisk", level=logging.CRITICAL + 1)


class ActionRefusedError(CallCenterError):
    """Asterisk answered an action with an error: a wrong header, no such thing, or no right."""

    code = "action_refused"


@dataclass(frozen=True)
class Address:
    """Where a node's AMI listens and who we are there."""

    node: str
    host: str
    port: int
    user: str
    secret: str = field(repr=False)


class Connection(Manager):  # type: ignore[misc]
    """A TCP connection to AMI; `hear` gets each event at once and in Asterisk's order."""

    def __init__(self, address: Address, hear: Callable[["Connection", Headers], None]) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            host=address.host,
            port=address.port,
            protocol_factory=lambda: _Protocol(self),
            loop=loop,
            log=_silent,
            ping_delay=NEVER_SECONDS,  # its pings notice nothing; `watch` does
        )
        self._address = address
        self.lost: asyncio.Future[str] = loop.create_future()
        self.booted: asyncio.Future[None] = loop.create_future()
        self.heard_at = loop.time()
        # One synchronous callback: coroutines would each run in a task of their own, in no order.
        self.register_event("*", lambda _, event: self._take(_plain(event), hear))

    async def open(self, wait_seconds: float) -> None:
        """Connects and logs in. Raises: OSError, LinkDownError, ActionRefusedError."""
        async with asyncio.timeout(wait_seconds):
            await self.connect()
        user, secret = self._address.user, self._address.secret
        await self.ask("Login", {"Username": user, "Secret": secret, "Events": "on"}, wait_seconds)

    async def ask(self, name: str, headers: Mapping[str, Value], wait_seconds: float) -> Headers:
        """The first answer. Raises: LinkDownError, ActionRefusedError, BadInputError."""
        _refuse_line_breaks(headers)
        if self.lost.done():
            raise LinkDownError(f"{name} was not sent: {self.lost.result()}")
        action = Action({"Action": name, **headers})
        # Left to itself panoramisk waits for a list that QueueAdd never gives.
        answer: asyncio.Future[Any] = self.send_action(action, as_list=False)
        try:
            await self._first((answer, self.lost), wait_seconds)
        finally:
            self.responses.pop(action.id, None)  # panoramisk keeps what is not answered for ever
        if not answer.done():
            why = self.lost.result() if self.lost.done() else f"silent for {wait_seconds:g} s"
            raise LinkDownError(f"no answer to {name}: {why}")
        reply = _plain(answer.result())
        if reply.get("Response") == "Error":
            raise ActionRefusedError(f"Asterisk refused {name}: {reply.get('Message', '')}")
        return reply

    async def wait_until_booted(self) -> None:
        """Until Asterisk has loaded its queues. Raises: LinkDownError, ActionRefusedError."""
        await self._first((self.booted, self.lost), BOOT_SECONDS)
        if self.lost.done():
            raise LinkDownError(self.lost.result())
        if not self.booted.done():
            raise ActionRefusedError("no FullyBooted: give the AMI user the read class system")

    async def watch(self, silence_seconds: float) -> str:
        """Pings until the connection is lost, gives it up when it is silent; gives the reason."""
        while not self.lost.done():
            # With an ActionID of its own, each unanswered ping would stay in memory.
            self.send_action({"Action": "Ping", "ActionID": "ping"}, as_list=False)
            await self._first((self.lost,), silence_seconds / 3)
            if self.loop.time() - self.heard_at > silence_seconds:
                self.lose(f"silent for {silence_seconds:g} s")
        return self.lost.result()

    def lose(self, reason: str) -> None:
        """Ends the connection at once, unsent bytes and all; the first reason stays."""
        if not self.lost.done():
            self.lost.set_result(reason)
        self.close()
        if self.protocol is not None:
            self.protocol.transport.abort()  # close() would wait for a peer that reads no more

    # --- called by panoramisk ---

    def connection_made(self, f: "asyncio.Future[Any]") -> None:
        """Takes a finished try to connect; `open` has the failure, and is who tries again."""
        if not f.cancelled() and f.exception() is None:
            super().connection_made(f)

    def connection_lost(self, exc: object) -> None:
        """Takes the end from the other side, where panoramisk would connect again."""
        self.lose("closed by Asterisk")

    def send_awaiting_actions(self, *_: object) -> None:
        """Sends nothing again."""

    async def _first(self, futures: Sequence["asyncio.Future[Any]"], wait_seconds: float) -> None:
        await asyncio.wait(futures, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)

    def _take(self, headers: Headers, hear: Callable[["Connection", Headers], None]) -> None:
        if self.lost.done():
            return
        if headers.get("Event") == "FullyBooted" and not self.booted.done():
            self.booted.set_result(None)
        hear(self, headers)


class _Protocol(AMIProtocol):  # type: ignore[misc]
    """panoramisk's protocol, but characters cut by a chunk's border are put together again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.factory, self.log, self.encoding = self._connection, _silent, "utf-8"

    def data_received(self, data: bytes) -> None:
        self._connection.heard_at = self._connection.loop.time()
        super().data_received(self._decoder.decode(data).encode())  # whole characters only
        if self.queue and len(self.queue[0]) > ENDLESS_MESSAGE_CHARACTERS:
            self._connection.lose("a message without end")


def _plain(message: Mapping[str, Any]) -> Headers:
    """The headers alone; those sent several times joined by line ends, which no value holds."""
    headers = {k: "\n".join(v) if isinstance(v, list) else v for k, v in message.items()}
    if not headers.get("content"):
        headers.pop("content", None)  # panoramisk's own: the body some answers have
    return headers


def _refuse_line_breaks(headers: Mapping[str, Value]) -> None:
    for header, value in headers.items():
        if any(mark in part for part in (header, *value) for mark in "\r\n"):
            raise BadInputError(f"{header.splitlines()[0]} holds a line break; take it out")
