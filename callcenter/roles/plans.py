"""The plans of the site, told to Asterisk: hours of the days to come, and whether the line is full.

Asterisk keeps what it is told in its own database, over its restarts and ours. Only "the wait is
long" needs us again and again; told last a minute ago, it holds no more.
"""

import asyncio
import time
from datetime import UTC, datetime

import structlog

from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link
from callcenter.errors import BadInputError, LinkDownError
from callcenter.flow import Flow
from callcenter.ivr.plans import Plans, days, read_plans
from callcenter.pipeline import Site
from callcenter.roles.menu import minutes_for_the_next
from callcenter.tickets.clocks import is_working_day
from callcenter.tickets.ticket import COUNTY_TIME

LOOK_SECONDS = 15.0
FULL_FOR_SECONDS = 60
BATCH = 50  # keys an action: AMI takes 128 headers

log = structlog.get_logger()


class PlanKeeper:
    """Tells Asterisk the plans as they are and as they change; `run` until cancelled."""

    def __init__(self, flow: Flow[Site], link: Link) -> None:
        self._flow, self._link = flow, link
        self._file = flow.site.settings.plans_file
        self._told: dict[str, str] = {}  # what Asterisk's database holds of ours
        self._fault = ""
        self._plans: Plans | None = None

    async def run(self) -> None:
        """Look every LOOK_SECONDS, for ever; a faulty file leaves the plans as they are."""
        while True:
            try:
                await self._tell(await self._wanted())
            except (LinkDownError, ActionRefusedError) as error:
                log.debug("plans will be told later", code=error.code)
            except Exception as error:  # the loop's edge
                log.error("plans were not told", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def _wanted(self) -> dict[str, str]:
        plans = await asyncio.to_thread(self._read)
        if plans is None:
            return {}
        today = datetime.now(UTC).astimezone(COUNTY_TIME).date()
        wanted = dict(days(plans, today, is_working_day))
        wanted["waiting"] = str(plans.waiting or "")
        if plans.minutes and await self._is_full(plans.minutes):
            wanted["full-until"] = str(int(time.time()) + FULL_FOR_SECONDS)
        return wanted

    def _read(self) -> Plans | None:
        try:
            self._plans, self._fault = read_plans(self._file), ""
        except BadInputError as error:
            if error.message != self._fault:
                log.error("plans are faulty, the old ones hold", fault=error.message)
            self._fault = error.message
        return self._plans

    async def _is_full(self, most_minutes: int) -> bool:
        minutes = await self._flow.look(minutes_for_the_next)
        return minutes is not None and minutes > most_minutes

    async def _tell(self, wanted: dict[str, str]) -> None:
        news = [(key, value) for key, value in wanted.items() if self._told.get(key) != value]
        for start in range(0, len(news), BATCH):
            batch = news[start : start + BATCH]
            await self._link.action(
                "Originate",
                Channel="Local/set@plan-keys/n",
                Context="plan-keys",
                Exten="done",
                Priority="1",
                Async="true",
                Variable=[f"P{n}={key}~{value}" for n, (key, value) in enumerate(batch, 1)],
            )
            self._told.update(batch)
