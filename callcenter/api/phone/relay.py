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
seat is rung again (extensions.conf, context returns). Where a call only rings, Asterisk does not
learn that the page went: the next page is told the same INVITE (`way.py`). Decisions: 0058, 0059.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import structlog
from fastapi import WebSocket, WebSocketDisconnect, status
from sqlalchemy.exc import SQLAlchemyError
from websockets.exceptions import ConnectionClosed

from callcenter.agents.talks import moves
from callcenter.agents.talks.at_seat import AtSeat, at_seat
from callcenter.ami.connection import ActionRefusedError
from callcenter.api.deps import ApiContext
from callcenter.api.phone.pages import close
from callcenter.api.phone.picture import call_at
from callcenter.api.phone.way import MESSAGE_BYTES, PROTOCOL, Way
from callcenter.errors import ImpossibleMoveError, LinkDownError, NotFoundError

LOOK_SECONDS: Final = 5.0
BACK_SECONDS: Final = 2.0
NO_SEAT, OTHER_PHONE = 4403, 4422
_PUT_OUT: Final = (  # whose calls no other page is told
    NO_SEAT,
    OTHER_PHONE,
    status.WS_1008_POLICY_VIOLATION,
    status.WS_1013_TRY_AGAIN_LATER,
)
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
    async with AsyncExitStack() as stack:
        try:
            if not holds:
                await lose_leg(context, seat)
            way = await _way(websocket, context, seat, stack)
            if way is None:
                return
            code = await _between(websocket, way, seat, seat_now)
        finally:
            is_last = context.phones.leave(seat, websocket)
        log.info("browser phone let go", seat=seat, code=code)
        if way.rings and code not in _PUT_OUT and await context.phones.hand_on(seat, way):
            stack.pop_all()
    if is_last:
        await _after(context, seat, code)


async def _way(
    websocket: WebSocket, context: ApiContext, seat: str, stack: AsyncExitStack
) -> Way | None:
    """To Asterisk, closed with the stack; None where it does not answer, which the page is told."""
    way = await context.phones.inherit(seat) or await Way.open(context.settings)
    if way is None:
        await close(websocket, status.WS_1013_TRY_AGAIN_LATER)
        return None
    stack.push_async_callback(way.close)
    stack.callback(context.phones.ends, seat, way)
    context.phones.goes(seat, way)
    return way


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


async def _between(websocket: WebSocket, way: Way, seat: str, seat_now: SeatNow) -> int:
    """The code with which it ended; where we end it, the page is told."""
    ends = {
        asyncio.create_task(_to_asterisk(websocket, way, seat)),
        asyncio.create_task(_to_page(websocket, way)),
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


async def _to_asterisk(websocket: WebSocket, way: Way, seat: str) -> int:
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
            await way.send(text)
        except ConnectionClosed:
            return status.WS_1013_TRY_AGAIN_LATER


async def _to_page(websocket: WebSocket, way: Way) -> int:
    try:
        for invite in way.rings:  # they rang at the page before
            await websocket.send_text(invite)
        async for text in way.hear():
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
