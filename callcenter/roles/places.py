"""Kept places are put back into the queue after Asterisk was started anew, each once, in order.

While Asterisk lives it holds them itself, whatever becomes of us. So we look only after the link
was made anew: which of the places that are still open has no stand-in among the channels?

A stand-in is made when the one before has joined the queue (or is gone): two made at once would
race for a seat that is free, and the later caller might win.
"""

from collections import deque

import structlog

from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link, Message
from callcenter.errors import LinkDownError
from callcenter.flow import Flow
from callcenter.ivr.kept import OpenPlace, open_places
from callcenter.pipeline import Site

PLACED = ("QueueCallerJoin", "Hangup")  # the next stand-in may come
A_DAY_MS = 86_400_000  # the longest that a place waits for its turn

log = structlog.get_logger()


class KeptPlaces:
    """Hears which stand-ins live, and makes those that are missing."""

    def __init__(self, flow: Flow[Site], link: Link) -> None:
        self._flow, self._link = flow, link
        self._living: set[str] = set()  # names of channels, of the resync that goes on
        self._missing: deque[OpenPlace] = deque()  # without a stand-in; earliest first
        self._joining: OpenPlace | None = None  # whose stand-in is on its way into the queue

    async def hear(self, message: Message) -> None:
        """One message of the link; those of a resync name the living channels."""
        event, channel = message.headers.get("Event"), message.headers.get("Channel", "")
        if message.snapshot and event == "CoreShowChannel":
            self._living.add(channel)
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
