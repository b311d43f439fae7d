"""Asterisk's AudioSocket protocol: bytes to frames, and nothing else.

A frame is a kind (1 byte), the length of its payload (2 bytes, big endian) and the payload.
A stream begins with one UUID frame, goes on with AUDIO and ends with END or the connection.

Source: Asterisk, res/res_audiosocket.c and "AudioSocket" in its documentation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from callcenter.errors import CallCenterError

RATE_HZ = 8000
BYTES_PER_SECOND = 2 * RATE_HZ
HEAD_BYTES = 3
FRAME_BYTES = BYTES_PER_SECOND // 50  # Asterisk sends 20 ms at a time


class StreamRefusedError(CallCenterError):
    """A stream that is not ours or breaks the protocol; the message is the reason, in a word."""

    code = "stream_refused"


class FrameKind(IntEnum):
    """What a frame carries."""

    END = 0x00
    UUID = 0x01
    DTMF = 0x03
    AUDIO = 0x10  # signed 16-bit little-endian, 8 kHz, mono, 20 ms
    ERROR = 0xFF


_LONGEST = {
    FrameKind.END: 0,
    FrameKind.UUID: 16,
    FrameKind.DTMF: 1,
    FrameKind.AUDIO: BYTES_PER_SECOND,
    FrameKind.ERROR: 16,
}


@dataclass(frozen=True)
class Frame:
    """One message of the protocol."""

    kind: FrameKind
    payload: bytes


class FrameParser:
    """Frames from bytes, however they are cut."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def is_between_frames(self) -> bool:
        """Whether the bytes so far end with a whole frame."""
        return not self._bytes

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes; to be read to the end before the next call.

        Raises:
            StreamRefusedError: After the frames before it: an unknown kind, or a length its kind
                cannot have.
        """
        self._bytes += data
        while len(self._bytes) >= HEAD_BYTES:
            length = int.from_bytes(self._bytes[1:HEAD_BYTES], "big")
            kind = _kind(self._bytes[0], length)
            end = HEAD_BYTES + length
            if len(self._bytes) < end:
                return
            frame = Frame(kind, bytes(self._bytes[HEAD_BYTES:end]))
            del self._bytes[:end]
            yield frame


def _kind(byte: int, length: int) -> FrameKind:
    try:
        kind = FrameKind(byte)
    except ValueError:
        raise StreamRefusedError("unknown_kind") from None
    if length > _LONGEST[kind]:
        raise StreamRefusedError("too_long")
    if (kind is FrameKind.UUID and length != 16) or (kind is FrameKind.AUDIO and length % 2):
        raise StreamRefusedError("wrong_length")
    return kind
