"""What a citizen did by keys while calling; told by the dialplan, or by our answers to it."""

from typing import Literal

from pydantic import Field

from callcenter.facts.base import CallFact, Line


class PlaceKept(CallFact):
    """The caller asked to be rung back and hung up; the turn in the queue stays theirs."""

    fact: Literal["place_kept"] = "place_kept"
    key = ("call_id", "visit")
    pii = frozenset({"phone_number"})

    line: Line
    queue: str
    visit: int = 1  # the one the place was kept on; 0: the key was pressed in the greeting
    position: int  # 1 is next
    phone_number: str = Field(min_length=3)  # to ring
    waited_seconds: float  # so far
    joined_ms: int = 0  # since 1970, when the caller first queued: the order of places
    language: Literal["zh", "en"] = "zh"  # that prompts are spoken in


class PlaceTried(CallFact):
    """The turn of a kept place came and its citizen was rung; `call_id` is the caller's own call.

    "failed": seats let go of the call again and again before the citizen could be reached.
    """

    fact: Literal["place_tried"] = "place_tried"
    key = ("call_id", "attempt")

    attempt: int = Field(ge=1)
    outcome: Literal["answered", "no_answer", "failed"]


class PlaceReleased(CallFact):
    """A caller who kept a place rang again and got through: nobody rings them in turn any more."""

    fact: Literal["place_released"] = "place_released"

    by_call_id: str  # the call that got through


class ProgressAsked(CallFact):
    """The caller asked how a case stands; of no other caller's case anything was told."""

    fact: Literal["progress_asked"] = "progress_asked"
    key = ("call_id", "attempt")

    attempt: int  # 0: by the number that rings; 1, 2, 3: by a ticket number
    by: Literal["ticket_number", "own_number"]
    told: bool
    ticket_number: str | None = None  # the case asked about; None where there is none


class VoicemailLeft(CallFact):
    """The caller spoke a message; it is transcribed into a draft ticket."""

    fact: Literal["voicemail_left"] = "voicemail_left"

    why: Literal["asked", "night", "holiday", "overload", "closed"]
    path: str  # relative to the recordings folder
    seconds: float


class CallRated(CallFact):
    """The caller rated the talk by key: 1 非常满意, 2 满意, 3 一般, 4 不满意."""

    fact: Literal["call_rated"] = "call_rated"

    rating: int = Field(ge=1, le=4)
    seat: str


class CallerLocated(CallFact):
    """Where the network says the caller is: SIP headers as the carrier sent them, unread."""

    fact: Literal["caller_located"] = "caller_located"
    pii = frozenset({"network", "geolocation"})

    network: str = ""  # P-Access-Network-Info, RFC 7315: the cell of a mobile phone
    geolocation: str = ""  # Geolocation, RFC 6442: a URI of the place
