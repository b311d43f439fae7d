"""The journal of a run: what people at the centre ordered, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

What = Literal["sign_in", "sign_out", "pause", "resume", "consult", "complete", "ring_back"]


@dataclass(frozen=True)
class Ordered:
    """One order; it took effect between the two times (s since 1970).

    It was carried out, but where our process or Asterisk died on it, which nobody can tell: then it
    may have been, and what the phones saw says so.
    """

    what: What
    seat: str
    at: float
    done_at: float
    number: str = ""  # the citizen's
    to: str = ""  # the seat consulted


def orders_of(journal: Iterable[Ordered], *what: What) -> list[Ordered]:
    """Those of these kinds, in order of time."""
    return sorted((one for one in journal if one.what in what), key=lambda one: one.at)
