"""One call on the board: a fold over its facts that no order and no repetition changes.

Every field is set by the latest fact that speaks of it (by the fact's `at`), so `state` follows
from the moments alone. Its words are those of ivr/call.py, whose table tells the same story.
"""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallOffered,
    CallQueued,
    Line,
    MenuChosen,
    OfferMissed,
    PartialHeard,
    RecordingStored,
    Side,
    TalkEnded,
    TranscriptCompleted,
    TranscriptSource,
    UtteranceHeard,
)

UTTERANCES = 200  # kept a call, the newest; the ledger has all

CallState = Literal["arrived", "queued", "ringing", "talking", "parted", "abandoned", "ended"]
OVER: frozenset[CallState] = frozenset({"abandoned", "ended"})
SILENT: frozenset[CallState] = OVER | {"parted"}


class Spoken(BaseModel):
    """One finished stretch of speech; its key is that of `UtteranceHeard`."""

    model_config = ConfigDict(frozen=True)

    side: Side
    source: TranscriptSource
    index: int
    start_ms: int
    end_ms: int
    text: str

    @property
    def key(self) -> tuple[Side, TranscriptSource, int, int]:
        """Names it within the call; a tap that starts again counts from 0 again."""
        return self.side, self.source, self.index, self.start_ms


class Speaking(BaseModel):
    """Words of one side that are not finished yet."""

    model_config = ConfigDict(frozen=True)

    text: str
    at: AwareDatetime


class Recording(BaseModel):
    """One side's recording; not `complete` means shorter than the talk."""

    model_config = ConfigDict(frozen=True)

    seconds: float
    talk_seconds: float
    complete: bool


class TalkView(BaseModel):
    """One seat's part; either moment is None until its fact is known."""

    model_config = ConfigDict(frozen=True)

    seat: str
    began_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class CallView(BaseModel):
    """What the board shows of one call; `caller` is masked, None where withheld or unknown."""

    model_config = ConfigDict(frozen=True)

    call_id: str
    state: CallState = "arrived"
    line: Line | None = None
    caller: str | None = None
    queue: str | None = None
    key_pressed: str | None = None
    ringing_seat: str | None = None
    seat: str | None = None  # that talks now; of several the last to come; of none the last to go
    waited_seconds: float | None = None
    cause: int | None = None

    arrived_at: AwareDatetime | None = None  # None: only later facts of the call are known
    queued_at: AwareDatetime | None = None
    offered_at: AwareDatetime | None = None
    missed_at: AwareDatetime | None = None
    out_of_queue_at: AwareDatetime | None = None  # when a seat last took it from there
    answered_at: AwareDatetime | None = None  # by that seat
    parted_at: AwareDatetime | None = None  # from the last seat
    abandoned_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None

    talks: dict[str, TalkView] = {}  # by seat leg
    transcript: tuple[Spoken, ...] = ()  # in order of time
    transcript_source: TranscriptSource = "live"
    transcript_model: str | None = None  # known once the transcript is complete
    heard_at: dict[Side, AwareDatetime] = {}  # the last finished stretch of each side
    speaking: dict[Side, Speaking] = {}
    recordings: dict[Side, Recording] = {}
    tickets: tuple[str, ...] = ()

    def having(self, **values: object) -> Self:
        """The call with these fields set and its state drawn from its moments again."""
        after = self.model_copy(update=values)
        after = after.model_copy(update=_who_talks(after))
        state = _state(after)
        speaking = {} if state in SILENT else after.speaking
        return after.model_copy(update={"state": state, "speaking": speaking})


def mask(number: str | None) -> str | None:
    """The number as a supervisor may see it: 13800000001 becomes 138****0001.

    Shorter ones keep three digits or none; masking twice changes nothing.
    """
    if number is None:
        return None
    if len(number) >= 11:
        return f"{number[:3]}****{number[-4:]}"
    return f"****{number[-3:]}" if len(number) >= 7 else "****"


def arrived(call: CallView, fact: CallArrived) -> CallView:
    """The call has a line and a caller."""
    return call.having(line=fact.line, caller=mask(fact.caller_number), arrived_at=fact.at)


def chosen(call: CallView, fact: MenuChosen) -> CallView:
    """The caller pressed a key."""
    return call.having(key_pressed=fact.key_pressed)


def queued(call: CallView, fact: CallQueued) -> CallView:
    """The caller waits, perhaps again after a talk."""
    if call.queued_at and call.queued_at > fact.at:
        return call
    return call.having(queue=fact.queue, queued_at=fact.at)


def abandoned(call: CallView, fact: CallAbandoned) -> CallView:
    """The caller gave up."""
    waited = fact.waited_seconds
    return call.having(abandoned_at=fact.at, waited_seconds=waited)


def offered(call: CallView, fact: CallOffered) -> CallView:
    """A seat's phone rings; the latest one is shown."""
    if call.offered_at and call.offered_at > fact.at:
        return call
    return call.having(ringing_seat=fact.seat, offered_at=fact.at)


def missed(call: CallView, fact: OfferMissed) -> CallView:
    """The phone was not picked up."""
    if call.missed_at and call.missed_at > fact.at:
        return call
    return call.having(missed_at=fact.at)


def answered(call: CallView, fact: CallAnswered) -> CallView:
    """A seat and the citizen talk, perhaps with another seat."""
    known = call.talks.get(fact.seat_leg)
    ended_at = known.ended_at if known else None
    talk = TalkView(seat=fact.seat, began_at=fact.at, ended_at=ended_at)
    waited: dict[str, object] = {}
    if fact.queue and not call.abandoned_at and not _later_out_of_queue(call, fact):
        waited = {"waited_seconds": fact.waited_seconds, "out_of_queue_at": fact.at}
    return call.having(talks={**call.talks, fact.seat_leg: talk}, **waited)


def parted(call: CallView, fact: TalkEnded) -> CallView:
    """A seat is out of the call."""
    known = call.talks.get(fact.seat_leg)
    began_at = known.began_at if known else None
    talk = TalkView(seat=fact.seat, began_at=began_at, ended_at=fact.at)
    return call.having(talks={**call.talks, fact.seat_leg: talk})


def ended(call: CallView, fact: CallEnded) -> CallView:
    """The citizen's channel is gone."""
    return call.having(ended_at=fact.at, cause=fact.cause)


def speaking(call: CallView, partial: PartialHeard) -> CallView:
    """Words still being spoken; those that came too late are dropped."""
    side = partial.side
    shown = call.speaking.get(side)
    newest = max((at for at in (call.heard_at.get(side), shown and shown.at) if at), default=None)
    if newest and newest >= partial.at:
        return call
    words = Speaking(text=partial.text, at=partial.at)
    return call.having(speaking={**call.speaking, side: words})


def heard(call: CallView, fact: UtteranceHeard) -> CallView:
    """A finished stretch of speech takes its place in time and ends what was being spoken."""
    if call.transcript_model and fact.source != call.transcript_source:
        return call
    spoken = Spoken.model_validate(fact.model_dump(include=set(Spoken.model_fields)))
    others = [old for old in call.transcript if old.key != spoken.key]
    known = call.heard_at.get(fact.side)
    still = {
        side: words
        for side, words in call.speaking.items()
        if side != fact.side or words.at > fact.at
    }
    return call.having(
        transcript=in_order([*others, spoken]),
        heard_at={**call.heard_at, fact.side: max(known, fact.at) if known else fact.at},
        speaking=still,
    )


def recorded(call: CallView, fact: RecordingStored) -> CallView:
    """One side's recording is in the store."""
    kept = Recording(seconds=fact.seconds, talk_seconds=fact.talk_seconds, complete=fact.complete)
    return call.having(recordings={**call.recordings, fact.side: kept})


def completed(call: CallView, fact: TranscriptCompleted) -> CallView:
    """No more words will come; only those of the named source are read from now on."""
    read = [spoken for spoken in call.transcript if spoken.source == fact.source]
    return call.having(
        transcript=tuple(read), transcript_source=fact.source, transcript_model=fact.model
    )


def in_order(transcript: list[Spoken]) -> tuple[Spoken, ...]:
    """The newest UTTERANCES in order of time; at one moment the citizen comes first."""
    ordered = sorted(transcript, key=lambda spoken: (spoken.start_ms, spoken.side, spoken.index))
    return tuple(ordered[-UTTERANCES:])


def _later_out_of_queue(call: CallView, fact: CallAnswered) -> bool:
    return call.out_of_queue_at is not None and call.out_of_queue_at > fact.at


def _who_talks(call: CallView) -> dict[str, object]:
    """The seat that is shown, and when it came and the last went."""
    talks = [talk for talk in call.talks.values() if talk.began_at]
    if not talks:
        return {}
    going_on = [talk for talk in talks if not talk.ended_at]
    shown = max(going_on or talks, key=lambda talk: (talk.began_at, talk.seat))
    ends = [talk.ended_at for talk in talks if talk.ended_at]
    parted_at = max(ends) if ends and not going_on else None
    return {"seat": shown.seat, "answered_at": shown.began_at, "parted_at": parted_at}


def _state(call: CallView) -> CallState:
    if call.abandoned_at:
        return "abandoned"
    if call.ended_at:
        return "ended"
    if call.answered_at and not _after(call.queued_at, call.answered_at):
        return "parted" if call.parted_at else "talking"
    if call.offered_at and not _after(call.queued_at, call.offered_at):
        return "queued" if _after(call.missed_at, call.offered_at, same=True) else "ringing"
    return "queued" if call.queued_at else "arrived"


def _after(one: datetime | None, other: datetime, same: bool = False) -> bool:
    return one is not None and (one > other or (same and one == other))
