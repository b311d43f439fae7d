"""Live: the link to a real Asterisk, which is stopped, killed and started again."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from callcenter.ami.asterisk import AsteriskProcess, ami_secret
from callcenter.ami.connection import Address
from callcenter.ami.hearing import Hearing
from callcenter.ami.history import rebuild
from callcenter.ami.link import Down, Item, Link, Message, Resynced, Up
from callcenter.ami.translate import translate
from callcenter.errors import LinkDownError
from callcenter.facts import CallArrived, CallFact, SeatSeen
from callcenter.settings import Settings
from tests.live.conftest import Site, free_settings, need_programs, put_in_queues, until

SOON_SECONDS = 12  # a second, where nothing else runs; shorter than the pause after a refusal


class Listener:
    """A running link and all it has told so far."""

    def __init__(self, settings: Settings) -> None:
        secret = ami_secret(settings)
        address = Address("n1", "127.0.0.1", settings.ami_port, settings.ami_user, secret)
        self.link = Link(address, settings.ami_silence_seconds)
        self.told: list[Item] = []

    async def listen(self) -> None:
        async for item in self.link.events():
            self.told.append(item)

    def all(self, kind: type) -> list:
        return [item for item in self.told if isinstance(item, kind)]

    def events(self) -> list[str]:
        return [message.headers["Event"] for message in self.all(Message)]

    def facts(self) -> list[CallFact]:
        hearing = Hearing("n1")
        facts = [fact for message in self.all(Message) for fact in hearing.hear(message)]
        return [fact for fact in facts if isinstance(fact, CallFact)]

    def told_of_calls(self) -> list[tuple[str, str]]:
        """The facts' names, each with its call."""
        return [(fact.fact, fact.call_id) for fact in self.facts()]

    async def until_told(self, kind: type, times: int) -> None:
        await until(lambda: len(self.all(kind)) >= times)


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Listener]:
    listener = Listener(settings)
    tasks = [asyncio.create_task(listener.link.run()), asyncio.create_task(listener.listen())]
    try:
        await listener.until_told(Resynced, 1)
        yield listener
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@pytest.fixture
async def asterisk(tmp_path) -> AsyncIterator[tuple[Settings, AsteriskProcess]]:
    """An Asterisk of this test's own, since the test ill-treats it."""
    settings = free_settings(tmp_path)
    need_programs(settings)
    process = AsteriskProcess(settings)
    await process.start()
    await put_in_queues(settings)
    yield settings, process
    await process.stop()


async def test_a_call_is_the_same_facts_live_and_from_asterisks_files(site: Site) -> None:
    async with listening(site.settings) as listener:
        seat, citizen = await site.seat(), await site.citizen("13800000021")
        call = await citizen.call("110")
        at_seat = await seat.ring()
        await at_seat.answer()
        await until(lambda: "call_answered" in told_of(listener, "13800000021"))
        await at_seat.hang_up()
        await call.ended()
        await until(lambda: {"talk_ended", "call_ended"} <= set(told_of(listener, "13800000021")))
        live = facts_of(listener, "13800000021")

    told = [fact.fact for fact in live]
    assert told[:4] == ["call_arrived", "call_queued", "call_offered", "call_answered"]
    assert sorted(told[4:]) == ["call_ended", "talk_ended"]  # Asterisk tells them in either order
    read = rebuilt(site.settings, live[0].call_id)
    await until(lambda: len(read()) == 6)
    assert {fact.id for fact in read()} == {fact.id for fact in live}


async def test_a_call_that_outlives_a_link_is_in_the_next_links_snapshot(site: Site) -> None:
    citizen = await site.citizen("13800000022")
    async with listening(site.settings) as listener:
        call = await citizen.call("110")
        await until(lambda: "call_queued" in told_of(listener, "13800000022"))
        call_id = facts_of(listener, "13800000022")[0].call_id
    async with listening(site.settings) as listener:
        assert call_id in listener.all(Resynced)[0].call_ids
        await call.hang_up()
        await until(lambda: ("call_ended", call_id) in listener.told_of_calls())
    async with listening(site.settings) as listener:
        assert call_id not in listener.all(Resynced)[0].call_ids


async def test_an_asterisk_silent_for_ten_seconds_is_noticed_and_linked_again(asterisk) -> None:
    settings, process = asterisk
    async with listening(settings) as listener:
        os.kill(process.pid, signal.SIGSTOP)
        silent_until = time.monotonic() + 10  # the scene itself: so long it says nothing
        try:
            asked = asyncio.create_task(listener.link.originate("Local/s@ask", "Wait", "9"))
            await listener.until_told(Down, 1)
            assert listener.all(Down)[0].reason == "silent for 6 s"
            with pytest.raises(LinkDownError):
                await asked
            await asyncio.sleep(silent_until - time.monotonic())
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await listener.until_told(Resynced, 2)
        assert [type(item) for item in listener.told if isinstance(item, Up | Down)] == [
            Up,
            Down,
            Up,
        ]


async def test_a_killed_asterisk_is_linked_again_soon_and_rings_nobody_twice(
    asterisk,
) -> None:
    settings, process = asterisk
    async with listening(settings) as listener:
        seats = {fact.seat for fact in seats_seen(listener)}
        os.kill(process.pid, signal.SIGSTOP)  # so that the order is in flight
        asked = asyncio.create_task(listener.link.originate("Local/s@record", "Wait", "9"))
        await asyncio.sleep(0)
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(LinkDownError):
            await asked
        await listener.until_told(Down, 1)
        listener.told.clear()
        await process.start()
        booted = time.monotonic()
        await listener.until_told(Resynced, 1)
        assert time.monotonic() - booted < SOON_SECONDS
        await listener.link.action("Ping")
        assert listener.all(Resynced)[0].call_ids == frozenset()
        assert (
            {fact.seat for fact in seats_seen(listener)}
            == seats
            == {
                "seat-01",
                "seat-02",
                "seat-03",
            }
        )
        assert "Newchannel" not in listener.events()


def seats_seen(listener: Listener) -> list[SeatSeen]:
    seen = [translate(message.headers, "n1") for message in listener.all(Message)]
    return [fact for fact in seen if isinstance(fact, SeatSeen)]


def facts_of(listener: Listener, number: str) -> list[CallFact]:
    """The facts of this number's call; calls of the tests before may still be ending."""
    facts = listener.facts()
    calls = {f.call_id for f in facts if isinstance(f, CallArrived) and f.caller_number == number}
    return [fact for fact in facts if fact.call_id in calls]


def told_of(listener: Listener, number: str) -> list[str]:
    return [fact.fact for fact in facts_of(listener, number)]


def rebuilt(settings: Settings, call_id: str) -> Callable[[], list[CallFact]]:
    """Reads one call's facts from Asterisk's files, which it writes a moment later."""

    def read() -> list[CallFact]:
        cel = (settings.log_dir / "cel-custom" / "cel.csv").read_text().splitlines()
        queue_log = (settings.log_dir / "queue_log").read_text().splitlines()
        return [fact for fact in rebuild(cel, queue_log, "n1") if fact.call_id == call_id]

    return read
