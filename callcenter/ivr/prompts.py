"""Spoken lines: the catalogue `prompts.toml`, spoken by espeak-ng into wav files Asterisk plays.

Every wav is 8 kHz, 16 bit, mono, its peak at -6 dBFS. Beside it lies the text it speaks; a prompt
is spoken anew only when its text in the catalogue differs. No network is needed.
"""

import hashlib
import io
import subprocess
import tomllib
import wave
from functools import cache
from pathlib import Path

import numpy as np
import soxr
import structlog
from numpy.typing import NDArray

from callcenter.errors import CannotStartError
from callcenter.settings import Settings

log = structlog.get_logger()

RATE_HZ = 8000
PEAK = 0.5  # of full scale: -6 dBFS, loud and far from clipping

# Debian's espeak-ng reads hanzi as English letters with plain `cmn`.
_VOICE = "cmn-latn-pinyin"
_CATALOGUE = Path(__file__).with_name("prompts.toml")
_SPEAK_SECONDS = 20.0
_PAUSES = (("digit-", 0.15), ("hold/", 4.0))  # seconds of silence after prompts so named


@cache
def catalogue() -> dict[str, str]:
    """Text by prompt name; digits are named `digit-0` to `digit-9`."""
    read: dict[str, dict[str, str]] = tomllib.loads(_CATALOGUE.read_text("utf-8"))
    return read["prompts"] | {f"digit-{digit}": text for digit, text in read["digits"].items()}


def make_prompts(settings: Settings) -> int:
    """All prompts lie in `settings.prompts_dir` as they are in the catalogue; how many were made.

    Blocks: run it in a thread where a loop runs.

    Raises:
        CannotStartError: espeak-ng is missing or fails.
    """
    made = 0
    for name, text in catalogue().items():
        path = settings.prompts_dir / f"{name}.wav"
        spoken = path.with_suffix(".txt")
        if path.is_file() and spoken.is_file() and spoken.read_text("utf-8") == text:
            continue
        pause = next((pause for start, pause in _PAUSES if name.startswith(start)), 0.0)
        _write(path, _synthesise(settings, text), pause)
        spoken.write_text(text, "utf-8")
        made += 1
    log.info("prompts ready", made=made, all=len(catalogue()))
    return made


def speak(settings: Settings, text: str) -> Path:
    """A wav that speaks `text`, for robots' lines; the same text gives the same file.

    Blocks: run it in a thread where a loop runs.

    Raises:
        CannotStartError: espeak-ng is missing or fails.
    """
    name = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
    path = settings.prompts_dir / "spoken" / f"{name}.wav"
    if not path.is_file():
        _write(path, _synthesise(settings, text))
    return path


def number_prompts(number: str) -> list[str]:
    """Prompt names that read a number digit by digit; what is no digit is left out."""
    return [f"digit-{digit}" for digit in number if digit in "0123456789"]


def _synthesise(settings: Settings, text: str) -> NDArray[np.int16]:
    program = settings.program("espeak-ng")
    words = [program, "-v", _VOICE, "--stdout", "--stdin"]
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
    return _level(soxr.resample(samples.astype(np.float32), rate_hz, RATE_HZ))


def _level(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Trimmed of silence at both ends, its peak at PEAK."""
    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0.0:
        return np.zeros(0, np.int16)
    loud = np.flatnonzero(np.abs(samples) > peak / 100)
    voice = samples[loud[0] : loud[-1] + 1]
    level: NDArray[np.int16] = (voice * (PEAK * 32767 / peak)).astype(np.int16)
    return level


def _write(path: Path, samples: NDArray[np.int16], pause_seconds: float = 0.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with wave.open(str(partial), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
        file.writeframes(bytes(2 * round(pause_seconds * RATE_HZ)))
    partial.replace(path)
