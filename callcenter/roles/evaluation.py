"""The evaluation role: keeps what tickets add to months, so that a page of them answers at once.

Any number of these may run. Where none does, every figure is the same and takes longer.
"""

import asyncio
import time
from datetime import UTC, datetime

import structlog

from callcenter.errors import ConflictError
from callcenter.flow import Flow
from callcenter.pipeline import Site
from callcenter.tickets.evaluation.keeping import keep
from callcenter.tickets.evaluation.rules import read_rules

PAUSE_SECONDS, MOST_SECONDS = 60.0, 900.0  # between two times of keeping
PAUSE_TIMES = 30  # as long as keeping took: beside busy lines it has a thirtieth of the time

log = structlog.get_logger()


class EvaluationRole:
    """Keeps months; `run` until cancelled.

    Args:
        flow: Knows the site and its store.
    """

    def __init__(self, flow: Flow[Site]) -> None:
        self._flow, self._goes_on = flow, True

    async def run(self) -> None:
        """Keep, once a minute or as often as it may, for ever."""
        try:
            while True:
                began = time.monotonic()
                await self._keep()
                await asyncio.sleep(_pause(time.monotonic() - began))
        finally:
            self._goes_on = False

    async def _keep(self) -> None:
        try:
            anew = await asyncio.to_thread(self._kept)
        except ConflictError:
            return  # another of these is at it
        except Exception as error:  # the loop's edge; what is not kept is folded
            log.error("months were not kept", error=type(error).__name__)
            return
        if anew:
            log.info("months kept", months=anew)

    def _kept(self) -> list[str]:
        rules = read_rules(self._flow.site.settings.evaluation_file)
        return keep(self._flow.store, rules, datetime.now(UTC), lambda: self._goes_on)


def _pause(took: float) -> float:
    return min(max(PAUSE_SECONDS, PAUSE_TIMES * took), MOST_SECONDS)
