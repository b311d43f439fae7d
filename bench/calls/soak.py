"""A day's load in some minutes: does anything grow, does anything stay stuck?

`python -m bench.calls.soak` plays the calls of a county's day, pressed together, and watches our
process and Asterisk: memory, tasks of our loop, open files, threads; and calls that are open in our
picture without a channel in Asterisk. At the end nobody is on the line and nothing may be open.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.calls.compare import differences
from bench.calls.mix import plan
from bench.calls.ours import told_calls
from bench.calls.processes import usage
from bench.calls.run import SEATS, ledger_of, play
from bench.calls.stage import Stage, ask_asterisk, stage
from callcenter.ami.asterisk import running_pid

LOOK_SECONDS = 10.0
STUCK_LOOKS = 3  # open in our picture and not in Asterisk's at so many looks in a row
WARM = 1 / 3  # of the run: caches fill
# More than this of growth in 1000 calls, after the warm part, is a leak.
LIMITS = {
    "our memory, MB": 40.0,
    "our tasks": 20.0,
    "our open files": 20.0,
    "our threads": 20.0,
    "Asterisk's memory, MB": 40.0,
    "Asterisk's open files": 40.0,
}
_CHANNEL = re.compile(r"!(n[0-9a-z]*-[0-9.]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Look:
    """How things stood at one moment."""

    calls: int  # known to us so far
    values: dict[str, float]  # by the names of LIMITS
    unknown_to_asterisk: frozenset[str]


async def look(on: Stage) -> Look:
    """Ask both processes and both pictures."""
    ours, theirs = on.hotline.pid, running_pid(on.settings)
    assert ours
    assert theirs
    known = on.hotline.calls()
    open_calls = {call.id for call in known if call.is_open}
    channels = set(_CHANNEL.findall(await ask_asterisk(on.settings, "core show channels concise")))
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        health = (await client.get(on.hotline.url("health"))).json()
    own, other = usage(ours), usage(theirs)
    values = {
        "our memory, MB": own.memory_bytes / 1e6,
        "our tasks": float(health["tasks"]),
        "our open files": float(own.open_files),
        "our threads": float(own.threads),
        "Asterisk's memory, MB": other.memory_bytes / 1e6,
        "Asterisk's open files": float(other.open_files),
    }
    return Look(len(known), values, frozenset(open_calls - channels))


async def watch(on: Stage, seconds: float, looks: list[Look]) -> None:
    """Look again and again for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        looks.append(await look(on))
        await asyncio.sleep(LOOK_SECONDS)


def stuck(looks: list[Look]) -> set[str]:
    """Calls that stayed open in our picture alone."""
    windows = (looks[start : start + STUCK_LOOKS] for start in range(len(looks) - STUCK_LOOKS + 1))
    found: set[str] = set()
    for window in windows:
        found |= set.intersection(*(set(one.unknown_to_asterisk) for one in window))
    return found


def growth(looks: list[Look], name: str) -> float:
    """How much it grew in 1000 calls: the slope of the straight line through the later looks."""
    later = looks[int(len(looks) * WARM) :]
    calls = [float(one.calls) for one in later]
    if len(set(calls)) < 2:
        return 0.0
    return statistics.linear_regression(calls, [one.values[name] for one in later]).slope * 1_000


def stayed(looks: list[Look], end: Look, name: str) -> float:
    """How much of it is still there, in 1000 calls, when nobody is on the line any more."""
    return (end.values[name] - looks[0].values[name]) / end.calls * 1_000


async def measure(calls: int, per_second: float, seats: int, seed: int, folder: Path) -> int:
    """Play, watch, print; how many marks were missed, at most 1."""
    looks: list[Look] = []
    mix = plan(calls, seed, seats, per_second)
    async with stage(folder, seats) as on:
        seconds = mix[-1].starts_ms / 1_000
        await play(on, mix, lambda: watch(on, seconds, looks))
        await on.quiet()
        end = await look(on)
        left = [call.id for call in on.hotline.calls() if call.is_open]
        differ = list(differences(told_calls(on.hotline.store), ledger_of(on)))
    faults = [f"stuck for a while: {call_id}" for call_id in sorted(stuck(looks))]
    faults += [f"open at the end: {call_id}" for call_id in left]
    faults += [f"told differently: {one}" for one in differ]
    print(f"{end.calls} calls, {len(looks)} looks")
    for name, limit in LIMITS.items():
        # More calls at once need more files: what grows must also stay.
        grown = min(growth(looks, name), stayed(looks, end, name))
        told = f"{looks[0].values[name]:.0f} at first, {end.values[name]:.0f} at the end"
        verdict = "ok" if grown <= limit else "GROWS"
        print(f"{name:24} {told:32} {grown:+7.1f} in 1000 calls (limit {limit:g})  {verdict}")
        faults += [f"{name} grows"] if grown > limit else []
    for fault in faults:
        print(f"FAULT {fault}")
    return int(bool(faults))


def main() -> int:
    """Measure in a folder of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls.soak")
    parser.add_argument("--calls", type=int, default=600)
    parser.add_argument("--per-second", type=float, default=0.9)
    parser.add_argument(
        "--seats", type=int, default=SEATS, help="one takes about 0.1 calls a second"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        return asyncio.run(
            measure(asked.calls, asked.per_second, asked.seats, asked.seed, Path(folder))
        )


if __name__ == "__main__":
    raise SystemExit(main())
