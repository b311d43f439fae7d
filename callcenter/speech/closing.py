"""After the hang-up: recordings hashed and checked, the transcript completed from the best source.

Chores of the `speech` group (see flow.py). Each may be done twice after a crash and states the
same facts again.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from callcenter.errors import NotReadyError
from callcenter.facts import AnyFact, CallEnded, CallFact, Fact, Side, VoicemailLeft
from callcenter.facts.parts import parts
from callcenter.flow import Chores
from callcenter.settings import Settings
from callcenter.speech.recognise import Recogniser
from callcenter.speech.recordings import stored, stored_file
from callcenter.speech.taps import heard_of_call
from callcenter.speech.transcript import (
    SideHeard,
    complete_live,
    live_counts,
    transcribe_message,
    transcribe_recordings,
)
from callcenter.store import Store, facts_of_call

LATE = timedelta(seconds=5)  # a tap that is open so long after the call has died with its process


class Closing:
    """What the speech role does when a call has ended; without a recogniser, no words."""

    def __init__(self, settings: Settings, store: Store, recogniser: Recogniser | None) -> None:
        self._settings, self._store, self._recogniser = settings, store, recogniser

    @property
    def chores(self) -> Chores:
        """The chores by the fact that calls for them."""
        return {
            CallEnded: (self.store_recordings, self.complete_transcript),
            VoicemailLeft: (self.store_message, self.transcribe_message),
        }

    async def store_recordings(self, ended: CallEnded) -> Iterable[Fact]:
        """Both sides' recordings, checked against the talk time; nothing for a call without talk.

        Raises:
            NotReadyError: Asterisk is still writing; try again.
        """
        talk_seconds = await asyncio.to_thread(self._talk_seconds, ended)
        if talk_seconds is None:
            return []
        return [
            await asyncio.to_thread(stored, ended.call_id, side, talk_seconds, self._settings)
            for side in Side
        ]

    async def complete_transcript(self, ended: CallEnded) -> Iterable[Fact]:
        """The end of the live words where they are whole, else the words of the recordings.

        Raises:
            NotReadyError: A tap is still being decoded, or a recording still written; try again.
        """
        talk_seconds = await asyncio.to_thread(self._talk_seconds, ended)
        if talk_seconds is None or self._recogniser is None:
            return []
        heard = await asyncio.to_thread(self._heard, ended.call_id)
        if any(side.open_streams for side in heard.values()):
            if datetime.now(UTC) - ended.at < LATE:
                raise NotReadyError("a tap of the call is still being decoded")
        elif live_counts(heard, talk_seconds):
            return [complete_live(ended.call_id, heard, self._recogniser.model.name)]
        return await self._recogniser.run(
            transcribe_recordings, ended.call_id, self._settings, self._recogniser
        )

    async def store_message(self, left: VoicemailLeft) -> Iterable[Fact]:
        """The message, checked like any recording.

        Raises:
            NotReadyError: Asterisk is still writing; try again.
        """
        path = self._settings.recordings_dir / Path(left.path).name
        return [
            await asyncio.to_thread(
                stored_file, path, left.call_id, Side.CITIZEN, left.seconds, self._settings
            )
        ]

    async def transcribe_message(self, left: VoicemailLeft) -> Iterable[Fact]:
        """The message's words, which are the whole transcript.

        Raises:
            NotReadyError: Asterisk is still writing; try again.
        """
        if self._recogniser is None:
            return []
        path = self._settings.recordings_dir / Path(left.path).name
        return await self._recogniser.run(transcribe_message, left.call_id, path, self._recogniser)

    def _heard(self, call_id: str) -> dict[Side, SideHeard]:
        with self._store.reading() as session:
            return heard_of_call(session, call_id)

    def _talk_seconds(self, ended: CallEnded) -> float | None:
        with self._store.reading() as session:
            facts = facts_of_call(session, ended.call_id, "call_answered", "talk_ended")
        return talk_seconds([*facts, ended])


def talk_seconds(facts: Iterable[AnyFact]) -> float | None:
    """How long the citizen was with a seat or several; None where nobody answered.

    That is how long the recordings must be: two seats at once are recorded once. A stretch whose
    end was not told (Asterisk died) lasts until the call's end.

    Args:
        facts: CallAnswered and TalkEnded in order of time, then the call's CallEnded.
    """
    told = parts(fact for fact in facts if isinstance(fact, CallFact))
    return told.talk_seconds if told.talks else None
