"""Category: spoken lines, made by the real espeak-ng."""

import wave
from pathlib import Path

import numpy as np
import pytest

from callcenter.errors import CannotStartError
from callcenter.ivr.prompts import PEAK, RATE_HZ, catalogue, make_prompts, number_prompts, speak
from callcenter.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(var_dir=tmp_path_factory.mktemp("prompts"))
    try:
        settings.program("espeak-ng")
    except CannotStartError as error:
        pytest.skip(error.message)
    make_prompts(settings)
    return settings


def _samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE_HZ, 2, 1)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_every_prompt_is_spoken_at_minus_6_dbfs(settings: Settings) -> None:
    for name in catalogue():
        peak = np.abs(_samples(settings.prompts_dir / f"{name}.wav").astype(int)).max()
        assert peak == pytest.approx(PEAK * 32767, rel=0.02), name


def test_the_greeting_lasts_at_most_five_seconds_and_tells_of_the_recording(
    settings: Settings,
) -> None:
    assert len(_samples(settings.prompts_dir / "greeting.wav")) / RATE_HZ <= 5.0
    assert "录音" in catalogue()["greeting"]


def test_only_a_changed_text_is_spoken_anew(settings: Settings) -> None:
    assert make_prompts(settings) == 0
    (settings.prompts_dir / "digit-7.txt").write_text("another", "utf-8")
    assert make_prompts(settings) == 1


def test_the_same_text_is_spoken_once(settings: Settings) -> None:
    path = speak(settings, "南大街的路灯不亮")
    made_at = path.stat().st_mtime_ns
    assert speak(settings, "南大街的路灯不亮").stat().st_mtime_ns == made_at
    assert speak(settings, "另一句话") != path


def test_hanzi_are_read_as_chinese_not_letter_by_letter(settings: Settings) -> None:
    assert len(_samples(speak(settings, "路灯"))) / RATE_HZ < 1.5


def test_a_number_is_read_digit_by_digit() -> None:
    assert number_prompts("12-05") == ["digit-1", "digit-2", "digit-0", "digit-5"]
    assert all(name in catalogue() for name in number_prompts("0123456789"))


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotStartError, match="espeak-ng"):
        speak(Settings(var_dir=tmp_path, deps_dir=tmp_path), "你好")
