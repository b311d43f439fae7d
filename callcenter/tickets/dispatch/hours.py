"""Hours of a day, as dispatch.toml writes them: "office", "off", or "18:00-08:30"."""

import re
from datetime import datetime, time

from callcenter.tickets.clocks.calendar import Calendar
from callcenter.tickets.clocks.spans import is_office_time
from callcenter.tickets.ticket import COUNTY_TIME

OFFICE, OFF = "office", "off"
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def checked_hours(text: str) -> str:
    """The text, where it names hours.

    Raises:
        ValueError: It does not; the message says what does.
    """
    span = _SPAN.fullmatch(text)
    if text not in (OFFICE, OFF) and (span is None or span[1] + span[2] == span[3] + span[4]):
        raise ValueError(
            f"{text!r} names no hours: write 'office' (working days 08:30-12:00, 14:30-18:00), "
            "'off' (all other times) or hours of every day such as '18:00-08:30'"
        )
    return text


def within(hours: str, at: datetime, calendar: Calendar) -> bool:
    """Whether the moment lies in these hours; a span may go over midnight."""
    if hours in (OFFICE, OFF):
        return is_office_time(at, calendar) is (hours == OFFICE)
    begins, ends = (time.fromisoformat(text) for text in hours.split("-"))
    now = at.astimezone(COUNTY_TIME).time()
    return begins <= now < ends if begins < ends else now >= begins or now < ends
