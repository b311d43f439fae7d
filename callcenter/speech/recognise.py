"""The one door to Vosk: a model loaded once, and an ear for every side that speaks.

Vosk is a C library reached by cffi, which lets go of the interpreter lock while it decodes. So
decoding runs in as many worker threads as there are cores and the loop is never blocked.
"""

import asyncio
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np
import soxr
from vosk import KaldiRecognizer, Model, SetLogLevel

from callcenter.errors import CannotStartError
from callcenter.facts import Word
from callcenter.speech.models import SpeechModel, fault_of

P = ParamSpec("P")
T = TypeVar("T")

SAMPLE_BYTES = 2  # everywhere here: signed 16-bit little-endian, mono
STEPS_PER_SECOND = 10  # how often the end of an utterance is looked for


@dataclass(frozen=True)
class Heard:
    """What an ear makes of the audio so far: words still changing, or a finished utterance."""

    text: str  # without spaces; a partial "" takes back the partial before it
    final: bool
    words: tuple[Word, ...] = ()  # of a finished utterance, in order; never empty there

    @property
    def start_ms(self) -> int:
        """When the first word began, since the ear's first sample; 0 for a partial."""
        return self.words[0].start_ms if self.words else 0

    @property
    def end_ms(self) -> int:
        """When the last word ended, since the ear's first sample; 0 for a partial."""
        return self.words[-1].end_ms if self.words else 0


class Recogniser:
    """A loaded model and the threads that decode with it; one a process.

    Raises:
        CannotStartError: The model's folder is missing, lacks a file, or Vosk cannot load it.
    """

    def __init__(self, model: SpeechModel) -> None:
        if fault := fault_of(model.path):  # Vosk would say so on stderr, or end the process
            raise _cannot_use(model, fault)
        SetLogLevel(-1)
        try:
            self._vosk = Model(str(model.path))
            KaldiRecognizer(self._vosk, float(model.rate_hz))  # only this reads all of the graph
        except Exception as error:  # vosk raises nothing narrower
            raise _cannot_use(model, "cannot be loaded by Vosk") from error
        self.model = model
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="decode")

    def listen(self, rate_hz: int) -> "Ear":
        """A new ear for one side whose audio comes at `rate_hz`."""
        return Ear(self._vosk, self.model.rate_hz, rate_hz)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` gives, done in a decoding thread; await it before the ear's next work."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Ends the threads after what they are doing."""
        self._threads.shutdown(cancel_futures=True)


class Ear:
    """Hears one side from its first sample to its last; used by one thread at a time."""

    def __init__(self, vosk_model: Model, model_rate_hz: int, rate_hz: int) -> None:
        self._decoder = KaldiRecognizer(vosk_model, float(model_rate_hz))
        self._decoder.SetWords(True)
        self._step_bytes = SAMPLE_BYTES * (model_rate_hz // STEPS_PER_SECOND)
        # Vosk itself can lower a rate but not raise it, and aborts when asked to.
        self._resampler: soxr.ResampleStream | None = None
        if rate_hz != model_rate_hz:
            self._resampler = soxr.ResampleStream(rate_hz, model_rate_hz, 1, dtype="int16")
        self._partial = ""

    def feed(self, pcm: bytes) -> list[Heard]:
        """What is new after `pcm` (whole samples, any number): a partial, an utterance, nothing."""
        return self._decode(self._resample(pcm, last=False))

    def finish(self) -> list[Heard]:
        """What was still being spoken when the audio ended; the ear is spent."""
        heard = self._decode(self._resample(b"", last=True)) if self._resampler else []
        return heard + self._utterance(self._decoder.FinalResult())

    def _resample(self, pcm: bytes, *, last: bool) -> bytes:
        if self._resampler is None:
            return pcm
        samples = np.frombuffer(pcm, dtype="<i2")
        resampled: bytes = self._resampler.resample_chunk(samples, last=last).tobytes()
        return resampled

    def _decode(self, pcm: bytes) -> list[Heard]:
        """Steps through `pcm`: Vosk looks for the end of an utterance only once a call."""
        steps = range(0, len(pcm), self._step_bytes)
        return [heard for at in steps for heard in self._step(pcm[at : at + self._step_bytes])]

    def _step(self, pcm: bytes) -> list[Heard]:
        if self._decoder.AcceptWaveform(pcm):
            return self._utterance(self._decoder.Result())
        return self._changed(_joined(json.loads(self._decoder.PartialResult())["partial"]))

    def _utterance(self, result: str) -> list[Heard]:
        words = tuple(_word(entry) for entry in json.loads(result).get("result", ()))
        if not words:
            return self._changed("")
        self._partial = ""
        return [Heard("".join(word.text for word in words), final=True, words=words)]

    def _changed(self, partial: str) -> list[Heard]:
        if partial == self._partial:
            return []
        self._partial = partial
        return [Heard(partial, final=False)]


def _word(entry: dict[str, float | str]) -> Word:
    return Word(
        text=str(entry["word"]),
        start_ms=round(float(entry["start"]) * 1000),
        end_ms=round(float(entry["end"]) * 1000),
        confidence=min(1.0, float(entry["conf"])),
    )


def _joined(text: str) -> str:
    return text.replace(" ", "")


def _cannot_use(model: SpeechModel, fault: str) -> CannotStartError:
    return CannotStartError(
        f"The speech model {model.path} {fault}. Set CALLCENTER_VOSK_MODEL to a whole model, or "
        "unset it to use the best one installed ('callcenter models list')."
    )
