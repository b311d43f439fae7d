"""One ledger run: the mix is played, something is taken away in its midst, and all is compared."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.calls.compare import Difference, Figure, differences, figures
from bench.calls.dialogs import dialogs_of
from bench.calls.ledger import Entry, build
from bench.calls.messages import read_messages
from bench.calls.mix import Planned, injection, plan
from bench.calls.ours import Told, told_calls
from bench.calls.stage import Stage, seats_ready, secrets, stage

SEATS = 9
PER_SECOND = 0.9  # calls; nine seats take about one a second
TAIL_SECONDS = 300  # the last calls' talks, and a machine that is busy
AWAY_SECONDS = 30  # how long AMI is cut
DOWN_SECONDS = 10  # how long our process is gone


@dataclass
class Outcome:
    """What a run showed."""

    ours: list[Told]
    ledger: list[Entry]
    figures: list[Figure] = field(init=False)
    differences: list[Difference] = field(init=False)

    def __post_init__(self) -> None:
        self.figures = figures(self.ours, self.ledger)
        self.differences = list(differences(self.ours, self.ledger))


async def cut_ami(stage: Stage) -> None:
    """AMI is away for a while."""
    assert stage.wire
    stage.wire.cut()
    await asyncio.sleep(AWAY_SECONDS)
    await stage.wire.mend()


async def kill_ours(stage: Stage) -> None:
    """All of ours is killed and started again."""
    stage.hotline.kill()
    await asyncio.sleep(DOWN_SECONDS)
    await stage.hotline.start()


async def kill_asterisk(stage: Stage) -> None:
    """Asterisk is killed with all its calls; the hotline starts it again."""
    stage.kill_asterisk()


FAULTS: dict[str, Callable[[Stage], Awaitable[None]] | None] = {
    "none": None,
    "ami": cut_ami,
    "kill": kill_ours,
    "restart": kill_asterisk,
}


async def run(
    calls: int, seed: int, fault: str, folder: Path, per_second: float = PER_SECOND
) -> Outcome:
    """Play so many calls in a folder of the run's own, with the fault in their midst.

    Raises:
        TimeoutError: SIPp or the hotline did not come to an end.
    """
    mix = plan(calls, seed, SEATS, per_second)
    async with stage(folder, SEATS, with_wire=fault == "ami") as on:
        await _play(on, mix, FAULTS[fault])
        await on.quiet()
        told, site = told_calls(on.hotline.store), on.ledger_site()
        logs = on.exchange.citizens(0).log, on.exchange.seats().log
    citizens, seats = (dialogs_of(read_messages(log)) for log in logs)
    return Outcome(told, build(citizens, seats, site))


async def _play(
    on: Stage, mix: list[Planned], fault: Callable[[Stage], Awaitable[None]] | None
) -> None:
    exchange = on.exchange
    exchange.prepare(injection(mix), secrets(on.settings))
    await exchange.sign_on(SEATS)
    seats, citizens = exchange.seats(), exchange.citizens(len(mix))
    seats.start()
    try:
        await seats_ready(on)
        citizens.start()
        last_seconds = mix[-1].starts_ms / 1_000
        if fault:
            await asyncio.sleep(last_seconds * 0.4)
            await fault(on)
        await citizens.ended(last_seconds + TAIL_SECONDS)
    finally:
        citizens.stop()
        seats.stop()
