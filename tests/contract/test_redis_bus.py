"""Contract: what only the bus over Redis must stand: Redis gone, entries gone, newer versions."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from callcenter.bus import Published, open_bus
from callcenter.bus.redis import RedisBus
from callcenter.errors import CannotStartError
from callcenter.facts import MenuChosen
from tests.patience import PATIENCE_SECONDS
from tests.servers import free_port
from tests.servers import redis as redis_server

FACT = MenuChosen(call_id="n1-7.0", key_pressed="1")


@pytest.fixture
async def bus(redis_url):
    bus = RedisBus(redis_url, prefix=f"test-{uuid.uuid4().hex}", stale_ms=300)
    await bus.join("work")
    yield bus
    await bus.close()


async def test_a_redis_that_is_not_there_is_named_in_one_line():
    bus = RedisBus(f"redis://:hunter2@127.0.0.1:{free_port()}/0")
    with pytest.raises(CannotStartError, match="CALLCENTER_BUS_URL.*127.0.0.1") as refused:
        await bus.join("work")
    assert "hunter2" not in refused.value.message
    await bus.close()


def test_an_address_that_is_none_is_named_in_one_line():
    with pytest.raises(CannotStartError, match="CALLCENTER_BUS_URL"):
        open_bus("redis://127.0.0.1:door/0")


async def test_a_member_whose_redis_dies_as_it_finishes_goes_on():
    with redis_server() as server:
        bus = RedisBus(server.url)
        await bus.join("work")
        await bus.publish(Published(1, FACT))
        deliveries = bus.deliver("work", "one")
        delivery = await anext(deliveries)
    await delivery.done()  # raises nothing: the fact comes again, its claim stands
    await deliveries.aclose()
    await bus.close()


async def test_what_is_forgotten_is_gone_from_the_stream(redis_url, bus):
    redis = Redis.from_url(redis_url)
    await bus.publish(Published(1, FACT))
    await bus.forget(datetime(2020, 1, 1, tzinfo=UTC))
    assert await redis.xlen(bus._stream) == 1
    await bus.forget(datetime.now(UTC) + timedelta(minutes=1))
    assert await redis.xlen(bus._stream) == 0
    await redis.aclose()


@pytest.mark.parametrize("fields", [{"seq": 1, "fact": '{"fact":"of a newer version"}'}, None])
async def test_an_entry_that_cannot_be_read_holds_up_nobody(redis_url, bus, fields):
    redis = Redis.from_url(redis_url)
    odd = await redis.xadd(bus._stream, fields or {"seq": 1, "fact": "{}"})
    await bus.publish(Published(2, FACT))
    if fields is None:  # taken by an earlier life of this member, and trimmed since
        await redis.xreadgroup("work", "one", {bus._stream: ">"}, count=1)
        await redis.xdel(bus._stream, odd)
    deliveries = bus.deliver("work", "one")
    async with asyncio.timeout(PATIENCE_SECONDS):
        delivery = await anext(deliveries)
    assert delivery.fact == FACT
    await deliveries.aclose()
    await redis.aclose()
