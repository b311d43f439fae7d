"""The demo's eyes: it looks through the live page's own WebSocket and tells what it sees."""

import asyncio
import json
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import structlog
from websockets.asyncio.client import ClientConnection, connect

from callcenter.demo.timeline import Timeline
from callcenter.facts import AnyFact, Fact, PartialHeard, read_fact

PATIENCE_SECONDS = 60.0

FactT = TypeVar("FactT", bound=Fact)

log = structlog.get_logger()


class DemoStuckError(Exception):
    """What should have happened did not within the demo's patience; says what was awaited."""


class Watch:
    """Every fact the page was sent, in order and once; `until` waits for one."""

    def __init__(self, url: str, token: str, timeline: Timeline) -> None:
        self._url, self._timeline = url, timeline
        self._shown = {"Authorization": f"Bearer {token}"}
        self._facts: dict[UUID, AnyFact] = {}
        self._news = asyncio.Condition()
        self.looking = asyncio.Event()

    async def run(self) -> None:
        """Look until cancelled."""
        async with connect(self._url, max_size=None, additional_headers=self._shown) as socket:
            await self._look(socket)

    async def until(self, kind: type[FactT], holds: Callable[[FactT], bool], what: str) -> FactT:
        """The first fact of a kind that satisfies the condition, past or to come.

        Raises:
            DemoStuckError: None came in time.
        """

        def found() -> FactT | None:
            return next((f for f in self._facts.values() if isinstance(f, kind) and holds(f)), None)

        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._news:
                await self._news.wait_for(found)
        except TimeoutError:
            raise DemoStuckError(f"{what} did not happen within {PATIENCE_SECONDS:.0f} s") from None
        fact = found()
        assert fact is not None
        return fact

    async def _look(self, socket: ClientConnection) -> None:
        async for text in socket:
            message = json.loads(text)
            self.looking.set()
            if "fact" in message:
                await self._see(read_fact(json.dumps(message["fact"])))
            elif "partial" in message:
                self._timeline.tell_partial(PartialHeard.model_validate(message["partial"]))

    async def _see(self, fact: AnyFact) -> None:
        if fact.id in self._facts:
            return  # facts are delivered at least once
        async with self._news:
            self._facts[fact.id] = fact
            self._news.notify_all()
        self._timeline.tell(fact)
