"""What our side stands on is taken away in mid-call: PostgreSQL, Redis, the link to Asterisk."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from callcenter.ami.asterisk import AsteriskProcess, tell_console
from callcenter.facts import RecordingStored
from callcenter.ivr.call import CallState
from callcenter.settings import Settings
from tests.live.conftest import Site, hotline_settings, shared_hotline, until
from tests.live.fake_wire import FakeWire
from tests.live.hotline import Hotline
from tests.live.talk import GREETING, LIGHTS, say, talk
from tests.servers import Server, postgres, redis


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def bus() -> Iterator[Server]:
    with redis() as server:
        yield server


@pytest.fixture(scope="module")
def hotline(
    tmp_path_factory: pytest.TempPathFactory, database: Server, bus: Server
) -> Iterator[Hotline]:
    urls = {"database_url": database.url, "bus_url": bus.url}
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("faults"), **urls))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


@pytest.fixture
def own_database() -> Iterator[Server]:
    with postgres() as server:
        yield server


@pytest.fixture
def own_settings(own_settings: Settings, own_database: Server) -> Settings:
    return own_settings.model_copy(update={"database_url": own_database.url})


@pytest.fixture
async def asterisk(own_settings: Settings) -> AsyncIterator[None]:
    process = AsteriskProcess(own_settings)
    await process.start()
    yield
    await process.stop()


async def test_postgresql_away_when_they_talk_and_hang_up_loses_nothing(
    site: Site, hotline: Hotline, database: Server
) -> None:
    call, at_seat = await talk(site, hotline)
    await say(site.settings, at_seat, GREETING)
    await asyncio.to_thread(database.stop)
    hotline.store.close()  # the test's own connections ended, too
    await say(site.settings, call, LIGHTS)
    assert not call.is_ended
    await call.hang_up()
    await asyncio.to_thread(database.start)
    await is_whole(hotline)


async def test_redis_emptied_while_they_talk_and_away_when_they_hang_up_loses_nothing(
    site: Site, hotline: Hotline, bus: Server
) -> None:
    call, _ = await talk(site, hotline)
    async with Redis.from_url(bus.url) as redis_client:
        await redis_client.flushall()
    await say(site.settings, call, LIGHTS)
    await until(lambda: hotline.is_about("113"))  # it carries facts as before
    await asyncio.to_thread(bus.stop)
    await call.hang_up()
    await until(lambda: hotline.call.state is CallState.ENDED)
    hotline.kill()  # with work that no bus took
    await asyncio.to_thread(bus.start)
    await hotline.start()
    await is_whole(hotline)


async def test_a_reset_ami_connection_and_postgresql_away_as_it_is_back_lose_nothing(
    own_settings: Settings, asterisk: None, own_database: Server
) -> None:
    async with FakeWire(own_settings.ami_port) as wire, AsyncExitStack() as stack:
        ours = {"asterisk_managed": False, "ami_port": wire.port}
        hotline = Hotline(own_settings.model_copy(update=ours))
        site = Site(own_settings, stack)
        await hotline.start()
        stack.push_async_callback(asyncio.to_thread, hotline.stop)
        call, _ = await talk(site, hotline)
        wire.cut()
        await until(lambda: hotline.events("AMI link is down"))
        await wire.mend()
        await until(lambda: hotline.events("caught up") >= 2)
        assert [one.state for one in hotline.calls()] == [CallState.TALKING]

        await say(site.settings, call, LIGHTS)
        await until(lambda: hotline.is_about("113"))  # both sides are heard again
        wire.cut()
        # Behind our back, by a hand at Asterisk's console.
        channel = hotline.call.caller_channel
        await tell_console(own_settings, f"channel request hangup {channel}")
        await call.ended()
        await asyncio.to_thread(own_database.stop)
        hotline.store.close()
        await wire.mend()
        await until(lambda: hotline.events("AMI link is up") >= 3)
        await until(lambda: hotline.events("store away, trying again") > 3)
        await asyncio.to_thread(own_database.start)
        await is_whole(hotline)
        assert await mended(hotline) == [(hotline.call.id, "talking", "gone")]


async def mended(hotline: Hotline) -> list[tuple[str, str, str]]:
    """Calls that went on here while they were gone in Asterisk, as the API shows them."""
    async with hotline.client() as client:
        told = (await client.get("mended")).json()
        counted = (await client.get("health")).json()["mended"]
    assert counted == len(told)
    return [(one["name"], one["ours"], one["asterisks"]) for one in told]


async def is_whole(hotline: Hotline) -> None:
    """The one call has ended, with one ticket about the lights and both recordings."""
    await until(lambda: hotline.call.state is CallState.ENDED)
    call_id = hotline.call.id
    await until(lambda: hotline.transcript(call_id))
    await until(lambda: hotline.is_about("113"))
    await until(lambda: len(hotline.facts(call_id, "recording_stored")) == 2)
    stored = hotline.facts(call_id, "recording_stored")
    assert all(fact.complete for fact in stored if isinstance(fact, RecordingStored))
    assert [ticket.call_id for ticket in hotline.tickets()].count(call_id) == 1
