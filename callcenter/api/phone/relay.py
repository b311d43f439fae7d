"""Carries the SIP of a seat's browser to the node's Asterisk and back, message by message.

    browser -- wss, this origin, cookie --> here -- ws, within the machine --> Asterisk

Every message stays as it is. What is looked at: who asks may be at the seat, still is (every
LOOK_SECONDS), is the only page of the seat, and signs as no other telephone than the seat's.

Close codes for the page:

    1008  no text in SIP's subprotocol, or too long
    1013  Asterisk does not answer: try again
    4403  signed in at no seat, or not any more
    4409  another page took the seat's telephone
    4422  a message signs as another telephone

A voice ends with its page, Asterisk learns it only by silence (decision 0029). So where the page
is loaded anew (1001), is gone without a word (1006) and not back within BACK_SECONDS, or another
page comes that holds no call, the seat's leg is told lost at once: the citizen hears music, and the
seat is rung again (extensions.conf, context returns). Decision: 0058.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from fastapi import WebSocket, WebSocketDisconnect, status
from sqlalchemy.exc import SQLAlchemyError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from callcenter.agents.talks import moves
from callcenter.agents.talks.at_seat import AtSeat, at_seat
from callcenter.ami.connection import ActionRefusedError
from callcenter.api.deps import ApiContext
from callcenter.api.phone.pages import close
from callcenter.api.phone.picture import call_at
from callcenter.errors import ImpossibleMoveError, LinkDownError, NotFoundError

PROTOCOL: Final = "sip"
LOOK_SECONDS: Final = 5.0
BACK_SECONDS: Final = 2.0
OPEN_SECONDS: Final = 3.0
MESSAGE_BYTES: Final = 32 * 1024
NO_SEAT, OTHER_PHONE = 4403, 4422
_SIGNED = re.compile(r"^(?:Proxy-)?Authorization[ \t]*:(.*)$", re.I | re.M)

SeatNow = Callable[[], Awaitable[str | None]]
log = structlog.get_logger()


async def carry(websocket: WebSocket, context: ApiContext, seat_now: SeatNow, holds: bool) -> None:
    """Until either side leaves. `seat_now`: where who asks sits; `holds`: the page has a voice."""
    if PROTOCOL not in websocket.scope["subprotocols"]:
        await websocket.close(status.WS_1008_POLICY_VIOLATION)
        return
    await websocket.accept(PROTOCOL)
    seat = await seat_now()
    if seat is None:
        await websocket.close(NO_SEAT)
        return
    await context.phones.take(seat, websocket)
    try:
        if not holds:
            await lose_leg(context, seat)
        code = await _between(websocket, context, seat, seat_now)
    finally:
        is_last = context.phones.leave(seat, websocket)
    log.info("browser phone let go", seat=seat, code=code)
    if is_last:
        await _after(context, seat, code)


async def _after(context: ApiContext, seat: str, code: int) -> None:
    """The page is gone: its voice, too, where it is loaded anew, or died and does not come back."""
    if code == status.WS_1006_ABNORMAL_CLOSURE:
        await asyncio.sleep(BACK_SECONDS)
    if code in (status.WS_1001_GOING_AWAY, status.WS_1006_ABNORMAL_CLOSURE):
        if not context.phones.has(seat):
            await lose_leg(context, seat)


async def lose_leg(context: ApiContext, seat: str) -> None:
    """Tells Asterisk that nobody hears the seat's browser any more, where it is in a talk."""
    view = call_at(context.feed.board, seat)
    if view is None:
        return
    call_id = view.call_id
    try:
        at: AtSeat = await context.flow.look(lambda session: at_seat(session, call_id, seat))
        for order in moves.lose(at):
            await context.switch.order(order.action, order.headers)
            if order.action == "CancelAtxfer":
                await _until_back(context, at)
    except (ImpossibleMoveError, NotFoundError, LinkDownError, ActionRefusedError) as error:
        log.info("no leg to lose", seat=seat, reason=type(error).__name__)


async def _until_back(context: ApiContext, at: AtSeat) -> None:
    """Until the citizen is with the leg again, a second at most: cut before, they would be lost."""
    for _ in range(20):
        await asyncio.sleep(0.05)
        now = await context.flow.look(lambda session: at_seat(session, at.call_id, at.seat))
        if now.held is None:
            return


async def _between(websocket: WebSocket, context: ApiContext, seat: str, seat_now: SeatNow) -> int:
    """The code with which it ended; where we end it, the page is told."""
    host, port = context.settings.sip_host, context.settings.asterisk_http_port
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    place = f"ws://{f'[{host}]' if ':' in host else host}:{port}/ws"
    try:
        asterisk = await connect(
            place, subprotocols=[PROTOCOL], compression=None,  # type: ignore[list-item]
            open_timeout=OPEN_SECONDS, close_timeout=1, max_size=MESSAGE_BYTES, proxy=None,
        )  # fmt: skip
    except (OSError, TimeoutError, WebSocketException) as error:
        log.warning("Asterisk's WebSocket does not answer", error=type(error).__name__)
        await close(websocket, status.WS_1013_TRY_AGAIN_LATER)
        return status.WS_1013_TRY_AGAIN_LATER
    async with asterisk:
        ends = {
            asyncio.create_task(_to_asterisk(websocket, asterisk, seat)),
            asyncio.create_task(_to_page(websocket, asterisk)),
            asyncio.create_task(_until_elsewhere(seat, seat_now)),
        }
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
    code = next(iter(done)).result()
    await close(websocket, code)
    return code


async def _to_asterisk(websocket: WebSocket, asterisk: ClientConnection, seat: str) -> int:
    while True:
        try:
            event = await websocket.receive()
        except RuntimeError:  # we closed it ourselves meanwhile
            return status.WS_1005_NO_STATUS_RCVD
        if event["type"] == "websocket.disconnect":
            return int(event.get("code") or status.WS_1006_ABNORMAL_CLOSURE)
        text = event.get("text")
        if text is None or len(text) > MESSAGE_BYTES:
            return status.WS_1008_POLICY_VIOLATION
        if not all(f'username="{seat}-web"' in told for told in _SIGNED.findall(text)):
            log.warning("browser phone refused", seat=seat, reason="signs as another telephone")
            return OTHER_PHONE
        try:
            await asterisk.send(text)
        except ConnectionClosed:
            return status.WS_1013_TRY_AGAIN_LATER


async def _to_page(websocket: WebSocket, asterisk: ClientConnection) -> int:
    try:
        async for message in asterisk:
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            await websocket.send_text(text)
    except (WebSocketDisconnect, RuntimeError):
        return status.WS_1006_ABNORMAL_CLOSURE
    except ConnectionClosed:
        pass
    return status.WS_1013_TRY_AGAIN_LATER


async def _until_elsewhere(seat: str, seat_now: SeatNow) -> int:
    """Until who asks sits there no more; that the store is away says nothing of it."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if await seat_now() != seat:
                return NO_SEAT
        except SQLAlchemyError:
            log.warning("store does not answer: the browser phone stays")
