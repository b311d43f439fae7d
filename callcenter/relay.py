"""The relay: the only publisher, from the ledger to the bus, oldest first.

Facts are marked as published once they were sent; a crash in between sends them again, which
changes nothing. Source: docs/decisions/0001-ledger-as-outbox.md.
"""

import asyncio
from contextlib import suppress

import structlog

from callcenter.bus import Bus, Published
from callcenter.facts import AnyFact
from callcenter.store import Store, mark_published, may_publish, unpublished

BATCH = 200
PUBLISH_SECONDS = 10.0
POLL_SECONDS = 0.25

log = structlog.get_logger()


class Relay:
    """Publishes what the ledger holds unpublished; `run` until cancelled.

    Args:
        store: Prepared.
        bus: Open.
        wake: Set when there is something new; it is looked for every POLL_SECONDS anyway.
    """

    def __init__(self, store: Store, bus: Bus, wake: asyncio.Event) -> None:
        self._store, self._bus, self._wake = store, bus, wake
        self._relay_batch = self._alone if store.is_sqlite else self._in_turns

    async def run(self) -> None:
        """Batch after batch; while the database is away, again and again."""
        while True:
            self._wake.clear()
            try:
                if await asyncio.to_thread(self._relay_batch, asyncio.get_running_loop()):
                    continue
            except Exception as error:  # the loop's edge: the database is away
                log.warning("relay will try again", error=type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)
            await self._woken()

    def _alone(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Publish and mark the oldest; whether there is likely more.

        SQLite has one process and so one relay: it only reads until the facts are sent, lest who
        writes waits for the bus.
        """
        with self._store.reading() as session:
            batch = unpublished(session, BATCH)
        published = self._send(batch, loop)
        if published:
            with self._store.transaction() as session:
                mark_published(session, published)
        return len(published) == BATCH

    def _in_turns(self, loop: asyncio.AbstractEventLoop) -> bool:
        """As `_alone`, where several processes have a relay: a lock lets one of them publish."""
        with self._store.transaction() as session:
            if not may_publish(session):
                return False
            published = self._send(unpublished(session, BATCH), loop)
            if published:
                mark_published(session, published)
        return len(published) == BATCH

    def _send(self, batch: list[tuple[int, AnyFact]], loop: asyncio.AbstractEventLoop) -> list[int]:
        if not batch:
            return []
        sending = asyncio.run_coroutine_threadsafe(self._publish(batch), loop)
        return sending.result(2 * PUBLISH_SECONDS)  # it ends by itself before that

    async def _publish(self, batch: list[tuple[int, AnyFact]]) -> list[int]:
        """Publish in order until the bus fails or the time is over; the places that were.

        What a slow bus has taken counts: else it would be sent the same facts again and again, and
        never come to the later ones.
        """
        published: list[int] = []
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                for seq, fact in batch:
                    await self._bus.publish(Published(seq, fact))
                    published.append(seq)
        except Exception as error:  # the carrier's own, which is not known here
            log.warning("bus away, trying again", error=type(error).__name__)
        return published

    async def _woken(self) -> None:
        # Not wait_for: before Python 3.12 it forgets a cancellation that comes as it is woken.
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
