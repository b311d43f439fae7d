import hashlib
import os
import struct
import wave
from pathlib import Path

import pytest

from callcenter.errors import BadInputError, NotReadyError
from callcenter.facts import Side
from callcenter.settings import Settings
from callcenter.speech.recordings import (
    ABANDONED_SECONDS,
    covers,
    measure,
    read_shape,
    recording_path,
    stored,
)


def write_wav(path: Path, seconds: float, rate_hz: int = 8000, channels: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(bytes(2 * channels * int(seconds * rate_hz)))
    return path


def still_open(path: Path) -> Path:
    """As Asterisk leaves the header until it closes the file: sizes are 0."""
    with path.open("r+b") as file:
        for at in (4, 40):
            file.seek(at)
            file.write(struct.pack("<I", 0))
    return path


def test_a_finished_recording_is_measured_and_hashed(tmp_path):
    path = write_wav(tmp_path / "c-citizen.wav", 2.5)

    measured = measure(path)

    assert (measured.seconds, measured.rate_hz) == (2.5, 8000)
    assert measured.bytes == path.stat().st_size
    assert measured.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_recording_still_being_written_or_missing_is_not_ready(tmp_path):
    with pytest.raises(NotReadyError):
        measure(tmp_path / "c-seat.wav")
    (tmp_path / "c-seat.wav").touch()
    with pytest.raises(NotReadyError):
        measure(tmp_path / "c-seat.wav")
    with pytest.raises(NotReadyError):
        measure(still_open(write_wav(tmp_path / "c-seat.wav", 1)))


def test_a_recording_that_grows_past_its_header_is_not_ready(tmp_path):
    path = write_wav(tmp_path / "c-seat.wav", 1)
    with path.open("ab") as file:
        file.write(bytes(3200))
    with pytest.raises(NotReadyError):
        measure(path)


def test_a_recording_cut_off_by_the_death_of_asterisk_counts_what_is_there(tmp_path):
    path = still_open(write_wav(tmp_path / "c-seat.wav", 3))
    long_ago = path.stat().st_mtime - ABANDONED_SECONDS - 1
    os.utime(path, (long_ago, long_ago))

    assert measure(path).seconds == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"OggS" + bytes(60), "not a WAV file"),
        (b"RIFF" + struct.pack("<I", 40) + b"WAVEfmt " + struct.pack("<I", 4) + bytes(4), "short"),
        (b"RIFF" + struct.pack("<I", 4) + b"WAVE", "without samples"),
        (
            b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 7, 1, 8000, 8000, 1, 8) + b"data" + bytes(4),
            "coding 7 with 8 bits",
        ),
    ],
)  # fmt: skip
def test_a_broken_wav_is_named_with_its_fault(tmp_path, content, says):
    path = tmp_path / "c-seat.wav"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=says):
        measure(path)


def test_other_chunks_before_and_after_the_samples_are_stepped_over(tmp_path):
    whole = write_wav(tmp_path / "plain.wav", 1, rate_hz=16000, channels=2).read_bytes()
    listed = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    body = whole[8:12] + listed + whole[12:] + listed
    path = tmp_path / "listed.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)

    shape = read_shape(path)

    assert (shape.rate_hz, shape.channels, shape.data_bytes) == (16000, 2, 64000)
    assert shape.finished


@pytest.mark.parametrize(
    ("seconds", "talk_seconds", "enough"),
    [(60, 60, True), (39.0, 40, True), (38.9, 40, False), (98, 100, True), (97.9, 100, False),
     (588, 600, True), (587, 600, False), (0, 0.5, True), (75, 60, True)],
)  # fmt: skip
def test_audio_covers_a_talk_but_for_a_second_or_two_percent(seconds, talk_seconds, enough):
    assert covers(seconds, talk_seconds) is enough


def test_a_recording_is_stored_under_its_name_and_marked_when_short(tmp_path):
    settings = Settings(var_dir=tmp_path)
    write_wav(recording_path("n1-1.0", Side.CITIZEN, settings), 8)

    whole = stored("n1-1.0", Side.CITIZEN, 8.4, settings)
    short = stored("n1-1.0", Side.CITIZEN, 20, settings)

    assert whole.path == "n1-1.0-citizen.wav"
    assert (whole.seconds, whole.complete, short.complete) == (8, True, False)
