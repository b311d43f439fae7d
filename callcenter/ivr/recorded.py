"""Recorded prompts in the place of spoken ones: checked, converted, kept, and taken back.

A recording is a wav file of 16 bit, mono, 8, 16, 44.1 or 48 kHz. It is turned into what Asterisk
plays (8 kHz) and never spoken over at a later start; a file `NAME.recorded` beside it says so, and
which text it was recorded for.
"""

import json
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from callcenter.errors import BadInputError, NotFoundError
from callcenter.ivr.prompts import (
    PEAK,
    RATE_HZ,
    Language,
    catalogue,
    is_recorded,
    make_prompt,
    prompt_path,
    write_wav,
)
from callcenter.settings import Settings

RATES_HZ = (8000, 16000, 44100, 48000)
LOUDEST_DB, QUIETEST_DB = -9.0, -36.0  # RMS of the whole file, dB below full scale
QUIETEST_PEAK_DB = -20.0
CLIPPED = 0.999  # of full scale; a few such samples in a row are a cut-off crest
CLIPPED_SHARE = 0.001
SHORTEST, LONGEST = 0.4, 2.5  # times the spoken prompt's length
LEEWAY_SECONDS = 0.5  # that the length may be off whatever its share
MOST_SECONDS = {"greeting": 5.0}  # GB/T 33358: a short greeting; ours holds the recording notice


@dataclass(frozen=True)
class Prompt:
    """One prompt as it lies in its place."""

    name: str
    language: Language
    text: str
    recorded: bool
    seconds: float | None  # None: not made yet
    stale: bool  # the text was changed after it was recorded


def prompts(settings: Settings, language: Language) -> list[Prompt]:
    """All prompts of a language, by name."""
    return [_look(settings, name, language) for name in sorted(catalogue(language))]


def replace(settings: Settings, name: str, file: Path, language: Language) -> float:
    """The recording has taken the prompt's place; its length in seconds.

    Raises:
        NotFoundError: No prompt has this name.
        BadInputError: The file is not fit; what is wrong with it and what to do.
        CannotStartError: The spoken prompt, which it is measured by, cannot be made.
    """
    text = _text(name, language)
    path = prompt_path(settings, name, language)
    if not path.is_file():
        make_prompt(settings, name, language)
    samples = checked(file, name, _seconds(path) if not is_recorded(path) else None)
    write_wav(path, (samples * 32767).astype(np.int16))
    path.with_suffix(".recorded").write_text(json.dumps({"text": text}), "utf-8")
    return len(samples) / RATE_HZ


def restore(settings: Settings, name: str, language: Language) -> None:
    """The prompt is spoken again.

    Raises:
        NotFoundError: No prompt has this name, or it is not a recording.
        CannotStartError: espeak-ng is missing or fails; the recording stays.
    """
    _text(name, language)
    path = prompt_path(settings, name, language)
    if not is_recorded(path):
        raise NotFoundError(f"{name} is not a recording: nothing to restore")
    make_prompt(settings, name, language)
    path.with_suffix(".recorded").unlink()


def checked(file: Path, name: str, spoken_seconds: float | None) -> NDArray[np.float32]:
    """A recording at RATE_HZ, full scale 1; `spoken_seconds` is the length it is measured by.

    Raises:
        BadInputError: It is not fit; the first fault, with its remedy.
    """
    samples, rate_hz = _read(file)
    _refuse_level(samples, file.name)
    _refuse_length(len(samples) / rate_hz, name, spoken_seconds, file.name)
    made: NDArray[np.float32] = soxr.resample(samples, rate_hz, RATE_HZ)
    return np.clip(made, -1.0, 1.0)


def _read(file: Path) -> tuple[NDArray[np.float32], int]:
    try:
        with wave.open(str(file), "rb") as wav:
            rate_hz, width, channels = wav.getframerate(), wav.getsampwidth(), wav.getnchannels()
            frames = wav.readframes(wav.getnframes())
    except FileNotFoundError as error:
        raise NotFoundError(f"{file} is not there: check the path") from error
    except (wave.Error, EOFError, OSError) as error:
        raise BadInputError(f"{file.name} is no wav file of PCM: save it as WAV, 16 bit") from error
    faults = (
        (channels != 1, f"{channels} channels: mix it down to mono"),
        (width != 2, f"{8 * width} bit: save it with 16 bit"),
        (rate_hz not in RATES_HZ, f"{rate_hz} Hz: save it with one of {_rates()} Hz"),
        (not frames, "no samples: record it again"),
    )
    for is_so, fault in faults:
        if is_so:
            raise BadInputError(f"{file.name} has {fault}")
    return np.frombuffer(frames, "<i2").astype(np.float32) / np.float32(32768), rate_hz


def _refuse_level(samples: NDArray[np.float32], name: str) -> None:
    loudest = float(np.abs(samples).max())
    level = 20 * np.log10(max(float(np.sqrt(np.mean(samples**2))), 1e-6))
    if float(np.mean(np.abs(samples) >= CLIPPED)) > CLIPPED_SHARE:
        raise BadInputError(f"{name} is clipped: record it again with less gain")
    if level > LOUDEST_DB:
        raise BadInputError(
            f"{name} is too loud, {level:.0f} dB on average: lower it to {20 * np.log10(PEAK):.0f} "
            "dB at its peaks"
        )
    if level < QUIETEST_DB or 20 * np.log10(max(loudest, 1e-6)) < QUIETEST_PEAK_DB:
        raise BadInputError(
            f"{name} is too quiet, {level:.0f} dB on average: raise it to "
            f"{20 * np.log10(PEAK):.0f} dB at its peaks"
        )


def _refuse_length(seconds: float, name: str, spoken: float | None, file: str) -> None:
    most = MOST_SECONDS.get(name)
    if most and seconds > most:
        raise BadInputError(f"{file} lasts {seconds:.1f} s: {name} may last {most:.0f} s at most")
    if spoken is None or abs(seconds - spoken) <= LEEWAY_SECONDS:
        return
    if not SHORTEST * spoken <= seconds <= LONGEST * spoken:
        raise BadInputError(
            f"{file} lasts {seconds:.1f} s, but {name} as it is spoken {spoken:.1f} s: "
            "is it the right text, and is the silence at both ends cut off?"
        )


def _look(settings: Settings, name: str, language: Language) -> Prompt:
    path, text = prompt_path(settings, name, language), catalogue(language)[name]
    recorded = is_recorded(path)
    kept = json.loads(path.with_suffix(".recorded").read_text("utf-8")) if recorded else {}
    seconds = _seconds(path) if path.is_file() else None
    return Prompt(name, language, text, recorded, seconds, recorded and kept.get("text") != text)


def _text(name: str, language: Language) -> str:
    text = catalogue(language).get(name)
    if text is None:
        raise NotFoundError(f"no prompt is named {name}: see `callcenter prompts list`")
    return text


def _seconds(path: Path) -> float:
    with wave.open(str(path), "rb") as wav:
        return wav.getnframes() / wav.getframerate()


def _rates() -> str:
    return ", ".join(str(rate) for rate in RATES_HZ)
