"""Keeps the queue wall current for whoever looks, and tells it when it changed, twice a second."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from callcenter.agents.numbers.fold import CALL_FACTS
from callcenter.agents.numbers.wall import LONGEST_CALL, WINDOW, Wall, wall_of
from callcenter.api.board_wall import WallView, view_of
from callcenter.facts import AnyFact, Fact
from callcenter.store import Store, facts_between

PAUSE_SECONDS = 0.5  # between two walls, and four times as long as counting took, but
LONGEST_PAUSE_SECONDS = 0.8  # no longer: a wall comes within a second
MOVE_ON_SECONDS = 15.0  # without a fact: the last hour and the last day move on

log = structlog.get_logger()


class WallFeed:
    """One wall a process; `take` every fact, and `run` tells what changed.

    Args:
        store: Whose ledger holds the calls of the last 24 hours.
        through: Gives the place of the ledger up to which every fact has been taken.
        tell: Given each wall that differs from the one before.
    """

    def __init__(
        self, store: Store, through: Callable[[], int], tell: Callable[[WallView], None]
    ) -> None:
        self.view: WallView | None = None
        self._store, self._through, self._tell = store, through, tell
        self._wall = Wall()
        self._stale, self._watched = asyncio.Event(), asyncio.Event()
        self._counting, self._counted_at = asyncio.Lock(), 0.0

    def take(self, fact: Fact) -> None:
        """A fact, unmasked; in any order, and as often as may be."""
        if self._wall.take(fact):
            self._stale.set()

    def watch(self, is_watched: bool) -> None:
        """Whether somebody is told each wall; if not, none is counted but for who asks."""
        if not is_watched:
            self._watched.clear()
        elif not self._watched.is_set():
            self._watched.set()
            self._stale.set()  # what was counted last may be old

    async def now(self) -> WallView | None:
        """The wall with all that was taken up to now; None before `begin`."""
        old = time.monotonic() - self._counted_at > MOVE_ON_SECONDS
        if self.view is not None and (old or self._stale.is_set()):
            self._stale.clear()
            await self._count()
        return self.view

    async def begin(self) -> None:
        """Read the window from the ledger; the wall is whole after this."""
        for fact in await asyncio.to_thread(self._read):
            self._wall.take(fact)
        await self._count()

    async def run(self) -> None:
        """Count anew when something happened or time has gone by, until cancelled."""
        while True:
            await self._watched.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(MOVE_ON_SECONDS):
                    await self._stale.wait()
            self._stale.clear()
            began = time.monotonic()
            try:
                await self._count()
            except Exception as error:  # the loop's edge
                log.error("wall cannot be counted", error=type(error).__name__)
            took = time.monotonic() - began
            await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, max(PAUSE_SECONDS, 4 * took)))

    async def _count(self) -> None:
        async with self._counting:
            self._counted_at = time.monotonic()
            now, through = datetime.now(UTC), self._through()
            calls, staff = self._wall.calls(now), self._wall.staff(now)
            view = await asyncio.to_thread(
                lambda: view_of(wall_of(calls, staff, now), now, through)
            )
            if self.view is None or not view.says_the_same(self.view):
                self.view = view
                self._tell(view)

    def _read(self) -> Iterable[AnyFact]:
        now = datetime.now(UTC)
        since, until = now - WINDOW - LONGEST_CALL, now + timedelta(days=1)
        with self._store.reading() as session:
            return facts_between(session, since, until, (*CALL_FACTS, "agent_moved"))
