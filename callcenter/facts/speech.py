"""Speech: words heard, recordings stored, transcripts completed."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.facts.base import CallFact, Side


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


class PartialHeard(BaseModel):
    """Words still being spoken: shown at once, never stored; the next one replaces it."""

    model_config = ConfigDict(frozen=True)

    partial: Literal[True] = True
    call_id: str
    side: Side
    text: str
    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
