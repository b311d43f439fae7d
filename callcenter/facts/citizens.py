"""What a citizen did by keys while calling; stated by our answers to the dialplan's questions."""

from typing import Literal

from callcenter.facts.base import CallFact, Line


class PlaceKept(CallFact):
    """The caller asked to be rung back and hung up; the turn in the queue stays theirs."""

    fact: Literal["place_kept"] = "place_kept"
    key = ("call_id", "visit")
    pii = frozenset({"phone_number"})

    line: Line
    queue: str
    visit: int = 1
    position: int  # 1 is next
    phone_number: str  # to ring
    waited_seconds: float  # so far


class ProgressAsked(CallFact):
    """The caller asked how a case stands; of no other caller's case anything was told."""

    fact: Literal["progress_asked"] = "progress_asked"
    key = ("call_id", "attempt")

    attempt: int  # 1, 2, 3
    by: Literal["ticket_number", "own_number"]
    told: bool
    ticket_number: str | None = None  # the one told of


class VoicemailLeft(CallFact):
    """The caller spoke a message; it is transcribed into a draft ticket."""

    fact: Literal["voicemail_left"] = "voicemail_left"

    why: Literal["asked", "night", "overload", "closed"]
    path: str  # relative to the recordings folder
    seconds: float


class CallRated(CallFact):
    """The caller rated the talk by key: 1 非常满意, 2 满意, 3 一般, 4 不满意."""

    fact: Literal["call_rated"] = "call_rated"

    rating: int
    seat: str
