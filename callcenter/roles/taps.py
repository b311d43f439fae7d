"""The line role's part in words: both sides of a talk are tapped for the speech role.

answered                      -> two streams of audio to the speech role, one a side
transferred or left by two    -> the citizen's recorder begins anew first (recording.py)
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog

from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link
from callcenter.errors import LinkDownError
from callcenter.facts import CallAnswered, Side, TalkEnded
from callcenter.flow import Flow
from callcenter.pipeline import Site
from callcenter.roles import recording
from callcenter.speech.tap import is_listening, tap_originate, tap_uuid
from callcenter.speech.taps import OpenedTap, is_open, open_taps
from callcenter.store import facts_of_call

log = structlog.get_logger()

_CLOSED_SECONDS = 5.0  # a tap that was told to end has ended by then
_LOOK_SECONDS = 0.05


class Taps:
    """Opens taps beside the line role, which does not wait for them; `end` with it."""

    def __init__(self, flow: Flow[Site], link: Link) -> None:
        self._flow, self._link = flow, link
        self._settings = flow.site.settings
        self._running: set[asyncio.Task[None]] = set()
        self._began = datetime.now(UTC)

    @property
    def is_busy(self) -> bool:
        """Whether a tap is being asked for."""
        return bool(self._running)

    async def end(self) -> None:
        """Leave off what is being asked for; taps that are open stay so."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def listen(self, fact: CallAnswered | TalkEnded, new_voice: bool | None = None) -> None:
        """Tap both sides; the call does not wait for it, and goes on where it fails.

        A side whose tap is open already is refused by Asterisk and goes on being heard.

        Args:
            fact: What happened.
            new_voice: Whether the recorder has to begin anew; None: as the call's facts tell.
        """
        task = asyncio.create_task(self._tap(fact, new_voice))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _tap(self, fact: CallAnswered | TalkEnded, new_voice: bool | None) -> None:
        try:
            answered = fact if isinstance(fact, CallAnswered) else None
            if new_voice is None:
                anew = await self._heard_anew(fact)
                answered, new_voice = anew or answered, anew is not None
            if answered and new_voice:
                await recording.record_again(self._link, answered)
            if answered and (new_voice or await self._came_blind(answered)):
                await self._until_closed(answered)
            if answered:
                await self._tap_both(answered)
        except Exception as error:  # the task's edge: the recording is transcribed instead
            log.error("a side is not tapped", call_id=fact.call_id, error=type(error).__name__)

    async def _heard_anew(self, fact: CallAnswered | TalkEnded) -> CallAnswered | None:
        """The part whose voice is new to the recorder of a channel it did not come through."""
        if isinstance(fact, CallAnswered) and fact.via != "transfer":
            return None
        return await self._flow.look(
            lambda session: recording.heard_anew(facts_of_call(session, fact.call_id), fact)
        )

    async def _came_blind(self, answered: CallAnswered) -> bool:
        """Whether a part came blind while we run: of one before, the tap has ended long since."""
        if answered.via != "transfer" or answered.at < self._began:
            return False
        return await self._flow.look(
            lambda session: recording.came_blind(facts_of_call(session, answered.call_id), answered)
        )

    async def _until_closed(self, answered: CallAnswered) -> None:
        """The citizen's tap was told to end; until it has, Asterisk refuses another of its name."""
        uuid = tap_uuid(answered.call_id, Side.CITIZEN, answered.caller_channel)
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSED_SECONDS):
                while await self._flow.look(  # noqa: ASYNC110  # the speech role's word, in the store
                    lambda session: is_open(session, uuid)
                ):
                    await asyncio.sleep(_LOOK_SECONDS)

    async def _tap_both(self, answered: CallAnswered) -> None:
        if not self._settings.transcribe:
            return

        def keep() -> list[OpenedTap]:
            with self._flow.store.transaction() as session:
                return open_taps(session, answered, datetime.now(UTC))

        taps = await asyncio.to_thread(keep)
        if not await is_listening(self._settings.audiosocket_host, self._settings.audiosocket_port):
            log.warning("a call is not tapped", call_id=answered.call_id, code="speech_away")
            return
        for tap in taps:
            await self._open(tap)
        await recording.name_tap(self._link, self._settings, answered)

    async def _open(self, tap: OpenedTap) -> None:
        host, port = self._settings.audiosocket_host, self._settings.audiosocket_port
        fields: dict[str, Any] = tap_originate(tap.channel, tap.uuid, host, port)
        try:
            await self._link.action(fields.pop("Action"), **fields)
        except (LinkDownError, ActionRefusedError) as error:
            side, code = str(tap.side), error.code
            log.warning("a side is not tapped", call_id=tap.call_id, side=side, code=code)
