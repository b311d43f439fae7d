"""The bus inside one process: queues, and nothing that outlives it (the ledger does)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import datetime

import structlog

from callcenter.bus import Delivery, Published
from callcenter.facts import AnyFact, PartialHeard

FOLLOWER_BACKLOG = 5_000

log = structlog.get_logger()


class MemoryBus:
    """Carries facts between the tasks of one event loop."""

    def __init__(self) -> None:
        self._groups: dict[str, asyncio.Queue[tuple[AnyFact, int] | None]] = {}
        self._followers: set[asyncio.Queue[Published | PartialHeard | None]] = set()

    async def publish(self, published: Published) -> None:
        """Hand a fact to every group and follower."""
        for queue in self._groups.values():
            queue.put_nowait((published.fact, 1))
        self._show(published)

    async def mention(self, partial: PartialHeard) -> None:
        """Show followers words still being spoken."""
        self._show(partial)

    async def join(self, group: str) -> None:
        """Make sure that the group exists."""
        self._groups.setdefault(group, asyncio.Queue())

    async def deliver(self, group: str, consumer: str) -> AsyncGenerator[Delivery, None]:
        """Facts for one member of a group; unfinished ones go back when the member leaves."""
        await self.join(group)
        queue = self._groups[group]
        unfinished: dict[int, tuple[AnyFact, int]] = {}
        number = 0
        try:
            while (taken := await queue.get()) is not None:
                number += 1
                unfinished[number] = taken
                yield Delivery(taken[0], taken[1], _finisher(unfinished, number))
        finally:
            for fact, times in unfinished.values():
                queue.put_nowait((fact, times + 1))

    async def follow(self) -> AsyncIterator[Published | PartialHeard]:
        """Everything from now on; a follower too slow by thousands is let go."""
        queue: asyncio.Queue[Published | PartialHeard | None] = asyncio.Queue()
        self._followers.add(queue)
        return self._shown_to(queue)

    async def forget(self, before: datetime) -> None:
        """Nothing: what is published is handed on at once."""

    async def _shown_to(
        self, queue: asyncio.Queue[Published | PartialHeard | None]
    ) -> AsyncIterator[Published | PartialHeard]:
        try:
            while (shown := await queue.get()) is not None:
                yield shown
        finally:
            self._followers.discard(queue)

    async def close(self) -> None:
        """End every `deliver` and `follow`."""
        for queue in self._groups.values():
            queue.put_nowait(None)
        for follower in self._followers:
            follower.put_nowait(None)

    def _show(self, shown: Published | PartialHeard) -> None:
        for follower in list(self._followers):
            if follower.qsize() >= FOLLOWER_BACKLOG:
                log.warning("follower too slow, let go", backlog=follower.qsize())
                self._followers.discard(follower)
                follower.put_nowait(None)
            else:
                follower.put_nowait(shown)


def _finisher(
    unfinished: dict[int, tuple[AnyFact, int]], number: int
) -> Callable[[], Awaitable[None]]:
    async def done() -> None:
        unfinished.pop(number, None)

    return done
