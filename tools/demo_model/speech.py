"""Speech of espeak-ng's Mandarin voices, and what a telephone line makes of it.

espeak-ng 1.51 reads hanzi as letters with `-v cmn`; `cmn-latn-pinyin` reads hanzi and pinyin. It
gets pinyin here, so that every word is read as the lexicon says; in some utterances hanzi, which
it reads character by character and which people will also give it.
"""

import hashlib
import random
import re
import shutil
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from tools.demo_model import RATE_HZ, ROOT

AUDIO_DIR = ROOT / "var" / "demo-model" / "audio"  # what was spoken once is kept here
VOICE = "cmn-latn-pinyin"
SEEN_VOICES = (
    *([""] * 5 + ["+f2"] * 4 + ["+m3"] * 3 + ["+f5"]),  # the usual choices, more often
    *"+m1 +m2 +m4 +m6 +m7 +m8 +f1 +f3 +f5 +steph +anika +belinda +michael".split(),
    *"+ed +andy +adam +zac +klatt +victor +marcelo +travis +steph2 +paul +linda".split(),
)
UNSEEN_VOICES = ("+m5", "+f4", "+john", "+klatt2", "+max", "+rob")  # never trained on
SPEEDS = (130, 200)  # words a minute, as espeak-ng counts them
PITCHES = (25, 75)
MU = 255


@dataclass(frozen=True)
class Reading:
    """One sentence in one voice; the same reading always gives the same samples."""

    text: str  # pinyin or hanzi
    voice: str
    speed: int
    pitch: int

    def samples(self, cache_dir: Path = AUDIO_DIR) -> np.ndarray:
        """Mono int16 at 8 kHz, kept as a wav file in `cache_dir`."""
        name = hashlib.sha256(repr(self).encode()).hexdigest()[:24]
        path = cache_dir / f"{name}.wav"
        if not path.exists():
            cache_dir.mkdir(parents=True, exist_ok=True)
            write_wav(path, self.speak())
        return read_wav(path)

    def speak(self) -> np.ndarray:
        """What espeak-ng says, at 8 kHz."""
        spoken = subprocess.run(
            [*espeak(), "-v", VOICE + self.voice, "-s", str(self.speed), "-p", str(self.pitch)]
            + ["--stdout", self.text],
            capture_output=True,
            check=True,
        ).stdout
        rate_hz = int.from_bytes(spoken[24:28], "little")
        samples = np.frombuffer(spoken[44:], "<i2").astype(np.float32)
        return np.clip(soxr.resample(samples, rate_hz, RATE_HZ), -32768, 32767).astype(np.int16)


def any_reading(text: str, voices: tuple[str, ...], rng: random.Random) -> Reading:
    """The text in a voice, speed and pitch by chance; now and then as espeak-ng speaks unasked."""
    voice = rng.choice(voices)
    if rng.random() < 0.15:
        return Reading(text, voice, 175, 50)
    return Reading(text, voice, rng.randint(*SPEEDS), rng.randint(*PITCHES))


def espeak() -> list[str]:
    """The synthesiser: the project's own if it is there, else the machine's."""
    return [program("espeak-ng")]


def program(name: str) -> str:
    """Where a Debian program lies: in .deps/bin or on PATH; ends with what to do if nowhere."""
    own = ROOT / ".deps" / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    if not found:
        raise SystemExit(f"{name} is missing: run setup/demo-model")
    return found


def sounds(texts: list[str]) -> list[str]:
    """Espeak-ng's phonemes of each text, without tone and stress, to compare two spellings."""
    spoken = subprocess.run(
        [*espeak(), "-v", VOICE, "-q", "-x"],
        input="\n\n".join(text.replace(",", " ") for text in texts),
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    lines = [line for line in spoken.splitlines() if line.strip()]
    return [re.sub(r"[^A-Za-z@&;.]", "", line) for line in lines]


def telephone(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The samples as a call carries them: a level, at times some noise, digital silence, mu-law.

    Half the calls are silent to the last bit around the words, as Asterisk's streams are; a model
    that never saw such silence hears words in it.
    """
    voice = samples / max(1.0, float(np.abs(samples).max()))
    voice = voice * 10 ** (-rng.uniform(1, 18) / 20)
    before, after = rng.integers(400, 3200), rng.integers(800, 8000)
    line = np.concatenate([np.zeros(before), voice, np.zeros(after)])
    if rng.random() < 0.5:
        power = float(np.sqrt(np.mean(line**2)))
        line = line + rng.standard_normal(len(line)) * power * 10 ** (-rng.uniform(20, 45) / 20)
    return mu_law(np.clip(line, -1, 1))


def mu_law(line: np.ndarray) -> np.ndarray:
    """Samples of -1 to 1 after eight-bit companding, as int16. Source: ITU-T G.711, continuous."""
    code = np.round(127 * np.sign(line) * np.log1p(MU * np.abs(line)) / np.log1p(MU)) / 127
    return (np.sign(code) * ((1 + MU) ** np.abs(code) - 1) / MU * 32767).astype(np.int16)


def write_wav(path: Path, samples: np.ndarray) -> None:
    """A mono 16-bit wav file at 8 kHz; whole or not at all."""
    part = path.with_suffix(".part")
    with wave.open(str(part), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    part.replace(path)


def read_wav(path: Path) -> np.ndarray:
    """The samples of a mono 16-bit wav file."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)
