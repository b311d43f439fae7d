"""Scenario: agents at their seats while calls come, end, ring in vain; and pictures that differ."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from callcenter.agents import moves
from callcenter.agents.agent import Agent
from callcenter.agents.seats import Seat
from callcenter.ami.link import Message
from callcenter.errors import ImpossibleMoveError
from callcenter.facts import PictureMended
from callcenter.ivr.call import CallState
from tests.center import Center
from tests.live.conftest import until
from tests.patience import PATIENCE_SECONDS

GETS_THROUGH = """
Event             | Uniqueid | CallerIDNum | Queue | MemberName | HoldTime | Status
Newchannel        | n1-7.0   | 13800000001 |       |            |          |
QueueCallerJoin   | n1-7.0   | 13800000001 | 12345 |            |          |
AgentCalled       | n1-7.0   |             | 12345 | seat-01    |          |
AgentConnect      | n1-7.0   |             | 12345 | seat-01    | 2        |
QueueMemberStatus |          |             | 12345 | seat-01    |          | 2
"""
PARTS = """
Event             | Uniqueid | Queue | MemberName | TalkTime | Cause | Status
AgentComplete     | n1-7.0   | 12345 | seat-01    | 60       |       |
QueueMemberStatus |          | 12345 | seat-01    |          |       | 1
Hangup            | n1-7.0   |       |            |          | 16    |
"""
RINGS_IN_VAIN = """
Event             | Uniqueid | Queue | MemberName
Newchannel        | {call}   |       |
QueueCallerJoin   | {call}   | 12345 |
AgentCalled       | {call}   | 12345 | seat-01
AgentRingNoAnswer | {call}   | 12345 | seat-01
"""


@pytest.fixture
async def at_work(center: Center) -> Center:
    """Li is ready at seat-01, on both lines; people's orders are dated by our clock, so all is."""
    center.teller.began = datetime.now(UTC)
    await center.flow.command(
        lambda session: [moves.register(session, "li", "李", ["12345", "110"], "tester")]
    )
    await center.order("li", moves.sign_in, seat="seat-01")
    return center


async def li(center: Center) -> Agent:
    (agent,) = await center.rows(Agent)
    return agent


async def until_ready(center: Center) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await li(center)).state != "ready":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await center.quiet()


def paused(center: Center) -> list[tuple[object, object, object]]:
    return [
        (headers["Queue"], headers["Paused"], headers.get("Reason"))
        for name, headers in center.link.asked
        if name == "QueuePause"
    ]


async def test_a_talk_is_wrapped_up_and_110_is_not_held_back(at_work: Center) -> None:
    await at_work.play(GETS_THROUGH)
    await at_work.play(PARTS)
    agent = await li(at_work)
    assert (agent.state, agent.call_id) == ("wrap_up", "n1-7.0")
    assert paused(at_work) == [("12345", "true", "wrap-up")]
    await at_work.pass_time(25)
    assert (await li(at_work)).state == "wrap_up"
    await at_work.pass_time(10)
    await until_ready(at_work)
    assert paused(at_work) == [("12345", "true", "wrap-up"), ("12345", "false", None)]


async def test_wrap_up_survives_our_death_and_ends_in_its_time(at_work: Center) -> None:
    await at_work.play(GETS_THROUGH)
    await at_work.play(PARTS)
    until_before = (await li(at_work)).until
    await at_work.restart()
    agent = await li(at_work)
    assert (agent.state, agent.until) == ("wrap_up", until_before)
    await at_work.pass_time(60)
    await until_ready(at_work)


async def test_a_wrap_up_that_was_over_while_we_were_dead_is_over(at_work: Center) -> None:
    await at_work.play(GETS_THROUGH)
    await at_work.play(PARTS)
    at_work.teller.wait(60)
    await at_work.restart()
    await at_work.quiet()
    await until(lambda: paused(at_work) == [("12345", "false", None)])
    assert (await li(at_work)).state == "ready"


async def test_ringing_twice_in_vain_pauses_but_leaves_110_its_last_chance(
    at_work: Center,
) -> None:
    for call in ("n1-8.0", "n1-9.0"):
        await at_work.play(RINGS_IN_VAIN.format(call=call))
    agent = await li(at_work)
    assert (agent.state, agent.reason) == ("paused", "no_answer")
    assert paused(at_work) == [("12345", "true", "no_answer")]
    penalties = [h["Penalty"] for name, h in at_work.link.asked if name == "QueuePenalty"]
    assert penalties == ["50"]
    await at_work.order("li", moves.resume)
    (seat,) = [seat for seat in await at_work.rows(Seat) if seat.name == "seat-01"]
    assert seat.missed == 0
    assert seat.told == {q: ["PJSIP/seat-01", 0, False, ""] for q in ("12345", "110")}


async def test_a_sign_out_in_mid_call_waits_and_is_refused_twice(at_work: Center) -> None:
    await at_work.play(GETS_THROUGH)
    await at_work.order("li", moves.sign_out)
    with pytest.raises(ImpossibleMoveError):
        await at_work.order("li", moves.sign_out)
    assert (await li(at_work)).state == "leaving"


# --- looks ---------------------------------------------------------------------------------------


class Asterisk:
    """What Asterisk would answer to each look: members by seat and queue, and calls that live."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._answered = 0
        self.members = {
            (f"seat-0{n}", q): ("0", "") for n in range(1, 10) for q in ("12345", "110")
        }
        self.calls: set[str] = set()

    def _looks(self) -> list[Mapping[str, object]]:
        return [told for name, told in self._center.link.asked if name == "CoreShowChannels"]

    async def answer(self) -> None:
        """Waits for the next look and answers it."""
        await until(lambda: len(self._looks()) > self._answered)
        mark = str(self._looks()[self._answered]["ActionID"]).removesuffix("CoreShowChannels")
        self._answered += 1
        for (seat, queue), (was_paused, reason) in self.members.items():
            member = {"Name": seat, "Queue": queue, "Location": f"PJSIP/{seat}", "Penalty": "0"}
            state = {"Membership": "dynamic", "Paused": was_paused, "PausedReason": reason}
            await self._say(mark, Event="QueueMember", Status="1", **member, **state)
        for call in self.calls:
            names = {"Channel": "PJSIP/trunk-1", "Uniqueid": call, "Linkedid": call}
            await self._say(mark, Event="CoreShowChannel", **names)
        await self._say(mark, Event="CoreShowChannelsComplete")
        await self._center.quiet()

    async def _say(self, mark: str, **headers: str) -> None:
        await self._center.tell(Message({"ActionID": f"{mark}x", **headers}))

    async def answer_twice(self) -> None:
        """A look, and the one that confirms it."""
        await self.answer()
        await self.answer()


async def mended(center: Center) -> list[tuple[str, str, str, str]]:
    facts = await center.facts(PictureMended)
    return [(fact.subject, fact.name, fact.ours, fact.asterisks) for fact in facts]


async def test_a_picture_that_agrees_raises_no_alarm(center: Center) -> None:
    asterisk = Asterisk(center)
    await center.quiet()
    await center.regain_link()
    await asterisk.answer()
    center.role.reconciler.begin()
    await asterisk.answer()
    assert await mended(center) == []


async def test_what_differs_twice_is_mended_and_stated_once(center: Center) -> None:
    asterisk = Asterisk(center)
    await center.quiet()
    del asterisk.members["seat-02", "12345"]
    asterisk.members["seat-03", "110"] = ("1", "lunch")
    center.link.asked.clear()
    await center.regain_link()
    await asterisk.answer_twice()
    assert await mended(center) == [
        ("membership", "seat-02", "12345: PJSIP/seat-02 penalty 0", "12345: absent"),
        ("pause", "seat-03", "110: not paused", "110: paused: lunch"),
    ]
    orders = [
        (name, headers["Queue"], headers["Interface"])
        for name, headers in center.link.asked
        if name.startswith("Queue") and name != "QueueStatus"
    ]
    assert orders == [
        ("QueueAdd", "12345", "PJSIP/seat-02"),
        ("QueuePause", "110", "PJSIP/seat-03"),
    ]


async def test_what_one_look_shows_and_the_next_does_not_was_on_its_way(center: Center) -> None:
    asterisk = Asterisk(center)
    await center.quiet()
    member = asterisk.members.pop(("seat-02", "12345"))
    await center.regain_link()
    await asterisk.answer()
    asterisk.members["seat-02", "12345"] = member
    await asterisk.answer()
    assert await mended(center) == []


async def test_a_call_that_is_gone_there_ends_here(center: Center) -> None:
    asterisk = Asterisk(center)
    await center.play(GETS_THROUGH)
    asterisk.calls = {"n1-7.0"}
    await center.regain_link("n1-7.0", "n1-7.0-seat-01")
    await asterisk.answer()
    assert (await center.call()).state is CallState.TALKING
    asterisk.calls.clear()
    center.role.reconciler.begin()
    await asterisk.answer_twice()
    assert (await center.call()).state is CallState.ENDED
    assert await mended(center) == [("call", "n1-7.0", "talking", "gone")]


async def test_a_call_that_went_on_when_the_link_broke_and_is_gone_is_counted(
    center: Center,
) -> None:
    await center.play(GETS_THROUGH)
    await center.lose_link()
    await center.regain_link()
    assert (await center.call()).state is CallState.ENDED
    assert await mended(center) == [("call", "n1-7.0", "talking", "gone")]
