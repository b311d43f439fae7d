"""The order of callers: real Asterisk beside the simulation, and 110 with a crowd on 12345.

`python -m bench.calls.order` plays seeded schedules on real Asterisk and in callcenter/agents/order
and compares who was offered to a seat in which order; then 200 callers wait on 12345 while others
dial 110. Exit code 1 where the orders differ or a 110 caller was passed over.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

from bench.calls.ledger import Entry
from bench.calls.mix import PATIENT, POLICE, RINGS_MS, SERVICE, TALKS_MS, Planned
from bench.calls.run import ledger_of, play
from bench.calls.stage import Stage, stage
from callcenter.agents.order import Caller, Offer, Seat
from callcenter.agents.order import play as simulate

# A waiting caller of Asterisk looks only once a second whether it is their turn.
LOOK_SECONDS = 1.2
AT_ONCE_SECONDS = 0.2  # from the answer into the queue, and from a choice to the ringing
SEATS = 2
SCHEDULE_SECONDS = 14
CALLERS = 12  # of one schedule
GAP_SECONDS = 40  # between two schedules, for the last talks and wrap-ups


def schedules(count: int, seed: int) -> list[list[Planned]]:
    """Each so long after the one before that no seat is still busy from it."""
    random = Random(seed)
    plans, serial = [], 0
    for index in range(count):
        begins = 1_000 + index * (SCHEDULE_SECONDS + GAP_SECONDS) * 1_000
        starts = sorted(random.sample(range(0, SCHEDULE_SECONDS * 1_000, 250), CALLERS))
        plans.append([_one(serial + n, begins + at, random) for n, at in enumerate(starts, 1)])
        serial += CALLERS
    return plans


def _one(serial: int, starts_ms: int, random: Random) -> Planned:
    missing = random.choice((0, 0, 0, 0, 0, 1))
    number = f"13{random.choice('001')}{random.choice('0112')}{missing}{serial:06}"
    line = random.choice((SERVICE, SERVICE, SERVICE, POLICE))
    return Planned(number, line, starts_ms, PATIENT)


def simulated(plan: list[Planned], before_queue: dict[str, float]) -> list[Offer]:
    """What the simulation makes of a schedule."""
    seats = [Seat(f"seat-{number:02}") for number in range(1, SEATS + 1)]
    return simulate([_caller(one, before_queue) for one in plan], seats, until=1e9)


def _caller(one: Planned, before_queue: dict[str, float]) -> Caller:
    ring, talk, missing = (int(digit) for digit in one.number[2:5])
    return Caller(
        one.number,
        one.line,
        enters_at=one.starts_ms / 1_000 + before_queue[one.line],
        talks_seconds=(TALKS_MS[talk] or 0) / 1_000,
        rings_seconds=RINGS_MS[ring] / 1_000,
        missed_by=frozenset({f"seat-{missing:02}"} if missing else ()),
    )


def disagreements(offers: list[Offer], entries: list[Entry]) -> Iterator[str]:
    """Callers whom Asterisk offered in another order than the simulation.

    Of two callers of one queue the order must be the same; of two queues, too, unless the
    simulation has them so near that Asterisk's look decides.
    """
    first: dict[str, Offer] = {}
    for offer in offers:
        first.setdefault(offer.caller, offer)
    really = {entry.number: entry.offers[0].began_at for entry in entries if entry.offers}
    for one, two in combinations(first.values(), 2):
        near = two.at - one.at < LOOK_SECONDS
        if one.caller not in really or two.caller not in really:
            yield f"{one.caller} or {two.caller} was never offered by Asterisk"
        elif really[one.caller] > really[two.caller] and not (near and one.queue != two.queue):
            yield f"{two.caller} ({two.queue}) was offered before {one.caller} ({one.queue})"


def passed_over(entries: list[Entry]) -> Iterator[str]:
    """110 callers who saw a seat ring for 12345 while they waited, by the phones' own clocks."""
    service = [
        offer.began_at for entry in entries if entry.line == SERVICE for offer in entry.offers
    ]
    for entry in entries:
        if entry.line != POLICE or entry.queued_at is None:
            continue
        until = entry.offers[0].began_at if entry.offers else entry.ended_at or float("inf")
        taken = sum(entry.queued_at + AT_ONCE_SECONDS < at < until for at in service)
        if taken or not entry.parts:
            yield f"{entry.number}: {taken} of 12345 went ahead, answered: {bool(entry.parts)}"


def crowd(waiting: int, police: int, seed: int) -> list[Planned]:
    """So many callers of 12345 within ten seconds, then one of 110 every four seconds."""
    random = Random(seed)
    mix = [
        Planned(f"13010{n:06}", SERVICE, random.randrange(1_000, 11_000), PATIENT)
        for n in range(1, waiting + 1)
    ]
    later = [
        Planned(f"13010{900_000 + n:06}", POLICE, 18_000 + n * 4_000, PATIENT)
        for n in range(police)
    ]
    return sorted(mix + later, key=lambda one: one.starts_ms)


def longest_queue(entries: list[Entry]) -> int:
    """How many waited on 12345 at once, at most."""
    moments = []
    for entry in entries:
        if entry.line == SERVICE and entry.queued_at is not None:
            until = entry.parts[0].began_at if entry.parts else entry.ended_at or float("inf")
            moments += [(entry.queued_at, 1), (until, -1)]
    depth = most = 0
    for _, change in sorted(moments):
        depth += change
        most = max(most, depth)
    return most


async def compare_schedules(on: Stage, count: int, seed: int) -> list[str]:
    """Play them one after another; every disagreement."""
    plans = schedules(count, seed)
    await play(on, [one for plan in plans for one in plan])
    entries = {entry.number: entry for entry in ledger_of(on)}
    before = dict(on.ledger_site().before_queue)
    found = []
    for index, plan in enumerate(plans):
        told = [entries[one.number] for one in plan if one.number in entries]
        found += [
            f"schedule {index}: {each}" for each in disagreements(simulated(plan, before), told)
        ]
        found += [f"schedule {index}: {each}" for each in passed_over(told)]
    return found


async def wait_in_a_crowd(on: Stage, waiting: int, police: int, seed: int) -> tuple[int, list[str]]:
    """Play it; the longest queue and every 110 caller who was passed over."""
    await play(on, crowd(waiting, police, seed))
    entries = ledger_of(on)
    return longest_queue(entries), list(passed_over(entries))


async def _main(asked: argparse.Namespace, folder: Path) -> int:
    for name in ("schedules", "crowd"):
        (folder / name).mkdir()
    async with stage(folder / "schedules", SEATS) as on:
        found = await compare_schedules(on, asked.schedules, asked.seed)
    print(f"{asked.schedules} schedules of {CALLERS} callers: {len(found)} disagreements")
    async with stage(folder / "crowd", asked.seats) as on:
        most, over = await wait_in_a_crowd(on, asked.waiting, asked.police, asked.seed)
    print(
        f"{asked.police} callers of 110 with up to {most} waiting on 12345: {len(over)} passed over"
    )
    for each in found + over:
        print(f"DIFFERS {each}")
    return min(len(found + over), 1)


def main() -> int:
    """Run both; 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls.order")
    parser.add_argument("--schedules", type=int, default=20)
    parser.add_argument("--waiting", type=int, default=200)
    parser.add_argument("--police", type=int, default=20)
    parser.add_argument("--seats", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    with tempfile.TemporaryDirectory(prefix="order-") as folder:
        return asyncio.run(_main(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    raise SystemExit(main())
