"""Spoken lines: a catalogue a language, spoken by espeak-ng into wav files Asterisk plays.

Every wav is 8 kHz, 16 bit, mono, its peak at -6 dBFS. Mandarin (`prompts.toml`) lies in the prompts
folder itself, English (`prompts.en.toml`) in `en/`. Beside each wav lies the text it speaks; a
prompt is spoken anew only when its text in the catalogue differs, and never where a recording has
taken its place (`recorded.py`). No network is needed.
"""

import hashlib
import io
import re
import subprocess
import tomllib
import wave
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import soxr
import structlog
from numpy.typing import NDArray

from callcenter.errors import CannotStartError, NotFoundError
from callcenter.settings import Settings

Language = Literal["zh", "en"]

log = structlog.get_logger()

RATE_HZ = 8000
PEAK = 0.5  # of full scale: -6 dBFS, loud and far from clipping
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TONE = "~beep"  # the text of a prompt that is a tone
GAP = re.compile(r"\{([a-z]+)\}")

# Debian's espeak-ng reads hanzi as English letters with plain `cmn`.
_VOICES: Mapping[Language, str] = {"zh": "cmn-latn-pinyin", "en": "en-gb"}
_FILES: Mapping[Language, str] = {"zh": "prompts.toml", "en": "prompts.en.toml"}
_NUMBERED = {"digits": "digit-", "numbers": "number-"}
_SPEAK_SECONDS = 20.0
_PAUSES = (("digit-", 0.15), ("hold/", 4.0))  # seconds of silence after prompts so named
_TONE_HZ, _TONE_SECONDS = 950, 0.4  # GB/T 3380's tone for recording


@cache
def catalogue(language: Language = "zh") -> dict[str, str]:
    """Text by prompt name; of digits `digit-0` to `digit-9`, of a sentence `NAME-1` ..."""
    texts: dict[str, str] = {}
    for table, rows in _read(language).items():
        if table == "sentences":
            for name, sentence in rows.items():
                texts |= dict(stretches(name, sentence))
        else:
            texts |= {f"{_NUMBERED.get(table, '')}{name}": text for name, text in rows.items()}
    return texts


@cache
def sentences(language: Language = "zh") -> dict[str, str]:
    """The sentences with gaps, by name."""
    return _read(language)["sentences"]


def stretches(name: str, sentence: str) -> list[tuple[str, str]]:
    """A sentence between its gaps, where it says something: each prompt's name and text."""
    texts = GAP.sub("\0", sentence).split("\0")
    numbered = [(f"{name}-{number}", text) for number, text in enumerate(texts, 1)]
    return [(one, text) for one, text in numbered if re.search(r"\w", text)]


def prompt_path(settings: Settings, name: str, language: Language = "zh") -> Path:
    """Where a prompt's wav lies."""
    return folder(settings, language) / f"{name}.wav"


def folder(settings: Settings, language: Language) -> Path:
    """Where a language's prompts lie; Asterisk itself looks there by CHANNEL(language)."""
    return settings.prompts_dir if language == "zh" else settings.prompts_dir / language


def is_recorded(path: Path) -> bool:
    """Whether a recording has taken the place of the spoken prompt."""
    return path.with_suffix(".recorded").is_file()


def make_prompts(settings: Settings) -> int:
    """All prompts lie in `settings.prompts_dir` as they are in the catalogue; how many were made.

    Blocks: run it in a thread where a loop runs.

    Raises:
        CannotStartError: espeak-ng is missing or fails.
    """
    every = [(language, name) for language in LANGUAGES for name in catalogue(language)]
    stale = [
        (language, name) for language, name in every if not _is_ready(settings, name, language)
    ]
    with ThreadPoolExecutor() as pool:  # each is a program of its own
        list(pool.map(lambda one: make_prompt(settings, one[1], one[0]), stale))
    log.info("prompts ready", made=len(stale), all=len(every))
    return len(stale)


def make_prompt(settings: Settings, name: str, language: Language) -> None:
    """The prompt lies in its place as espeak-ng speaks it.

    Raises:
        CannotStartError: espeak-ng is missing or fails.
    """
    path, text = prompt_path(settings, name, language), catalogue(language)[name]
    samples = _tone() if text == TONE else _synthesise(settings, text, language)
    pause = next((pause for start, pause in _PAUSES if name.startswith(start)), 0.0)
    write_wav(path, samples, pause)
    path.with_suffix(".txt").write_text(text, "utf-8")


def speak(settings: Settings, text: str, language: Language = "zh") -> Path:
    """A wav that speaks `text`, for names and robots' lines; the same text gives the same file.

    Blocks: run it in a thread where a loop runs.

    Raises:
        CannotStartError: espeak-ng is missing or fails.
    """
    name = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    path = folder(settings, language) / "spoken" / f"{name}.wav"
    if not path.is_file():
        write_wav(path, _synthesise(settings, text, language))
    return path


def number_prompts(number: str) -> list[str]:
    """Prompt names that read a number digit by digit; what is no digit is left out."""
    return [f"digit-{digit}" for digit in number if digit in "0123456789"]


def write_wav(path: Path, samples: NDArray[np.int16], pause_seconds: float = 0.0) -> None:
    """Samples at RATE_HZ as a wav, all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
        file.writeframes(bytes(2 * round(pause_seconds * RATE_HZ)))
    partial.replace(path)


def joined(settings: Settings, names: Sequence[str], language: Language, out: Path) -> None:
    """The prompts one after another as one wav at `out`; as Asterisk, English first, else Mandarin.

    Raises:
        NotFoundError: One of them is in no catalogue and was never spoken.
    """
    pieces = []
    for name in names:
        own = prompt_path(settings, name, language)
        path = own if own.is_file() else prompt_path(settings, name)
        if not path.is_file():
            raise NotFoundError(f"no prompt is named {name}: see `callcenter prompts list`")
        with wave.open(str(path)) as file:
            pieces.append(np.frombuffer(file.readframes(file.getnframes()), "<i2"))
    write_wav(out, np.concatenate(pieces).astype(np.int16))


def levelled(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Trimmed of silence at both ends, its peak at PEAK."""
    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0.0:
        return np.zeros(0, np.int16)
    loud = np.flatnonzero(np.abs(samples) > peak / 100)
    voice = samples[loud[0] : loud[-1] + 1]
    level: NDArray[np.int16] = (voice * (PEAK * 32767 / peak)).astype(np.int16)
    return level


def _is_ready(settings: Settings, name: str, language: Language) -> bool:
    path = prompt_path(settings, name, language)
    spoken = path.with_suffix(".txt")
    return is_recorded(path) or (
        path.is_file()
        and spoken.is_file()
        and spoken.read_text("utf-8") == catalogue(language)[name]
    )


def _read(language: Language) -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name(_FILES[language]).read_text("utf-8"))


def _tone() -> NDArray[np.int16]:
    times = np.arange(round(RATE_HZ * _TONE_SECONDS)) / RATE_HZ
    tone: NDArray[np.int16] = (np.sin(2 * np.pi * _TONE_HZ * times) * PEAK * 32767).astype(np.int16)
    return tone


def _synthesise(settings: Settings, text: str, language: Language) -> NDArray[np.int16]:
    program = settings.program("espeak-ng")
    words = [program, "-v", _VOICES[language], "--stdout", "--stdin"]
    try:
        done = subprocess.run(
            words,
            input=text.encode("utf-8"),
            capture_output=True,
            timeout=_SPEAK_SECONDS,
            check=True,
        )
        with wave.open(io.BytesIO(done.stdout)) as spoken:
            rate_hz = spoken.getframerate()
            samples = np.frombuffer(spoken.readframes(spoken.getnframes()), "<i2")
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        raise CannotStartError(f"{program} speaks no prompts: {type(error).__name__}.") from error
    return levelled(soxr.resample(samples.astype(np.float32), rate_hz, RATE_HZ))
