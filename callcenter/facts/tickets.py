"""What words mean, and a ticket's steps: item and place, moves, corrections, feedback."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.facts.base import CallFact, TicketFact


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


class MatterWritten(TicketFact):
    """A matter came in writing, not by a call: what its writer chose, what its words speak for."""

    fact: Literal["matter_written"] = "matter_written"

    by: str  # which door, and through it which program: "open311:citizens-app"
    item: str  # as the writer chose it
    item_name: str
    item_by_words: str | None  # what the rules would have said; None: no rule spoke
    call_kind: Kind
    urgency: Urgency
    outcome: Outcome | None = None


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
    cell_name: str  # with its township, which tells namesakes apart
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
    unit: str | None = None  # who handles it from now on
    due_at: AwareDatetime | None = None
    until: AwareDatetime | None = None  # the deadline asked for, the day of review
    other: str | None = None  # the other ticket, unit or leader that the move names
    attachments: tuple[int, ...] = ()  # their numbers
    call_id: str | None = None


class LinkWhy(StrEnum):
    """What a call has to do with a ticket."""

    OPENED = "opened"
    URGED = "urged"  # 催办
    DUPLICATE = "duplicate"  # told of the same matter again
    ASKED = "asked"  # asked how it stands
    HANDED_OVER = "handed_over"  # by the other line, with its ticket
    RUNG = "rung"  # we rang the citizen for it


class TicketCallLinked(TicketFact):
    """A call has to do with a ticket that another call, or nobody's call, opened."""

    fact: Literal["ticket_call_linked"] = "ticket_call_linked"
    key = ("ticket_number", "call_id", "why")

    call_id: str
    why: LinkWhy
    actor: str


class CategoryCorrected(TicketFact):
    """A person chose another item than the rules did; later the rules learn from it."""

    fact: Literal["category_corrected"] = "category_corrected"
    key = ("ticket_number", "at")

    from_item: str | None
    to_item: str
    actor: str


class FeedbackReceived(TicketFact):
    """The citizen rated the outcome: 1 非常满意, 2 满意, 3 一般, 4 不满意."""

    fact: Literal["feedback_received"] = "feedback_received"
    key = ("ticket_number", "round")

    rating: int
    solved: bool
    round: int = 1
    by: str  # "robot" or a seat
