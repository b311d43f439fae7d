"""One call as a robot lives it: waits, speaks, listens, presses keys, hangs up."""

import asyncio
import contextlib
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

from callcenter.errors import BadInputError, CallCenterError
from callcenter.ivr.rtp import AudioStream

GONE = 487  # SIP: request terminated


class CallRefusedError(CallCenterError):
    """The other end refused, or went away before an answer; `status` is SIP's code (487: gone)."""

    code = "call_refused"

    def __init__(self, status: int) -> None:
        super().__init__(f"The call was refused with SIP status {status}.")
        self.status = status


class RobotCall:
    """One call of a robot; made by `RobotPhone.call` and `RobotPhone.ring`.

    `dialled` and `caller` are the two numbers; `caller` is None where it is withheld.
    """

    def __init__(
        self,
        dialled: str,
        caller: str | None,
        stream: AudioStream,
        pick_up: Callable[[], None],
        leave: Callable[[], Awaitable[None]],
        refer: Callable[[str, "RobotCall | None"], Awaitable[int]],
    ) -> None:
        self.dialled = dialled
        self.caller = caller
        self.is_answered = False
        self._stream = stream
        self._pick_up = pick_up
        self._leave = leave
        self._refer = refer
        self._status = GONE
        self._settled = asyncio.Event()  # answered or ended
        self._over = asyncio.Event()

    @property
    def is_ended(self) -> bool:
        """Whether either end has hung up."""
        return self._over.is_set()

    async def answered(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109  # reads like a call
        """Returns once the other end picked up; seconds.

        Raises:
            CallRefusedError: It never will.
            TimeoutError: It still rings.
        """
        async with asyncio.timeout(timeout):
            await self._settled.wait()
        if not self.is_answered:
            raise CallRefusedError(self._status)

    async def answer(self) -> None:
        """Picks up a call that rings here.

        Raises:
            CallRefusedError: The caller has given up.
        """
        if self.is_ended:
            raise CallRefusedError(self._status)
        self._pick_up()

    async def play(self, wav: Path) -> None:
        """Speaks a wav file (8 kHz, 16 bit, mono); returns once it was sent or the call is over.

        Raises:
            BadInputError: It is another kind of file.
        """
        await self.say(await asyncio.to_thread(read_wav, wav))

    async def say(self, pcm: bytes) -> None:
        """Speaks PCM, 16-bit little-endian, 8 kHz, mono; returns once sent, or all is over."""
        await self._stream.say(pcm)

    async def send_keys(self, keys: str) -> None:
        """Presses keys, each for 160 ms."""
        await self._stream.press(keys)

    def heard(self) -> bytes:
        """All that was heard so far: PCM, 16-bit little-endian, 8 kHz, mono."""
        return bytes(self._stream.heard_pcm)

    async def key(self, timeout: float = 10.0) -> str | None:  # noqa: ASYNC109
        """The next key the other end presses, or None where it presses none in time; seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                return await self._stream.keys.get()
        return None

    async def ended(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109
        """Returns once either end has hung up; seconds.

        Raises:
            TimeoutError: They still talk.
        """
        async with asyncio.timeout(timeout):
            await self._over.wait()

    async def refer(self, number: str, consulted: "RobotCall | None" = None) -> int:
        """Transfers the other end to `number`, as a telephone's transfer key does; SIP's status.

        202: taken. Source: RFC 3515; with `consulted`, a call of the same phone to that number,
        the other end takes this phone's place in it: RFC 3891.

        Raises:
            RobotRefusedError: No answer at all.
        """
        return await self._refer(number, consulted)

    async def hang_up(self) -> None:
        """Ends the call, whatever state it is in: refuses, gives up or says good-bye."""
        if not self.is_ended:
            await self._leave()
            self.mark_ended()

    def mark_answered(self, host: str, port: int, event_type: int) -> None:
        """The phone's word: voices flow, to that address, keys as that payload type."""
        self._stream.connect(host, port, event_type)
        self.is_answered = True
        self._settled.set()

    def mark_ended(self, status: int = GONE) -> None:
        """The phone's word: it is over, with that SIP status where it never was answered."""
        if not self.is_ended:
            self._status = status
            self._over.set()
            self._settled.set()
            self._stream.close()


def read_wav(path: Path) -> bytes:
    """The PCM of a wav file (8 kHz, 16 bit, mono), as little-endian bytes.

    Raises:
        BadInputError: It is another kind of file.
    """
    with wave.open(str(path), "rb") as file:
        kind = (file.getframerate(), file.getsampwidth(), file.getnchannels())
        if kind != (8000, 2, 1):
            raise BadInputError(f"{path.name} must be 8000 Hz, 2 bytes, 1 channel, but is {kind}.")
        return file.readframes(file.getnframes())
