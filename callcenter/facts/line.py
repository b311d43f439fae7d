"""The line: stated by the process that owns the node's AMI link."""

from typing import Literal

from callcenter.facts.base import CallFact, Line

Via = Literal["queue", "transfer", "three_way", "take_over", "outbound", "kept_place"]
HoldWhy = Literal["hold", "consult"]


class CallArrived(CallFact):
    """A citizen's INVITE reached Asterisk."""

    fact: Literal["call_arrived"] = "call_arrived"
    pii = frozenset({"caller_number"})

    line: Line
    node: str
    caller_number: str | None  # None where the caller withholds it
    caller_channel: str


class MenuChosen(CallFact):
    """The caller pressed a key in the greeting; no key pressed states nothing."""

    fact: Literal["menu_chosen"] = "menu_chosen"

    key_pressed: str


class CallQueued(CallFact):
    """The caller waits for a seat."""

    fact: Literal["call_queued"] = "call_queued"
    key = ("call_id", "visit")

    queue: str
    position: int  # 1 is next
    visit: int = 1  # 1, 2 ... of this call: who is sent back or handed over waits again


class CallAbandoned(CallFact):
    """The caller gave up in the queue before a seat answered."""

    fact: Literal["call_abandoned"] = "call_abandoned"

    queue: str
    visit: int = 1
    waited_seconds: float  # on this visit


class QueueLeft(CallFact):
    """The caller left the queue alive and unanswered: by a key, its time, or its closing."""

    fact: Literal["queue_left"] = "queue_left"
    key = ("call_id", "visit")

    queue: str
    visit: int = 1
    why: Literal["key", "timeout", "closed"]
    key_pressed: str = ""
    waited_seconds: float  # on this visit


class CallOffered(CallFact):
    """A seat's phone rings for this call."""

    fact: Literal["call_offered"] = "call_offered"
    key = ("call_id", "seat_leg")

    seat: str
    seat_leg: str  # the Uniqueid of the seat's channel


class OfferMissed(CallFact):
    """The seat's phone rang and was not picked up."""

    fact: Literal["offer_missed"] = "offer_missed"
    key = ("call_id", "seat", "seat_leg")

    seat: str
    seat_leg: str = ""
    rang_seconds: float


class CallAnswered(CallFact):
    """A seat and the citizen are talking; each seat's part of a call begins with one.

    A second seat's part that begins before the first one's `TalkEnded` is a three-way call.
    """

    fact: Literal["call_answered"] = "call_answered"
    key = ("call_id", "seat_leg")

    queue: str  # "" where it did not come out of one
    seat: str  # "outside" for a number that is no seat of ours
    seat_leg: str
    seat_channel: str
    caller_channel: str
    waited_seconds: float
    via: Via = "queue"


class CallHeld(CallFact):
    """A seat put the citizen on hold: by its phone's key, or to consult somebody meanwhile.

    A phone's hold is told by AMI alone; after an outage of ours only consultations are rebuilt.
    """

    fact: Literal["call_held"] = "call_held"
    key = ("call_id", "seat_leg", "why", "number")

    seat: str
    seat_leg: str
    why: HoldWhy = "hold"
    number: int = 1  # 1, 2, 3 ... of this seat leg's holds of this kind


class CallResumed(CallFact):
    """A seat took the citizen back from hold."""

    fact: Literal["call_resumed"] = "call_resumed"
    key = ("call_id", "seat_leg", "why", "number")

    seat: str
    seat_leg: str
    why: HoldWhy = "hold"
    number: int = 1  # of the `CallHeld` that this ends


class CallTransferred(CallFact):
    """A seat passed the citizen on; its own part ends with the `TalkEnded` of its leg."""

    fact: Literal["call_transferred"] = "call_transferred"
    key = ("call_id", "seat_leg")
    pii = frozenset({"to"})

    seat: str
    seat_leg: str
    how: Literal["blind", "attended"]
    to_kind: Literal["seat", "queue", "outside"]
    to: str  # a seat's or queue's name, an outside number


class CallHandedOver(CallFact):
    """One line gave a call to the other (12345 <-> 110), with its ticket and transcript.

    It bears the moment of the order, so it lies before the transfer or consultation it began; who
    took the call is told by the answer that follows.
    Source: 国办发〔2022〕12号: one key; when unclear, a three-way call; when still unclear, the
    first receiver keeps it.
    """

    fact: Literal["call_handed_over"] = "call_handed_over"
    key = ("call_id", "at")
    pii = frozenset({"reason"})

    from_line: Line
    to_line: Line
    form: Literal["direct", "three_way"]
    actor: str
    reason: str = ""
    ticket_number: str | None = None


class CallPlaced(CallFact):
    """We rang a citizen; like `CallArrived` it begins a call, named by its first channel."""

    fact: Literal["call_placed"] = "call_placed"
    pii = frozenset({"phone_number"})

    line: Line
    node: str
    phone_number: str
    why: Literal["ticket", "abandoned", "kept_place"]
    seat: str | None = None  # None: nobody yet, the citizen's turn is kept in the queue
    ticket_number: str | None = None
    origin_call_id: str | None = None  # the citizen's own call, whose place was kept or lost


class TalkEnded(CallFact):
    """Seat and citizen were parted; the citizen may still hear the ticket number."""

    fact: Literal["talk_ended"] = "talk_ended"
    key = ("call_id", "seat_leg")

    seat: str
    seat_leg: str
    talked_seconds: float | None  # None: nobody saw it end, as when Asterisk dies


class CallEnded(CallFact):
    """The citizen's channel is gone."""

    fact: Literal["call_ended"] = "call_ended"

    cause: int  # Q.850 cause code; 16 is a normal clearing
