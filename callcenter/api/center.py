"""The centre as a whole: its health, its board, its grid and the names that codes stand for."""

import asyncio
import gzip
import hashlib
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlmodel import col, func, select

from callcenter.api.board import CALLBACKS, Board
from callcenter.api.board_calls import mask
from callcenter.api.board_centre import LinkView
from callcenter.api.board_wall import WallView
from callcenter.api.deps import ApiContext, Context, ProcessHealth
from callcenter.facts import PictureMended, read_fact
from callcenter.ivr.callback import CallbackState, CallbackTask
from callcenter.people.audit import Head, newest
from callcenter.people.head import kept_head, stands
from callcenter.store import LedgerRow, Parked

router = APIRouter(tags=["centre"])


class HeadShown(BaseModel):
    """The newest line of the audit."""

    number: int
    hash: str


class Health(ProcessHealth):
    """Whether the centre works; anything but `ok` has its reason in `warnings`."""

    status: Literal["ok", "degraded", "down"]
    node: str
    bus: Literal["memory", "redis"]
    database: Literal["sqlite", "postgresql"]
    database_answers: bool
    live: bool  # the live page's board is current
    links: dict[str, LinkView]
    parked: int  # facts that wait for an operator
    mended: int  # differences from Asterisk's picture that were mended, in the last 24 h
    openid: bool  # people may sign in at a provider of OpenID Connect
    audit: HeadShown | None  # the audit's newest line: note it down elsewhere, and compare
    tasks: int  # of this process's loop; steady under a steady load
    warnings: list[str]


class AuditState(NamedTuple):
    """The audit's head, and whether the one that was kept apart stands in the chain."""

    head: Head | None
    fits: bool


class SeqBoard(BaseModel):
    """The board, the queue wall, and the newest place of the ledger in the board."""

    seq: int
    board: Board
    wall: WallView | None


class Names(BaseModel):
    """What codes stand for."""

    items: dict[str, str]
    units: dict[str, str]


class CallbackShown(BaseModel):
    """A call-back task as a supervisor may see it; `caller` is masked."""

    task: int
    why: str
    call_id: str | None
    ticket_number: str | None
    round: int
    caller: str | None
    state: CallbackState
    attempts: int


@router.get("/health")
async def health(context: Context, response: Response) -> Health:
    """The state of this process and what it depends on; 503 while the database is away."""
    answers = await asyncio.to_thread(context.flow.store.answers)
    parked = await asyncio.to_thread(_parked, context) if answers else 0
    mended = len(await asyncio.to_thread(_mended, context)) if answers else 0
    audited = await asyncio.to_thread(_audited, context) if answers else AuditState(None, True)
    process = ProcessHealth.model_validate(dict(context.health()))
    links = context.feed.board.links
    warnings = _warnings(context, process, answers, parked, audited)
    response.status_code = 200 if answers else 503
    return Health(
        **process.model_dump(),
        status="down" if not answers else "degraded" if warnings else "ok",
        node=context.settings.node,
        bus="memory" if context.settings.bus_url.startswith("memory") else "redis",
        database="sqlite" if context.flow.store.is_sqlite else "postgresql",
        database_answers=answers,
        live=context.feed.ready.is_set(),
        links=links,
        parked=parked,
        mended=mended,
        openid=context.provider is not None,
        audit=HeadShown(**asdict(audited.head)) if audited.head else None,
        tasks=len(asyncio.all_tasks()),
        warnings=warnings,
    )


@router.get("/mended")
def mended(context: Context) -> list[PictureMended]:
    """What stood otherwise here than in Asterisk in the last 24 h, oldest first."""
    return _mended(context)


@router.get("/board")
async def board(context: Context) -> SeqBoard:
    """The board as the live page's WebSocket would begin with it."""
    await context.feed.ready.wait()
    feed = context.feed
    wall = await feed.wall.now()
    return SeqBoard(seq=feed.through, board=feed.board, wall=wall)


@router.get("/names")
async def names(context: Context) -> Names:
    """Items and units by their codes."""
    units = {code: unit.name for code, unit in context.units().items()}
    return Names(items=dict(context.items), units=units)


@router.get("/callbacks")
def callbacks(context: Context) -> list[CallbackShown]:
    """Citizens who are to be rung, newest first, finished ones included."""
    query = select(CallbackTask).order_by(col(CallbackTask.id).desc()).limit(CALLBACKS)
    with context.flow.store.reading() as session:
        return [_shown(task) for task in session.exec(query)]


@router.get(
    "/grid",
    response_class=Response,
    responses={
        200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}},
        304: {"description": "As it was."},
    },
)
async def grid(context: Context, request: Request) -> Response:
    """The county's cells of all levels as GeoJSON (WGS-84); asked again only when changed."""
    geojson = context.grid
    tag, packed = _packed(geojson)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(geojson, headers=headers, media_type="application/geo+json")
    headers["Content-Encoding"] = "gzip"
    return Response(packed, headers=headers, media_type="application/geo+json")


@lru_cache(maxsize=2)
def _packed(grid: bytes) -> tuple[str, bytes]:
    return f'W/"{hashlib.sha256(grid).hexdigest()[:32]}"', gzip.compress(grid, mtime=0)


def _shown(task: CallbackTask) -> CallbackShown:
    return CallbackShown(
        task=task.id or 0,
        caller=mask(task.number),
        **task.model_dump(include=set(CallbackShown.model_fields) - {"task", "caller"}),
    )


def _parked(context: ApiContext) -> int:
    with context.flow.store.reading() as session:
        return session.exec(select(func.count()).select_from(Parked)).one()


def _mended(context: ApiContext) -> list[PictureMended]:
    since = datetime.now(UTC) - timedelta(hours=24)
    query = select(LedgerRow).where(LedgerRow.name == "picture_mended", LedgerRow.at >= since)
    with context.flow.store.reading() as session:
        facts = [read_fact(row.body) for row in session.exec(query.order_by(col(LedgerRow.seq)))]
    return [fact for fact in facts if isinstance(fact, PictureMended)]


def _audited(context: ApiContext) -> AuditState:
    kept = kept_head(context.settings)
    with context.flow.store.reading() as session:
        return AuditState(newest(session), kept is None or stands(session, kept))


def _warnings(
    context: ApiContext, process: ProcessHealth, answers: bool, parked: int, audited: AuditState
) -> list[str]:
    down = [node for node, link in context.feed.board.links.items() if not link.up]
    said = {
        "database_away": not answers,
        "live_page_behind": not context.feed.ready.is_set(),
        "link_down": bool(down),
        "demo_model": process.model_is_demo,
        "facts_parked": parked > 0,
        "audit_broken": not audited.fits,
    }
    return [warning for warning, true in said.items() if true]
