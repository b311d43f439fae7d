"""The vocabulary: every fact the system can state about a call, a seat or a ticket.

A fact has happened. It is frozen, past tense, and carries all a reader needs. Its `id` follows
from what happened (`key`), not from who noticed: the same hang-up seen live on AMI and read again
from Asterisk's own CEL file after a crash is one fact, and the ledger keeps it once.

`audience` says who may be shown it (domain.md's people); anything of a citizen's in a fact is
named in `pii`, so that logs and exports can leave it out.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

_NAMESPACE = UUID("5f1a2c64-7c0e-5b5e-9d2b-12345110aaaa")


class Line(StrEnum):
    """The two numbers citizens dial."""

    SERVICE = "12345"
    POLICE = "110"


class Side(StrEnum):
    """Who speaks on a stream of a call."""

    CITIZEN = "citizen"
    SEAT = "seat"


class Audience(StrEnum):
    """Who may be shown a fact."""

    SEAT = "seat"  # the seat on the call, and supervisors of its queue
    SUPERVISOR = "supervisor"  # queues and seats
    CASE = "case"  # whoever may see the ticket: dispatcher, its unit, verifier, evaluator
    OPERATOR = "operator"  # whoever keeps the system running


class Kind(StrEnum):
    """What a citizen wants of us, beside the subject (domain.md: kind)."""

    CONSULTATION = "咨询"
    REQUEST = "求助"
    COMPLAINT = "投诉"
    REPORT = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"
    URGE = "催办"
    INVALID = "无效"


class Urgency(StrEnum):
    """Ordinary, or danger to life or property (特急)."""

    ORDINARY = "ordinary"
    URGENT = "urgent"


class Outcome(StrEnum):
    """Which of the two numbers a call is for, where its words say so."""

    NEEDS_110 = "needs_110_now"  # danger to life, body or property, now or about to be
    BELONGS_TO_12345 = "belongs_to_12345"  # no danger, and nothing for the police


class Fact(BaseModel):
    """What all facts share: when it happened (aware UTC) and an id that follows from `key`."""

    model_config = ConfigDict(frozen=True)

    audience: ClassVar[Audience]
    key: ClassVar[tuple[str, ...]]
    pii: ClassVar[frozenset[str]] = frozenset()

    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def id(self) -> UUID:
        """The same for every statement of the same happening."""
        named = "|".join(str(getattr(self, field)) for field in self.key)
        return uuid5(_NAMESPACE, f"{type(self).__name__}|{named}")


class CallFact(Fact):
    """A fact about one call, named by Asterisk's Linkedid."""

    audience = Audience.SEAT
    key: ClassVar[tuple[str, ...]] = ("call_id",)

    call_id: str


class TicketFact(Fact):
    """A fact about one ticket, named by its number (案件流水号)."""

    audience = Audience.CASE
    key: ClassVar[tuple[str, ...]] = ("ticket_number",)

    ticket_number: str


# --- the line: stated by the process that owns the node's AMI link -------------------------------


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
    key = ("call_id", "queue")  # a call handed from one line to the other waits twice

    queue: str
    position: int  # 1 is next


class CallAbandoned(CallFact):
    """The caller gave up in the queue before a seat answered."""

    fact: Literal["call_abandoned"] = "call_abandoned"

    queue: str
    waited_seconds: float


class CallOffered(CallFact):
    """A seat's phone rings for this call."""

    fact: Literal["call_offered"] = "call_offered"
    key = ("call_id", "seat_leg")

    seat: str
    seat_leg: str  # the Uniqueid of the seat's channel


class OfferMissed(CallFact):
    """The seat's phone rang and was not picked up."""

    fact: Literal["offer_missed"] = "offer_missed"
    key = ("call_id", "seat", "at")

    seat: str
    rang_seconds: float


class CallAnswered(CallFact):
    """A seat and the citizen are talking."""

    fact: Literal["call_answered"] = "call_answered"
    key = ("call_id", "seat_leg")

    queue: str
    seat: str
    seat_leg: str
    seat_channel: str
    caller_channel: str
    waited_seconds: float


class TalkEnded(CallFact):
    """Seat and citizen were parted; the citizen may still hear the ticket number."""

    fact: Literal["talk_ended"] = "talk_ended"
    key = ("call_id", "seat_leg")

    seat: str
    seat_leg: str
    talked_seconds: float


class CallEnded(CallFact):
    """The citizen's channel is gone."""

    fact: Literal["call_ended"] = "call_ended"

    cause: int  # Q.850 cause code; 16 is a normal clearing


class SeatSeen(Fact):
    """What Asterisk says of a seat's phone and queue membership."""

    fact: Literal["seat_seen"] = "seat_seen"
    audience = Audience.SUPERVISOR
    key = ("seat", "at")

    seat: str
    status: Literal["unknown", "idle", "in_use", "busy", "invalid", "unavailable", "ringing"]
    paused: bool


class LinkLost(Fact):
    """The AMI link to a node's Asterisk is gone or silent."""

    fact: Literal["link_lost"] = "link_lost"
    audience = Audience.OPERATOR
    key = ("node", "at")

    node: str
    reason: str


class LinkRestored(Fact):
    """The AMI link is up and seats and calls were asked for afresh."""

    fact: Literal["link_restored"] = "link_restored"
    audience = Audience.OPERATOR
    key = ("node", "at")

    node: str


# --- speech --------------------------------------------------------------------------------------


class Word(BaseModel):
    """One recognised word; times are milliseconds since the stream of its side began."""

    model_config = ConfigDict(frozen=True)

    text: str
    start_ms: int
    end_ms: int
    confidence: float  # 0 to 1, as Vosk gives it


TranscriptSource = Literal["live", "recording"]


class UtteranceHeard(CallFact):
    """One finished stretch of speech of one side."""

    fact: Literal["utterance_heard"] = "utterance_heard"
    key = ("call_id", "side", "source", "index", "start_ms")
    pii = frozenset({"text", "words"})

    side: Side
    source: TranscriptSource
    index: int  # 0, 1, 2 ... within side and source
    start_ms: int  # since the talk began
    end_ms: int
    text: str  # Chinese without spaces
    words: tuple[Word, ...] = ()


class RecordingStored(CallFact):
    """One side's recording lies in the store, hashed and checked against the talk time."""

    fact: Literal["recording_stored"] = "recording_stored"
    key = ("call_id", "side")

    side: Side
    path: str  # relative to the recordings folder
    sha256: str
    seconds: float
    talk_seconds: float
    complete: bool  # False: shorter than the talk; supervisors are shown it


class TranscriptCompleted(CallFact):
    """No more words will come for this call; `source` says which utterances to read."""

    fact: Literal["transcript_completed"] = "transcript_completed"

    source: TranscriptSource
    model: str
    heard_seconds: float  # audio decoded, the shorter of both sides


# --- understanding and tickets -------------------------------------------------------------------


class DecidingWord(BaseModel):
    """A rule's word found in the transcript, with its weight and where it stands."""

    model_config = ConfigDict(frozen=True)

    text: str
    weight: float
    utterance: int  # index into the transcript, both sides in order of time
    start: int  # character offset in that utterance
    end: int
    certainty: float = 1.0  # below 1: heard by its sound; what stands there is written otherwise


class ItemScore(BaseModel):
    """An information item (61 of them) and its score; higher is likelier."""

    model_config = ConfigDict(frozen=True)

    item: str  # three digits, "113"
    name: str
    score: float


class CallClassified(CallFact):
    """The words so far speak for an item, a kind and an urgency; may come again, better."""

    fact: Literal["call_classified"] = "call_classified"
    key = ("call_id", "ticket_number", "revision")
    pii = frozenset({"words"})

    ticket_number: str
    revision: int  # of this ticket: each classification and place has a higher one
    item: str | None  # None: no rule spoke
    item_name: str
    score: float
    call_kind: Kind
    urgency: Urgency
    outcome: Outcome | None = None  # None: the words do not say that it is the other number's
    runner_ups: tuple[ItemScore, ...] = ()
    words: tuple[DecidingWord, ...] = ()


class PlaceWord(BaseModel):
    """A place's name found in what the citizen said; offsets as in `DecidingWord`."""

    model_config = ConfigDict(frozen=True)

    text: str  # as the gazetteer writes it
    certainty: float  # 0 to 1, how surely these words name this place
    utterance: int  # index among the citizen's utterances
    start: int
    end: int


class PlaceGuess(BaseModel):
    """A place that the words may mean, and its cell."""

    model_config = ConfigDict(frozen=True)

    place: str
    level: int  # that naming it reaches: 1 county to 4 basic grid
    cell: str
    cell_name: str
    longitude: float  # degrees, WGS-84
    latitude: float
    score: float  # 0 to 1


class TicketLocated(TicketFact):
    """The words so far name a place and the grid cell it lies in; may come again, better.

    Where they name none yet, place and cell are empty and `question` is what the seat may ask.
    """

    fact: Literal["ticket_located"] = "ticket_located"
    key = ("ticket_number", "revision")
    pii = frozenset({"place", "longitude", "latitude", "words", "candidates", "detail", "question"})

    call_id: str | None
    revision: int
    cell: str | None  # grid code, 15 digits at level 4, shorter where only a higher level is known
    cell_name: str = ""
    place: str = ""
    detail: str = ""  # house number and the like, and where beside the place: 130号 对面
    longitude: float | None = None  # degrees, WGS-84
    latitude: float | None = None
    score: float = 0.0  # 0 to 1
    level: int = 0  # 1 county to 4 basic grid; 0: no place
    words: tuple[PlaceWord, ...] = ()
    candidates: tuple[PlaceGuess, ...] = ()  # the next ones, best first
    question: str = ""  # the one that would narrow it, for the seat to ask; in Chinese
    forward_to: str = ""  # outside the county: who is to have it


class TicketMoved(TicketFact):
    """A ticket went a step of the seven-step loop; `from_step` None opened it."""

    fact: Literal["ticket_moved"] = "ticket_moved"
    key = ("ticket_number", "number")
    pii = frozenset({"reason"})

    number: int  # 1, 2, 3 ... of this ticket's history
    move: str
    from_step: str | None
    to_step: str
    actor: str  # role or seat, "seat-01", "handler:U1406"
    reason: str = ""
    unit: str | None = None
    due_at: AwareDatetime | None = None
    call_id: str | None = None


class CategoryCorrected(TicketFact):
    """A person chose another item than the rules did; later the rules learn from it."""

    fact: Literal["category_corrected"] = "category_corrected"
    key = ("ticket_number", "at")

    from_item: str | None
    to_item: str
    actor: str


class CallbackDue(Fact):
    """A citizen is to be rung: they gave up waiting, or their case is verified."""

    fact: Literal["callback_due"] = "callback_due"
    audience = Audience.SUPERVISOR
    key = ("call_id", "ticket_number", "why", "round")

    why: Literal["abandoned", "feedback"]
    call_id: str | None
    ticket_number: str | None
    round: int = 1  # a reopened ticket is asked about again


class CallbackTried(Fact):
    """The robot or a seat rang the citizen."""

    fact: Literal["callback_tried"] = "callback_tried"
    audience = Audience.SUPERVISOR
    key = ("task", "attempt")

    task: int
    attempt: int
    outcome: Literal["answered", "no_answer", "failed"]


class FeedbackReceived(TicketFact):
    """The citizen rated the outcome: 1 非常满意, 2 满意, 3 一般, 4 不满意."""

    fact: Literal["feedback_received"] = "feedback_received"
    key = ("ticket_number", "round")

    rating: int
    solved: bool
    round: int = 1
    by: str  # "robot" or a seat


# --- the system itself ---------------------------------------------------------------------------


class FactParked(Fact):
    """A handler kept failing on a fact; it waits for an operator and the loop went on."""

    fact: Literal["fact_parked"] = "fact_parked"
    audience = Audience.OPERATOR
    key = ("parked_id", "handler", "at")  # tried again in vain, it is parked again

    parked_id: UUID
    handler: str
    error: str  # the exception's class and code, never its text


AnyFact = Annotated[
    CallArrived
    | MenuChosen
    | CallQueued
    | CallAbandoned
    | CallOffered
    | OfferMissed
    | CallAnswered
    | TalkEnded
    | CallEnded
    | SeatSeen
    | LinkLost
    | LinkRestored
    | UtteranceHeard
    | RecordingStored
    | TranscriptCompleted
    | CallClassified
    | TicketLocated
    | TicketMoved
    | CategoryCorrected
    | CallbackDue
    | CallbackTried
    | FeedbackReceived
    | FactParked,
    Field(discriminator="fact"),
]
_ADAPTER: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)


def read_fact(text: str | bytes) -> AnyFact:
    """The fact that `write_fact` wrote as JSON; fields a newer version added are ignored."""
    return _ADAPTER.validate_json(text)


def write_fact(fact: Fact) -> str:
    """A fact as one line of JSON."""
    return fact.model_dump_json()


class PartialHeard(BaseModel):
    """Words still being spoken: shown at once, never stored; the next one replaces it."""

    model_config = ConfigDict(frozen=True)

    partial: Literal[True] = True
    call_id: str
    side: Side
    text: str
    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
