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
(guard.py), nor whoever lacks the right to watch (gate.py). Whose session ends is let go with code
1008 within SIGNED_IN_SECONDS. Who may watch sees the whole centre, with numbers masked.
"""

import asyncio
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect, status
from sqlalchemy.exc import SQLAlchemyError

from callcenter.api.deps import ApiContext, Context
from callcenter.api.feed import Feed, Viewer
from callcenter.api.gate import ASKER, Asker

BEAT_SECONDS = 5.0
SEND_SECONDS = 10.0
SIGNED_IN_SECONDS = 5.0  # between two looks whether the session still lasts

Look = Callable[[], AbstractContextManager[tuple[Viewer, str]]]

log = structlog.get_logger()
router = APIRouter()


@router.websocket("/live")
async def live(websocket: WebSocket, context: Context) -> None:
    """Show the board and what happens to it until either side leaves."""
    await converse(websocket, context, context.feed.look)


async def converse(websocket: WebSocket, context: ApiContext, look: Look) -> None:
    """Tell what a viewer is given, numbered, until either side leaves.

    Args:
        websocket: Not accepted yet.
        context: Whose feed is shown.
        look: Gives the viewer and the first message, once the feed is ready.
    """
    await websocket.accept()
    talking = asyncio.create_task(_talk(websocket, context.feed, look))
    listening = asyncio.create_task(_listen(websocket))
    lasting = asyncio.create_task(_until_signed_out(websocket, context))
    tasks = {talking, listening, lasting}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    code = next((end for end in ends if isinstance(end, int)), None)
    if code is not None:
        await _close(websocket, code)


async def _talk(websocket: WebSocket, feed: Feed, look: Look) -> int | None:
    """Send until the viewer is let go; the code to close with, None where it is gone."""
    await feed.ready.wait()
    try:
        with look() as (viewer, first):
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
            return await viewer.next()
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


async def _until_signed_out(websocket: WebSocket, context: ApiContext) -> int:
    """Wait until who watches may not any more; watching keeps a session from ending idle."""
    asker: Asker = websocket.scope[ASKER]
    watches = asker.person.is_operator
    while watches or await _still_may(context, asker):  # noqa: ASYNC110  # other processes end it
        await asyncio.sleep(SIGNED_IN_SECONDS)
    log.info("live page let go", reason="signed out, or may not watch any more")
    return status.WS_1008_POLICY_VIOLATION


async def _still_may(context: ApiContext, asker: Asker) -> bool:
    try:
        person = await asyncio.to_thread(context.holder, asker.person.session)
    except SQLAlchemyError:  # the store is away; the next look will tell
        return True
    return person is not None and person.may(asker.right) and not person.must_change


async def _close(websocket: WebSocket, code: int) -> None:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await websocket.close(code)
    except (RuntimeError, TimeoutError, WebSocketDisconnect):
        log.info("viewer was gone already")


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
