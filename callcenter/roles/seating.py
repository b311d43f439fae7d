"""The line role's part in seats: telephones set up, Asterisk told who serves what, wrap-ups ended.

SeatMoved           -> seats.conf written anew, pjsip reloaded, memberships told
an agent moved here -> memberships told
wrap-up's time over -> the agent is ready again
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlmodel import Session

from callcenter.agents import queues, seats, seen, shifts
from callcenter.agents.agent import next_wrap_up
from callcenter.agents.desk import Desk
from callcenter.ami.asterisk import seat_names, tell_console
from callcenter.ami.site import asterisk_dir, write_seats
from callcenter.facts import (
    AgentMoved,
    AnyFact,
    CallAnswered,
    Fact,
    OfferMissed,
    PhoneLost,
    PhoneSeen,
    SeatMoved,
)
from callcenter.flow import Chores, Flow
from callcenter.pipeline import Site
from callcenter.settings import Settings

GROUP: Final = "line"
IDLE_SECONDS: Final = 3600.0
RELOAD: Final = "module reload res_pjsip.so"

log = structlog.get_logger()
Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


def set_up_seats(session: Session, settings: Settings, at: datetime | None = None) -> list[Fact]:
    """The first seats, where they were never there; of all of them nothing is known yet."""
    moved = seats.first_seats(session, seat_names(settings), at)
    session.flush()
    seen.forget_all(session, at or now())
    queues.tell_again(session)
    return list(moved)


class Seating:
    """Runs beside the line role; `run` until cancelled."""

    def __init__(self, flow: Flow[Site], desk: Desk, clock: Clock = now) -> None:
        self._flow, self._desk, self._clock = flow, desk, clock
        self._settings = flow.site.settings
        self._unsettled = asyncio.Event()
        self._which: set[str] | None = None  # seats that are unsettled; None: any may be
        self._wrap_ups = asyncio.Event()
        self._missed: set[str] = set()  # seats that did not pick up
        self._set_up: dict[str, int] = {}  # each seat's move up to which its telephone is set up

    @property
    def chores(self) -> Chores:
        """What a change of the register leads to here."""
        return {SeatMoved: (self.set_up_telephones,)}

    async def run(self) -> None:
        """Chores, orders to Asterisk, wrap-ups."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._flow.do_chores(GROUP, self.chores))
            group.create_task(self._settle())
            group.create_task(self._end_wrap_ups())

    def note(self, facts: Iterable[AnyFact]) -> None:
        """Facts just taken in: what Asterisk must be told of is told, soon."""
        for fact in facts:
            match fact:
                case AgentMoved():
                    self.wake()
                case OfferMissed() | PhoneLost():
                    self._missed.add(fact.seat)
                    self._unsettle(fact.seat)
                case CallAnswered() if fact.seat in self._missed:
                    self._missed.discard(fact.seat)
                    self._unsettle(fact.seat)
                case PhoneSeen():
                    self._unsettle(fact.seat)

    def wake(self) -> None:
        """Look again at what Asterisk was not told, and at the next wrap-up's end."""
        self._unsettle()
        self._wrap_ups.set()

    def _unsettle(self, *seats: str) -> None:
        """Have these seats looked at, or all; of hundreds that register each looks at itself."""
        if not seats:
            self._which = None
        elif self._which is not None:
            self._which.update(seats)
        self._unsettled.set()

    async def set_up_telephones(self, moved: SeatMoved) -> Iterable[Fact]:
        """Asterisk knows the telephones of the seats that are open; no call notices.

        Of hundreds created together the first sets up all.
        """
        if moved.number <= self._set_up.get(moved.seat, 0):
            return ()
        known = await self._flow.look(seats.all_seats)
        names = [seat.name for seat in known if seat.is_open]
        if not (asterisk_dir(self._settings) / "etc").is_dir():
            log.info("seats.conf is not ours to write", seat=moved.seat)  # Asterisk runs elsewhere
        elif await asyncio.to_thread(write_seats, self._settings, names):
            if (asterisk_dir(self._settings) / "run" / "asterisk.ctl").exists():
                await tell_console(self._settings, RELOAD)
            log.info("telephones set up", seats=len(names))
        self._set_up = {seat.name: seat.number for seat in known}
        self._unsettle()
        return ()

    async def _settle(self) -> None:
        while True:
            await self._unsettled.wait()
            self._unsettled.clear()
            which, self._which = self._which, set()
            try:
                await self._desk.settle(which)
            except Exception as error:  # the loop's edge; the next look settles it
                self._which = None
                log.error("seats not settled", error=type(error).__name__)

    async def _end_wrap_ups(self) -> None:
        while True:
            due = await self._flow.look(next_wrap_up)
            if due is not None and due <= self._clock():
                await self._flow.command(
                    lambda session: shifts.wrap_ups_over(session, self._clock()), patient=True
                )
                self._unsettle()
                continue
            seconds = (due - self._clock()).total_seconds() if due else IDLE_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wrap_ups.wait()
            self._wrap_ups.clear()
