"""A whole centre of ours in one process: store, bus, line role, work. Only Asterisk is a tape.

    await center.play(A_CALL, says="南大街的路灯不亮")
    ticket = await center.only_ticket()

Every step waits until the centre is quiet: all that was stated is published and dealt with.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from callcenter.agents.agent import known
from callcenter.agents.desk import Desk
from callcenter.agents.membership import unfinished
from callcenter.agents.switch import Switch
from callcenter.ami.link import Down, Item, Message, Resynced, Up
from callcenter.bus.memory import MemoryBus
from callcenter.facts import (
    AgentMoved,
    CategoryCorrected,
    Fact,
    Side,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.flow import Flow
from callcenter.ivr.callback import CallbackTask, take_feedback_task
from callcenter.ivr.feedback_call import Answer
from callcenter.pipeline import WORK, Site
from callcenter.roles.asterisk_files import FILES
from callcenter.roles.callback import CallbackRole
from callcenter.roles.line import LineRole
from callcenter.roles.seating import Seating, set_up_seats
from callcenter.settings import Settings
from callcenter.store import Claim, LedgerRow, Parked, Store
from callcenter.tickets import moving
from callcenter.tickets.correcting import correct
from callcenter.tickets.steps import Move
from tests.patience import PATIENCE_SECONDS
from tests.scenarios.fake_link import FakeLink
from tests.scenarios.seen import Seen
from tests.scenarios.tables import Teller
from tests.stores import prepare

NODE = "n1"


class Center(Seen):
    """One centre; `async with` runs it. Times of a story are seconds since BEGAN."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self.taps = socket.create_server(("127.0.0.1", 0))  # it is enough that somebody listens
        port = self.taps.getsockname()[1]
        settings = settings.model_copy(update={"audiosocket_port": port})
        self.site = replace(site, settings=settings)
        super().__init__(Store(settings.database))
        prepare(self.store)
        self.teller = Teller()
        self._start()

    async def __aenter__(self) -> "Center":
        await self._run()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.taps.close()
        await self._stop()
        self.store.close()

    async def restart(self) -> None:
        """Our process dies and comes back; nothing is left of it but the store and the files."""
        await self._stop()
        self._start()
        await self._run()

    # --- what Asterisk and the citizens do -------------------------------------------------------

    async def play(
        self, table: str, says: str | Iterable[str] = (), *, at_once: bool = False
    ) -> None:
        """Plays the messages of a table; the citizen speaks as soon as a seat has answered.

        All at once, nobody has the time to speak.
        """
        if at_once:
            await self.tell(*map(Message, self.teller.messages(table)))
            await self.quiet()
            return
        texts = [says] if isinstance(says, str) else list(says)
        for message in self.teller.messages(table):
            await self.tell(Message(message))
            if texts and message["Event"] == "AgentConnect":
                await self._say(message["Uniqueid"], texts, first=0)
                texts = []
        assert not texts, "nobody answered, so nobody heard it"
        await self.quiet()

    async def hear(self, call_id: str, *texts: str, side: Side = Side.CITIZEN) -> None:
        """Somebody says more."""
        heard = [fact for fact in await self.facts(UtteranceHeard) if fact.call_id == call_id]
        await self._say(call_id, texts, first=len(heard), side=side)
        await self.quiet()

    async def complete(self, call_id: str) -> None:
        """The live words are the transcript."""
        done = TranscriptCompleted(call_id=call_id, source="live", model="tape", heard_seconds=1)
        await self.take_in(done)

    async def take_in(self, *facts: Fact) -> None:
        """Facts of the other roles, as those state them."""
        await self.flow.take_in(facts, {})
        await self.quiet()

    async def lose_link(self) -> None:
        """Asterisk, or the way to it, is gone."""
        await self.tell(Down(NODE, "the tape is cut"))

    async def regain_link(
        self, *living: str, asked_at: datetime | None = None, meanwhile: str = ""
    ) -> None:
        """Asterisk answers again: these calls live; a table of what it says during the resync."""
        said = self.teller.messages(meanwhile) if meanwhile else ()
        during = [Message(message) for message in said]
        asked_at = asked_at or datetime.now(UTC)
        await self.tell(Up(NODE), *during, Resynced(NODE, asked_at, frozenset(living)))
        await self.quiet()

    def asterisk_writes(self, **files: str) -> None:
        """Adds lines to Asterisk's own logs: `cel`, `queue_log`."""
        for name, text in files.items():
            path = self.site.settings.log_dir / FILES[name]
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(text)

    async def tell(self, *items: Item) -> None:
        """What the link tells; returns when the line role has dealt with it."""
        telling = asyncio.ensure_future(self.link.tell(*items))
        line = self._tasks[0]
        await asyncio.wait([telling, line], return_when=asyncio.FIRST_COMPLETED)
        if line.done():
            telling.cancel()
            line.result()
        await telling

    # --- what people do --------------------------------------------------------------------------

    async def move(
        self, number: str, *moves: str, actor: str = "tester", reason: str = "", **more: Any
    ) -> None:
        """Takes a ticket on, step by step.

        Raises:
            CallCenterError: As the command does; nothing has changed.
        """
        for move in moves:

            def run(session: Session, move: str = move) -> list[TicketMoved]:
                told = {"actor": actor, "reason": reason, "at": self.teller.now, **more}
                return [moving.move(session, number, Move(move), **told)]

            await self.flow.command(run)
            await self.quiet()

    async def correct(self, number: str, item: str, actor: str = "seat-01") -> None:
        """A person chooses another item."""
        name = self.site.rules.items[item]

        def run(session: Session) -> list[CategoryCorrected]:
            return [correct(session, number, item, name, actor)]

        await self.flow.command(run)
        await self.quiet()

    async def order(self, name: str, move: Callable[..., AgentMoved], **given: Any) -> AgentMoved:
        """An agent orders a move of `agents.moves`, as the API does.

        Raises:
            CallCenterError: As the move does; nothing has changed.
        """
        facts = await self.desk.command(
            lambda session: [move(session, known(session, name), actor=name, **given)]
        )
        await self.quiet()
        return next(fact for fact in facts if isinstance(fact, AgentMoved))

    async def pass_time(self, seconds: float) -> None:
        """So many seconds later nothing has happened but that."""
        self.teller.wait(seconds)
        self.role.seating.wake()
        await self.quiet()

    async def handle(self, number: str) -> None:
        """Seat, unit and verifier do their part: from the draft to the citizen's call-back."""
        await self.move(number, "file", actor="seat-08")
        await self.handle_again(number)

    async def handle_again(self, number: str) -> None:
        """Unit and verifier do their part with a dispatched ticket."""
        unit = (await self.ticket(number)).unit
        await self.move(number, "accept", "report", actor=f"handler:{unit}")
        await self.move(number, "verify", actor="verifier")

    async def robot_rings(self, rating: int | None = None, picks_up: bool = True) -> None:
        """The robot takes its next task, however long it has to wait; so the citizen answers."""

        def take(session: Session) -> CallbackTask | None:
            return take_feedback_task(session, datetime.now(UTC) + timedelta(hours=1))

        def ring() -> CallbackTask | None:
            with self.store.transaction() as session:
                return take(session)

        task = await asyncio.to_thread(ring)
        assert task, "nobody is to be rung"
        answer = Answer("answered" if picks_up else "no_answer", rating)
        role = CallbackRole(self.flow)
        await self.flow.command(lambda session: role._settle(session, task, answer))
        await self.quiet()

    async def quiet(self) -> None:
        """Waits until all that was stated is published and dealt with, and every tap asked for."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.role.taps.is_busy or not await self.look(_is_quiet):  # noqa: ASYNC110  # no event
                await asyncio.sleep(0.005)

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, once Asterisk was told whatever it is to be told."""
        await self.desk.settle()
        return await super().everything()

    # --- inside ----------------------------------------------------------------------------------

    def _start(self) -> None:
        self.link, self.bus = FakeLink(), MemoryBus()
        self.flow = Flow(self.store, self.bus, self.site, attempts=2, retry_seconds=0.01)
        self.desk = Desk(self.flow, Switch(self.link))  # type: ignore[arg-type]
        clock = lambda: self.teller.now  # noqa: E731
        self.role = LineRole(self.flow, self.link, self.desk, clock)  # type: ignore[arg-type]

    async def _run(self) -> None:
        await self.bus.join("work")
        await self.flow.republish(WORK)
        settings = self.site.settings
        await self.flow.command(lambda session: set_up_seats(session, settings, self.teller.now))
        self._tasks = [
            asyncio.create_task(self.role.run()),
            asyncio.create_task(self.flow.relay()),
            asyncio.create_task(self.flow.work("work", WORK)),
        ]

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _say(
        self, call_id: str, texts: Iterable[str], *, first: int, side: Side = Side.CITIZEN
    ) -> None:
        heard = [
            UtteranceHeard(
                at=self.teller.now,
                call_id=call_id,
                side=side,
                source="live",
                index=index,
                start_ms=index * 2000,
                end_ms=index * 2000 + 1500,
                text=text,
            )
            for index, text in enumerate(texts, first)
        ]
        await self.flow.take_in(heard, {})


def _is_quiet(session: Session) -> bool:
    parked = session.exec(select(Parked)).first()
    if parked:
        pytest.fail(f"{parked.handler} failed with {parked.error}")
    claimed = {(claim.fact_id, claim.handler) for claim in session.exec(select(Claim))}
    if unfinished(session):
        return False
    handlers = {fact.model_fields["fact"].default: WORK[fact] for fact in WORK}
    handlers["seat_moved"] = (Seating.set_up_telephones,)
    return all(
        row.published
        and all((row.id, handler.__name__) in claimed for handler in handlers.get(row.name, ()))
        for row in session.exec(select(LedgerRow))
    )
