"""Our picture compared with Asterisk's: every minute, and whenever the link is up again.

    Look -> differences -> another look 2 s later -> those that both agree on are mended, and stated

One look is not enough: what was on its way during the first has come by the second. Which side is
right is written in `agents/picture.py`.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import structlog
from sqlmodel import Session, col, select

from callcenter.agents.desk import Desk
from callcenter.agents.membership import note_told, told_memberships
from callcenter.agents.orders import Order
from callcenter.agents.picture import (
    Difference,
    call_differences,
    phone_differences,
    seat_differences,
    stuck_seats,
)
from callcenter.agents.seats import SeatState, all_seats
from callcenter.agents.seen import STATES, is_lost
from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link
from callcenter.errors import LinkDownError
from callcenter.facts import Fact, PictureMended, SeatSeen
from callcenter.flow import Flow
from callcenter.ivr.call import Call
from callcenter.pipeline import Site
from callcenter.roles.look import ACTIONS, MARK, Look
from callcenter.roles.phones import WEB, Phones

CONFIRM_SECONDS: Final = 2.0

log = structlog.get_logger()
TakeIn = Callable[[Iterable[Fact]], Awaitable[None]]
MendCalls = Callable[[Look], Awaitable[None]]


class Reconciler:
    """Compares; `run` until cancelled, and `hear` what its looks bring.

    Args:
        flow: The line role's.
        link: To the node's Asterisk.
        desk: Tells Asterisk what is wanted.
        phones: Knows the telephones' contacts.
        take_in: States facts as the line role does.
        mend_calls: Makes up for calls missed, and ends those that are gone.
    """

    def __init__(
        self,
        flow: Flow[Site],
        link: Link,
        desk: Desk,
        phones: Phones,
        take_in: TakeIn,
        mend_calls: MendCalls,
    ) -> None:
        self._flow, self._link, self._desk, self._phones = flow, link, desk, phones
        self._take_in, self._mend_calls = take_in, mend_calls
        self._settings = flow.site.settings
        self._numbers = itertools.count(1)
        self._look: Look | None = None
        self._first = False
        self._suspects: set[Difference] = set()
        self._now = asyncio.Event()

    def begin(self) -> None:
        """The link is up: look at once."""
        self._first = True
        self._suspects.clear()
        self._now.set()

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.reconcile_seconds):
                    await self._now.wait()
            self._now.clear()
            await self._ask()

    def is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether a message answers a look: it tells how things stand, not what happened."""
        return headers.get("ActionID", "").startswith(f"{MARK}-")

    async def hear(self, headers: Mapping[str, str]) -> None:
        """Take what a look brings; after the last of it, compare."""
        look = self._look
        if look is None or not headers.get("ActionID", "").startswith(look.action_id("")):
            return
        if look.take(headers):
            self._look = None
            await self._judge(look)

    async def _ask(self) -> None:
        look = self._look = Look(next(self._numbers), self._settings.node, self._first)
        try:
            for action in ACTIONS:
                await self._link.action(action, ActionID=look.action_id(action))
        except (LinkDownError, ActionRefusedError) as error:
            self._look = None  # the next link begins with a look
            log.info("not compared", code=error.code)

    async def _judge(self, look: Look) -> None:
        self._first = False
        await self._flow.command(lambda session: _learn(session, look), patient=True)
        if look.first:
            await self._take_in(await self._flow.look(lambda s: self._phone_facts(s, look)))
        found = set(await self._flow.look(lambda session: _differences(session, look)))
        agreed = found & self._suspects
        self._suspects = found - agreed
        if self._suspects:
            asyncio.get_running_loop().call_later(CONFIRM_SECONDS, self._now.set)
        if agreed:
            await self._mend(look, agreed)
        await self._desk.settle()

    async def _mend(self, look: Look, agreed: set[Difference]) -> None:
        subjects = {difference.subject for difference in agreed}
        facts: list[Fact] = [self._stated(difference) for difference in sorted(agreed, key=str)]
        if "call" in subjects:
            await self._mend_calls(look)
        if "phone" in subjects:
            facts += await self._flow.look(lambda session: self._phone_facts(session, look))
        await self._take_in(facts)
        if stuck := {one.name for one in agreed if one.subject == "seat"}:
            await self._free(look, stuck)
        names = {one.name for one in agreed if one.subject in ("membership", "pause")}
        await self._flow.command(lambda session: _believe(session, look, names), patient=True)
        await self._put_out_strangers(look, names)
        for difference in agreed:
            log.warning("picture mended", subject=difference.subject, ours=difference.ours,
                        asterisks=difference.asterisks)  # fmt: skip

    async def _free(self, look: Look, stuck: set[str]) -> None:
        """Asterisk counts a leg while a tap holds on to it, and a queue goes by what it last heard.

        So taps of legs that are gone end, and the seat leaves its queues, to be put in anew: its
        state is then read, not remembered.
        """
        orders = [Order("Hangup", {"Channel": tap}) for tap in look.idle_taps]
        orders += [
            Order("QueueRemove", {"Queue": queue, "Interface": member.interface})
            for name in sorted(stuck)
            for queue, member in look.members[name].items()
        ]
        for order in orders:
            with suppress(LinkDownError, ActionRefusedError):
                await self._link.action(order.action, **dict[str, Any](order.headers))
        await self._flow.command(lambda session: _are_out(session, stuck), patient=True)

    async def _put_out_strangers(self, look: Look, names: set[str]) -> None:
        """Members that are no seat of ours ring nobody we know of."""
        known = {seat.name for seat in await self._flow.look(all_seats)}
        for name in names - known:
            for queue, member in look.members.get(name, {}).items():
                with suppress(LinkDownError, ActionRefusedError):
                    await self._link.action("QueueRemove", Queue=queue, Interface=member.interface)

    def _stated(self, difference: Difference) -> PictureMended:
        return PictureMended(node=self._settings.node, **vars(difference))

    def _phone_facts(self, session: Session, look: Look) -> list[Fact]:
        """What the look tells of telephones otherwise than we have it."""
        ours, theirs = _phones(session, look, all_of_them=True)
        endpoints = {_telephone(endpoint): endpoint for endpoint in look.registered}
        return [
            self._phones.set(endpoints[name], look.registered[endpoints[name]])
            if name in endpoints
            else self._seat_seen(name, look)
            for name in sorted(theirs)
            if ours[name] != theirs[name]
        ]

    def _seat_seen(self, seat: str, look: Look) -> SeatSeen:
        paused = all(member.paused for member in look.members[seat].values())
        told = SeatSeen(node=self._settings.node, seat=seat, status="unknown", paused=paused)
        return told.model_copy(update={"status": look.phones[seat]})


def _learn(session: Session, look: Look) -> Iterable[Fact]:
    """Of seats whose memberships in Asterisk were not known they are now; no difference in it."""
    for seat in all_seats(session):
        if seat.told is None:
            note_told(session, seat.name, look.members.get(seat.name, {}))
    return ()


def _believe(session: Session, look: Look, names: set[str]) -> Iterable[Fact]:
    """What Asterisk has is what it has; what is wanted is told it next."""
    for name in names:
        note_told(session, name, look.members.get(name, {}))
    return ()


def _are_out(session: Session, names: set[str]) -> Iterable[Fact]:
    for name in names:
        note_told(session, name, {})
    return ()


def _differences(session: Session, look: Look) -> list[Difference]:
    seats = all_seats(session)
    found: list[Difference] = []
    for seat in seats:
        told = told_memberships(seat)
        if told is not None and seat.told_at < look.asked_at:
            found += seat_differences(seat.name, told, look.members.get(seat.name, {}))
    for name in look.members.keys() - {seat.name for seat in seats}:
        found += seat_differences(name, {}, look.members[name])
    if not look.first:
        found += phone_differences(*_phones(session, look))
        ours = {seat.name for seat in seats} & look.in_a_call.keys()
        found += stuck_seats({name: look.in_a_call[name] for name in ours}, look.seats_with_channel)
    return [*found, *_calls(session, look)]


def _phones(
    session: Session, look: Look, all_of_them: bool = False
) -> tuple[dict[str, str], dict[str, str]]:
    """Ours and Asterisk's: a seat's state by its name, a telephone's by its endpoint's.

    A seat of which nothing is known is no difference, but `all_of_them` has it; nor is one whose
    phone was lost, of which Asterisk does not know.
    """
    ours: dict[str, str] = {}
    theirs: dict[str, str] = {}
    for seat in all_seats(session):
        state = SeatState.READY if seat.state is SeatState.PAUSED else seat.state
        unsaid = state is SeatState.UNKNOWN or is_lost(seat, look.asked_at)
        if seat.name in look.phones and (all_of_them or not unsaid):
            ours[seat.name], theirs[seat.name] = state, STATES[look.phones[seat.name]]
        for endpoint, since in ((seat.name, seat.sip_since), (seat.name + WEB, seat.web_since)):
            if endpoint in look.registered:
                name = _telephone(endpoint)
                ours[name] = _reachable(since is not None)
                theirs[name] = _reachable(look.registered[endpoint])
    return ours, theirs


def _telephone(endpoint: str) -> str:
    return f"{endpoint} telephone"


def _reachable(registered: bool) -> str:
    return "registered" if registered else "gone"


def _calls(session: Session, look: Look) -> Iterable[Difference]:
    """Calls that began before the look; later ones it may have missed."""
    query = select(Call).where(Call.node == look.node, col(Call.ended_at).is_(None))
    earlier = session.exec(query.where(Call.arrived_at < look.asked_at))
    gone = {c.id: c.state.value for c in earlier if c.is_open and c.id not in look.calls}
    known = session.exec(select(Call.id).where(col(Call.id).in_(look.citizens))).all()
    return call_differences(gone, known, look.citizens)
