"""A robot's voice and ear: one RTP stream each way, mu-law, a packet every 20 ms, keys as RFC 4733.

pyVoIP's own RTP keeps 8 bits a sample, drifts, and sends no keys; so its SIP is used and this
carries the sound. Source: RFC 3550 (packets), RFC 3551 (payload type 0), RFC 4733 (keys).

Packets leave from a thread of their own: whatever else the loop has to do, a voice keeps its pace.
"""

import asyncio
import audioop
import contextlib
import os
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable

FRAME_SAMPLES = 160  # 20 ms at 8 kHz
FRAME_BYTES = 2 * FRAME_SAMPLES  # as 16-bit PCM
FRAME_SECONDS = 0.02
KEYS = "0123456789*#ABCD"  # RFC 4733 section 3.2: a key's place is its event code

_PCMU = 0
_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_SILENCE = bytes(FRAME_BYTES)
_KEY_FRAMES = 8  # a key sounds for 160 ms
_KEY_ENDS = 3  # its last packet is sent three times, should one be lost
_KEY_GAP_FRAMES = 5
_KEY_VOLUME = 10  # -10 dBm0
_LATE_SECONDS = 0.1  # later than so, the stream goes on from now: Asterisk drops what comes at once


class AudioStream(asyncio.DatagramProtocol):
    """Sends a packet every 20 ms, silence where nothing is to be said; keeps what it hears."""

    def __init__(self) -> None:
        self.local_port = 0
        self.heard_pcm = bytearray()  # 16-bit little-endian, 8 kHz, mono, since the call began
        self.keys: asyncio.Queue[str] = asyncio.Queue()
        self._socket: socket.socket | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._remote: tuple[str, int] | None = None
        self._event_type = 101
        self._frames: deque[bytes | tuple[int, int] | asyncio.Event] = deque()
        """PCM, a key as (event, frame number), or what to set once all before it was sent."""
        self._unsaid: set[asyncio.Event] = set()
        self._closed = threading.Event()
        self._silent = asyncio.Event()  # the sender will send nothing more
        self._sender: threading.Thread | None = None
        self._sequence = random.getrandbits(15)
        self._timestamp = random.getrandbits(31)
        self._ssrc = random.getrandbits(32)
        self._key_began: int | None = None  # RTP time of the key heard last

    @property
    def backlog(self) -> int:
        """How many frames of 20 ms are still to be sent."""
        return len(self._frames)

    async def open(self, host: str, ports: Iterable[int]) -> None:
        """Binds the first free one of `ports` (UDP).

        Raises:
            OSError: None of them is free.
        """
        loop = asyncio.get_running_loop()
        for port in ports:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                sock.bind((host, port))
            except OSError:
                sock.close()
                continue
            sock.setblocking(False)
            self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=sock)
            self._socket, self.local_port = sock, port
            return
        raise OSError("no UDP port of the robot's RTP range is free")

    def connect(self, host: str, port: int, event_type: int) -> None:
        """Sends to that address from now on; `event_type` is the payload type of keys."""
        self._remote, self._event_type = (host, port), event_type
        if self._sender is None and not self._closed.is_set():
            loop = asyncio.get_running_loop()
            self._sender = threading.Thread(
                target=self._send_steadily, args=(loop,), name="rtp", daemon=True
            )
            self._sender.start()

    async def say(self, pcm: bytes) -> None:
        """Returns once all of it was sent; 16-bit little-endian, 8 kHz, mono."""
        for start in range(0, len(pcm), FRAME_BYTES):
            self._frames.append(pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
        await self._all_sent()

    async def press(self, keys: str) -> None:
        """Returns once all keys were sent, each 160 ms long with 100 ms between."""
        for key in keys:
            for number in range(_KEY_FRAMES + _KEY_ENDS):
                self._frames.append((KEYS.index(key), number))
            self._frames.extend([_SILENCE] * _KEY_GAP_FRAMES)
        await self._all_sent()

    def close(self) -> None:
        """Nothing is sent or heard any more; whoever was speaking returns at once."""
        self._closed.set()
        for said in self._unsaid:
            said.set()
        if self._transport is not None and self._sender is None:
            self._transport.close()

    async def wait_closed(self) -> None:
        """Returns once nothing of a closed stream runs."""
        if self._sender is not None:
            await self._silent.wait()
            self._sender.join()  # it has nothing left to do

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        """Keeps a packet's sound or key; what is not RTP version 2 is left alone."""
        if len(data) <= _HEADER.size or data[0] >> 6 != 2:
            return
        _, marked_type, _, timestamp, _ = _HEADER.unpack_from(data)
        payload = data[_HEADER.size + 4 * (data[0] & 0x0F) :]
        if marked_type & 0x7F == _PCMU:
            self.heard_pcm += audioop.ulaw2lin(payload, 2)
        elif marked_type & 0x7F == self._event_type and payload and payload[0] < len(KEYS):
            if timestamp != self._key_began:  # all packets of one key bear its beginning
                self._key_began = timestamp
                self.keys.put_nowait(KEYS[payload[0]])

    async def _all_sent(self) -> None:
        if self._closed.is_set():
            return
        said = asyncio.Event()
        self._unsaid.add(said)
        self._frames.append(said)
        await said.wait()
        self._unsaid.discard(said)

    def _send_steadily(self, loop: asyncio.AbstractEventLoop) -> None:
        _take_precedence()
        due = time.monotonic()
        while not self._closed.wait(max(0.0, due - time.monotonic())):
            self._send_next(loop)
            due += FRAME_SECONDS
            if time.monotonic() - due > _LATE_SECONDS:
                due = time.monotonic()
        with contextlib.suppress(RuntimeError):  # the loop is gone, and the socket with it
            loop.call_soon_threadsafe(self._fall_silent)

    def _fall_silent(self) -> None:
        if self._transport is not None:
            self._transport.close()
        self._silent.set()

    def _send_next(self, loop: asyncio.AbstractEventLoop) -> None:
        frame = self._next_frame(loop)
        if isinstance(frame, bytes):
            self._send(_PCMU, self._timestamp, audioop.lin2ulaw(frame, 2))
        else:
            self._send_key(*frame)
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFFFFFF

    def _next_frame(self, loop: asyncio.AbstractEventLoop) -> bytes | tuple[int, int]:
        while self._frames:
            frame = self._frames.popleft()
            if not isinstance(frame, asyncio.Event):
                return frame
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(frame.set)
        return _SILENCE

    def _send_key(self, event: int, number: int) -> None:
        began = (self._timestamp - number * FRAME_SAMPLES) & 0xFFFFFFFF
        ended = number >= _KEY_FRAMES
        lasted = min(number + 1, _KEY_FRAMES) * FRAME_SAMPLES
        marker = 0x80 if number == 0 else 0
        payload = _EVENT.pack(event, (0x80 if ended else 0) | _KEY_VOLUME, lasted)
        self._send(self._event_type | marker, began, payload)

    def _send(self, marked_type: int, timestamp: int, payload: bytes) -> None:
        header = _HEADER.pack(0x80, marked_type, self._sequence, timestamp, self._ssrc)
        self._sequence = (self._sequence + 1) & 0xFFFF
        if self._socket is not None and self._remote is not None:
            with contextlib.suppress(OSError):  # nobody there, no room: lost, as on any net
                self._socket.sendto(header + payload, self._remote)


def _take_precedence() -> None:
    """This thread before others, if it may: a real phone has a processor of its own."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
