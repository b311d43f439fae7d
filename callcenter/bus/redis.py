"""The bus between processes: Redis Streams with consumer groups, and Pub/Sub for partial words.

The stream is a wire, not a store: it is trimmed, and what Redis loses the ledger still has
(a starting role sends it again). A member that dies leaves its facts pending; XAUTOCLAIM gives
them to another after `stale_ms`. Source: Redis documentation of XADD, XREADGROUP, XAUTOCLAIM.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from callcenter.bus import Delivery, Published
from callcenter.errors import CannotStartError
from callcenter.facts import PartialHeard, read_fact, write_fact

KEEP_ENTRIES = 200_000  # about a day of a busy county; the ledger keeps everything
BLOCK_MS = 500
ANSWER_SECONDS = 5.0  # more than BLOCK_MS

log = structlog.get_logger()
Entry = tuple[bytes, dict[bytes, bytes]]


class _Redis(Redis):
    """Redis whose answers are waited for by us.

    With a `socket_timeout`, redis-py sends through `asyncio.wait_for`, which before Python 3.12
    may swallow the cancellation of whoever waits: then a worker that is told to end goes on.
    """

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            raise RedisTimeoutError("no answer in time") from error


class RedisBus:
    """Carries facts over one Redis stream named `PREFIX:facts`.

    Args:
        url: `redis://HOST:PORT/DB`.
        prefix: Keeps apart several sites, or tests, on one server.
        stale_ms: A fact whose member has given no sign of life this long goes to another member.
    """

    def __init__(self, url: str, prefix: str = "callcenter", stale_ms: int = 60_000) -> None:
        self._redis: Any = _Redis.from_url(
            url,
            retry=Retry(ExponentialBackoff(cap=1, base=0.05), 5),
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=None,
        )
        self._where = urlsplit(url).hostname or ""  # without the password
        self._stream = f"{prefix}:facts"
        self._partials = f"{prefix}:partials"
        self._stale_ms = stale_ms

    async def publish(self, published: Published) -> None:
        """Add the fact to the stream; raises RedisError where Redis cannot be reached."""
        fields = {"seq": published.seq, "fact": write_fact(published.fact)}
        await self._redis.xadd(self._stream, fields, maxlen=KEEP_ENTRIES, approximate=True)

    async def mention(self, partial: PartialHeard) -> None:
        """Show partial words; where Redis is away they are dropped, the next ones replace them."""
        with suppress(RedisError):
            await self._redis.publish(self._partials, partial.model_dump_json())

    async def join(self, group: str) -> None:
        """Make sure that the group exists; raises CannotStartError where Redis does not answer."""
        try:
            await self._join(group)
        except RedisError as error:
            raise CannotStartError(
                f"CALLCENTER_BUS_URL: the Redis at {self._where} cannot be used "
                f"({type(error).__name__}): is it running, and is the password right?"
            ) from error

    async def _join(self, group: str) -> None:
        try:
            await self._redis.xgroup_create(self._stream, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def deliver(self, group: str, consumer: str) -> AsyncGenerator[Delivery, None]:
        """Facts for one member: its own unfinished ones, stale ones of others, then new ones."""
        in_hand: set[bytes] = set()
        holding = asyncio.create_task(self._hold(group, consumer, in_hand))
        try:
            async for entry in self._entries(group, consumer):
                delivery = await self._delivery(group, entry, in_hand)
                if delivery:
                    yield delivery
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def follow(self) -> AsyncIterator[Published | PartialHeard]:
        """Everything from now on; ends when Redis is lost."""
        newest = await self._redis.xrevrange(self._stream, count=1)
        start = newest[0][0] if newest else b"0"
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        await pubsub.subscribe(self._partials)
        return self._followed(start, pubsub)

    async def forget(self, before: datetime) -> None:
        """Trim the stream; raises RedisError where Redis cannot be reached."""
        oldest = f"{int(before.timestamp() * 1000)}-0"
        await self._redis.xtrim(self._stream, minid=oldest, approximate=False)

    async def close(self) -> None:
        """Give connections back."""
        await self._redis.aclose()

    async def _entries(self, group: str, consumer: str) -> AsyncIterator[Entry]:
        own = "0"  # our own pending entries after this id; "" when all were seen
        joined = False
        while True:
            try:
                if not joined:
                    await self._join(group)
                    joined = True
                entries, own = await self._own_pending(group, consumer, own)
                entries = entries or await self._next(group, consumer)
            except RedisError as error:
                log.warning("redis away, trying again", error=type(error).__name__)
                joined = False
                await asyncio.sleep(BLOCK_MS / 1000)
                continue
            for entry in entries:
                yield entry

    async def _hold(self, group: str, consumer: str, in_hand: set[bytes]) -> None:
        """Say that we live while a fact takes long, such as an hour of sound to be transcribed.

        Else it would go from member to member and count as one that kills whoever takes it.
        """
        while True:
            await asyncio.sleep(self._stale_ms / 3000)
            if in_hand:
                with suppress(RedisError):  # JUSTID: the deliveries are not counted up
                    await self._redis.xclaim(
                        self._stream, group, consumer, 0, list(in_hand), justid=True
                    )

    async def _own_pending(self, group: str, consumer: str, after: str) -> tuple[list[Entry], str]:
        if after == "":
            return [], ""
        read = await self._redis.xreadgroup(group, consumer, {self._stream: after}, count=50)
        entries: list[Entry] = read[0][1] if read else []
        return entries, entries[-1][0].decode() if entries else ""

    async def _next(self, group: str, consumer: str) -> list[Entry]:
        stale = await self._redis.xautoclaim(
            self._stream, group, consumer, min_idle_time=self._stale_ms, count=10
        )
        if stale[1]:
            return list(stale[1])
        read = await self._redis.xreadgroup(
            group, consumer, {self._stream: ">"}, count=10, block=BLOCK_MS
        )
        return list(read[0][1]) if read else []

    async def _delivery(self, group: str, entry: Entry, in_hand: set[bytes]) -> Delivery | None:
        """The fact of an entry; None for one that this version cannot read, or is trimmed away."""
        entry_id, fields = entry
        done = self._finisher(group, entry_id, in_hand)
        if not fields:
            log.warning("fact trimmed before it was handled; the ledger has it", group=group)
            await done()
            return None
        try:
            fact = read_fact(fields[b"fact"])
        except ValidationError:  # a newer member may read it, once it is stale
            log.error("fact not readable, left to others", group=group)
            return None
        in_hand.add(entry_id)
        return Delivery(fact, await self._times(group, entry_id), done)

    async def _times(self, group: str, entry_id: bytes) -> int:
        pending = []
        with suppress(RedisError):
            pending = await self._redis.xpending_range(
                self._stream, group, min=entry_id, max=entry_id, count=1
            )
        return int(pending[0]["times_delivered"]) if pending else 1

    def _finisher(
        self, group: str, entry_id: bytes, in_hand: set[bytes]
    ) -> Callable[[], Awaitable[None]]:
        async def done() -> None:
            in_hand.discard(entry_id)
            try:
                await self._redis.xack(self._stream, group, entry_id)
            except RedisError as error:  # it comes again, and its claims stand
                log.warning("fact not acknowledged", error=type(error).__name__)

        return done

    async def _followed(
        self, after: bytes, pubsub: PubSub
    ) -> AsyncIterator[Published | PartialHeard]:
        queue: asyncio.Queue[Published | PartialHeard | None] = asyncio.Queue()
        readers = [
            asyncio.create_task(self._read_stream(after, queue)),
            asyncio.create_task(_read_partials(pubsub, queue)),
        ]
        try:
            while (shown := await queue.get()) is not None:
                yield shown
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
            with suppress(RedisError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _read_stream(
        self, after: bytes, queue: asyncio.Queue[Published | PartialHeard | None]
    ) -> None:
        try:
            while True:
                read = await self._redis.xread({self._stream: after}, count=100, block=BLOCK_MS)
                for entry_id, fields in read[0][1] if read else []:
                    queue.put_nowait(Published(int(fields[b"seq"]), read_fact(fields[b"fact"])))
                    after = entry_id
        except RedisError as error:
            log.warning("redis away, followers start again", error=type(error).__name__)
        finally:
            queue.put_nowait(None)


async def _read_partials(
    pubsub: PubSub, queue: asyncio.Queue[Published | PartialHeard | None]
) -> None:
    try:
        async for message in pubsub.listen():
            queue.put_nowait(PartialHeard.model_validate_json(message["data"]))
    except RedisError as error:
        log.warning("redis away, followers start again", error=type(error).__name__)
    finally:
        queue.put_nowait(None)
