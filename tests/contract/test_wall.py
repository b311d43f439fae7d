"""The queue wall over the live page's WebSocket, from a ledger and a bus."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import websockets

from callcenter.facts import Fact
from tests.browser.site import Site
from tests.calls import TEN, ACall
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path) as site:
        yield site


def now(call: ACall) -> list[Fact]:
    """The call's facts, as if its story had begun a minute ago."""
    later = datetime.now(UTC) - TEN
    return [fact.model_copy(update={"at": fact.at + later}) for fact in call.facts]


def look(site: Site) -> websockets.connect:
    return websockets.connect(
        f"ws://{site.host}/api/v1/live", max_size=None, open_timeout=PATIENCE_SECONDS
    )


async def walls(socket: websockets.ClientConnection) -> AsyncIterator[dict[str, Any]]:
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS))
        if message.get("wall"):
            yield message["wall"]


def fates(wall: dict[str, Any]) -> tuple[float, ...]:
    day = wall["lines"]["12345"]["day"]
    return tuple(day[name]["value"] for name in ("offered", "answered", "abandoned"))


async def until(told: AsyncIterator[dict[str, Any]], *wanted: float) -> list[dict[str, Any]]:
    """All walls up to the first with so many offered, answered, abandoned."""
    seen = []
    async for wall in told:
        seen.append(wall)
        if fates(wall) == wanted:
            return seen
    raise AssertionError("the socket is gone")


async def test_the_wall_comes_first_and_when_something_happened(site: Site) -> None:
    async with look(site) as socket:
        told = walls(socket)
        await until(told, 0, 0, 0)
        await site.state(*now(ACall("1", began=-30, caller="13800000001").queued()))
        wall = (await until(told, 1, 0, 0))[-1]
    assert [one["caller"] for one in wall["waiting"]] == ["138****0001"]
    assert wall["through"] >= 2


async def test_who_comes_later_or_after_a_restart_sees_the_same(site: Site) -> None:
    answered = ACall("1", began=-60).queued().answered("seat-01", 3).parted("seat-01", 9).ended()
    await site.state(*now(answered), *now(ACall("2", began=-50).queued().gives_up(20)))
    seen = []
    for restart in (False, False, True):
        if restart:
            await site.stop()
            await site.start()
        async with look(site) as socket:
            wall = (await until(walls(socket), 2, 1, 1))[-1]
            seen.append({**wall, "computed_at": "", "through": 0})
    assert seen[0] == seen[1] == seen[2]
    day = seen[0]["lines"]["12345"]["day"]
    assert (day["connected_rate"]["value"], day["connected_rate"]["met"]) == (0.5, False)


async def test_the_same_facts_again_say_nothing_new(site: Site) -> None:
    facts = now(ACall("1", began=-60).queued().gives_up(20))
    await site.state(*facts)
    async with look(site) as socket:
        told = walls(socket)
        seen = await until(told, 1, 0, 1)
        await site.state(*facts)
        await site.state(*now(ACall("2", began=-20).queued().gives_up(5)))
        seen += await until(told, 2, 0, 2)
    bare = [{**wall, "computed_at": "", "through": 0} for wall in seen]
    assert [one for one, next_one in pairwise(bare) if one == next_one] == []
