"""Contract: what is told to stop stops, at whatever moment it is told."""

import asyncio

import pytest

from callcenter.bus.memory import MemoryBus
from callcenter.flow import Flow
from tests.patience import PATIENCE_SECONDS


@pytest.mark.parametrize("steps", range(8))
async def test_a_relay_that_is_woken_as_it_is_cancelled_ends(store, steps):
    flow = Flow(store, MemoryBus(), None)
    relay = asyncio.create_task(flow.relay())
    while not flow._wake._waiters:  # noqa: ASYNC110  # until it sleeps
        await asyncio.sleep(0.005)
    flow._wake.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    relay.cancel()
    done, _ = await asyncio.wait([relay], timeout=PATIENCE_SECONDS)
    assert done
