"""The seat's own page: the call at the seat as it goes, and what is this seat's to do.

`/api/v1/seat/live` tells numbered messages as `/live` does (live.py), of this seat alone:

    {"n": 1, "agent": {...}, "call": {...}, "words": [...], "speaking": {...}, "tickets": [...],
     "now": "2026-03-02T08:00:00Z"}
                                   first: everything (`SeatNow`); null, [] and {} where nothing is
    {"n": 2, "caller": {...}}      who calls and their earlier tickets (`KnownCaller`), once a call
    {"n": 3, "speaking": {...}}    every part that is another than before, whole
    {"n": 4, "now": "2026-03-02T08:00:05Z"}
                                   the beat, whenever nothing else was said

Setting each part that a message names gives what GET `/seat` gives. Source: decision record 0060.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel
from sqlmodel import Session, col, select

from callcenter.api.deps import ApiContext, Context
from callcenter.api.feed import Viewer
from callcenter.api.live import converse
from callcenter.api.me import Asking, Me
from callcenter.api.seat_feed import KnownCaller, Read, SeatViewer, known_caller, seated_since
from callcenter.api.seat_view import SeatNow
from callcenter.api.ticket_rights import visible
from callcenter.ivr.call import Call
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep

MINE = 20  # of each kind, the newest
CASES_DAYS = 1
DRAFTS_DAYS = 30

router = APIRouter(prefix="/seat", tags=["seat"])


class SeatPage(SeatNow):
    """What the seat's page shows of the call, and who calls."""

    caller: KnownCaller | None = None


class MineToDo(BaseModel):
    """What this seat began: calls' drafts that nobody has filed yet, and the cases of the last day.

    Both are by seat: who sits there now may go on with them.
    """

    drafts: list[Ticket]
    cases: list[Ticket]


@router.get("")
async def seat_page(context: Context, me: Asking) -> SeatPage:
    """The call at one's seat, as the WebSocket would begin with it."""
    await context.feed.ready.wait()
    viewer = await _viewer(context, me)
    call = viewer.now.call
    caller = await asyncio.to_thread(_reader(context, me), call.call_id) if call else None
    return SeatPage(**dict(viewer.now), caller=caller)


@router.get("/mine")
def mine(context: Context, me: Asking) -> MineToDo:
    """What this seat began and may go on with, newest first; nothing where nobody is signed in."""
    if me.seat is None:
        return MineToDo(drafts=[], cases=[])
    with context.flow.store.reading() as session:
        return MineToDo(drafts=_drafts(session, me, me.seat), cases=_cases(session, me, me.seat))


@router.websocket("/live")
async def seat_live(websocket: WebSocket, context: Context, me: Asking) -> None:
    """Show the call at one's seat until either side leaves."""
    viewer = await _viewer(context, me)

    @contextmanager
    def _look() -> Iterator[tuple[Viewer, str]]:
        with context.feed.beside(viewer.take):
            yield viewer, viewer.begin()

    await converse(websocket, context, _look)


async def _viewer(context: ApiContext, me: Me) -> SeatViewer:
    name = me.person.name

    def _since() -> datetime | None:
        with context.flow.store.reading() as session:
            return seated_since(session, name)

    return SeatViewer(
        name,
        await asyncio.to_thread(_since),
        lambda: context.feed.board,
        _reader(context, me),
        offers=not me.person.grid,  # offers lie anywhere in the county
    )


def _reader(context: ApiContext, me: Me) -> Read:
    sight = visible(me)

    def _read(call_id: str) -> KnownCaller | None:
        with context.flow.store.reading() as session:
            return known_caller(session, call_id, CallerKey.of(context.settings), sight)

    return _read


def _drafts(session: Session, me: Me, seat: str) -> list[Ticket]:
    since = datetime.now(UTC) - timedelta(days=DRAFTS_DAYS)
    query = (
        select(Ticket)
        .join(Call, col(Call.id) == col(Ticket.call_id))
        .where(Ticket.step == Step.DRAFT, Call.answered_by == seat, Ticket.opened_at >= since)
        .where(visible(me))
        .order_by(col(Ticket.opened_at).desc())
    )
    return list(session.exec(query.limit(MINE)))


def _cases(session: Session, me: Me, seat: str) -> list[Ticket]:
    since = datetime.now(UTC) - timedelta(days=CASES_DAYS)
    ended = (Move.FILE, Move.ANSWER, Move.MERGE)
    own = select(TicketStep.ticket_number).where(
        TicketStep.at >= since, col(TicketStep.move).in_(ended), TicketStep.actor == seat
    )
    query = (
        select(Ticket)
        .where(col(Ticket.number).in_(own), visible(me))
        .order_by(col(Ticket.opened_at).desc())
    )
    return list(session.exec(query.limit(MINE)))
