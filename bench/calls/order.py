"""The order of callers: real Asterisk beside the simulation, and 110 with a crowd on 12345.

`python -m bench.calls.order` plays seeded schedules on real Asterisk and in callcenter/agents/order
and compares who was offered to a seat in which order; then 200 callers wait on 12345 while others
dial 110. Exit code 1 where the orders differ or a 110 caller was passed over.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from math import floor
from pathlib import Path
from random import Random

from bench.calls.ledger import Entry
from bench.calls.mix import PATIENT, POLICE, RINGS_MS, SERVICE, TALKS_MS, Planned
from bench.calls.run import ledger_of, play
from bench.calls.stage import Stage, stage
from callcenter.agents.order import RING_SECONDS, WRAP_UP_SECONDS, Caller, Offer, Seat
from callcenter.agents.order import play as simulate

# A waiting caller of Asterisk looks only once a second whether it is their turn.
LOOK_SECONDS = 1.2
AT_ONCE_SECONDS = 0.2  # from the answer into the queue, and from a choice to the ringing
SEATS = 2
SCHEDULE_SECONDS = 14
CALLERS = 12  # of one schedule
GAP_SECONDS = 20  # between two schedules, for the last talk and wrap-up
TRIES = 200
EARLIER_SECONDS = {SERVICE: 40.0, POLICE: 20.0}  # before the first, each alone


def schedules(count: int, seed: int, before_queue: Mapping[str, float]) -> list[list[Planned]]:
    """Each begins when no seat is busy any more from the one before.

    Only such whose order does not hang on the second in which Asterisk looks, nor on which seat is
    in turn: played again and again with everything a little later and other calls before, the
    simulation gives the same order.
    """
    random = Random(seed)
    plans: list[list[Planned]] = []
    begins_ms = 1_000
    while len(plans) < count:
        starts = sorted(random.sample(range(0, SCHEDULE_SECONDS * 1_000, 250), CALLERS))
        first = len(plans) * CALLERS + 1
        plan = [_one(first + n, begins_ms + at, random) for n, at in enumerate(starts)]
        callers = [_caller(one, before_queue) for one in plan]
        offers = _simulated(callers)
        if _is_robust(callers, _order(offers), random):
            plans.append(plan)
            begins_ms = round((max(offer.at for offer in offers) + GAP_SECONDS) * 1_000)
    return plans


def _one(serial: int, starts_ms: int, random: Random) -> Planned:
    missing = random.choice((0,) * 11 + (1,))
    number = f"13{random.choice('001')}{random.choice('0112')}{missing}{serial:06}"
    line = random.choice((SERVICE, SERVICE, SERVICE, POLICE))
    return Planned(number, line, starts_ms, PATIENT)


def _caller(one: Planned, before_queue: Mapping[str, float]) -> Caller:
    ring, talk, missing = (int(digit) for digit in one.number[2:5])
    return Caller(
        one.number,
        one.line,
        enters_at=one.starts_ms / 1_000 + before_queue[one.line],
        talks_seconds=(TALKS_MS[talk] or 0) / 1_000,
        rings_seconds=RINGS_MS[ring] / 1_000,
        missed_by=frozenset({f"seat-{missing:02}"} if missing else ()),
    )


def _simulated(callers: list[Caller]) -> list[Offer]:
    return simulate(callers, [Seat(f"seat-{number:02}") for number in range(1, SEATS + 1)])


def _is_robust(callers: list[Caller], order: list[str], random: Random) -> bool:
    return all(
        _order(_simulated(_moved(callers, random)))[-len(order) :] == order for _ in range(TRIES)
    )


def _moved(callers: list[Caller], random: Random) -> list[Caller]:
    """The same in another part of a second and a little later, perhaps after a call of a line."""
    earlier = [
        Caller(line, line, enters_at=-begins, talks_seconds=1.0)
        for line, begins in EARLIER_SECONDS.items()
        if random.random() < 0.5
    ]
    begins = random.random()
    later = [
        replace(
            one,
            enters_at=one.enters_at + begins + random.uniform(0, AT_ONCE_SECONDS),
            talks_seconds=one.talks_seconds + random.uniform(0, LOOK_SECONDS),
        )
        for one in callers
    ]
    return earlier + later


def _order(offers: list[Offer]) -> list[str]:
    """The callers by their first offer."""
    return list(dict.fromkeys(offer.caller for offer in offers))


def simulated(plan: list[Planned], before_queue: Mapping[str, float]) -> list[str]:
    """In which order the simulation offers the callers of a schedule."""
    return _order(_simulated([_caller(one, before_queue) for one in plan]))


def disagreements(order: list[str], entries: list[Entry], seats: int = SEATS) -> Iterator[str]:
    """Callers whom Asterisk offered in another order than the simulation.

    Two at once are no disagreement: each had a seat, and Asterisk looked at one a moment earlier.
    """
    offered = {entry.number: entry for entry in entries if entry.offers}
    for number in set(order) - set(offered):
        yield f"{number} was never offered by Asterisk"
    for one, two in combinations([offered[number] for number in order if number in offered], 2):
        is_later = one.offers[0].began_at - two.offers[0].began_at > LOOK_SECONDS
        if is_later and not _had_a_seat_too(one, two, entries, seats):
            yield f"{two.number} was offered before {one.number}"


def _had_a_seat_too(one: Entry, two: Entry, entries: list[Entry], seats: int) -> bool:
    """Whether a second seat was free for the first, of the same line, when the other was offered.

    It may be gone when Asterisk looks at the first, up to a second later: held back for 110.
    """
    at = two.offers[0].began_at
    ahead = sum(
        entry.line == two.line
        and (entry.queued_at or at) < (two.queued_at or at)
        and (not entry.offers or entry.offers[0].began_at > at)
        for entry in entries
    )
    busy = {seat for entry in entries for seat in _seats_busy(entry, two.line, at)}
    return one.line == two.line and seats - len(busy) > ahead


def _seats_busy(entry: Entry, line: str, at: float) -> Iterator[str]:
    """Seats that rang, talked or wrapped up for this call, as a caller of the line saw it."""
    for offer in entry.offers:
        rings = RING_SECONDS if offer.picked_up is None else offer.picked_up
        if offer.began_at < at < offer.began_at + rings:
            yield offer.seat
    wrap_up = WRAP_UP_SECONDS[line] if entry.line == line else 0.0
    for part in entry.parts:
        free_at = floor(part.ended_at) + wrap_up if part.ended_at else float("inf")
        if part.began_at < at < max(free_at, part.ended_at or free_at):
            yield part.seat


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
        Planned(f"13020{n:06}", SERVICE, random.randrange(1_000, 11_000), PATIENT)
        for n in range(1, waiting + 1)
    ]
    later = [
        Planned(f"13020{900_000 + n:06}", POLICE, 18_000 + n * 4_000, PATIENT)
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
    before = on.ledger_site().before_queue
    plans = schedules(count, seed, before)
    await play(on, [one for plan in plans for one in plan])
    entries = {entry.number: entry for entry in ledger_of(on)}
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
