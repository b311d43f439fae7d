"""The composition root: settings -> store, bus, flow -> the roles this process plays.

Embedded, one process plays all roles on SQLite and the memory bus, with Asterisk as its child.
Scaled, each role runs as often as needed on PostgreSQL and Redis (docs/operations.md).
"""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import Any

import httpx
import structlog

from callcenter.agents.desk import Desk
from callcenter.agents.seats import open_names
from callcenter.agents.switch import Switch
from callcenter.ami.asterisk import AsteriskProcess, ami_secret
from callcenter.ami.connection import Address
from callcenter.ami.link import Link
from callcenter.api.deps import ApiContext
from callcenter.api.web import create_app, listen, serve
from callcenter.bus import open_bus
from callcenter.errors import CannotStartError
from callcenter.flow import Flow
from callcenter.ivr.prompts import make_prompts
from callcenter.people.accounts import FIRST
from callcenter.people.beginning import first_administrator, lay_first_password
from callcenter.pipeline import WORK, Site, load_site, offered, wording
from callcenter.privacy.running import Retention
from callcenter.roles.callback import CallbackRole
from callcenter.roles.clocks import ClocksRole
from callcenter.roles.evaluation import EvaluationRole
from callcenter.roles.exchange import ExchangeRole
from callcenter.roles.line import LineRole
from callcenter.roles.menu import open_menu
from callcenter.roles.notice_ports import spoken_notices, written_notices
from callcenter.roles.plans import PlanKeeper
from callcenter.roles.retention import RetentionRole
from callcenter.roles.seating import GROUP as LINE_GROUP
from callcenter.roles.seating import set_up_seats
from callcenter.roles.speech import GROUP as SPEECH_GROUP
from callcenter.roles.speech import SpeechRole
from callcenter.settings import Settings
from callcenter.speech.models import SpeechModel, find_model
from callcenter.speech.recognise import Recogniser
from callcenter.store import Store

WORK_GROUP = "work"

log = structlog.get_logger()


class Role(StrEnum):
    """A part that a process can play."""

    LINE = "line"
    SPEECH = "speech"
    WORK = "work"
    CALLBACK = "callback"
    API = "api"


EVERYTHING = frozenset(Role)
Running = Callable[[], Coroutine[Any, Any, None]]


async def run(
    settings: Settings, roles: frozenset[Role], ready: asyncio.Event | None = None
) -> None:
    """Play the roles until cancelled or told to stop by SIGINT or SIGTERM.

    Args:
        settings: The site's.
        roles: What to play; all of them on the memory bus.
        ready: Set once everything listens.

    Raises:
        CannotStartError: Something is missing, taken or set wrongly.
    """
    async with contextlib.AsyncExitStack() as stack:
        running = await _start(settings, roles, stack)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(role()) for role in running]
            _stop_on_signal(tasks)
            keep_what_is_there()
            log.info("ready", roles=" ".join(sorted(roles)), **_page(settings, roles))
            if ready:
                ready.set()


def keep_what_is_there() -> None:
    """What start-up made stays: the collector looks through it no more.

    Otherwise each of its long rounds looks through all modules' objects too, a tenth of a second
    in which nothing else runs, several in a minute of work.
    """
    gc.collect()
    gc.freeze()


async def _start(
    settings: Settings, roles: frozenset[Role], stack: contextlib.AsyncExitStack
) -> list[Running]:
    """Everything that listens listens; what remains is to run what this gives."""
    if settings.bus_url.startswith("memory://") and roles != EVERYTHING:
        raise CannotStartError(
            "CALLCENTER_BUS_URL is memory://, which ends at this process: set redis://HOST:PORT/DB "
            "to run roles apart, or run `callcenter up`"
        )
    _make_var_dir(settings)
    site = await asyncio.to_thread(load_site, settings)
    flow = await stack.enter_async_context(_flow(settings, site))
    running: list[Running] = [flow.relay]
    model: SpeechModel | None = None
    if Role.SPEECH in roles:
        model = find_model(settings) if settings.transcribe else None
        running += await _speech(flow, model, stack)
    if roles & {Role.LINE, Role.API}:
        running += await _linked(flow, roles, model, stack)
    if Role.WORK in roles:
        running += await _work(flow, stack)
    if Role.CALLBACK in roles and settings.callback_by_robot:
        running.append(CallbackRole(flow).run)
        if settings.notices_send:
            running.append(spoken_notices(flow))
    return running


async def _work(flow: Flow[Site], stack: contextlib.AsyncExitStack) -> list[Running]:
    settings = flow.site.settings
    running: list[Running] = [partial(flow.work, WORK_GROUP, WORK), ClocksRole(flow).run]
    running.append(EvaluationRole(flow).run)
    if settings.notices_send:
        running.append(await written_notices(flow, stack))
    if flow.site.partners.active:
        client = await stack.enter_async_context(httpx.AsyncClient(follow_redirects=False))
        running.append(ExchangeRole(flow, client).run)
    return running


async def _linked(
    flow: Flow[Site],
    roles: frozenset[Role],
    model: SpeechModel | None,
    stack: contextlib.AsyncExitStack,
) -> list[Running]:
    """The roles that speak with Asterisk, over one link and from one desk."""
    link = _link(flow.site.settings)
    switch = Switch(link)
    desk = Desk(flow, switch)
    running = await _line(flow, link, desk, stack) if Role.LINE in roles else [switch.run]
    if Role.API in roles:
        await _first_administrator(flow)
        running.append(_api(flow, model, switch, desk, stack))
    return running


def _make_var_dir(settings: Settings) -> None:
    try:
        settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(
            f"CALLCENTER_VAR_DIR {settings.var_dir} cannot be made: {error.strerror}"
        ) from error


@contextlib.asynccontextmanager
async def _flow(settings: Settings, site: Site) -> AsyncIterator[Flow[Site]]:
    store = Store(settings.database)
    await asyncio.to_thread(store.prepare)
    bus = open_bus(settings.bus_url)
    try:
        flow = Flow(store, bus, site, settings.handler_attempts, settings.retry_seconds)
        for group in (WORK_GROUP, SPEECH_GROUP):
            await bus.join(group)
        yield flow
    finally:
        await bus.close()
        store.close()


async def _speech(
    flow: Flow[Site], model: SpeechModel | None, stack: contextlib.AsyncExitStack
) -> list[Running]:
    if model and model.is_demo:
        log.warning("demo speech model: synthetic voices only, people are not understood")
    recogniser = await asyncio.to_thread(Recogniser, model) if model else None
    if recogniser:
        stack.callback(recogniser.close)
    speech = SpeechRole(flow, recogniser)
    await speech.start()
    again = await flow.republish(speech.chores)
    log.info("speech listens", model=model.name if model else "none", chores_left=again)
    return [speech.run]


async def _line(
    flow: Flow[Site], link: Link, desk: Desk, stack: contextlib.AsyncExitStack
) -> list[Running]:
    settings = flow.site.settings
    running: list[Running] = []
    retention = Retention.of(flow.store, settings)  # a faulty file ends the start, used or not
    if settings.retention_deletes:
        running.append(RetentionRole(flow, retention).run)
    await flow.bus.join(LINE_GROUP)
    await flow.command(lambda session: set_up_seats(session, settings), patient=True)
    await asyncio.to_thread(make_prompts, settings)
    menu = open_menu(flow)
    await menu.start()
    stack.push_async_callback(menu.stop)
    if settings.asterisk_managed:
        asterisk = AsteriskProcess(settings, partial(_open_seats, flow))
        stack.push_async_exit(partial(_stop_in_order, asterisk))
        await asterisk.start()
        running.append(asterisk.supervise)
    again = await flow.republish(WORK)
    log.info("line listens", work_left=again)
    return [*running, link.run, LineRole(flow, link, desk).run, PlanKeeper(flow, link).run]


def _open_seats(flow: Flow[Site]) -> list[str]:
    """The seats whose telephones Asterisk is to know."""
    with flow.store.reading() as session:
        return open_names(session)


def _link(settings: Settings) -> Link:
    """A link to the node's Asterisk, not yet running."""
    host, port, user = settings.asterisk_host, settings.ami_port, settings.ami_user
    address = Address(settings.node, host, port, user, ami_secret(settings))
    return Link(address, settings.ami_silence_seconds)


async def _first_administrator(flow: Flow[Site]) -> None:
    """A centre without accounts gets its administrator; the password goes to a person alone."""
    settings = flow.site.settings
    password = await asyncio.to_thread(first_administrator, flow.store, settings)
    if password is None:
        return
    if sys.stdout.isatty():
        told = "首个管理员账号 first administrator, shown this once, to be changed at sign-in:"
        sys.stdout.write(f"{told}\n    {FIRST}  {password}\n")
        sys.stdout.flush()
        return
    path = await asyncio.to_thread(lay_first_password, settings, password)
    log.warning("first administrator made", name=FIRST, password_in=str(path))


def _api(
    flow: Flow[Site],
    model: SpeechModel | None,
    switch: Switch,
    desk: Desk,
    stack: contextlib.AsyncExitStack,
) -> Running:
    health = {"model": model.name, "model_is_demo": model.is_demo} if model else {}
    context = api_context(flow, switch, desk, health)
    settings = flow.site.settings
    listener = listen(settings.bind_host, settings.http_port)
    stack.callback(listener.close)
    return partial(serve, create_app(context), listener)


def api_context(
    flow: Flow[Site], switch: Switch, desk: Desk, health: Mapping[str, object]
) -> ApiContext:
    """What the HTTP API is given of a site, each time the newest; `health` is the process's."""
    return ApiContext(
        flow.site.settings,
        flow,
        switch,
        desk,
        health=lambda: health,
        items=dict(flow.site.rules.items),
        units=lambda: flow.site.units,
        table=lambda: flow.site.table,
        clocks=lambda: flow.site.clocks,
        county_dir=lambda: flow.site.in_force.edition().folder,
        partners=lambda: flow.site.partners,
        silent=lambda: flow.site.silent,
        words=lambda: wording(flow.site),
        duplicates=lambda session, ticket, sight: offered(session, ticket, flow.site, sight),
    )


async def _stop_in_order(
    asterisk: AsteriskProcess,
    _kind: type[BaseException] | None,
    error: BaseException | None,
    _trace: TracebackType | None,
) -> None:
    """End Asterisk with us when we are told to end; a fault of ours must not end calls.

    Nor must a start that fails end the calls of an Asterisk that was running before it.
    """
    told = error is None or isinstance(error, asyncio.CancelledError)
    if told or (isinstance(error, CannotStartError) and not asterisk.is_adopted):
        await asterisk.stop()
    else:
        log.error("ended by a fault, Asterisk goes on", error=type(error).__name__)


def _page(settings: Settings, roles: frozenset[Role]) -> dict[str, str]:
    """Where to look, for whoever reads the log at the start."""
    shown = Role.API in roles
    return {"page": f"http://{settings.bind_host}:{settings.http_port}"} if shown else {}


def _stop_on_signal(tasks: list[asyncio.Task[None]]) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for task in tasks:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
