"""Kept places are put back into the queue after Asterisk was started anew, each once, in order.

While Asterisk lives it holds them itself, whatever becomes of us. So we look only after the link
was made anew: which of the places that are still open has no stand-in among the channels?

Who got through by ringing again is not rung in turn: the stand-in is hung up, and so is each that
Asterisk still makes for that place, when a seat let go of it or its citizen did not pick up.

A stand-in is made when the one before has joined the queue (or is gone): two made at once would
race for a seat that is free, and the later caller might win.
"""

import re
from collections import deque

import structlog
from sqlmodel import Session

from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link, Message
from callcenter.errors import LinkDownError
from callcenter.flow import Flow
from callcenter.ivr.kept import OpenPlace, is_released, open_places
from callcenter.pipeline import Site

PLACED = ("QueueCallerJoin", "Hangup")  # the next stand-in may come
A_DAY_MS = 86_400_000  # the longest that a place waits for its turn
_STAND_IN = re.compile(r"Local/(?:seat|citizen)(.+)@kept-place-")

log = structlog.get_logger()


class KeptPlaces:
    """Hears which stand-ins live, and makes those that are missing."""

    def __init__(self, flow: Flow[Site], link: Link) -> None:
        self._flow, self._link = flow, link
        self._living: set[str] = set()  # names of channels, of the resync that goes on
        self._missing: deque[OpenPlace] = deque()  # without a stand-in; earliest first
        self._released: set[str] = set()  # calls whose places were given up while we ran
        self._joining: OpenPlace | None = None  # whose stand-in is on its way into the queue

    async def hear(self, message: Message) -> None:
        """One message of the link; those of a resync name the living channels."""
        event, channel = message.headers.get("Event"), message.headers.get("Channel", "")
        if message.snapshot and event == "CoreShowChannel":
            self._living.add(channel)
        elif event == "Newchannel" and _origin(channel) in self._released:
            await self._hang_up(_origin(channel))
        elif event in PLACED and self._joining and _stands_for(channel, self._joining):
            await self._put_back_next()

    async def restore(self) -> None:
        """After a resync: every open place has a stand-in, or will have in its turn."""
        living, self._living = self._living, set()
        places = await self._flow.look(open_places)
        self._missing = deque(
            place for place in places if not any(_stands_for(name, place) for name in living)
        )
        await self._put_back_next()
        for call_id in await self._flow.look(lambda session: _given_up(session, living)):
            await self.release(call_id)

    async def release(self, call_id: str) -> None:
        """Nobody stands in for this caller any more; where nobody does, all is well."""
        self._released.add(call_id)
        await self._hang_up(call_id)

    async def _hang_up(self, call_id: str) -> None:
        """Both halves of the stand-in, whatever their numbers."""
        try:
            channels = rf"/^Local\/(seat|citizen){re.escape(call_id)}@kept-place-/"
            await self._link.action("Hangup", Channel=channels)
        except (LinkDownError, ActionRefusedError) as error:  # gone; or after the next resync
            log.info("no stand-in was hung up", call_id=call_id, code=error.code)

    async def _put_back_next(self) -> None:
        """The earliest; where citizens are rung first all, for none of them joins before."""
        first = self._flow.site.settings.kept_place_rings
        self._joining = None
        while self._missing and self._joining is None:
            place = self._missing.popleft()
            if await self._put_back(place, first) and first == "seat":
                self._joining = place

    async def _put_back(self, place: OpenPlace, first: str) -> bool:
        told = {
            "NUMBER": place.phone_number,
            "ORIGIN": place.call_id,
            "TRY": str(place.attempt),
            "LOST": "0",
            "LATER": "0",
            "JOINED": str(place.joined_ms),
            "SPEAKS": place.language,
        }
        try:
            await self._link.action(
                "Originate",
                Channel=f"Local/{first}{place.call_id}@kept-place/n",
                Context="kept-ring",
                Exten="s",
                Priority="1",
                Timeout=str(A_DAY_MS),
                Async="true",
                Variable=[f"{name}={value}" for name, value in told.items()],
            )
        except (LinkDownError, ActionRefusedError) as error:  # again after the next resync
            log.error("a kept place is not put back", call_id=place.call_id, code=error.code)
            return False
        log.warning("a kept place was put back", call_id=place.call_id)
        return True


def _stands_for(channel: str, place: OpenPlace) -> bool:
    """Whether a channel holds this place, rings its citizen, or waits for the next try."""
    return channel.startswith("Local/") and f"{place.call_id}@kept-place-" in channel


def _origin(channel: str) -> str:
    """The call whose place a channel holds; "" for other channels."""
    found = _STAND_IN.match(channel)
    return found[1] if found else ""


def _given_up(session: Session, living: set[str]) -> list[str]:
    """Calls whose places were given up and for which somebody stands in all the same."""
    origins = sorted({_origin(channel) for channel in living} - {""})
    return [call_id for call_id in origins if is_released(session, call_id)]
