"""The speech role: live words of both sides, and what is to be done when a call has ended."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from callcenter.facts import Fact
from callcenter.flow import Chores, Flow
from callcenter.pipeline import Site
from callcenter.settings import Settings
from callcenter.speech.closing import Closing
from callcenter.speech.recognise import Recogniser
from callcenter.speech.stream import TapOf
from callcenter.speech.tap import Tap
from callcenter.speech.taps import close_tap, tap_of
from callcenter.speech.transcript import SideHeard

GROUP = "speech"


class SpeechRole:
    """Listens on the AudioSocket port and does the `speech` group's chores.

    Without a recogniser nobody listens; recordings are kept and checked all the same.
    """

    def __init__(self, flow: Flow[Site], recogniser: Recogniser | None) -> None:
        self._flow, self._store = flow, flow.store
        settings = flow.site.settings
        self._closing = Closing(settings, flow.store, recogniser)
        self._tap = self._tap_with(recogniser, settings) if recogniser else None

    def _tap_with(self, recogniser: Recogniser, settings: Settings) -> Tap:
        return Tap(
            recogniser,
            settings,
            lookup=self._lookup,
            say=self._flow.bus.mention,
            state=self._state,
            ended=self._ended,
        )

    @property
    def chores(self) -> Chores:
        """What is done when a call has ended."""
        return self._closing.chores

    async def start(self) -> None:
        """Listens.

        Raises:
            CannotStartError: The port is taken.
        """
        if self._tap:
            await self._tap.start()

    async def run(self) -> None:
        """Does chores until cancelled; then lets go of the port."""
        try:
            await self._flow.do_chores(GROUP, self._closing.chores)
        finally:
            if self._tap:
                await self._tap.stop()

    async def _lookup(self, uuid: UUID) -> TapOf | None:
        def look() -> TapOf | None:
            with self._store.reading() as session:
                return tap_of(session, uuid, datetime.now(UTC))

        return await asyncio.to_thread(look)

    async def _state(self, fact: Fact) -> None:
        await self._flow.take_in([fact], {})

    async def _ended(self, uuid: UUID, heard: SideHeard) -> None:
        def keep() -> None:
            with self._store.transaction() as session:
                close_tap(session, uuid, heard)

        await asyncio.to_thread(keep)
