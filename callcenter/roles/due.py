"""What the roles share that do what is due: the time, and a loop that no fault ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog

log = structlog.get_logger()


def utc_now() -> datetime:
    """The time, by this computer."""
    return datetime.now(UTC)


async def keep_doing(what: Callable[[], Awaitable[object]], pause: float, failed: str) -> None:
    """Do it for ever: again at once where it did something, else after a pause.

    Args:
        what: Does what is due, some of it; what it claimed and did not end is due again by itself.
        pause: Seconds.
        failed: What the log says of a fault.
    """
    while True:
        try:
            if await what():
                continue
        except Exception as error:  # the loop's edge
            log.error(failed, error=type(error).__name__)
        await asyncio.sleep(pause)
