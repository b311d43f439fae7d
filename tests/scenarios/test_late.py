"""Scenario: a ticket that is late: those concerned are warned, then alarmed, and it goes up."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import Session

from callcenter.facts import ClockExpired, ClocksSet, ClockWarned, Fact, TicketMoved
from callcenter.roles.clocks import ClocksRole
from callcenter.tickets.clocks.running import TicketClock
from callcenter.tickets.dispatch import escalate
from callcenter.tickets.notices.rows import Notice
from callcenter.tickets.steps import Step
from tests.center import Center
from tests.patience import PATIENCE_SECONDS
from tests.scenarios.test_one_call import A_CALL

HOUR, DAY = 3600.0, 86400.0
MEDIATION = "306"  # 矛盾调解, which a township's own centre takes


class Watch:
    """The role, by the story's time; each look waits until nothing is due any more."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.role = ClocksRole(center.flow, lambda: center.teller.now)

    async def pass_time(self, seconds: float) -> list[str]:
        """Time goes by; what was told meanwhile."""
        before = len(await self.told())
        self.center.teller.wait(seconds)
        self.role.wake()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._is_due():  # noqa: ASYNC110  # no event
                await asyncio.sleep(0.005)
        await self.center.quiet()
        return (await self.told())[before:]

    async def told(self) -> list[str]:
        facts: list[ClockWarned | ClockExpired] = [
            *await self.center.facts(ClockWarned),
            *await self.center.facts(ClockExpired),
        ]
        lines = sorted((fact.at, fact.fact, fact.purpose, " ".join(fact.told)) for fact in facts)
        return [" ".join(line[1:]) for line in lines]

    async def _is_due(self) -> bool:
        now = self.center.teller.now
        return any(
            row.next_at and row.next_at <= now for row in await self.center.rows(TicketClock)
        )


@pytest.fixture
async def watch(center) -> AsyncIterator[Watch]:
    watch = Watch(center)
    running = asyncio.create_task(watch.role.run())
    yield watch
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture
async def number(center) -> str:
    """A quarrel, at a township's centre since Monday morning."""
    await center.play(A_CALL, says="南大街的路灯不亮")
    number = (await center.only_ticket()).number
    await center.correct(number, MEDIATION)
    await center.move(number, "file", actor="seat-08")
    return number


async def go_up(center: Center, number: str) -> None:
    def run(session: Session) -> Iterable[Fact]:
        site = center.site
        yield escalate(
            session,
            number,
            site.table,
            site.clocks,
            actor="dispatcher",
            reason="逾期未反馈",
            at=center.teller.now,
        )

    await center.flow.command(run)
    await center.quiet()


async def test_a_late_ticket_is_warned_of_alarmed_and_goes_up(center, number, watch):
    ticket = await center.only_ticket()
    unit = ticket.unit
    assert center.site.table.units[unit].level == 2
    await center.move(number, "accept", actor=f"handler:{unit}")
    assert await watch.pass_time(4 * DAY) == []  # Friday, ten in the morning
    assert await watch.pass_time(3 * DAY + HOUR) == [f"clock_warned feedback unit:{unit}"]
    assert await watch.pass_time(8 * HOUR) == [
        f"clock_expired feedback unit:{unit} dispatcher supervisor"
    ]
    await go_up(center, number)
    raised = await center.only_ticket()
    assert center.site.table.units[raised.unit].name == "县司法局"
    assert raised.step is Step.DISPATCHED
    assert raised.due_at > center.teller.now + timedelta(days=6)
    assert (await center.facts(TicketMoved))[-1].move == "escalate"
    assert await watch.pass_time(HOUR) == []  # the new unit's clocks have only begun
    templates = {notice.template for notice in await center.rows(Notice)}
    assert templates >= {"unit_warned", "unit_expired", "dispatcher_expired"}


async def test_a_unit_that_does_not_look_is_told_of_each_limit(center, number, watch):
    unit = (await center.only_ticket()).unit
    told = await watch.pass_time(30 * DAY)
    assert told == [
        f"clock_expired accept unit:{unit} dispatcher",
        f"clock_expired feedback unit:{unit} dispatcher supervisor",
        f"clock_expired hand_over unit:{unit}",
        f"clock_expired return unit:{unit}",
    ]


async def test_what_is_done_in_time_is_told_to_nobody(center, number, watch):
    unit = (await center.only_ticket()).unit
    await center.move(number, "accept", "report", actor=f"handler:{unit}")
    await center.move(number, "verify", actor="verifier")
    await center.robot_rings(rating=1)
    assert (await center.only_ticket()).step is Step.CLOSED
    assert await watch.pass_time(90 * DAY) == []
    assert (await center.facts(ClocksSet))[-1].clocks == ()


async def test_after_a_restart_nothing_is_forgotten_and_nothing_told_twice(center, number, watch):
    unit = (await center.only_ticket()).unit
    await center.move(number, "accept", actor=f"handler:{unit}")
    assert len(await watch.pass_time(7 * DAY + HOUR)) == 1
    await center.restart()
    again = Watch(center)
    running = asyncio.create_task(again.role.run())
    assert await again.pass_time(0) == []
    assert len(await again.pass_time(DAY)) == 1
    running.cancel()


async def test_a_clock_that_is_set_wakes_the_role(center):
    later = timedelta(days=30)  # to the role everything is late as soon as it begins
    role = ClocksRole(center.flow, lambda: center.teller.now + later)
    assert await role._tell_due() == 60.0  # nothing to do: a look a minute
    running = asyncio.create_task(role.run())
    await center.play(A_CALL, says="南大街的路灯不亮")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await center.facts(ClockExpired):  # noqa: ASYNC110  # no event
            await asyncio.sleep(0.005)
    running.cancel()


async def test_two_roles_tell_everything_once(center, number, watch):
    other = ClocksRole(center.flow, lambda: center.teller.now)
    running = asyncio.create_task(other.run())
    center.teller.wait(30 * DAY)
    other.wake()
    await watch.pass_time(0)  # either of them tells
    assert len(await watch.told()) == 4
    running.cancel()


async def test_the_clock_of_a_computer_may_be_set_back(center, number, watch):
    await watch.pass_time(30 * DAY)
    assert await watch.pass_time(-20 * DAY) == []
    assert await watch.pass_time(25 * DAY) == []
