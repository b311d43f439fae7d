"""What the commands about seats, agents and queues share: the store, a desk, and passwords."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeVar

from sqlmodel import Session

from callcenter.agents.desk import Desk
from callcenter.agents.queues import QUEUES
from callcenter.agents.switch import Switch
from callcenter.ami.connection import Address
from callcenter.ami.link import Link
from callcenter.ami.passwords import ami_secret
from callcenter.bus.memory import MemoryBus
from callcenter.errors import BadInputError, LinkDownError
from callcenter.facts import AnyFact, Fact
from callcenter.flow import Flow
from callcenter.logs import set_up_logs
from callcenter.settings import Settings, load_settings
from callcenter.store import Store

LINK_SECONDS = 5.0
T = TypeVar("T")
Run = Callable[[Session], Iterable[Fact]]


@contextmanager
def opened_store(settings: Settings | None = None) -> Iterator[Store]:
    """The site's store, given back at the end."""
    store = Store((settings or load_settings()).database)
    store.prepare()
    try:
        yield store
    finally:
        store.close()


def look(see: Callable[[Session], T]) -> T:
    """What `see` finds in the store."""
    with opened_store() as store, store.transaction() as session:
        return see(session)


def order(run: Run) -> list[AnyFact]:
    """Carry out a command that needs no Asterisk; whoever runs the line hears of it.

    The facts are published by the running centre: its relay takes whatever the ledger holds.
    """

    async def carry_out(store: Store) -> list[AnyFact]:
        return await Flow(store, MemoryBus(), None).command(run)

    with opened_store() as store:
        return asyncio.run(carry_out(store))


def order_at_once(run: Run) -> list[AnyFact]:
    """Carry out a command that Asterisk must do now.

    Raises:
        LinkDownError: Asterisk does not answer; nothing has changed.
    """

    async def carry_out(store: Store, settings: Settings) -> list[AnyFact]:
        async with _switched(settings) as switch:
            return await Desk(Flow(store, MemoryBus(), None), switch).command(run)

    os.environ.setdefault("CALLCENTER_LOG", "warning")  # that the link is up is no news here
    set_up_logs()
    settings = load_settings()
    with opened_store(settings) as store:
        return asyncio.run(carry_out(store, settings))


def queues_of(names: Sequence[str]) -> tuple[str, ...]:
    """The queues of these names.

    Raises:
        BadInputError: One is not known.
    """
    for name in names:
        if name not in QUEUES:
            raise BadInputError(f"queue {name!r} is not known: there are {', '.join(QUEUES)}")
    return tuple(names)


@asynccontextmanager
async def _switched(settings: Settings) -> AsyncIterator[Switch]:
    host, port, user = settings.asterisk_host, settings.ami_port, settings.ami_user
    address = Address(settings.node, host, port, user, ami_secret(settings))
    switch = Switch(Link(address, settings.ami_silence_seconds))
    running = asyncio.create_task(switch.run())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINK_SECONDS):
                await _ready(switch)
        yield switch
    finally:
        running.cancel()
        await asyncio.wait([running])


async def _ready(switch: Switch) -> None:
    while True:
        with suppress(LinkDownError):
            return switch.require()
        await asyncio.sleep(0.02)
