"""The link to a node's Asterisk: one AMI connection after another, told as one ordered stream.

    connect, log in -> Up -> resync -> Resynced -> live -> Down -> connect ...

`run` goes round for ever, `events` gives what it hears, `action` asks something of Asterisk.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import structlog

from callcenter.ami.connection import ActionRefusedError, Address, Connection, Headers, Value
from callcenter.errors import LinkDownError

FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 1.0  # so that the link is back soon after Asterisk is
REFUSED_PAUSE_SECONDS: Final = 15.0  # a wrong secret is not righted by asking more often
RESYNC: Final = {"resync-queues": "QueueStatus", "resync-calls": "CoreShowChannels"}  # by ActionID

log = structlog.get_logger()


@dataclass(frozen=True)
class Up:
    """We are logged in; messages follow, the answers to the resync among them."""

    node: str


@dataclass(frozen=True)
class Message:
    """An AMI event by its headers; a header sent several times holds one value a line.

    `snapshot`: it answers our resync and tells how things stand, not what happened.
    """

    headers: Headers
    snapshot: bool = False


@dataclass(frozen=True)
class Resynced:
    """All seats and calls were told; who called before `asked_at` and is not here ended unseen."""

    node: str
    asked_at: datetime  # aware UTC, our clock, before Asterisk looked
    call_ids: frozenset[str]  # Uniqueid of every channel that lives: a call is named by one


@dataclass(frozen=True)
class Down:
    """The link is gone; what happens now will be told by the resync and by Asterisk's files."""

    node: str
    reason: str


Item = Up | Message | Resynced | Down


class Link:
    """Keeps one AMI connection alive. Made and used on one event loop.

    At most `backlog` items wait to be read. A reader further behind loses the connection, not
    single messages: it reads what is there, then Down, and later Up and the state asked afresh.
    """

    def __init__(self, address: Address, silence_seconds: float, backlog: int = 10_000) -> None:
        self._address = address
        self._silence_seconds = silence_seconds
        self._inbox: asyncio.Queue[Item] = asyncio.Queue(backlog)
        self._room = asyncio.Event()
        self._room.set()
        self._connection: Connection | None = None
        self._told_up = False
        self._calls: set[str] = set()
        self._asked_at = datetime.now(UTC)

    async def run(self) -> None:
        """Connects, resyncs, watches, and begins again; ends only by being cancelled."""
        clock = asyncio.get_running_loop().time
        pause_seconds, told = FIRST_PAUSE_SECONDS, ""
        while True:
            began = clock()
            reason, refused = await self._one_connection()
            if refused or self._told_up or reason != told:
                log.warning("AMI link is down", node=self._address.node, reason=reason)
            told = reason
            await self._tell_down(reason)
            held = clock() - began > LONGEST_PAUSE_SECONDS
            pause_seconds = (
                FIRST_PAUSE_SECONDS if held else min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)
            )
            await asyncio.sleep(REFUSED_PAUSE_SECONDS if refused else pause_seconds)

    async def events(self) -> AsyncIterator[Item]:
        """What is heard, in order, for ever: Up, messages, Resynced, messages, Down, Up ..."""
        while True:
            item = await self._inbox.get()
            if self._inbox.qsize() <= self._inbox.maxsize // 2:
                self._room.set()
            yield item

    async def batches(self, most: int) -> AsyncIterator[list[Item]]:
        """The same, as many at a time as are there, one at least; `events` or this, not both."""
        async for item in self.events():
            items = [item]
            while len(items) < most and not self._inbox.empty():
                items.append(self._inbox.get_nowait())
            yield items

    def require(self) -> None:
        """Nothing while there is a link; an action asked now may still fail by losing it.

        Raises:
            LinkDownError: There is none.
        """
        if self._connection is None:
            raise LinkDownError(f"no link to Asterisk of node {self._address.node}: try again")

    async def action(self, name: str, *, wait_seconds: float = 5.0, **headers: Value) -> Headers:
        """Asterisk's first answer to an AMI action; a list it announces comes through `events`.

        An action is sent once. Where the link breaks before the answer, nobody can know whether
        it was carried out: ask (QueueStatus, CoreShowChannels) before trying again.

        Raises:
            LinkDownError: There is no link, it broke, or no answer came in time.
            ActionRefusedError: Asterisk answered with an error.
            BadInputError: A value holds a line break and would smuggle in headers.
        """
        return await self._ask(name, headers, wait_seconds)

    async def originate(self, channel: str, application: str, data: str, **headers: Value) -> str:
        """Has Asterisk ring `channel` and run an application on it; gives the order's ActionID.

        The OriginateResponse event, which tells how it went, bears the same ActionID. Raises as
        `action` does.
        """
        action_id = f"originate-{uuid4()}"
        order = {"ActionID": action_id, "Channel": channel, "Async": "true"}
        order |= {"Application": application, "Data": data}
        await self._ask("Originate", order | headers, wait_seconds=5.0)
        return action_id

    async def _ask(self, name: str, headers: Mapping[str, Value], wait_seconds: float) -> Headers:
        if self._connection is None:
            raise LinkDownError(f"{name} was not sent: no link to node {self._address.node}")
        return await self._connection.ask(name, headers, wait_seconds)

    async def _one_connection(self) -> tuple[str, bool]:
        """Lives through one connection; gives why it ended and whether Asterisk refused us."""
        connection = Connection(self._address, self._hear)
        try:
            await connection.open(self._silence_seconds)
            await connection.wait_until_booted()
            await self._resync(connection)
            return await connection.watch(self._silence_seconds), False
        except ActionRefusedError as error:
            return error.message, True
        except LinkDownError as error:
            return error.message, False
        except OSError as error:
            return f"{type(error).__name__} at {self._address.host}:{self._address.port}", False
        finally:
            self._connection = None
            connection.lose("closed by us")

    async def _resync(self, connection: Connection) -> None:
        self._calls, self._asked_at = set(), datetime.now(UTC)
        for action_id, name in RESYNC.items():
            await connection.ask(name, {"ActionID": action_id}, self._silence_seconds)
        log.info("AMI link is up", node=self._address.node)

    def _hear(self, connection: Connection, headers: Headers) -> None:
        """Takes one event. Runs between two reads of the socket, so it never waits."""
        if not self._told_up:  # an event shows that the log-in was accepted
            self._connection = connection
            self._told_up = self._put(connection, Up(self._address.node))
        snapshot = headers.get("ActionID") in RESYNC
        self._put(connection, Message(headers, snapshot))
        if snapshot and headers["Event"] == "CoreShowChannel":
            self._calls.add(headers.get("Uniqueid", ""))
        if snapshot and headers["Event"] == "CoreShowChannelsComplete":
            self._put(
                connection, Resynced(self._address.node, self._asked_at, frozenset(self._calls))
            )

    def _put(self, connection: Connection, item: Item) -> bool:
        if self._inbox.full():
            self._room.clear()
            connection.lose(f"our own reader is {self._inbox.maxsize} messages behind")
            return False
        self._inbox.put_nowait(item)
        return True

    async def _tell_down(self, reason: str) -> None:
        """Tells it, and waits for a reader that is behind: a new link would go the same way."""
        if self._told_up:
            self._told_up = False
            await self._inbox.put(Down(self._address.node, reason))
        await self._room.wait()
