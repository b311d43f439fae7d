"""The FastAPI application and the server it runs in."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import structlog
import uvicorn
from fastapi import Depends, FastAPI
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from callcenter.api import (
    accounts,
    agents,
    audit,
    call_records,
    center,
    console,
    dispatching,
    document,
    duplicates,
    evaluation,
    exchange,
    feedback,
    live,
    notices,
    numbers,
    openid,
    privacy,
    problems,
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
from callcenter.api.deps import ApiContext
from callcenter.api.gate import Gate, admitted
from callcenter.api.guard import Guard
from callcenter.api.idempotent import Idempotent
from callcenter.api.open311 import door
from callcenter.api.phone import routes as phone
from callcenter.api.rights import places
from callcenter.errors import CannotStartError

STATIC = Path(__file__).parent / "static"
CLIENT_BYTES = 32 * 1024  # a browser's SIP; a larger message is not even read

log = structlog.get_logger()


def create_app(context: ApiContext) -> FastAPI:
    """The application; its board is kept current from start-up to shut-down.

    Raises:
        CannotStartError: A route names no right.
    """

    @asynccontextmanager
    async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
        feed = asyncio.create_task(context.feed.run())
        yield
        feed.cancel()
        with suppress(asyncio.CancelledError):
            await feed

    app = FastAPI(
        title="callcenter",
        lifespan=_lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page would fetch scripts from another site
        redoc_url=None,
        generate_unique_id_function=document.operation_id,
        dependencies=[Depends(admitted)],
    )
    app.state.context = context
    problems.install(app)
    cases = (search, tickets, duplicates, ticket_calls, ticket_files, call_records)
    work = (
        dispatching, feedback, notices, exchange, seat, seats, agents, talks, phone, supervision,
    )  # fmt: skip
    people = (session, openid, accounts, audit, privacy)
    figures = (numbers, evaluation)
    for part in (center, *people, *cases, *work, *figures, live):
        app.include_router(part.router, prefix="/api/v1")
    document.describe(app)
    app.mount(door.PLACE, door.create_door(context), name="open311")
    app.mount(console.PLACE, console.Console(console.FOLDER), name="console")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/", _page, include_in_schema=False)
    app.add_middleware(Idempotent, store=context.flow.store)  # within the gate: for who may ask
    app.add_middleware(Gate, context=context, places=places(app))
    app.add_middleware(Guard, hosts=context.allowed_hosts)
    return app


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    Raises:
        CannotStartError: The address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
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
