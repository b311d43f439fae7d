"""What was said in a call, from the live words or from the recordings, in order of time.

Live words count when both sides' taps heard the talk (`live_counts`); else both recordings are
transcribed and the live words are left unread. One source for the whole call, never a mixture.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from callcenter.facts import (
    CallFact,
    Fact,
    Side,
    TranscriptCompleted,
    TranscriptSource,
    UtteranceHeard,
)
from callcenter.settings import Settings
from callcenter.speech.recognise import Heard, Recogniser
from callcenter.speech.recordings import WavShape, covers, measure, read_shape, recording_path
from callcenter.store import facts_of_call, facts_of_calls

TOLD = ("utterance_heard", "transcript_completed")
_BLOCK_SECONDS = 1  # of a file, decoded at a time


@dataclass
class SideHeard:
    """How much of one side's talk went from its taps through the recogniser, all of them added."""

    seconds: float = 0.0  # audio, or silence in its place, decoded and its utterances stated
    lost_seconds: float = 0.0  # audio dropped because decoding lagged
    utterances: int = 0  # stated so far; the index of the next one
    open_streams: int = 0  # taps that still send, or whose audio is still being decoded
    failed: bool = False  # an utterance was heard but could not be stated


@dataclass(frozen=True)
class TranscriptLine:
    """One utterance as it stands in the transcript."""

    side: Side
    start_ms: int  # since the talk began
    end_ms: int
    text: str


@dataclass(frozen=True)
class Transcript:
    """Both sides' utterances from one source, in order of time."""

    source: TranscriptSource
    lines: tuple[TranscriptLine, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What is classified: a text an utterance; `DecidingWord.utterance` indexes it."""
        return tuple(line.text for line in self.lines)

    def said_by(self, side: Side) -> tuple[str, ...]:
        """One side's utterances, in order."""
        return tuple(line.text for line in self.lines if line.side is side)


def read_transcript(
    utterances: Iterable[UtteranceHeard], completed: TranscriptCompleted | None = None
) -> Transcript:
    """The transcript of one call from its facts, in whatever order and however often they came.

    `completed` names the source to read. Before it came: the live words, while there are any.
    """
    heard = {utterance.id: utterance for utterance in utterances}.values()
    source = completed.source if completed else _source_so_far(heard)
    chosen = [utterance for utterance in heard if utterance.source == source]
    chosen.sort(key=lambda utterance: (utterance.start_ms, utterance.side, utterance.index))
    return Transcript(source, tuple(_line(utterance) for utterance in chosen))


def transcript_of_call(session: Session, call_id: str) -> Transcript:
    """The transcript of a call as the ledger has it now."""
    return _transcript(facts_of_call(session, call_id, *TOLD))


def transcripts_of_calls(session: Session, call_ids: Sequence[str]) -> dict[str, Transcript]:
    """The same of several calls, by one question to the ledger."""
    facts = facts_of_calls(session, call_ids, *TOLD)
    return {call_id: _transcript(of_call) for call_id, of_call in facts.items()}


def live_counts(heard: Mapping[Side, SideHeard], talk_seconds: float) -> bool:
    """Whether the live words are the whole talk, so that no recording need be transcribed."""
    sides = [heard.get(side) for side in Side]
    return all(
        side is not None and not side.failed and covers(side.seconds, talk_seconds)
        for side in sides
    )


def complete_live(
    call_id: str, heard: Mapping[Side, SideHeard], model_name: str
) -> TranscriptCompleted:
    """The fact that closes a transcript of live words; only where `live_counts`."""
    seconds = min(heard[side].seconds for side in Side)
    return TranscriptCompleted(
        call_id=call_id, source="live", model=model_name, heard_seconds=seconds
    )


def transcribe_recordings(
    call_id: str, settings: Settings, recogniser: Recogniser
) -> list[CallFact]:
    """The utterances of both recordings and, last, the fact that closes the transcript.

    Blocks for the time of decoding: run it in a thread.

    Raises:
        NotReadyError: A recording is missing or still being written.
        BadInputError: A recording is not a 16-bit WAV file.
    """
    paths = {side: recording_path(call_id, side, settings) for side in Side}
    seconds = min(measure(path).seconds for path in paths.values())
    facts: list[CallFact] = []
    for side, path in paths.items():
        facts += _transcribed(call_id, side, path, recogniser)
    return [*facts, _completed(call_id, seconds, recogniser)]


def transcribe_message(call_id: str, path: Path, recogniser: Recogniser) -> list[CallFact]:
    """The utterances of a message that a caller left, and the fact that closes the transcript.

    Blocks and raises as `transcribe_recordings` does.
    """
    seconds = measure(path).seconds
    facts = _transcribed(call_id, Side.CITIZEN, path, recogniser)
    return [*facts, _completed(call_id, seconds, recogniser)]


def transcribe_file(recogniser: Recogniser, path: Path) -> list[Heard]:
    """The finished utterances of the first channel of a 16-bit WAV file of any rate, in order.

    Raises:
        NotReadyError: No such file.
        BadInputError: Not a 16-bit WAV file.
    """
    return [heard for channel, heard in transcribe_wav(path, recogniser) if channel == 0]


def transcribe_wav(path: Path, recogniser: Recogniser) -> list[tuple[int, Heard]]:
    """The finished utterances of every channel (from 0) of a 16-bit WAV file, in order of time.

    Blocks for the time of decoding. Memory does not grow with the length of the file.

    Raises:
        NotReadyError: No such file.
        BadInputError: Not a 16-bit WAV file.
    """
    shape = read_shape(path)
    ears = [recogniser.listen(shape.rate_hz) for _ in range(shape.channels)]
    heard: list[tuple[int, Heard]] = []
    for block in _blocks(path, shape):
        for channel, ear in enumerate(ears):
            heard += _finals(channel, ear.feed(block[:, channel].tobytes()))
    for channel, ear in enumerate(ears):
        heard += _finals(channel, ear.finish())
    return sorted(heard, key=lambda said: (said[1].start_ms, said[0]))


def utterance(
    call_id: str,
    side: Side,
    source: TranscriptSource,
    index: int,
    heard: Heard,
    talked_ms: int = 0,
) -> UtteranceHeard:
    """The fact of a finished utterance; `talked_ms` is the talk's age at the ear's first sample."""
    return UtteranceHeard(
        call_id=call_id,
        side=side,
        source=source,
        index=index,
        start_ms=talked_ms + heard.start_ms,
        end_ms=talked_ms + heard.end_ms,
        text=heard.text,
        words=heard.words,
    )


def _transcript(facts: Iterable[Fact]) -> Transcript:
    facts = list(facts)
    completed = [fact for fact in facts if isinstance(fact, TranscriptCompleted)]
    heard = [fact for fact in facts if isinstance(fact, UtteranceHeard)]
    return read_transcript(heard, completed[0] if completed else None)


def _transcribed(call_id: str, side: Side, path: Path, recogniser: Recogniser) -> list[CallFact]:
    heard = enumerate(transcribe_file(recogniser, path))
    return [utterance(call_id, side, "recording", index, one) for index, one in heard]


def _completed(call_id: str, seconds: float, recogniser: Recogniser) -> TranscriptCompleted:
    return TranscriptCompleted(
        call_id=call_id, source="recording", model=recogniser.model.name, heard_seconds=seconds
    )


def _finals(channel: int, news: list[Heard]) -> list[tuple[int, Heard]]:
    return [(channel, heard) for heard in news if heard.final]


def _source_so_far(heard: Iterable[UtteranceHeard]) -> TranscriptSource:
    sources = {utterance.source for utterance in heard}
    return "recording" if sources == {"recording"} else "live"


def _line(heard: UtteranceHeard) -> TranscriptLine:
    return TranscriptLine(heard.side, heard.start_ms, heard.end_ms, heard.text)


def _blocks(path: Path, shape: WavShape) -> Iterator[NDArray[np.int16]]:
    """Blocks of samples, shaped (time, channel)."""
    block_bytes = 2 * shape.channels * shape.rate_hz * _BLOCK_SECONDS
    left = shape.data_bytes
    with path.open("rb") as file:
        file.seek(shape.data_at)
        while left and (block := file.read(min(left, block_bytes))):
            left -= len(block)
            yield np.frombuffer(block, dtype="<i2").reshape(-1, shape.channels)
