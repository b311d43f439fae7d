"""The vocabulary: every fact the system can state about a call, a seat or a ticket.

A fact has happened. It is frozen, past tense, and carries all a reader needs. Its `id` follows
from what happened (`key`), not from who noticed: the same hang-up seen live on AMI and read again
from Asterisk's own CEL file after a crash is one fact, and the ledger keeps it once.

`audience` says who may be shown it (domain.md's people); anything of a citizen's in a fact is
named in `pii`, so that logs and exports can leave it out.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from callcenter.facts.base import (
    STAND_IN,
    Audience,
    CallFact,
    Fact,
    Line,
    Side,
    TicketFact,
    number_or_none,
)
from callcenter.facts.callbacks import (
    CallbackDue,
    CallbackTried,
)
from callcenter.facts.citizens import (
    CallerLocated,
    CallRated,
    PlaceKept,
    PlaceReleased,
    PlaceTried,
    ProgressAsked,
    VoicemailLeft,
)
from callcenter.facts.clocks import (
    ClockExpired,
    ClocksSet,
    ClockTold,
    ClockWarned,
)
from callcenter.facts.duplicates import DuplicateOffer, DuplicatesProposed, Why
from callcenter.facts.line import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallHandedOver,
    CallHeld,
    CallOffered,
    CallPlaced,
    CallQueued,
    CallResumed,
    CallTransferred,
    MenuChosen,
    OfferMissed,
    QueueLeft,
    TalkEnded,
    Via,
)
from callcenter.facts.notices import NoticeDecided, NoticeSettled
from callcenter.facts.seats import (
    AgentMoved,
    PhoneLost,
    PhoneSeen,
    QueueMoved,
    SeatFact,
    SeatMoved,
    SeatSeen,
    SeatsTold,
    SupervisionMoved,
)
from callcenter.facts.speech import (
    PartialHeard,
    RecordingStored,
    TranscriptCompleted,
    TranscriptSource,
    UtteranceHeard,
    Word,
)
from callcenter.facts.system import (
    FactParked,
    LinkLost,
    LinkRestored,
    PictureMended,
)
from callcenter.facts.tickets import (
    CallClassified,
    CategoryCorrected,
    DecidingWord,
    FeedbackReceived,
    ItemScore,
    Kind,
    LinkWhy,
    MatterWritten,
    Outcome,
    PlaceGuess,
    PlaceWord,
    TicketCallLinked,
    TicketLocated,
    TicketMoved,
    Urgency,
)

__all__ = [
    "STAND_IN",
    "AgentMoved",
    "AnyFact",
    "Audience",
    "CallAbandoned",
    "CallAnswered",
    "CallArrived",
    "CallClassified",
    "CallEnded",
    "CallFact",
    "CallHandedOver",
    "CallHeld",
    "CallOffered",
    "CallPlaced",
    "CallQueued",
    "CallRated",
    "CallResumed",
    "CallTransferred",
    "CallbackDue",
    "CallbackTried",
    "CallerLocated",
    "CategoryCorrected",
    "ClockExpired",
    "ClockTold",
    "ClockWarned",
    "ClocksSet",
    "DecidingWord",
    "DuplicateOffer",
    "DuplicatesProposed",
    "Fact",
    "FactParked",
    "FeedbackReceived",
    "ItemScore",
    "Kind",
    "Line",
    "LinkWhy",
    "LinkLost",
    "LinkRestored",
    "MatterWritten",
    "MenuChosen",
    "NoticeDecided",
    "NoticeSettled",
    "OfferMissed",
    "Outcome",
    "PartialHeard",
    "PhoneLost",
    "PhoneSeen",
    "PictureMended",
    "PlaceGuess",
    "PlaceKept",
    "PlaceReleased",
    "PlaceTried",
    "PlaceWord",
    "ProgressAsked",
    "QueueLeft",
    "QueueMoved",
    "RecordingStored",
    "SeatFact",
    "SeatMoved",
    "SeatSeen",
    "SeatsTold",
    "Side",
    "SupervisionMoved",
    "TalkEnded",
    "TicketCallLinked",
    "TicketFact",
    "TicketLocated",
    "TicketMoved",
    "TranscriptCompleted",
    "TranscriptSource",
    "Urgency",
    "UtteranceHeard",
    "Via",
    "VoicemailLeft",
    "Why",
    "Word",
    "number_or_none",
    "read_fact",
    "write_fact",
]

AnyFact = Annotated[
    CallArrived
    | CallPlaced
    | MenuChosen
    | CallQueued
    | CallAbandoned
    | QueueLeft
    | CallOffered
    | OfferMissed
    | CallAnswered
    | CallHeld
    | CallResumed
    | CallTransferred
    | CallHandedOver
    | TalkEnded
    | CallEnded
    | CallerLocated
    | PlaceKept
    | PlaceReleased
    | PlaceTried
    | ProgressAsked
    | VoicemailLeft
    | CallRated
    | SeatSeen
    | PhoneLost
    | PhoneSeen
    | SeatMoved
    | AgentMoved
    | QueueMoved
    | SupervisionMoved
    | SeatsTold
    | LinkLost
    | LinkRestored
    | PictureMended
    | UtteranceHeard
    | RecordingStored
    | TranscriptCompleted
    | CallClassified
    | MatterWritten
    | TicketLocated
    | DuplicatesProposed
    | TicketMoved
    | ClocksSet
    | ClockWarned
    | ClockExpired
    | TicketCallLinked
    | CategoryCorrected
    | CallbackDue
    | CallbackTried
    | FeedbackReceived
    | NoticeSettled
    | NoticeDecided
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
