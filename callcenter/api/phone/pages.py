"""Which page has the telephone of a seat: one at a time, the newest; and what it takes over."""

import asyncio
from contextlib import suppress
from typing import Final

from fastapi import WebSocket, WebSocketDisconnect

from callcenter.api.phone.way import Way

TAKEN: Final = 4409
LEAVE_SECONDS: Final = 1.0  # that a page takes to go when another has come
RETURN_SECONDS: Final = 8.0  # that a call rings for a page which is loading anew


class Phones:
    """The one page of each seat that has its telephone, and its way to Asterisk."""

    def __init__(self) -> None:
        self._pages: dict[str, WebSocket] = {}
        self._ways: dict[str, Way] = {}
        self._left: dict[str, Way] = {}  # of pages that went while a call rang
        self._changed = asyncio.Condition()

    async def take(self, seat: str, page: WebSocket) -> None:
        """From now on it is this page; the one before is told so."""
        before, self._pages[seat] = self._pages.get(seat), page
        if before is not None:
            await close(before, TAKEN)

    def leave(self, seat: str, page: WebSocket) -> bool:
        """Whether it was this page's still."""
        is_last = self._pages.get(seat) is page
        if is_last:
            del self._pages[seat]
        return is_last

    def has(self, seat: str) -> bool:
        """Whether a page has the seat's telephone."""
        return seat in self._pages

    def goes(self, seat: str, way: Way) -> None:
        """The seat's page has this way to Asterisk."""
        self._ways[seat] = way

    async def inherit(self, seat: str) -> Way | None:
        """The way of the page before, where a call rings on it."""
        before = self._ways.get(seat)
        if before is None or not before.rings:
            return None
        async with self._changed:
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAVE_SECONDS):
                    await self._changed.wait_for(lambda: seat in self._left)
            self._changed.notify_all()
            return self._left.pop(seat, None)

    async def hand_on(self, seat: str, way: Way) -> bool:
        """Whether another page took the way, on which a call rings; at most RETURN_SECONDS."""
        async with self._changed:
            self._left[seat] = way
            self._changed.notify_all()
            try:
                async with asyncio.timeout(RETURN_SECONDS):
                    await self._changed.wait_for(lambda: self._left.get(seat) is not way)
            except TimeoutError:
                return False
            finally:
                if self._left.get(seat) is way:
                    del self._left[seat]
            return True

    def ends(self, seat: str, way: Way) -> None:
        """The way is nobody's any more."""
        if self._ways.get(seat) is way:
            del self._ways[seat]


async def close(websocket: WebSocket, code: int) -> None:
    """The page is told this code, where it is still there."""
    try:
        await websocket.close(code)
    except (RuntimeError, WebSocketDisconnect):  # gone already
        pass
