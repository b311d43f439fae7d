import asyncio
import shutil
import threading
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from callcenter.errors import CannotStartError
from callcenter.facts import Side, TranscriptCompleted
from callcenter.settings import ROOT, Settings
from callcenter.speech.models import SpeechModel, find_model
from callcenter.speech.recognise import Recogniser
from callcenter.speech.recordings import recording_path
from callcenter.speech.transcript import (
    read_transcript,
    transcribe_file,
    transcribe_recordings,
    transcribe_wav,
)
from tests.patience import PATIENCE_SECONDS

MODEL = ROOT / "models" / "demo-cn"
VOICES = ROOT / "tests" / "voices"
CITIZEN, SEAT = VOICES / "citizen_street_light.wav", VOICES / "seat_greeting.wav"
SAID = {CITIZEN: "南大街的路灯坏了", SEAT: "您好一二三四五热线"}

pytestmark = pytest.mark.skipif(not MODEL.is_dir(), reason="models/demo-cn is not there")


@pytest.fixture(scope="module")
def recogniser():
    made = Recogniser(find_model(Settings(vosk_model=MODEL)))
    yield made
    made.close()


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def write_wav(path: Path, channels: list[np.ndarray], rate_hz: int) -> Path:
    longest = max(len(channel) for channel in channels)
    padded = [np.pad(channel, (0, longest - len(channel))) for channel in channels]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.stack(padded, axis=1).astype("<i2").tobytes())
    return path


def test_partials_come_before_the_utterance_and_only_when_changed(recogniser):
    ear = recogniser.listen(8000)
    audio = samples(CITIZEN).tobytes()
    news = [item for cut in range(0, len(audio), 320) for item in ear.feed(audio[cut : cut + 320])]
    news += ear.finish()

    finals = [item for item in news if item.final]
    partials = [item.text for item in news if not item.final]
    assert [item.text for item in finals] == [SAID[CITIZEN]]
    assert len(partials) > 1
    assert len(partials) == len(set(partials))
    assert all(0 < word.confidence <= 1 for word in finals[0].words)
    assert finals[0].start_ms < finals[0].end_ms


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 44100, 48000])
def test_audio_of_any_rate_gives_the_same_words_at_the_same_time(recogniser, tmp_path, rate_hz):
    voice = soxr.resample(samples(CITIZEN), 8000, rate_hz)
    at_its_rate = transcribe_file(recogniser, write_wav(tmp_path / "x.wav", [voice], rate_hz))
    at_eight = transcribe_file(recogniser, CITIZEN)

    assert [heard.text for heard in at_its_rate] == [SAID[CITIZEN]]
    assert abs(at_its_rate[0].start_ms - at_eight[0].start_ms) <= 60


def test_audio_below_the_rate_of_the_model_is_raised_for_it():
    """Vosk cannot raise a rate; with a 16 kHz model this ear must do it without an abort."""
    sixteen = Recogniser(SpeechModel(path=MODEL, name="x", rate_hz=16000, is_demo=True))
    ear = sixteen.listen(8000)
    news = ear.feed(samples(CITIZEN).tobytes()) + ear.finish()
    sixteen.close()
    assert "".join(item.text for item in news if item.final) == SAID[CITIZEN]


def test_utterances_are_cut_where_they_end_however_much_audio_is_fed_at_once(recogniser):
    ear = recogniser.listen(8000)
    news = ear.feed(np.tile(samples(CITIZEN), 3).tobytes()) + ear.finish()
    finals = [item for item in news if item.final]
    assert [item.text for item in finals] == [SAID[CITIZEN]] * 3
    length_ms = len(samples(CITIZEN)) / 8
    assert [round(item.start_ms / length_ms) for item in finals] == [0, 1, 2]


def test_silence_says_nothing(recogniser):
    ear = recogniser.listen(8000)
    assert ear.feed(bytes(16000 * 10)) + ear.finish() == []


def test_a_stereo_file_gives_two_sides_in_order_of_time(recogniser, tmp_path):
    late = np.concatenate([np.zeros(8000 * 4, dtype="<i2"), samples(CITIZEN)])
    path = write_wav(tmp_path / "both.wav", [late, samples(SEAT)], 8000)

    heard = transcribe_wav(path, recogniser)

    assert [(channel, item.text) for channel, item in heard] == [
        (1, SAID[SEAT]),
        (0, SAID[CITIZEN]),
    ]


def test_recordings_become_utterances_and_the_closing_fact(recogniser, tmp_path):
    settings = Settings(var_dir=tmp_path)
    settings.recordings_dir.mkdir(parents=True)
    shutil.copy(CITIZEN, recording_path("n1-1.0", Side.CITIZEN, settings))
    shutil.copy(SEAT, recording_path("n1-1.0", Side.SEAT, settings))

    *utterances, completed = transcribe_recordings("n1-1.0", settings, recogniser)
    again = transcribe_recordings("n1-1.0", settings, recogniser)

    assert isinstance(completed, TranscriptCompleted)
    assert (completed.source, completed.model) == ("recording", recogniser.model.name)
    assert completed.heard_seconds == pytest.approx(len(samples(CITIZEN)) / 8000)  # the shorter
    transcript = read_transcript(utterances, completed)
    assert set(transcript.texts) == set(SAID.values())
    assert [fact.id for fact in again] == [fact.id for fact in [*utterances, completed]]


async def test_ears_decode_in_threads_at_the_same_time(recogniser):
    meeting = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def decode() -> str:
        meeting.wait()  # passes only when two threads are here at once
        ear = recogniser.listen(8000)
        return "".join(
            item.text for item in ear.feed(samples(CITIZEN).tobytes()) + ear.finish() if item.final
        )

    heard = await asyncio.gather(recogniser.run(decode), recogniser.run(decode))
    assert heard == [SAID[CITIZEN]] * 2


@pytest.fixture
def copied_model(tmp_path):
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def broken(path: Path) -> SpeechModel:
    return SpeechModel(path=path, name="broken", rate_hz=8000, is_demo=False)


def test_a_missing_model_is_one_clear_line(tmp_path):
    with pytest.raises(CannotStartError, match=r"gone.*CALLCENTER_VOSK_MODEL") as refused:
        Recogniser(broken(tmp_path / "gone"))
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("fault", ["missing", "empty", "garbage", "cut"])
@pytest.mark.parametrize("name", ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph"])
def test_a_broken_model_is_one_clear_line(copied_model, name, fault):
    if name == "graph":
        name = "graph/HCLG.fst" if (MODEL / "graph/HCLG.fst").is_file() else "graph/HCLr.fst"
    file = copied_model / name
    if fault == "missing":
        file.unlink()
    else:
        whole = file.read_bytes()
        file.write_bytes(
            {"empty": b"", "garbage": b"<html>\n", "cut": whole[: len(whole) // 2]}[fault]
        )
    with pytest.raises(CannotStartError, match="speech model"):
        Recogniser(broken(copied_model))
