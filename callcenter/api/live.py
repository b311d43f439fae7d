"""The live page's WebSocket, `/api/v1/live`: the board, then everything that happens to it.

Messages to the page are JSON objects, numbered `n` = 1, 2, 3 ... on each connection:

    {"n": 1, "seq": 812, "board": {...}, "wall": {...}, "now": "2026-03-02T08:00:00Z"}
                                   first: the board with every fact up to 812 of the ledger, and
                                   the queue wall
    {"n": 2, "seq": 813, "fact": {...}}
                                   a fact; may come again, and applying it twice is safe
    {"n": 3, "partial": {...}}     words still being spoken
    {"n": 4, "wall": {...}}        the queue wall, whole, when a figure of it is another: within
                                   1 s of the fact, at most twice a second
    {"n": 5, "now": "2026-03-02T08:00:05Z"}
                                   the beat, whenever nothing else was said

A page that misses a number, or hears nothing for three beats, connects again. It says nothing
itself: whatever a client sends is refused with code 1008. Foreign origins never get here
(guard.py). Today one operator on this machine sees everything but full numbers; accounts will
narrow it by each fact's `audience`.
"""

import asyncio
import itertools
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect, status

from callcenter.api.deps import Context
from callcenter.api.feed import Feed, Viewer

BEAT_SECONDS = 5.0
SEND_SECONDS = 10.0

log = structlog.get_logger()
router = APIRouter()


@router.websocket("/live")
async def live(websocket: WebSocket, context: Context) -> None:
    """Show the board and what happens to it until either side leaves."""
    await websocket.accept()
    talking = asyncio.create_task(_talk(websocket, context.feed))
    listening = asyncio.create_task(_listen(websocket))
    try:
        await asyncio.wait({talking, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        talking.cancel()
        listening.cancel()
        ends = await asyncio.gather(talking, listening, return_exceptions=True)
    code = next((end for end in ends if isinstance(end, int)), None)
    if code is not None:
        await _close(websocket, code)


async def _talk(websocket: WebSocket, feed: Feed) -> int | None:
    """Send until the viewer is let go; the code to close with, None where it is gone."""
    await feed.ready.wait()
    try:
        with feed.look() as (viewer, first):
            await _send(websocket, 1, f'{first},"now":"{_now()}"')
            for number in itertools.count(2):
                message = await _next(viewer)
                if message is None:
                    break
                await _send(websocket, number, message)
    except TimeoutError:
        log.warning("viewer does not read, let go", seconds=SEND_SECONDS)
    except (WebSocketDisconnect, RuntimeError):  # gone while we spoke
        return None
    return status.WS_1013_TRY_AGAIN_LATER


async def _next(viewer: Viewer) -> str | None:
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            return await viewer.messages.get()
    except TimeoutError:
        return f'"now":"{_now()}"'


async def _send(websocket: WebSocket, number: int, message: str) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await websocket.send_text(f'{{"n":{number},{message}}}')


async def _listen(websocket: WebSocket) -> int | None:
    """Wait until the client leaves, or speaks, which it must not."""
    event = await websocket.receive()
    if event["type"] == "websocket.disconnect":
        return None
    log.warning("live page's client refused", reason="it sent a message; this socket only tells")
    return status.WS_1008_POLICY_VIOLATION


async def _close(websocket: WebSocket, code: int) -> None:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await websocket.close(code)
    except (RuntimeError, TimeoutError, WebSocketDisconnect):
        log.info("viewer was gone already")


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
