"""The recordings Asterisk writes, one WAV file a side: measured, hashed, checked; never played.

MixMonitor writes the header's sizes only when it closes the file, so a header that does not match
its file means "still being written" - or, when the file no longer grows, that Asterisk died.
"""

import hashlib
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from callcenter.errors import BadInputError, NotReadyError
from callcenter.facts import RecordingStored, Side
from callcenter.settings import Settings

ABANDONED_SECONDS = 60.0  # a file with an open header that has not grown for so long is left so
_PCM, _EXTENSIBLE = 1, 0xFFFE
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class WavShape:
    """Where a WAV file's samples lie and how to read them; always signed 16-bit."""

    rate_hz: int
    channels: int
    data_at: int  # bytes from the start of the file
    data_bytes: int  # whole samples of all channels that are really there
    finished: bool  # False: the header's sizes do not match the file


@dataclass(frozen=True)
class Measured:
    """A recording as it lies on the disk."""

    seconds: float
    rate_hz: int
    sha256: str  # of the whole file, header included
    bytes: int


def recording_path(call_id: str, side: Side, settings: Settings) -> Path:
    """Where the dialplan's MixMonitor puts this side's recording."""
    return settings.recordings_dir / f"{call_id}-{side}.wav"


def covers(seconds: float, talk_seconds: float) -> bool:
    """Whether audio of `seconds` is all of a talk: at most 1 s or 2 % missing, whichever is more.

    The one rule for recordings (complete or not) and for live words (good enough or not).
    """
    return talk_seconds - seconds <= max(1.0, 0.02 * talk_seconds)


def read_shape(path: Path) -> WavShape:
    """The shape of a WAV file, finished or still growing.

    Raises:
        NotReadyError: No such file yet, or its header is not written yet.
        BadInputError: Not a WAV file, or samples other than 16-bit PCM.

    Source: RIFF WAVE, Microsoft and IBM, "Multimedia Programming Interface", 1991; Asterisk's
    formats/format_wav.c for what it writes when.
    """
    try:
        file_bytes = path.stat().st_size
        with path.open("rb") as file:
            return _parse(file, file_bytes, path.name)
    except FileNotFoundError as error:
        raise NotReadyError(f"{path.name} is not there yet.") from error


def measure(path: Path) -> Measured:
    """Length, rate and SHA-256 of a finished recording.

    A file cut off by the death of Asterisk counts as finished once it has not grown for
    `ABANDONED_SECONDS`; its length is that of the samples really there.

    Raises:
        NotReadyError: Missing, or still being written.
        BadInputError: Not a 16-bit WAV file.
    """
    shape = read_shape(path)
    if not shape.finished and time.time() - path.stat().st_mtime < ABANDONED_SECONDS:
        raise NotReadyError(f"{path.name} is still being written.")
    with path.open("rb") as file:
        sha256 = _sha256(file)
    seconds = shape.data_bytes / (2 * shape.channels * shape.rate_hz)
    return Measured(seconds, shape.rate_hz, sha256, path.stat().st_size)


def stored(call_id: str, side: Side, talk_seconds: float, settings: Settings) -> RecordingStored:
    """The fact that this side's recording lies in the store, and whether it is all of the talk.

    Raises:
        NotReadyError: Missing, or still being written; try again.
        BadInputError: Not a 16-bit WAV file.
    """
    return stored_file(
        recording_path(call_id, side, settings), call_id, side, talk_seconds, settings
    )


def stored_file(
    path: Path, call_id: str, side: Side, talk_seconds: float, settings: Settings
) -> RecordingStored:
    """As `stored`, of a file of another name in the recordings folder: a message."""
    measured = measure(path)
    return RecordingStored(
        call_id=call_id,
        side=side,
        path=path.relative_to(settings.recordings_dir).as_posix(),
        sha256=measured.sha256,
        seconds=measured.seconds,
        talk_seconds=talk_seconds,
        complete=covers(measured.seconds, talk_seconds),
    )


def forget(name: str, settings: Settings) -> bool:
    """Delete a recording by its name in the recordings folder; whether it was there.

    For retention. A name that leads out of the folder is no recording, and is left alone.
    """
    folder = settings.recordings_dir
    path = (folder / name).resolve()
    if path.parent != folder.resolve() or not path.is_file():
        return False
    path.unlink()
    return True


def _parse(file: BinaryIO, file_bytes: int, name: str) -> WavShape:
    if file_bytes < 12:
        raise NotReadyError(f"{name} has no header yet.")
    riff, riff_bytes, wave = struct.unpack("<4sI4s", file.read(12))
    if (riff, wave) != (b"RIFF", b"WAVE"):
        raise BadInputError(f"{name} is not a WAV file: give a RIFF WAVE file.")
    channels = rate_hz = 0
    while len(head := file.read(_CHUNK.size)) == _CHUNK.size:
        tag, size = _CHUNK.unpack(head)
        if tag == b"fmt ":
            channels, rate_hz = _format(file.read(size + size % 2), name)
        elif tag == b"data" and rate_hz:
            return _shape(channels, rate_hz, file.tell(), size, riff_bytes, file_bytes)
        else:
            file.seek(size + size % 2, 1)
    raise BadInputError(f"{name} is a WAV file without samples: its data part is missing.")


def _format(chunk: bytes, name: str) -> tuple[int, int]:
    if len(chunk) < _FORMAT.size:
        raise BadInputError(f"{name} has a broken WAV header: its format part is too short.")
    coding, channels, rate_hz, _, _, bits = _FORMAT.unpack(chunk[: _FORMAT.size])
    if coding not in (_PCM, _EXTENSIBLE) or bits != 16 or not channels or not rate_hz:
        raise BadInputError(
            f"{name} has samples of coding {coding} with {bits} bits: convert it to 16-bit PCM."
        )
    return channels, rate_hz


def _shape(
    channels: int, rate_hz: int, data_at: int, size: int, riff_bytes: int, file_bytes: int
) -> WavShape:
    there = file_bytes - data_at
    finished = riff_bytes + 8 in (file_bytes, file_bytes - 1) and size <= there
    data_bytes = size if finished or 0 < size <= there else there
    return WavShape(rate_hz, channels, data_at, data_bytes - data_bytes % (2 * channels), finished)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(_READ_BYTES):
        digest.update(block)
    return digest.hexdigest()
