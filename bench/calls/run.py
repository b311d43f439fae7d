"""One ledger run: the mix is played, something is taken away in its midst, and all is compared."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.calls.arranged import arranged
from bench.calls.compare import Difference, Figure, differences, figures
from bench.calls.dialogs import dialogs_of
from bench.calls.journal import Ordered
from bench.calls.ledger import Entry, build, over, settled
from bench.calls.messages import read_messages
from bench.calls.mix import Planned, injection, plan
from bench.calls.numbers import numbers_beside, numbers_told
from bench.calls.ours import told_calls
from bench.calls.people import People
from bench.calls.shifts import shifts_beside
from bench.calls.stage import START_SECONDS, Stage, seats_ready, secrets, stage

SEATS = 9
PER_SECOND = 0.9  # calls; nine seats take about one a second
TAIL_SECONDS = 300  # the last calls' talks, and a machine that is busy
HIT_AT = 0.4  # of the run
AWAY_SECONDS = 30  # how long AMI is cut
DOWN_SECONDS = 10  # how long our process is gone
RINGING_SECONDS = 30  # whoever is rung back last has come to the end of their talk


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
        people = People(on, seed)
        await play(on, mix, partial(_later, mix, hit, on) if hit else None, people)
        await on.quiet()
        return await asyncio.to_thread(_compared, on, fault, people.journal)


def _compared(on: Stage, fault: str, journal: list[Ordered]) -> Outcome:
    told = told_calls(on.hotline.store)
    ledger = settled(ledger_of(on, journal), {one.number: one.outcome for one in told})
    lines, seats = (numbers_told(on.settings, by) for by in ("line", "seat"))
    shown = numbers_beside(lines, seats, ledger, link_was_up=fault not in LINK_LOST)
    shifts = shifts_beside(numbers_told(on.settings, "agent"), journal, ledger)
    both = [*shown, *shifts, *figures(told, ledger)]
    return Outcome(ledger, both, list(differences(told, ledger)))


async def _later(mix: list[Planned], hit: Callable[[Stage], Awaitable[None]], on: Stage) -> None:
    await asyncio.sleep(mix[-1].starts_ms / 1_000 * HIT_AT)
    await hit(on)


async def play(
    on: Stage,
    mix: list[Planned],
    meanwhile: Callable[[], Awaitable[None]] | None = None,
    people: People | None = None,
) -> None:
    """All seats sign on, all calls are made; what `meanwhile` does has an end, too."""
    exchange = on.exchange
    exchange.prepare(injection(mix), secrets(on.settings))
    await exchange.sign_on(on.settings.seats)
    seats, rung, citizens = exchange.seats(), exchange.rung(), exchange.citizens(len(mix))
    seats.start()
    rung.start()
    try:
        await seats_ready(on)
        async with people.at_work() if people else nullcontext():
            citizens.start()
            on.phones = {"citizens": citizens.pid, "seats": seats.pid}
            if meanwhile:
                await meanwhile()
            await citizens.ended(mix[-1].starts_ms / 1_000 + TAIL_SECONDS)
        await asyncio.sleep(RINGING_SECONDS if people else 0)
    finally:
        for phones in (citizens, seats, rung):
            phones.stop()


def ledger_of(on: Stage, journal: list[Ordered] | None = None) -> list[Entry]:
    """What SIPp's logs tell of the calls played, and of what was ordered besides."""
    exchange = on.exchange
    logs = exchange.citizens(0).log, exchange.seats().log, exchange.rung().log
    citizens, seats, rung = (dialogs_of(read_messages(log)) for log in logs)
    site = on.ledger_site()
    return build(citizens, arranged(over(citizens, site), seats, rung, journal or []), site)
