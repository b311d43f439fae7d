"""One ledger run: the mix is played, something is taken away in its midst, and all is compared."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.calls.compare import Difference, Figure, differences, figures
from bench.calls.dialogs import dialogs_of
from bench.calls.ledger import Entry, build
from bench.calls.messages import read_messages
from bench.calls.mix import Planned, injection, plan
from bench.calls.numbers import numbers_beside, numbers_told
from bench.calls.ours import told_calls
from bench.calls.stage import START_SECONDS, Stage, seats_ready, secrets, stage

SEATS = 9
PER_SECOND = 0.9  # calls; nine seats take about one a second
TAIL_SECONDS = 300  # the last calls' talks, and a machine that is busy
HIT_AT = 0.4  # of the run
AWAY_SECONDS = 30  # how long AMI is cut
DOWN_SECONDS = 10  # how long our process is gone


@dataclass
class Outcome:
    """What a run showed."""

    ledger: list[Entry]
    figures: list[Figure]
    differences: list[Difference]


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
    await stage.hotline.start(START_SECONDS)


async def kill_asterisk(stage: Stage) -> None:
    """Asterisk is killed with all its calls; the hotline starts it again."""
    stage.kill_asterisk()


LINK_LOST = {"ami", "kill"}  # offers of that stretch are known in part
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
        TimeoutExpired: SIPp did not come to its end.
        TimeoutError: The hotline or the seats did not come up.
    """
    mix = plan(calls, seed, SEATS, per_second)
    hit = FAULTS[fault]
    async with stage(folder, SEATS, with_wire=fault == "ami") as on:
        await play(on, mix, partial(_later, mix, hit, on) if hit else None)
        await on.quiet()
        return await asyncio.to_thread(_compared, on, fault)


def _compared(on: Stage, fault: str) -> Outcome:
    told, ledger = told_calls(on.hotline.store), ledger_of(on)
    lines, seats = (numbers_told(on.settings, by) for by in ("line", "seat"))
    shown = numbers_beside(lines, seats, ledger, link_was_up=fault not in LINK_LOST)
    return Outcome(ledger, [*shown, *figures(told, ledger)], list(differences(told, ledger)))


async def _later(mix: list[Planned], hit: Callable[[Stage], Awaitable[None]], on: Stage) -> None:
    await asyncio.sleep(mix[-1].starts_ms / 1_000 * HIT_AT)
    await hit(on)


async def play(
    on: Stage, mix: list[Planned], meanwhile: Callable[[], Awaitable[None]] | None = None
) -> None:
    """All seats sign on, all calls are made; what `meanwhile` does has an end, too."""
    exchange = on.exchange
    exchange.prepare(injection(mix), secrets(on.settings))
    await exchange.sign_on(on.settings.seats)
    seats, citizens = exchange.seats(), exchange.citizens(len(mix))
    seats.start()
    try:
        await seats_ready(on)
        citizens.start()
        on.phones = {"citizens": citizens.pid, "seats": seats.pid}
        if meanwhile:
            await meanwhile()
        await citizens.ended(mix[-1].starts_ms / 1_000 + TAIL_SECONDS)
    finally:
        citizens.stop()
        seats.stop()


def ledger_of(on: Stage) -> list[Entry]:
    """What SIPp's logs tell of the calls played."""
    logs = on.exchange.citizens(0).log, on.exchange.seats().log
    citizens, seats = (dialogs_of(read_messages(log)) for log in logs)
    return build(citizens, seats, on.ledger_site())
