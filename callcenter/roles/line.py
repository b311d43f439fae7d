"""The line role, one a node: what Asterisk tells becomes facts, in order, and words get tapped.

link -> hearing -> take_in (LINE) -> open taps for each seat that answers
back after an outage -> Asterisk's own files -> the same facts -> what is missing is made up for
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import structlog
from sqlmodel import Session, col, select

from callcenter.agents.desk import Desk
from callcenter.agents.switch import Switch
from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.hearing import Hearing
from callcenter.ami.history import missed, rebuild
from callcenter.ami.link import Down, Item, Link, Message, Resynced, Up
from callcenter.ami.logfiles import Bookmark
from callcenter.ami.supervising import ended_in
from callcenter.errors import LinkDownError
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
from callcenter.ivr.call import Call
from callcenter.pipeline import LINE, Site
from callcenter.roles import recording, supervising
from callcenter.roles.asterisk_files import AsteriskFiles
from callcenter.roles.look import Look
from callcenter.roles.phones import Phones, SeatNews
from callcenter.roles.places import KeptPlaces
from callcenter.roles.reconcile import Reconciler
from callcenter.roles.seating import Clock, Seating, now
from callcenter.speech.tap import is_listening, tap_originate
from callcenter.speech.taps import OpenedTap, open_taps
from callcenter.store import facts_of_call, known_facts

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
        self._taps: set[asyncio.Task[None]] = set()
        self._places = KeptPlaces(flow, link)

    async def run(self) -> None:
        """Everything the link tells, in order."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.seating.run())
            group.create_task(self.reconciler.run())
            try:
                await self._hear_all()
            finally:
                for tap in self._taps:
                    tap.cancel()
                await asyncio.gather(*self._taps, return_exceptions=True)

    async def _hear_all(self) -> None:
        async for item in self._link.events():
            try:
                await self._hear(item)
            except Exception as error:  # the loop's edge
                self._is_behind = True
                kind = type(item).__name__
                log.error("not taken in", item=kind, error=type(error).__name__)

    async def _hear(self, item: Item) -> None:
        match item:
            case Message() if self.reconciler.is_ours(item.headers):
                await self.reconciler.hear(item.headers)
            case Message():
                await self._places.hear(item)
                await self._hear_message(item)
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

    async def _hear_message(self, message: Message) -> None:
        barged = await supervising.hear(self._flow, message)
        if barged:
            self._listen(barged, new_voice=True)
        told = [self._phones.hear(message.headers), *self._hearing.hear(message)]
        heard = [self._seats.news(f) if isinstance(f, SeatSeen) else f for f in told]
        news = [fact for fact in heard if fact]
        if news:
            await self._take_in(news)
        if any(isinstance(fact, CallEnded) for fact in news):
            await self._note_quiet()

    async def _take_in(self, facts: Iterable[Fact]) -> None:
        new = await self._flow.take_in(facts, LINE)
        for fact in new:
            if isinstance(fact, SeatSeen):
                self._seats.keep(fact)
            if isinstance(fact, CallAnswered | TalkEnded):
                self._listen(fact)
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
            self._listen(answered, new_voice=False)
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
        calls = await self._flow.look(lambda session: _open_calls(session, self._settings.node))
        if calls or self._is_behind:
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

    def _listen(self, fact: CallAnswered | TalkEnded, new_voice: bool | None = None) -> None:
        """Tap both sides; the call does not wait for it, and goes on where it fails.

        A side whose tap is open already is refused by Asterisk and goes on being heard.

        Args:
            fact: What happened.
            new_voice: Whether the recorder has to begin anew; None: as the call's facts tell.
        """
        task = asyncio.create_task(self._tap(fact, new_voice))
        self._taps.add(task)
        task.add_done_callback(self._taps.discard)

    async def _tap(self, fact: CallAnswered | TalkEnded, new_voice: bool | None) -> None:
        try:
            answered = fact if isinstance(fact, CallAnswered) else None
            if new_voice is None:
                anew = await self._heard_anew(fact)
                answered, new_voice = anew or answered, anew is not None
            if answered and new_voice:
                await recording.record_again(self._link, answered)
            if answered:
                await self._tap_both(answered)
        except Exception as error:  # the task's edge: the recording is transcribed instead
            log.error("a side is not tapped", call_id=fact.call_id, error=type(error).__name__)

    async def _heard_anew(self, fact: CallAnswered | TalkEnded) -> CallAnswered | None:
        """The part whose voice is new to the recorder of a channel it did not come through."""
        return await self._flow.look(
            lambda session: recording.heard_anew(facts_of_call(session, fact.call_id), fact)
        )

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


def _open_calls(session: Session, node: str) -> list[Call]:
    query = select(Call).where(Call.node == node, col(Call.ended_at).is_(None))
    return [call for call in session.exec(query).all() if call.is_open]
