"""The clocks role: wakes when a ticket's limit is near or passed, and has it told, once.

It sleeps until the next moment that stands in the table, is woken by whatever sets a clock
(`ClocksSet`, from any process), and looks once a minute in any case: a fact may be missed while the
bus is away, and a computer's clock may be set. Any number of these may run.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from callcenter.bus import Published
from callcenter.facts import ClockExpired, ClocksSet, ClockWarned, Fact
from callcenter.flow import Flow
from callcenter.pipeline import Site
from callcenter.roles.due import utc_now
from callcenter.tickets.clocks.alarms import fire
from callcenter.tickets.clocks.running import next_due

LONGEST_SLEEP = timedelta(seconds=60)
BUSY_SECONDS = 1.0  # somebody else has the ticket that is due: look again after this
PAUSE_SECONDS = 0.5  # before a bus or store that failed is asked again

log = structlog.get_logger()


class ClocksRole:
    """Tells those concerned; `run` until cancelled.

    Args:
        flow: Carries the facts.
        now: Gives the time.
    """

    def __init__(self, flow: Flow[Site], now: Callable[[], datetime] = utc_now) -> None:
        self._flow, self._now = flow, now
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Warn and alarm, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._tell())

    def wake(self) -> None:
        """Look now: the time is another than was thought."""
        self._wake.set()

    async def _tell(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = await self._tell_due()
            except Exception as error:  # the loop's edge; what is due stays due
                log.error("clocks were not looked at", error=type(error).__name__)
                pause = PAUSE_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def _tell_due(self) -> float:
        """Tell what is due; the seconds until there may be more."""
        next_at = await self._flow.look(next_due)
        if next_at is None:
            return LONGEST_SLEEP.total_seconds()
        left = next_at - self._now()
        if left > timedelta(0):
            return min(left, LONGEST_SLEEP).total_seconds()
        told = await self._flow.command(self._fire, patient=True)
        for fact in told:
            if isinstance(fact, ClockWarned | ClockExpired):
                log.info(fact.fact, ticket=fact.ticket_number, purpose=fact.purpose)
        return 0.0 if told else BUSY_SECONDS

    def _fire(self, session: Session) -> Iterable[Fact]:
        site = self._flow.site
        return list(fire(session, self._now(), site.clocks, site.table.level_of))

    async def _follow(self) -> None:
        """Be woken by clocks that are set, here or elsewhere."""
        while True:
            try:
                async for shown in await self._flow.bus.follow():
                    if isinstance(shown, Published) and isinstance(shown.fact, ClocksSet):
                        self._wake.set()
            except Exception as error:  # the carrier's own, which is not known here
                log.warning("bus away, clocks look once a minute", error=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            self._wake.set()  # whatever was published meanwhile
