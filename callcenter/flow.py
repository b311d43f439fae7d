"""How a fact travels: `take_in` records and applies it, `relay` publishes it, `work` handles it.

    stated -> take_in: ledger + what it changed, one transaction
           -> relay:   unpublished ledger rows, oldest first, the only publisher (relay.py)
           -> work:    deliver + claim + apply + commit, per group of workers
                       chores: the same for slow work outside the database

A crash anywhere repeats a step and changes nothing twice: the ledger keeps a fact once by its id,
and `claim` is written in the transaction that does the work. A handler that fails again and again
parks the fact and alerts; the loop goes on. Nothing here knows what a call or a ticket is.
Source: docs/decisions/0001-ledger-as-outbox.md.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, Generic, TypeVar, cast

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from sqlmodel import Session

from callcenter.bus import Bus, Delivery
from callcenter.errors import NotReadyError
from callcenter.facts import AnyFact, Fact, FactParked
from callcenter.relay import Relay
from callcenter.store import (
    Store,
    claim,
    is_claimed,
    park,
    record,
    republish_unclaimed,
)

SiteT = TypeVar("SiteT")
T = TypeVar("T")
Handler = Callable[[Any, Session, SiteT], Iterable[Fact]]
Handlers = Mapping[type[Fact], tuple[Handler[SiteT], ...]]
Chore = Callable[[Any], Awaitable[Iterable[Fact]]]
Chores = Mapping[type[Fact], tuple[Chore, ...]]
Todo = tuple[Callable[..., Any], ...]  # handlers or chores that a fact calls for
Failed = dict[Callable[..., Any], str]  # which of them failed, and by what kind of error
Do = Callable[[Todo, Fact], Awaitable[Failed]]

AWAY_SECONDS = 0.25  # between two tries while the store is away
LONGEST_PAUSE_SECONDS = 5.0
PATIENCE = 5  # times the attempts for what waits for something outside, about two minutes
STORE_AWAY = (OperationalError, InterfaceError, NoConnectionFreeError)

log = structlog.get_logger()


class Flow(Generic[SiteT]):
    """Carries facts between the store, the bus and their handlers.

    Args:
        store: Prepared.
        bus: Open.
        site: Given to every handler as its third argument; what the site knows.
        attempts: How often a handler is tried before its fact is parked.
        retry_seconds: The pause before the second try; each later one is twice as long.
    """

    def __init__(
        self, store: Store, bus: Bus, site: SiteT, attempts: int = 5, retry_seconds: float = 0.5
    ) -> None:
        self.store, self.bus, self.site = store, bus, site
        self._attempts, self._retry_seconds = attempts, retry_seconds
        self._wake = asyncio.Event()
        self._consumer = f"{socket.gethostname()}-{os.getpid()}"

    async def take_in(self, facts: Iterable[Fact], line: Handlers[SiteT]) -> list[AnyFact]:
        """Record facts and apply them where they are born; gives those that were new.

        Waits while the store is away: a fact from Asterisk is never dropped.
        """
        stated = list(facts)

        def keep() -> list[AnyFact]:
            with self.store.transaction() as session:
                return [new for fact in stated for new in self._record(session, fact, line)]

        return await self._stored(keep)

    async def command(
        self, run: Callable[[Session], Iterable[Fact]], *, patient: bool = False
    ) -> list[AnyFact]:
        """Carry out a person's command and record what it states, in one transaction.

        A patient one waits while the store is away: for what nobody should be asked for twice.

        Raises:
            CallCenterError: As the command raises; nothing has changed.
        """

        def keep() -> list[AnyFact]:
            with self.store.transaction() as session:
                return [new for fact in run(session) for new in self._record(session, fact, {})]

        if patient:
            return await self._stored(keep)
        kept = await asyncio.to_thread(keep)
        self._wake.set()
        return kept

    async def relay(self) -> None:
        """Publish what the ledger holds unpublished, oldest first, until cancelled."""
        await Relay(self.store, self.bus, self._wake).run()

    async def work(self, group: str, handlers: Handlers[SiteT]) -> None:
        """Handle the group's facts in transactions until cancelled."""
        await self._work(group, handlers, self._apply_all)

    async def do_chores(self, group: str, chores: Chores) -> None:
        """Handle the group's facts outside the database (sound, telephones) until cancelled.

        A chore's facts are recorded with its claim; a crash in between does the chore again.
        """
        await self._work(group, chores, partial(self._each, self._perform))

    async def republish(self, *tables: Mapping[type[Fact], tuple[Callable[..., Any], ...]]) -> int:
        """Send again what these tables' handlers have neither done nor parked; how many."""
        pairs = [
            (fact.model_fields["fact"].default, _name(handler))
            for table in tables
            for fact, handlers in table.items()
            for handler in handlers
        ]

        def again() -> int:
            with self.store.transaction() as session:
                return republish_unclaimed(session, pairs)

        return await self._stored(again)

    async def look(self, see: Callable[[Session], T]) -> T:
        """What `see` finds in the store; waits while the store is away."""

        def read() -> T:
            with self.store.reading() as session:
                return see(session)

        return await self._stored(read)

    def _record(self, session: Session, fact: Fact, line: Handlers[SiteT]) -> list[AnyFact]:
        if not record(session, fact):
            return []
        new = [cast(AnyFact, fact)]
        for handler in line.get(type(fact), ()):
            for caused in handler(fact, session, self.site):
                new += self._record(session, caused, line)
        return new

    async def _work(
        self,
        group: str,
        table: Mapping[type[Fact], tuple[Callable[..., Any], ...]],
        do: Do,
    ) -> None:
        async with (
            asyncio.TaskGroup() as later,
            aclosing(self.bus.deliver(group, self._consumer)) as deliveries,
        ):
            async for delivery in deliveries:
                handlers = table.get(type(delivery.fact), ())
                if delivery.times > self._attempts:
                    await self._park(handlers, delivery.fact, "ProcessDied")
                    handlers = ()
                failed = await do(handlers, delivery.fact)
                if failed:
                    later.create_task(self._try_again(failed, delivery, do))
                else:
                    await delivery.done()

    async def _apply_all(self, handlers: Todo, fact: Fact) -> Failed:
        """All in one transaction; where one fails, each in its own: the others are not to blame."""
        if len(handlers) > 1:
            with suppress(Exception):
                await self._apply(handlers, fact)
                return {}
        return await self._each(lambda handler, fact: self._apply((handler,), fact), handlers, fact)

    async def _each(
        self,
        do: Callable[[Callable[..., Any], Fact], Awaitable[None]],
        handlers: Todo,
        fact: Fact,
    ) -> Failed:
        """Each by itself; which failed, and by what kind of error."""
        failed = {}
        for handler in handlers:
            try:
                await do(handler, fact)
            except Exception as error:  # the loop's edge
                failed[handler] = type(error).__name__
                tell = log.debug if isinstance(error, NotReadyError) else log.warning
                tell("handler failed", handler=_name(handler), error=failed[handler])
        return failed

    async def _try_again(
        self,
        failed: Failed,
        delivery: Delivery,
        do: Do,
    ) -> None:
        """Try failed handlers again, ever more slowly; one that is only not ready has longer."""
        pause, tries = self._retry_seconds, 1
        while failed and tries < self._attempts * (PATIENCE if _only_not_ready(failed) else 1):
            await asyncio.sleep(min(pause, LONGEST_PAUSE_SECONDS))
            pause, tries = pause * 2, tries + 1
            failed = await do(tuple(failed), delivery.fact)
        for handler, error in failed.items():
            await self._park((handler,), delivery.fact, error)
        await delivery.done()

    async def _apply(self, handlers: Todo, fact: Fact) -> None:
        def apply() -> None:
            with self.store.transaction() as session:
                for handler in handlers:
                    if claim(session, fact, _name(handler)):
                        for caused in handler(fact, session, self.site):
                            self._record(session, caused, {})

        await self._stored(apply)

    async def _perform(self, chore: Callable[..., Any], fact: Fact) -> None:
        if await self._stored(lambda: self._is_claimed(chore, fact)):
            return
        stated = list(await chore(fact))

        def keep() -> None:
            with self.store.transaction() as session:
                if claim(session, fact, _name(chore)):
                    for caused in stated:
                        self._record(session, caused, {})

        await self._stored(keep)

    def _is_claimed(self, chore: Chore, fact: Fact) -> bool:
        with self.store.reading() as session:
            return is_claimed(session, fact, _name(chore))

    async def _park(self, handlers: Iterable[Callable[..., Any]], fact: Fact, error: str) -> None:
        def put_aside() -> None:
            with self.store.transaction() as session:
                for handler in handlers:
                    if park(session, fact, _name(handler), error):
                        parked = FactParked(parked_id=fact.id, handler=_name(handler), error=error)
                        self._record(session, parked, {})

        await self._stored(put_aside)
        log.error("fact parked", fact=type(fact).__name__, error=error)

    async def _stored(self, keep: Callable[[], T]) -> T:
        """Run a transaction in a thread; while the store is away, wait and run it again."""
        refused = 0
        while True:
            try:
                kept = await asyncio.to_thread(keep)
            except STORE_AWAY as error:
                # Once says nothing: it may have come back since it failed.
                refused = refused + 1 if await asyncio.to_thread(self.store.answers) else 0
                if refused >= self._attempts:
                    raise  # the store is there: the fault is in what was asked of it
                log.error("store away, trying again", error=type(error).__name__)
                await asyncio.sleep(AWAY_SECONDS)
            else:
                self._wake.set()
                return kept


def _only_not_ready(failed: Mapping[Callable[..., Any], str]) -> bool:
    return set(failed.values()) == {NotReadyError.__name__}


def _name(handler: Callable[..., Any]) -> str:
    return getattr(handler, "__name__", type(handler).__name__)
