"""The minute that every picture shows: a Tuesday morning, so that a second run shows it, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import time_machine

NOW: Final = datetime(2026, 3, 10, 2, 40, 12, tzinfo=UTC)  # 10:40 in the county


class Clock:
    """The process's clock; it goes on from wherever it was set."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def before(self, *, minutes: float = 0, seconds: float = 0) -> datetime:
        """Set so long before the pictures; the moment."""
        at = NOW - timedelta(minutes=minutes, seconds=seconds)
        self._traveller.move_to(at)
        return at


@contextmanager
def made_up_time() -> Iterator[Clock]:
    """The process lives at NOW; `asyncio` and whatever else counts monotonic time does not see it.

    The console counts by the server's clock, so the browser shows the same minute.
    """
    with time_machine.travel(NOW, tick=True) as traveller:
        yield Clock(traveller)
