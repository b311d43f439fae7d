"""How long a waiting caller will wait: said only where there is something to say it by. Pure.

    expected = callers up to and with this one x how long a seat has with one caller / seats serving

rounded up to whole minutes. It is an estimate for a steady hour; it is never rounded down, and
where few talks are known, or no seat serves, nothing is said.
"""

from collections.abc import Sequence
from math import ceil
from statistics import fmean

FEWEST_TALKS = 5
BREATH_SECONDS = 15.0  # between two talks of a seat: its wrap-up, and the ring
LONGEST_SAID_MINUTES = 30  # longer: "more than"


def expected_minutes(position: int, talk_seconds: Sequence[float], seats: int) -> int | None:
    """Minutes until a seat is free for the caller, at least 1; None where nobody can know.

    Args:
        position: In the queue; 1 is next.
        talk_seconds: The latest talks' lengths.
        seats: That take calls of this queue now, talking or ready.
    """
    if seats < 1 or len(talk_seconds) < FEWEST_TALKS:
        return None
    each = fmean(talk_seconds) + BREATH_SECONDS
    return max(1, ceil(position * each / seats / 60))
