"""The morning until the picture: shifts, calls that are over, calls that go on."""

import asyncio
from collections.abc import Callable
from typing import Final

from sqlmodel import Session, col, select

from callcenter.agents import moves
from callcenter.agents.agent import Agent, find
from callcenter.facts import (
    AgentMoved,
    Fact,
    Line,
    LinkRestored,
    PartialHeard,
    PhoneSeen,
    SeatSeen,
)
from callcenter.store import record, unpublished
from callcenter.tickets import moving
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket, ticket_of_call
from tests.calls import ACall
from tools.screenshots import script
from tools.screenshots.calls import CITIZEN, Said, call, facts_of, over, recorded, spoken
from tools.screenshots.judging import judge
from tools.screenshots.moment import Clock
from tools.screenshots.people import AGENTS, hire
from tools.screenshots.script import Talk
from tools.screenshots.site import ShownSite
from tools.screenshots.voices import recordings_of

PATIENCE_SECONDS: Final = 60
BESIDE: Final = ("seat-08",)  # a telephone that serves without an agent
Order = Callable[[Session, Agent], AgentMoved]


async def tell(site: ShownSite, clock: Clock) -> None:
    """All of it, in order; ends at the picture's minute."""
    clock.before(minutes=150)
    with site.store.transaction() as session:
        hire(session)
    await site.line(LinkRestored(node=site.settings.node))
    for name, (_, seat, _) in AGENTS.items():
        await _sits(site, seat)
        await give(
            site,
            name,
            lambda session, one, at=seat: moves.sign_in(session, one, at, actor=one.name),
        )
    for seat in BESIDE:
        await _sits(site, seat)
    for talk in script.MORNING:
        await _answered(site, clock, talk)
    clock.before(minutes=14)
    await give(site, "wu.xia", _pause)
    await _seen(site, "seat-06", "idle", is_paused=True)
    await asyncio.to_thread(judge, site, clock)
    await _over(site, clock)
    await _going_on(site, clock)
    clock.before()
    await until(lambda: not _owing(site))


async def give(site: ShownSite, name: str, order: Order) -> None:
    """An agent's command."""
    with site.store.transaction() as session:
        agent = find(session, name)
        assert agent is not None, name
        record(session, order(session, agent))


def _sign_in(seat: str, session: Session, agent: Agent) -> AgentMoved:
    return moves.sign_in(session, agent, seat, actor=agent.name)


def _pause(session: Session, agent: Agent) -> AgentMoved:
    return moves.pause(session, agent, "培训", actor=agent.name)


def _end_wrap_up(session: Session, agent: Agent) -> AgentMoved:
    return moves.end_wrap_up(session, agent, actor=agent.name)


async def until(is_so: Callable[[], bool]) -> None:
    """Returns when it is so. Raises: TimeoutError."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110  # the workers are tasks of this loop
            await asyncio.sleep(0.02)


async def _sits(site: ShownSite, seat: str) -> None:
    await site.line(PhoneSeen(seat=seat, phone="sip", registered=True))
    await _seen(site, seat, "idle")


async def _seen(site: ShownSite, seat: str, status: str, *, is_paused: bool = False) -> None:
    await site.line(SeatSeen.model_validate({"seat": seat, "status": status, "paused": is_paused}))


async def _answered(site: ShownSite, clock: Clock, talk: Talk) -> None:
    """A call of the morning, to the end of the wrap-up."""
    ago = talk.ago * 60
    one = call(talk.name, ago, talk.caller, talk.line).queued(after=3).offered(talk.seat)
    one.answered(talk.seat, talk.waited)
    began = ago - 3 - talk.waited
    clock.before(seconds=began)
    await site.line(*facts_of(one))
    await site.line(*await _said(site, one.id, began, talk))
    clock.before(seconds=began - talk.talked)
    before = len(one.facts)
    await site.line(*facts_of(one.parted(talk.seat, talk.talked).ended())[before:])
    await site.line(over(one.id, began - talk.talked, talk.talked))
    await _sorted(site, one.id)
    with site.store.transaction() as session:
        ticket = ticket_of_call(session, one.id)
        assert ticket is not None
        told = moving.move(session, ticket.number, talk.then, actor=talk.seat, reason=talk.reason)
        record(session, told)
    clock.before(seconds=began - talk.talked - 25)
    await give(site, _at(talk.seat), _end_wrap_up)


async def _said(site: ShownSite, call_id: str, began: float, talk: Talk) -> list[Fact]:
    if not talk.is_recorded:
        return [*spoken(call_id, began, talk.said)]
    paths, lasting = await recordings_of(site.settings, call_id, talk.said)
    kept = recorded(site.settings, call_id, began - talk.talked, paths)
    return [*spoken(call_id, began, talk.said, lasting), *kept]


async def _over(site: ShownSite, clock: Clock) -> None:
    """One who gave up, and one whose talk has just ended: its seat wraps up."""
    clock.before(minutes=6)
    await site.line(*facts_of(call("201", 360, "15400222608").queued(after=3).gives_up(27)))
    one = call("202", 96, "15400247735").queued(after=2).offered("seat-03").answered("seat-03", 6)
    clock.before(seconds=88)
    await site.line(*facts_of(one), *spoken(one.id, 88, script.WRAPPED_UP))
    await _sorted(site, one.id)
    clock.before(seconds=31)
    told = len(one.facts)
    await site.line(*facts_of(one.parted("seat-03", 57).ended())[told:], over(one.id, 31, 57))


async def _going_on(site: ShownSite, clock: Clock) -> None:
    """Two talks, one that rings, two who wait."""
    for name, seat, caller, ago, said, line in (
        ("301", "seat-05", "15400290127", 52, script.ALARM, Line.POLICE),
        ("302", "seat-01", "15400213308", 41, script.TALKING, Line.SERVICE),
    ):
        await _talks(site, clock, call(name, ago, caller, line), seat, ago, said)
    clock.before(seconds=22)
    await site.line(*facts_of(call("303", 22, "15400266790").queued(after=3)))
    ringing = call("304", 26, "15400213052").queued(after=3).then(16).offered("seat-02")
    await site.line(*facts_of(ringing))
    await _seen(site, "seat-02", "ringing")
    clock.before(seconds=9)
    await site.line(*facts_of(call("305", 9, "15400288145").queued(after=3)))


async def _talks(
    site: ShownSite, clock: Clock, one: ACall, seat: str, ago: float, said: Said
) -> None:
    clock.before(seconds=ago - 6)
    await site.line(*facts_of(one.queued(after=2).offered(seat).answered(seat, 4)))
    await site.line(*spoken(one.id, ago - 6, said))
    await _seen(site, seat, "in_use")
    await _sorted(site, one.id)


async def speak_on(site: ShownSite) -> None:
    """What the citizen at seat-01 is saying; nobody keeps it, so it is said before each picture."""
    await site.bus.mention(PartialHeard(call_id="n1-302.0", side=CITIZEN, text=script.STILL_SAYING))


async def _sorted(site: ShownSite, call_id: str) -> None:
    """The workers know what the call is about."""

    def is_known() -> bool:
        with site.store.reading() as session:
            ticket = ticket_of_call(session, call_id)
            return ticket is not None and ticket.item is not None and not unpublished(session, 1)

    await until(is_known)


def _owing(site: ShownSite) -> bool:
    with site.store.reading() as session:
        return bool(unpublished(session, 1))


def _at(seat: str) -> str:
    return next(name for name, (_, at, _) in AGENTS.items() if at == seat)


def cases_to_show(site: ShownSite) -> dict[str, str]:
    """The closed case with the longest history, by the name that addresses use."""
    with site.store.reading() as session:
        closed = select(Ticket.number).where(Ticket.step == Step.CLOSED, Ticket.cell != "")
        longest = closed.order_by(col(Ticket.steps).desc(), col(Ticket.number).desc())
        return {"case": session.exec(longest).first() or ""}
