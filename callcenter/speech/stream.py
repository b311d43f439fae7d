"""One side's stream: audio waits in a bounded backlog, is decoded in order, words come out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from callcenter.facts import Fact, PartialHeard, Side
from callcenter.speech.audiosocket import BYTES_PER_SECOND, RATE_HZ
from callcenter.speech.recognise import Heard, Recogniser
from callcenter.speech.transcript import SideHeard, utterance

log = structlog.get_logger()

BACKLOG_SECONDS = 30.0  # audio kept while decoding lags; more is dropped and counted
BATCH_BYTES = BYTES_PER_SECOND // 10  # decoded at a time: partials come at most 0.1 s late
QUIET_SECONDS = 0.3  # without audio for so long, silence is taken for it
_MOST_SILENCE_BYTES = BYTES_PER_SECOND // 2  # at a time
_MOST_BYTES = BYTES_PER_SECOND  # a batch while catching up

Say = Callable[[PartialHeard], Awaitable[None]]
State = Callable[[Fact], Awaitable[None]]


@dataclass(frozen=True)
class TapOf:
    """Whose voice a uuid stands for."""

    call_id: str
    side: Side
    talked_ms: int = 0  # age of the talk as the stream begins
    utterances: int = 0  # live ones of this side already in the ledger, from before a restart


class Backlog:
    """Audio between the socket and the decoder, never more than `limit_bytes`.

    A phone on hold, or one that sends nothing while nobody speaks, leaves no audio in the tap.
    Silence is put in its place: the last words before it end, and times stay those of the talk.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._audio = bytearray()
        self._ended = False
        self._more = asyncio.Event()
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._came_bytes = 0

    def put(self, pcm: bytes) -> bool:
        """Whether there was room for `pcm`; without room it is dropped."""
        self._came_bytes += len(pcm)
        if len(self._audio) + len(pcm) > self._limit_bytes:
            return False
        self._audio += pcm
        if len(self._audio) >= BATCH_BYTES:
            self._more.set()
        return True

    def end(self) -> None:
        """No more audio will come."""
        self._ended = True
        self._more.set()

    async def take(self) -> bytes:
        """The next audio in order, empty at the end."""
        while not self._more.is_set():
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._more.wait()
            except TimeoutError:
                self._fill()
        pcm = bytes(self._audio[:_MOST_BYTES])
        del self._audio[:_MOST_BYTES]
        if len(self._audio) < BATCH_BYTES and not self._ended:
            self._more.clear()
        return pcm

    def _fill(self) -> None:
        """Catches up with the clock, by little: after a stall the real audio may still come."""
        behind = int((self._clock() - self._began) * RATE_HZ) * 2 - self._came_bytes
        if behind > 0:
            self.put(bytes(min(behind, _MOST_SILENCE_BYTES)))


class SideStream:
    """The words of one tap; `put` and `end` on the loop while `decode` runs as a task."""

    def __init__(
        self, recogniser: Recogniser, tap_of: TapOf, heard: SideHeard, say: Say, state: State
    ) -> None:
        self._recogniser, self._tap_of, self._heard = recogniser, tap_of, heard
        self._say, self._state = say, state
        self._backlog = Backlog(int(BACKLOG_SECONDS * BYTES_PER_SECOND))

    def put(self, pcm: bytes) -> None:
        """Takes audio in; never waits."""
        if self._backlog.put(pcm):
            return
        if not self._heard.lost_seconds:
            log.warning(
                "audio dropped, decoding lags",
                call_id=self._tap_of.call_id,
                side=str(self._tap_of.side),
            )
        self._heard.lost_seconds += len(pcm) / BYTES_PER_SECOND

    def end(self) -> None:
        """No more audio will come; `decode` ends after what is kept."""
        self._backlog.end()

    async def decode(self) -> None:
        """Decodes to the end, shows partial words and states utterances, in order.

        After a gap the times of what follows are early by the gap; live words with more than a
        little of it are not read (`live_counts`).
        """
        run = self._recogniser.run
        try:
            ear = await run(self._recogniser.listen, RATE_HZ)
            while pcm := await self._backlog.take():
                await self._tell(await run(ear.feed, pcm))
                self._heard.seconds += len(pcm) / BYTES_PER_SECOND
            await self._tell(await run(ear.finish))
        except BaseException:
            self._heard.failed = True
            raise

    async def _tell(self, news: list[Heard]) -> None:
        for heard in news:
            await (self._state_utterance(heard) if heard.final else self._show(heard))

    async def _state_utterance(self, heard: Heard) -> None:
        tap_of, index = self._tap_of, self._heard.utterances
        self._heard.utterances += 1
        await self._state(
            utterance(tap_of.call_id, tap_of.side, "live", index, heard, tap_of.talked_ms)
        )

    async def _show(self, heard: Heard) -> None:
        try:
            await self._say(
                PartialHeard(call_id=self._tap_of.call_id, side=self._tap_of.side, text=heard.text)
            )
        except Exception as error:  # partial words are shown or missed, never waited for
            log.warning("partial words not shown", error=type(error).__name__)
