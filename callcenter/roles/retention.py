"""The retention role: once a day and node deletes what is due; recordings lie beside the node."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from callcenter.flow import Flow
from callcenter.pipeline import Site
from callcenter.privacy.rows import RetentionRun
from callcenter.privacy.running import Retention
from callcenter.roles.due import utc_now
from callcenter.store import insert_new
from callcenter.tickets.ticket import COUNTY_TIME

LOOK_SECONDS = 300.0
ON_THE_WIRE = timedelta(days=7)  # longer than any worker is behind

log = structlog.get_logger()


class RetentionRole:
    """Deletes once a day; `run` until cancelled. A day's run that was killed is begun again.

    Args:
        flow: Whose bus may hold what the ledger has deleted.
        retention: What is deleted, and where.
        now: Gives the time.
    """

    def __init__(
        self, flow: Flow[Site], retention: Retention, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._flow, self._retention, self._now = flow, retention, now

    async def run(self) -> None:
        """Look now and then whether today's run was made, for ever."""
        while True:
            try:
                if await asyncio.to_thread(self.run_if_due):
                    await self._flow.bus.forget(self._now() - ON_THE_WIRE)
            except Exception as error:  # the loop's edge; what is due stays due
                log.error("retention failed, will try again", error=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    def run_if_due(self) -> bool:
        """Delete what is due, where today's time has come and nobody has done it; blocks."""
        now = self._now()
        local = now.astimezone(COUNTY_TIME)
        store, settings = self._retention.store, self._retention.settings
        day = f"{local:%Y-%m-%d} {settings.node}"
        if local.time() < self._retention.terms.at:
            return False
        with store.reading() as session:
            if session.get(RetentionRun, day):
                return False
        ran = self._retention.run(now)
        with store.transaction() as session:
            insert_new(session, RetentionRun, {"day": day, "ended_at": self._now()})
        deleted, held = dict(+ran.subjects), dict(+ran.held)
        log.info("retention ran", deleted=deleted, held=held, skipped=ran.skipped)
        return True
