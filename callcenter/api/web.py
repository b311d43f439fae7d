"""The FastAPI application and the server it runs in."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from pathlib import Path

import structlog
import uvicorn
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from callcenter.api import (
    accounts,
    agents,
    answers,
    audit,
    boarded,
    call_records,
    center,
    console,
    county,
    county_drafts,
    dispatching,
    document,
    duplicates,
    evaluation,
    exchange,
    feedback,
    field,
    live,
    mapped,
    notices,
    numbers,
    openid,
    privacy,
    problems,
    prompts,
    quality,
    rules,
    screen,
    search,
    seat,
    seats,
    session,
    supervision,
    talks,
    ticket_calls,
    ticket_files,
    tickets,
)
from callcenter.api.deps import ApiContext, Within
from callcenter.api.gate import Gate, admitted
from callcenter.api.guard import Guard
from callcenter.api.idempotent import Idempotent
from callcenter.api.open311 import door
from callcenter.api.phone import routes as phone
from callcenter.api.public import routes as public
from callcenter.api.rights import places
from callcenter.errors import CannotStartError

STATIC = Path(__file__).parent / "static"
CLIENT_BYTES = 32 * 1024  # a browser's SIP; a larger message is not even read

log = structlog.get_logger()


@cache
def routes() -> FastAPI:
    """Every route and the document of them; a process has them once, whosever context answers."""
    app = FastAPI(
        title="callcenter",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page would fetch scripts from another site
        redoc_url=None,
        generate_unique_id_function=document.operation_id,
        dependencies=[Depends(admitted)],
    )
    problems.install(app)
    cases = (search, mapped, boarded, tickets, duplicates, ticket_calls, ticket_files, call_records)
    outside = (field, public)
    work = (
        dispatching, feedback, notices, exchange, seat, answers, seats, agents, talks, phone,
        supervision,
    )  # fmt: skip
    people = (session, openid, accounts, audit, privacy)
    tables = (rules, county, county_drafts, prompts)
    figures = (numbers, evaluation, quality)
    parts = (*people, *tables, *cases, *work, *figures, *outside)
    for part in (center, screen, *parts, live):
        app.include_router(part.router, prefix="/api/v1")
    document.describe(app)
    app.mount(door.PLACE, door.routes(), name="open311")
    app.mount(console.PLACE, console.Console(), name="console")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/", _page, include_in_schema=False)
    app.add_api_route("/public", console.public_page, include_in_schema=False)
    return app


def create_app(context: ApiContext) -> Starlette:
    """The application; its board is kept current from start-up to shut-down.

    Raises:
        CannotStartError: A route names no right.
    """

    @asynccontextmanager
    async def _lifespan(_: Starlette) -> AsyncIterator[None]:
        feed = asyncio.create_task(context.feed.run())
        yield
        feed.cancel()
        with suppress(asyncio.CancelledError):
            await feed

    tiles = context.settings.map_tiles_origin
    doors = [  # from outside inwards
        Middleware(Guard, hosts=context.allowed_hosts, pictures=tiles),
        Middleware(Gate, context=context, places=_places()),
        Middleware(Idempotent, store=context.flow.store),
    ]
    app = Starlette(
        routes=[Mount("", Within(routes(), context))], middleware=doors, lifespan=_lifespan
    )
    problems.install(app)
    return app


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    Raises:
        CannotStartError: The address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named; else an answer's second
    # part waits some 40 ms for the first one's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CannotStartError(
            f"CALLCENTER_HTTP_PORT {port} on {host} cannot be used ({error.strerror}): "
            "end what holds it, or choose another port"
        ) from error
    return listener


async def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Answer on the listener until cancelled; open live pages are told that we leave."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        ws="websockets-sansio",
        ws_max_size=CLIENT_BYTES,
        ws_per_message_deflate=False,  # costs more than it saves on loopback
    )
    _log_what_uvicorn_says()
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(running)
    finally:
        server.should_exit = True
        await running


@cache
def _places() -> dict[str, str]:
    return places(routes())


async def _page() -> FileResponse:
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the composition root."""
        yield


class _ToStructlog(logging.Handler):
    """Passes on what uvicorn says (such as a refused request) without exceptions' texts."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it as a log line of ours."""
        log.log(record.levelno, "http server", said=record.getMessage())


def _log_what_uvicorn_says() -> None:
    logger = logging.getLogger("uvicorn")
    logger.handlers = [_ToStructlog(logging.WARNING)]
    logger.propagate = False
