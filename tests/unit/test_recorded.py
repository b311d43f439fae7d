"""Category: recorded prompts, checked and put in the place of spoken ones; the command line."""

import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.errors import BadInputError, CannotStartError, NotFoundError
from callcenter.ivr import recorded
from callcenter.ivr.prompts import RATE_HZ, make_prompts, prompt_path
from callcenter.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(var_dir=tmp_path_factory.mktemp("recorded"))
    try:
        settings.program("espeak-ng")
    except CannotStartError as error:
        pytest.skip(error.message)
    make_prompts(settings)
    return settings


def record(
    path: Path, seconds: float = 2.0, rate_hz: int = 8000, *, level: float = 0.3,
    channels: int = 1, width: int = 2,
) -> Path:  # fmt: skip
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    sound = np.clip(level * np.sin(2 * np.pi * 300 * times), -1, 1)
    kind = {1: "u1", 2: "<i2"}[width]
    samples = np.repeat(sound * (32767 if width == 2 else 127), channels).astype(kind)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate_hz, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize("rate_hz", recorded.RATES_HZ)
def test_a_recording_of_any_usual_rate_takes_the_prompts_place(
    settings: Settings, tmp_path: Path, rate_hz: int
) -> None:
    file = record(tmp_path / "bye.wav", 3.0, rate_hz)
    assert recorded.replace(settings, "goodbye", file, "zh") == pytest.approx(3.0, abs=0.01)
    with wave.open(str(prompt_path(settings, "goodbye"))) as made:
        assert (made.getframerate(), made.getnchannels(), made.getsampwidth()) == (RATE_HZ, 1, 2)
        assert made.getnframes() == pytest.approx(3 * RATE_HZ, abs=80)
    assert make_prompts(settings) == 0  # and stays there at the next start
    recorded.restore(settings, "goodbye", "zh")
    with pytest.raises(NotFoundError):
        recorded.restore(settings, "goodbye", "zh")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"rate_hz": 11025}, "11025 Hz: save it with one of 8000, 16000, 44100, 48000 Hz"),
        ({"channels": 2}, "2 channels: mix it down to mono"),
        ({"width": 1}, "8 bit: save it with 16 bit"),
        ({"level": 1.6}, "clipped: record it again with less gain"),
        ({"level": 0.9}, "too loud"),
        ({"level": 0.01}, "too quiet"),
        ({"seconds": 0.0}, "no samples"),
        ({"seconds": 0.3}, "lasts 0.3 s, but goodbye as it is spoken"),
        ({"seconds": 30.0}, "is it the right text"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_recording_is_said_and_nothing_changes(
    settings: Settings, tmp_path: Path, other: dict[str, float], told: str
) -> None:
    before = prompt_path(settings, "goodbye").read_bytes()
    file = record(tmp_path / "bad.wav", **other)  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="bad.wav") as raised:
        recorded.replace(settings, "goodbye", file, "zh")
    assert told in raised.value.message
    assert prompt_path(settings, "goodbye").read_bytes() == before


def test_a_greeting_longer_than_five_seconds_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="greeting may last 5 s at most"):
        recorded.replace(settings, "greeting", record(tmp_path / "long.wav", 5.2), "zh")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"\0" * 100])
def test_what_is_no_wav_is_refused(settings: Settings, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.wav").write_bytes(content)
    with pytest.raises(BadInputError, match="no wav file"):
        recorded.replace(settings, "goodbye", tmp_path / "no.wav", "zh")


def test_an_unknown_name_and_a_missing_file_are_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no prompt is named nothing"):
        recorded.replace(settings, "nothing", record(tmp_path / "a.wav"), "zh")
    with pytest.raises(NotFoundError, match="not there"):
        recorded.replace(settings, "goodbye", tmp_path / "none.wav", "zh")


def test_the_command_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(settings.var_dir))
    run, file = CliRunner().invoke, str(record(tmp_path / "bye.wav", 3.0))
    assert "is fit for goodbye" in run(app, ["prompts", "check", "goodbye", file]).stdout
    assert run(app, ["prompts", "replace", "goodbye", file]).exit_code == 0
    listed = run(app, ["prompts", "list"]).stdout.splitlines()
    assert [line for line in listed if line.startswith("goodbye ") and "recorded" in line]
    assert run(app, ["prompts", "restore", "goodbye"]).exit_code == 0
    out = tmp_path / "heard.wav"
    told = run(app, ["prompts", "play-text", "waiting-time", "duration=3", "--out", str(out)])
    assert told.stdout.split()[-3:] == ["waiting-time-1", "number-3", "minutes"]
    assert out.stat().st_size > 16000
    assert isinstance(run(app, ["prompts", "play-text", "waiting-time"]).exception, BadInputError)
