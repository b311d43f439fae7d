"""The line role, one a node: what Asterisk tells becomes facts, in order, and words get tapped.

link -> hearing -> take_in (LINE) -> open taps for each seat that answers
back after an outage -> Asterisk's own files -> the same facts -> what is missing is made up for
"""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

import structlog
from sqlmodel import Session, select

from callcenter.agents.desk import Desk
from callcenter.agents.switch import Switch
from callcenter.ami.hearing import Hearing
from callcenter.ami.history import missed, rebuild
from callcenter.ami.link import Down, Item, Link, Message, Resynced, Up
from callcenter.ami.logfiles import Bookmark
from callcenter.ami.supervising import ended_in
from callcenter.facts import (
    CallAnswered,
    CallEnded,
    CallFact,
    Fact,
    LinkLost,
    LinkRestored,
    PictureMended,
    PlaceReleased,
    SeatSeen,
    TalkEnded,
)
from callcenter.facts.parts import parts
from callcenter.flow import Flow
from callcenter.ivr.call import Call, is_anybody_there, is_open_at
from callcenter.pipeline import LINE, Site
from callcenter.roles import supervising
from callcenter.roles.asterisk_files import AsteriskFiles
from callcenter.roles.look import Look
from callcenter.roles.phones import Phones, SeatNews
from callcenter.roles.places import KeptPlaces
from callcenter.roles.reconcile import Reconciler
from callcenter.roles.seating import Clock, Seating, now
from callcenter.roles.taps import Taps
from callcenter.store import facts_of_call, known_facts

MOST_AT_ONCE = 50  # messages taken in by one transaction, which others that write wait for

log = structlog.get_logger()


class LineRole:
    """Takes in one node's facts; `run` until cancelled."""

    def __init__(
        self, flow: Flow[Site], link: Link, desk: Desk | None = None, clock: Clock = now
    ) -> None:
        """Takes the process's desk; without one it has its own."""
        self._flow, self._link = flow, link
        self._settings = flow.site.settings
        desk = desk or Desk(flow, Switch(link))
        self._seats, self._phones = SeatNews(), Phones(self._settings.node)
        self.seating = Seating(flow, desk, clock)
        self.reconciler = Reconciler(
            flow, link, desk, self._phones, self._take_in, self._mend_calls
        )
        self._hearing = Hearing(self._settings.node)
        self._files = AsteriskFiles(self._settings)
        self._quiet: dict[str, Bookmark] = {}  # how far the files were when nobody was on the line
        self._is_behind = False  # something told was not taken in: Asterisk's files still have it
        self._supervisions_ended: dict[str, datetime] = {}  # as Asterisk's file told last
        self._heard: list[tuple[Message, list[Fact]]] = []  # told, and not yet taken in
        self.taps = Taps(flow, link)
        self._places = KeptPlaces(flow, link)

    async def run(self) -> None:
        """Everything the link tells, in order."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.seating.run())
            group.create_task(self.reconciler.run())
            try:
                await self._hear_all()
            finally:
                await self.taps.end()

    async def _hear_all(self) -> None:
        async for items in self._link.batches(MOST_AT_ONCE):
            for item in items:
                await self._guard(item, self._hear(item))
            await self._take_in_heard()

    async def _guard(self, item: Item, step: Coroutine[Any, Any, None]) -> None:
        """The loop's edge: what fails of one item costs no other."""
        try:
            await step
        except Exception as error:
            self._is_behind = True
            log.error("not taken in", item=type(item).__name__, error=type(error).__name__)

    async def _hear(self, item: Item) -> None:
        if isinstance(item, Message) and not self._stands_alone(item):
            self._heard.append((item, self._facts_of(item)))
            return
        await self._take_in_heard()  # what was told before it
        match item:
            case Message() if self.reconciler.is_ours(item.headers):
                await self.reconciler.hear(item.headers)
            case Message():
                barged = await supervising.hear(self._flow, item)
                if barged:
                    self.taps.listen(barged, new_voice=True)
                self._heard.append((item, self._facts_of(item)))
            case Up():
                self._hearing.forget()
            case Resynced():
                await self._catch_up(item)
                await self._places.restore()
                self.reconciler.begin()
            case Down():
                self._seats.clear()
                self._quiet.clear()
                await self._take_in([LinkLost(node=item.node, reason=item.reason)])

    def _stands_alone(self, message: Message) -> bool:
        return self.reconciler.is_ours(message.headers) or supervising.tells(message)

    def _facts_of(self, message: Message) -> list[Fact]:
        """What a message states that is news."""
        told = [self._phones.hear(message.headers), *self._hearing.hear(message)]
        heard = [self._seats.news(f) if isinstance(f, SeatSeen) else f for f in told]
        for fact in heard:
            if isinstance(fact, SeatSeen):
                self._seats.keep(fact)  # the next message of the same batch may tell it again
        return [fact for fact in heard if fact]

    async def _take_in_heard(self) -> None:
        """Take in what a batch of messages told, in one transaction.

        Where that fails, each message has one of its own: only the one at fault is lost.
        """
        heard, self._heard = self._heard, []
        facts = [fact for _, news in heard for fact in news]
        try:
            await self._take_in(facts)
        except Exception as error:
            log.warning("taken in one by one", messages=len(heard), error=type(error).__name__)
            self._seats.clear()
            for message, news in heard:
                await self._guard(message, self._take_in(news))
        for message, _ in heard:
            await self._guard(message, self._places.hear(message))
        if any(isinstance(fact, CallEnded) for fact in facts):
            await self._guard(heard[-1][0], self._note_quiet())

    async def _take_in(self, facts: Iterable[Fact]) -> None:
        stated = list(facts)
        if not stated:
            return
        new = await self._flow.take_in(stated, LINE)
        for fact in new:
            if isinstance(fact, SeatSeen):
                self._seats.keep(fact)
            if isinstance(fact, CallAnswered | TalkEnded):
                self.taps.listen(fact)
        await self._release(new)
        self.seating.note(new)

    async def _release(self, facts: Iterable[Fact]) -> None:
        """Nobody stands in any more for who got through."""
        for fact in facts:
            if isinstance(fact, PlaceReleased):
                await self._places.release(fact.call_id)

    async def _catch_up(self, told: Resynced) -> None:
        """State what happened while we looked away, end what ended unseen, listen to what goes on.

        Asterisk's files are read from the last moment at which no call was open, so that a call's
        lines are never torn apart; facts known already are passed over.
        """
        before = await self._flow.look(self._open_states)
        unheard, whole, bookmarks = await self._read_missed()
        await supervising.catch_up(self._flow, told, self._supervisions_ended)
        open_calls = await self._flow.look(lambda session: self._open_before(session, told))
        await self._flow.take_in(self._hearing.catch_up(open_calls, told), LINE)
        after = await self._flow.look(self._open_states)
        mended = [self._mended(call, before[call]) for call in sorted(before.keys() - after)]
        await self._take_in([*mended, LinkRestored(node=self._settings.node)])
        for answered in await self._flow.look(self._talking):
            self.taps.listen(answered, new_voice=False)
        self._is_behind = not whole
        if whole and not told.call_ids:
            await asyncio.to_thread(self._files.keep, bookmarks)
        self.seating.wake()
        log.info("caught up", facts=unheard, calls=len(told.call_ids))

    async def _read_missed(self) -> tuple[int, bool, dict[str, Bookmark]]:
        """Take in what Asterisk's files tell and we do not know; how much, whether all, how far."""
        lines, bookmarks = await asyncio.to_thread(self._files.read, self._files.kept())
        self._supervisions_ended = ended_in(lines["cel"])
        facts = rebuild(lines["cel"], lines["queue_log"], self._settings.node)
        ids = [fact.id for fact in facts]
        known = await self._flow.look(lambda session: known_facts(session, ids))
        unheard = missed(facts, known)
        return len(unheard), await self._make_up(unheard), bookmarks

    async def _mend_calls(self, look: Look) -> None:
        """Asterisk's files first, since they know how; then an end to what is gone."""
        await self._read_missed()
        told = Resynced(look.node, look.asked_at, frozenset(look.calls))
        open_calls = await self._flow.look(lambda session: self._open_before(session, told))
        gone = {call: facts for call, facts in open_calls.items() if call not in look.calls}
        await self._take_in(Hearing(look.node).catch_up(gone, told))

    def _open_states(self, session: Session) -> dict[str, str]:
        """Calls that go on, as far as we know, and how they stand."""
        return {call.id: call.state for call in _open_calls(session, self._settings.node)}

    def _mended(self, call_id: str, ours: str) -> PictureMended:
        """A call that went on here while nobody told us, and is over there."""
        node = self._settings.node
        return PictureMended(
            node=node, subject="call", name=call_id, ours=ours, asterisks="gone", side_mended="ours"
        )

    async def _make_up(self, unheard: Iterable[CallFact]) -> bool:
        """Take in what was missed, a transaction a call; False where some call could not be."""
        whole = True
        for call_id, facts in groupby(unheard, key=lambda fact: fact.call_id):
            try:
                await self._release(await self._flow.take_in(facts, LINE))
            except Exception as error:  # the loop's edge: the other calls are not to blame
                log.error("not made up for", call_id=call_id, error=type(error).__name__)
                whole = False
        return whole

    async def _note_quiet(self) -> None:
        """With nobody on the line, note how far the files are, and keep what was noted before.

        So a restart reads hours of them and not months. Not this quiet's place is kept but the
        last one's: a call may stand in the files already of which we have not heard yet, and that
        it ended, too, is only sure at the next quiet.
        """
        node = self._settings.node
        if self._is_behind or await self._flow.look(
            lambda session: is_anybody_there(session, node)
        ):
            return
        if self._quiet:
            await asyncio.to_thread(self._files.keep, self._quiet)
        since = self._quiet or self._files.kept()
        _, self._quiet = await asyncio.to_thread(self._files.read, since)

    def _open_before(self, session: Session, told: Resynced) -> dict[str, list[CallFact]]:
        """The facts of each call that goes on, but for those newer than what Asterisk told."""
        return {
            call.id: [
                fact for fact in facts_of_call(session, call.id) if isinstance(fact, CallFact)
            ]
            for call in _open_calls(session, self._settings.node)
            if call.arrived_at < told.asked_at
        }

    def _talking(self, session: Session) -> list[CallAnswered]:
        """The beginning of each seat's part that goes on."""
        talking = []
        for call in _open_calls(session, self._settings.node):
            facts = [f for f in facts_of_call(session, call.id) if isinstance(f, CallFact)]
            legs = {talk.seat_leg for talk in parts(facts).talking}
            talking += [f for f in facts if isinstance(f, CallAnswered) and f.seat_leg in legs]
        return talking


def _open_calls(session: Session, node: str) -> list[Call]:
    return list(session.exec(select(Call).where(*is_open_at(node))))
