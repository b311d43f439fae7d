"""The browser's telephone, for the agent who is signed in at a seat and for nobody else.

The page reads its picture, asks once for what it registers with, and speaks SIP over a WebSocket of
this very origin, which is carried to the node's Asterisk (`relay.py`). Decision: 0058.
"""

import asyncio
import hashlib

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel
from sqlmodel import Session

from callcenter.agents.seats import Seat
from callcenter.ami.passwords import seat_secret
from callcenter.api.deps import ApiContext, Context
from callcenter.api.me import Asking, Me
from callcenter.api.phone import picture, relay
from callcenter.api.phone.picture import Desk, PhoneShown
from callcenter.errors import NotAllowedError, NotFoundError
from callcenter.ivr.call import Call

REALM = "asterisk"  # of res_pjsip, where none is set
router = APIRouter(prefix="/phone", tags=["phone"])


class PhoneAccount(BaseModel):
    """What the browser registers with. `ha1` is good for the web telephone of this seat only."""

    seat: str
    username: str
    realm: str
    ha1: str


class Caller(BaseModel):
    """Who calls, in full; None where withheld."""

    call_id: str
    number: str | None


@router.get("")
def phone(context: Context, me: Asking) -> PhoneShown:
    """The seat, the agent and the call of who asks."""
    reasons = context.settings.may_pause_for
    with context.flow.store.reading() as session:
        return picture.picture(session, me.person.name, context.feed.board, reasons)


@router.get("/desks")
def list_desks(context: Context) -> list[Desk]:
    """The open seats: to sign in at, or to send a citizen to."""
    with context.flow.store.reading() as session:
        return picture.desks(session)


@router.get("/account")
def account(context: Context, me: Asking) -> PhoneAccount:
    """What the browser registers with; only for who is signed in at the seat (403)."""
    with context.flow.store.reading() as session:
        seat = seat_of(session, me)
    username = f"{seat}-web"
    secret = seat_secret(context.settings, seat)
    kept = f"{username}:{REALM}:{secret}"
    ha1 = hashlib.md5(kept.encode(), usedforsecurity=False).hexdigest()  # as SIP has it: RFC 2617
    return PhoneAccount(seat=seat, username=username, realm=REALM, ha1=ha1)


@router.get("/calls/{call_id}/caller")
def caller(context: Context, me: Asking, call_id: str) -> Caller:
    """The whole number of the call that rings, or is talked, at the seat of who asks."""
    with context.flow.store.reading() as session:
        here = picture.call_at(context.feed.board, seat_of(session, me))
        call = session.get(Call, here.call_id) if here and here.call_id == call_id else None
        if call is None:
            raise NotFoundError("this call is not at your seat now: it has ended, or gone on")
        return Caller(call_id=call_id, number=call.caller_number)


@router.websocket("/sip")
async def sip(websocket: WebSocket, context: Context, me: Asking, holds: bool = False) -> None:
    """SIP of the seat's browser, carried to Asterisk (RFC 7118), until either side leaves.

    Args:
        websocket: Offers the subprotocol `sip`.
        context: The application's.
        me: Who asks.
        holds: Whether the page has a call's voice; where not, and its seat talks, that leg is lost.
    """
    await relay.carry(websocket, context, lambda: _seat_now(context, me), holds)


def seat_of(session: Session, me: Me) -> str:
    """The open seat at which who asks is signed in. Raises: NotAllowedError."""
    agent = picture.agent_of(session, me.person.name)
    seat = session.get(Seat, agent.seat) if agent and agent.seat else None
    if seat is None or not seat.is_open:
        raise NotAllowedError("you are signed in at no seat: sign in at one first")
    return seat.name


async def _seat_now(context: ApiContext, me: Me) -> str | None:
    """The seat, as it stands now; None: none, or the session has ended."""

    def look() -> str | None:
        if not me.person.is_operator and context.holder(me.person.session) is None:
            return None
        with context.flow.store.reading() as session:
            try:
                return seat_of(session, me)
            except NotAllowedError:
                return None

    return await asyncio.to_thread(look)
