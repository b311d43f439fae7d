"""Which page has the telephone of a seat: one at a time, the newest."""

from typing import Final

from fastapi import WebSocket, WebSocketDisconnect

TAKEN: Final = 4409


class Phones:
    """The one page of each seat that has its telephone."""

    def __init__(self) -> None:
        self._pages: dict[str, WebSocket] = {}

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


async def close(websocket: WebSocket, code: int) -> None:
    """The page is told this code, where it is still there."""
    try:
        await websocket.close(code)
    except (RuntimeError, WebSocketDisconnect):  # gone already
        pass
