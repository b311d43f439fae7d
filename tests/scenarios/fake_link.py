"""A fake link outside our border: tells a tape as Asterisk would, hears what is asked of it."""

import asyncio
from collections.abc import AsyncIterator

from callcenter.ami.connection import Headers, Value
from callcenter.ami.link import Item


class FakeLink:
    """The two doors of `Link` that the line role uses, without a socket between."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, dict[str, Value]]] = []  # to listen in, to ring somebody
        self.asked: list[tuple[str, dict[str, Value]]] = []  # about queues and how things stand
        self._tape: asyncio.Queue[Item] = asyncio.Queue()

    async def tell(self, *items: Item) -> None:
        """Says the items one after another; waits until the last has been dealt with."""
        for item in items:
            self._tape.put_nowait(item)
        await self._tape.join()

    async def batches(self, most: int) -> AsyncIterator[list[Item]]:
        while True:
            items = [await self._tape.get()]
            while len(items) < most and not self._tape.empty():
                items.append(self._tape.get_nowait())
            yield items
            for _ in items:  # the reader comes for the next only after the last
                self._tape.task_done()

    def require(self) -> None:
        """It is there."""

    async def action(self, name: str, *, wait_seconds: float = 5.0, **headers: Value) -> Headers:
        (self.orders if name == "Originate" else self.asked).append((name, headers))
        return {"Response": "Success"}
