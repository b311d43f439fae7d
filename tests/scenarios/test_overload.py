"""Scenario: the overload plan, switched on by the wait that a caller who comes now would have."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callcenter.facts import Fact, SeatSeen
from callcenter.pipeline import LINE, Site
from callcenter.roles.plans import FULL_FOR_SECONDS, PlanKeeper
from callcenter.settings import Settings
from tests.calls import TEN, ACall
from tests.center import Center
from tests.folding import ConsoleBoard, played
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
async def center(site: Site, tmp_path: Path, console: ConsoleBoard | None) -> AsyncIterator[Center]:
    """One seat, and more than two minutes of waiting are too many."""
    plans = tmp_path / "plans.toml"
    plans.write_text("[overload]\nminutes = 2\n", "utf-8")
    settings = Settings(var_dir=tmp_path / "var", seats=1, plans_file=plans)
    async with played(Center(site, settings), console) as center:
        yield center


async def told(center: Center) -> dict[str, str]:
    """The keys that a keeper tells Asterisk at its first look."""
    before = len(center.link.orders)
    keeper = asyncio.create_task(PlanKeeper(center.flow, center.link).run())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(center.link.orders) < before + 2:  # noqa: ASYNC110  # two batches of keys
            await asyncio.sleep(0.01)
    keeper.cancel()
    with suppress(asyncio.CancelledError):
        await keeper
    pairs = [pair for _, order in center.link.orders[before:] for pair in order["Variable"]]
    return dict(pair.partition("=")[2].split("~") for pair in pairs)


async def state(center: Center, call: ACall) -> None:
    """The call's facts, its story's beginning being an hour ago."""
    later = datetime.now(UTC) - timedelta(hours=1) - TEN
    facts: list[Fact] = [fact.model_copy(update={"at": fact.at + later}) for fact in call.facts]
    await center.flow.take_in(facts, LINE)


async def test_the_plan_holds_for_a_minute_while_the_expected_wait_is_longer(center) -> None:
    await center.flow.take_in([SeatSeen(seat="seat-01", status="in_use", paused=False)], LINE)
    for number in range(5):  # 105 s of talk and 15 s of breath: two minutes a caller
        talk = ACall(f"{number}", began=300 * number).queued().answered("seat-01", 1)
        await state(center, talk.parted("seat-01", 105).ended())
    assert "full-until" not in await told(center)  # two minutes are just not too many
    await state(center, ACall("9", began=3500).queued())
    until = int((await told(center))["full-until"])
    assert time.time() < until <= time.time() + FULL_FOR_SECONDS


async def test_nothing_is_said_of_a_wait_that_nobody_can_know(center) -> None:
    for number in range(9):
        await state(center, ACall(f"{number}", began=3500).queued())
    assert "full-until" not in await told(center)
