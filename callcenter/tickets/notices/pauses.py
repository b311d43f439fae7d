"""When a notice may leave: quiet hours in the county's time, and pauses between tries. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from callcenter.tickets.ticket import COUNTY_TIME


@dataclass(frozen=True)
class QuietHours:
    """From one time of day to another, over midnight where the second is the earlier."""

    since: time
    until: time

    def is_quiet(self, at: datetime) -> bool:
        """Whether nobody is to be disturbed at this moment."""
        clock = at.astimezone(COUNTY_TIME).time()
        if self.since < self.until:
            return self.since <= clock < self.until
        return clock >= self.since or clock < self.until

    def ends(self, at: datetime) -> datetime:
        """The end of the quiet hours that a moment lies in; the moment itself where it does not."""
        if not self.is_quiet(at):
            return at
        local = at.astimezone(COUNTY_TIME)
        day = local.date() + timedelta(days=local.time() >= self.until)
        return datetime.combine(day, self.until, COUNTY_TIME).astimezone(at.tzinfo)


def pause_after(attempt: int, first_seconds: float, longest_seconds: float) -> timedelta:
    """How long to wait after the attempt of this number, from 1: each time twice as long."""
    doubled = min(attempt - 1, 30)  # more would only overflow what `longest` bounds anyway
    return timedelta(seconds=min(first_seconds * 2**doubled, longest_seconds))
