"""The tap: Asterisk sends each side's audio here as it is spoken, and words come out.

    Asterisk --ChanSpy, AudioSocket--> FrameParser -> SideStream -> Ear -> say, state

One TCP connection a side. A stream is let in by its uuid alone; what is not ours is closed with a
logged reason and touches no other stream. Nothing here can hold up the call itself.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from uuid import UUID, uuid5

import structlog

from callcenter.errors import CannotStartError
from callcenter.facts import Side
from callcenter.settings import Settings
from callcenter.speech.audiosocket import (
    FRAME_BYTES,
    HEAD_BYTES,
    Frame,
    FrameKind,
    FrameParser,
    StreamRefusedError,
)
from callcenter.speech.recognise import Recogniser
from callcenter.speech.stream import BATCH_BYTES, Say, SideStream, State, TapOf
from callcenter.speech.transcript import SideHeard

log = structlog.get_logger()

UUID_SECONDS = 5.0  # to say who you are
TAP_PREFIX = "tap-"
_READ_BYTES = 4096
_STOP_SECONDS = 5.0
_PROBE_SECONDS = 2.0
_NAMESPACE = UUID("0c7d2a52-6f0e-5a6c-8f5e-92a6d1b0c110")


def tap_uuid(call_id: str, side: Side, channel: str) -> UUID:
    """The tap's name; the same after a restart, so that a tap is known again."""
    return uuid5(_NAMESPACE, f"{call_id}|{side}|{channel}")


def tap_originate(channel: str, uuid: UUID, host: str, port: int) -> dict[str, str]:
    """The AMI action that taps one side: its channel's own audio only, until the channel ends.

    The tap is a channel of its own with `TAP_PREFIX` before its Uniqueid and Linkedid, so that it
    is never taken for a call; and while it is open, Asterisk refuses a second one of that name.

    Source: Asterisk, AMI action Originate, application ChanSpy (q, o, S), chan_audiosocket.
    """
    return {
        "Action": "Originate",
        "Channel": f"AudioSocket/{host}:{port}/{uuid}",
        "Application": "ChanSpy",
        "Data": f"{channel},qoS",
        "ChannelId": f"{TAP_PREFIX}{uuid}",
        "Codecs": "slin",
        "Async": "true",
    }


async def is_listening(host: str, port: int) -> bool:
    """Whether a tap would be heard there.

    Never send Asterisk to a port where nobody listens: its res_audiosocket then closes the same
    file descriptor twice, the second time perhaps another call's. Seen as calls without sound,
    wav files read from sockets, and an Asterisk that stands still.
    Decision: docs/decisions/0057-nobody-listens-no-tap.md.
    """
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


Lookup = Callable[[UUID], Awaitable[TapOf | None]]
Ended = Callable[[UUID, SideHeard], Awaitable[None]]


class Tap:
    """The server that Asterisk's taps connect to; one a process.

    Args:
        recogniser: Decodes; the tap does not close it.
        settings: Where to listen.
        lookup: Whose voice a uuid stands for; None: nobody's, the stream is refused.
        say: Shows words still being spoken; where it fails, only the showing is missed.
        state: States an utterance as a fact; where it fails, the live words do not count.
        ended: Told what a stream brought, once nothing more will come of it.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        settings: Settings,
        *,
        lookup: Lookup,
        say: Say,
        state: State,
        ended: Ended,
    ) -> None:
        self._recogniser = recogniser
        self._settings = settings
        self._lookup, self._say, self._state, self._ended = lookup, say, state, ended
        self._server: asyncio.Server | None = None
        self._open: set[UUID] = set()
        self._tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def start(self) -> None:
        """Listens.

        Raises:
            CannotStartError: The port is taken or the address is not this machine's.
        """
        host, port = self._settings.bind_host, self._settings.audiosocket_port
        try:
            self._server = await asyncio.start_server(self._serve, host, port)
        except OSError as error:
            raise CannotStartError(
                f"The speech tap cannot listen on {host}:{port}: "
                f"{str(error.strerror).rpartition(': ')[2]}. "
                "Stop what uses it or set CALLCENTER_AUDIOSOCKET_PORT to a free port."
            ) from error

    async def stop(self) -> None:
        """Closes the port and all streams; what was heard so far is still stated."""
        if self._server is None:
            return
        self._server.close()
        for writer in self._tasks.values():
            writer.close()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def open_streams(self) -> int:
        """How many sides are being heard now."""
        return len(self._open)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = writer
        try:
            _notice_dead_peer(writer)
            async with contextlib.aclosing(_frames(reader)) as frames:
                await self._receive(frames, writer)
        except _NothingCameError:
            pass
        except StreamRefusedError as error:
            log.warning("audio stream refused", reason=error.message)
        except OSError as error:
            log.warning("audio stream broke", error=type(error).__name__)
        except Exception as error:  # the loop's edge: one stream's fault is no other's
            log.error("audio stream failed", error=type(error).__name__)
        finally:
            del self._tasks[task]
            writer.close()

    async def _receive(
        self, frames: AsyncGenerator[Frame, None], writer: asyncio.StreamWriter
    ) -> None:
        uuid, tap_of = await self._admit(frames)
        _wake_once_a_batch(writer)
        heard = SideHeard(utterances=tap_of.utterances)
        self._open.add(uuid)
        try:
            await _hear(frames, SideStream(self._recogniser, tap_of, heard, self._say, self._state))
        finally:
            try:
                await self._ended(uuid, heard)
            finally:
                self._open.discard(uuid)

    async def _admit(self, frames: AsyncGenerator[Frame, None]) -> tuple[UUID, TapOf]:
        try:
            async with asyncio.timeout(UUID_SECONDS):
                first = await anext(frames, None)
                if first is None:
                    raise _NothingCameError
                if first.kind is not FrameKind.UUID:
                    raise StreamRefusedError("no_uuid")
                uuid = UUID(bytes=first.payload)
                tap_of = await self._lookup(uuid)
        except TimeoutError:
            raise StreamRefusedError("no_uuid_in_time") from None
        if tap_of is None:
            raise StreamRefusedError("unknown_uuid")
        if uuid in self._open:
            raise StreamRefusedError("already_open")
        return uuid, tap_of


class _NothingCameError(Exception):
    """Somebody only asked whether we listen."""


async def _hear(frames: AsyncGenerator[Frame, None], stream: SideStream) -> None:
    decoding = asyncio.create_task(stream.decode())
    try:
        async for frame in frames:
            if decoding.done() or frame.kind in (FrameKind.END, FrameKind.ERROR):
                break
            if frame.kind is FrameKind.UUID:
                raise StreamRefusedError("second_uuid")
            if frame.kind is FrameKind.AUDIO:
                stream.put(frame.payload)
    finally:
        stream.end()
        await decoding


async def _frames(reader: asyncio.StreamReader) -> AsyncGenerator[Frame, None]:
    parser = FrameParser()
    while data := await reader.read(_READ_BYTES):
        for frame in parser.feed(data):
            yield frame
    if not parser.is_between_frames:
        raise StreamRefusedError("half_frame")


def _notice_dead_peer(writer: asyncio.StreamWriter) -> None:
    """Ends the stream of an Asterisk whose machine is gone after about half a minute."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 15)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)


def _wake_once_a_batch(writer: asyncio.StreamWriter) -> None:
    """Leaves frames with the kernel until they make a batch: a fifth of the wake-ups."""
    frames = BATCH_BYTES // FRAME_BYTES
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, BATCH_BYTES + frames * HEAD_BYTES)
