"""Contract: without the line role, a switch asks Asterisk over a link of its own."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from callcenter.agents.switch import Switch
from callcenter.ami.connection import ActionRefusedError, Address
from callcenter.ami.link import Link
from callcenter.errors import LinkDownError
from tests.contract.fake_asterisk import FakeAsterisk, message, success
from tests.patience import PATIENCE_SECONDS
from tests.servers import free_port


@asynccontextmanager
async def switched(port):
    switch = Switch(Link(Address("n1", "127.0.0.1", port, "callcenter", "secret"), 30.0, backlog=8))
    running = asyncio.create_task(switch.run())
    try:
        yield switch
    finally:
        running.cancel()
        await asyncio.wait([running])


async def until_ready(switch):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return switch.require()
            except LinkDownError:
                await asyncio.sleep(0.01)


async def test_an_action_is_one_hop_and_events_pile_up_nowhere():
    async with FakeAsterisk() as fake, switched(fake.port) as switch:
        fake.answers["QueuePause"] = success
        await until_ready(switch)
        for number in range(100):  # many times what the link keeps for a reader
            fake.say(message(Event="Newexten", Number=str(number)))
            await asyncio.sleep(0)
        answer = await switch.action("QueuePause", Interface="PJSIP/seat-01", Paused="true")
        assert answer["Response"] == "Success"
        assert fake.connections == 1


async def test_what_asterisk_refuses_is_told():
    async with FakeAsterisk() as fake, switched(fake.port) as switch:
        fake.answers["QueueAdd"] = lambda action: message(
            Response="Error", ActionID=action["ActionID"], Message="Already there"
        )
        await until_ready(switch)
        with pytest.raises(ActionRefusedError, match="Already there"):
            await switch.action("QueueAdd", Queue="12345", Interface="PJSIP/seat-01")


async def test_without_asterisk_nothing_is_sent():
    async with switched(free_port()) as switch:
        with pytest.raises(LinkDownError):
            switch.require()
        with pytest.raises(LinkDownError):
            await switch.action("QueuePause", Interface="PJSIP/seat-01", Paused="true")
