"""The highest steady rate of calls: ours with everything on, and the same Asterisk without us.

`python -m bench.calls.capacity` kills our process and raises the rate until it no longer holds;
then, with all of ours running again (transcription off), RATIO of the highest rate is to hold:
Asterisk, its configuration, its seats and its recordings stay the same. Where it does not, bare
Asterisk is asked again: a shared machine may have become slower, and then both are asked for less.
Where bare Asterisk holds, ours has one more turn: at the edge a step may bend by chance.

Calls last three minutes, as those of hotlines do (docs/decisions/0082), with somebody speaking on
either side and both recorded. The shorter a call, the more its set-up weighs: `--seconds` shows.

A rate holds when every call was set up and answered by a seat, set-up, offer and the seat's
release were in time and both sides' recordings whole for 95 of 100 calls, and, with ours running,
no fact is lost and every call is told as the phones tell it. On a full machine voice goes before
facts (docs/decisions/0081): up to which share of bare Asterisk's rate 95 of 100 facts are there
within a second is looked for and told beside it (docs/decisions/0085). The processors are kept
awake, and a step is left off, and begun again, where the machine's host gives them to others.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from bench.calls.compare import differences
from bench.calls.ledger import Entry
from bench.calls.mix import PATIENCE_MS, PATIENT, SERVICE, STEADY, Planned
from bench.calls.ours import told_calls
from bench.calls.processes import Usage, awake, before_all, machine, usage
from bench.calls.run import ledger_of, play
from bench.calls.stage import START_SECONDS, Stage, ask_asterisk, stage
from callcenter.ami.asterisk import running_pid
from callcenter.store.tables import LedgerRow

RATIO = 0.9  # of what bare Asterisk holds
BELOW = (0.8, 0.7, 0.6, 0.5)  # what is asked for where that does not hold
LESS = 0.95  # of a rate, where bare Asterisk no longer holds it
BENDS = 2  # of ours, each with bare Asterisk holding after it, before less is asked of ours
SETUP_SECONDS = 0.5  # from the INVITE to Asterisk's 200, 95 of 100 calls
OFFER_SECONDS = 2.0  # from the queue to a seat's phone, 95 of 100 calls; Asterisk looks each second
RELEASE_SECONDS = 2.0  # from the citizen's BYE to the seat's phone being told, 95 of 100 calls
UNHEARD_SECONDS = 1.0  # that a recording may be shorter than the talk, 95 of 100
BEHIND_SECONDS = 1.0  # from something happening to our facts telling of it, 95 of 100: prompt
STOLEN_CORES = 0.2  # a step says nothing where the machine's host takes more,
STRETCH_SECONDS = 20.0  # looked at for so long at a time
TRIES, PAUSE_SECONDS = 60, 60.0  # of such a step, and between two of them
HANG_UP_SECONDS = 120.0  # for Asterisk to end what nobody answers any more
LOOK_SECONDS, LOST_SECONDS = 0.05, 20.0  # how often is looked for facts, and how long for the last
STEADY_SECONDS = 30.0  # of each step: as many calls end as begin
WATCHED_SECONDS = STEADY_SECONDS - 2.0
_LAST = select(func.max(LedgerRow.seq))
_SINCE = (
    select(LedgerRow.seq, LedgerRow.at)
    .where(col(LedgerRow.seq) > bindparam("last"))
    .order_by(col(LedgerRow.seq))
)
# Asterisk has 10. Who looks with less takes its own waiting for ours; and telephones stand for
# other machines, so what is measured takes nothing from them.
FIRST = 11
WAV_HEADER_BYTES, WAV_BYTES_A_SECOND = 44, 16_000
LASTING = {180: PATIENT, 60: STEADY, 9: "i"}  # seconds of a call -> a key of PATIENCE_MS
GROWTH, HALVINGS = 1.1, 1


class DisturbedError(Exception):
    """The machine's host gave its processors to others."""


@dataclass
class Step:
    """One steady rate and what came of it."""

    rate: float
    faults: list[str] = field(default_factory=list)
    setup_seconds: float = 0.0  # p95
    offer_seconds: float = 0.0  # p95
    release_seconds: float = 0.0  # p95
    unheard_seconds: float = 0.0  # p95: of a talk, what its recordings lack
    behind_seconds: float = 0.0  # p95: how late our facts were
    latest_seconds: float = 0.0  # the latest of them
    is_disturbed: bool = False
    cores: dict[str, float] = field(default_factory=dict)  # process -> CPUs in use

    @property
    def holds(self) -> bool:
        """Whether nothing was lost and no citizen and no seat waited."""
        return not self.faults

    @property
    def is_prompt(self) -> bool:
        """Whether it holds and who looks at a screen sees it at once."""
        return self.holds and self.behind_seconds <= BEHIND_SECONDS


@dataclass(frozen=True)
class Found:
    """Rates that hold; all 0 where none that was asked for does."""

    bare: float = 0.0  # calls a second, by Asterisk alone
    held: float = 0.0  # the share of it that ours holds
    prompt: float = 0.0  # the share of it at which ours is prompt, too


def steady(rate: float, first_serial: int, patience: str) -> list[Planned]:
    """Calls at one rate; the seat picks up at once and the citizen hangs up at last."""
    return [
        Planned(f"13060{first_serial + n:06}", SERVICE, round(1_000 + n * 1_000 / rate), patience)
        for n in range(round(rate * (call_seconds(patience) + STEADY_SECONDS)))
    ]


def call_seconds(patience: str) -> float:
    """How long a call lasts, greeting and all."""
    return PATIENCE_MS[patience] / 1_000


class Bench:
    """Steps on one stage; each call of all steps has a number of its own."""

    def __init__(self, on: Stage, patience: str, say: Callable[[str], None]) -> None:
        self._on, self._patience, self._say = on, patience, say
        self._serial = 1
        self._with_ours = True
        self._recorded: set[Path] = set()

    async def first_call(self) -> None:
        """One call, with which all seats sign on."""
        await play(self._on, steady(1.0, self._serial, LASTING[min(LASTING)])[:1])
        self._serial += 1
        await self._on.quiet()
        self._recorded = self._recordings()

    async def highest(self, first_rate: float) -> float:
        """The highest rate that holds, to within a step; 0 where not even the first does."""
        held, broken, rate = 0.0, 0.0, first_rate
        while not broken:
            step = await self._tried(rate)
            held, broken = (rate, 0.0) if step.holds else (held, rate)
            rate *= GROWTH
        for _ in range(HALVINGS if held else 0):
            rate = (held + broken) / 2
            step = await self._tried(rate)
            held, broken = (rate, broken) if step.holds else (held, rate)
        return held

    async def shares(self, rate: float) -> Found:
        """What ours does of a rate of at most this that bare Asterisk holds.

        Ours is at fault where it bends and bare Asterisk still holds its rate after it, BENDS
        times: at the edge one step of either may bend by chance.
        """
        lowest, bent = rate / 2, 0
        while rate > lowest:
            await self.with_ours()
            step = await self._tried(RATIO * rate)
            if step.holds:
                prompt = RATIO if step.is_prompt else (await self._less(rate)).prompt
                return Found(rate, RATIO, prompt)
            self.without_ours()
            if (await self._tried(rate)).holds:
                bent += 1
                if bent == BENDS:
                    await self.with_ours()
                    return await self._less(rate)
                continue
            rate, bent = rate * LESS, 0
            while rate > lowest and not (await self._tried(rate)).holds:
                rate *= LESS
        return Found()

    async def _less(self, rate: float) -> Found:
        held = 0.0
        for share in BELOW:
            step = await self._tried(share * rate)
            held = held or (share if step.holds else 0.0)
            if step.is_prompt:
                return Found(rate, held, share)
        return Found(rate, held)

    def without_ours(self) -> None:
        """From here on Asterisk is alone."""
        self._on.hotline.kill()
        self._with_ours = False

    async def with_ours(self) -> None:
        """From here on ours runs, and knows of the calls of before."""
        await self._on.hotline.start(START_SECONDS)
        await self._on.quiet()
        self._with_ours = True

    async def _tried(self, rate: float) -> Step:
        for _ in range(TRIES):
            step = await self._step(rate)
            if not step.is_disturbed:
                return step
            await self._hang_up()
            await asyncio.sleep(PAUSE_SECONDS)
        raise DisturbedError(f"at each of {TRIES} tries of {rate:.2f} calls/s")

    async def _step(self, rate: float) -> Step:
        on, step = self._on, Step(rate)
        mix = steady(rate, self._serial, self._patience)
        self._serial += len(mix)
        try:
            async with asyncio.TaskGroup() as group:
                undisturbed = group.create_task(_while_undisturbed())
                await play(on, mix, lambda: self._watch(step))
                undisturbed.cancel()
            if self._with_ours:
                await on.quiet()
            self._judge(step, mix, ledger_of(on))
        except* DisturbedError as errors:
            step.is_disturbed = True
            step.faults += [f"left off: {error}" for error in errors.exceptions]
        except* Exception as errors:  # a rate at which something ends is one that does not hold
            step.faults += [f"{type(error).__name__}: {error}" for error in errors.exceptions]
        self._tell(step)
        return step

    async def _hang_up(self) -> None:
        """Nobody is on the line any more, though the phones are gone without a word."""
        settings, deadline = self._on.settings, time.monotonic() + HANG_UP_SECONDS
        while "\n0 active channels" not in await ask_asterisk(settings, "core show channels"):
            if time.monotonic() > deadline:
                raise TimeoutError("Asterisk does not end the calls of a step that was left off")
            await ask_asterisk(settings, "channel request hangup all")
            await asyncio.sleep(1.0)
        if self._with_ours:
            await self._on.quiet()
        self._recorded = self._recordings()

    async def _watch(self, step: Step) -> None:
        """CPU of each process while the load is steady."""
        for pid in filter(None, self._on.phones.values()):
            before_all(pid, FIRST)
        await asyncio.sleep(1.0 + call_seconds(self._patience))
        before, then, began = self._usages(), machine(), time.monotonic()
        if self._with_ours:
            late = await self._behind(time.time() + WATCHED_SECONDS)
            step.behind_seconds, step.latest_seconds = _p95(late), max(late)
        else:
            await asyncio.sleep(WATCHED_SECONDS)
        seconds, now = time.monotonic() - began, machine()
        for name, used in self._usages().items():
            step.cores[name] = (used.cpu_seconds - before[name].cpu_seconds) / seconds
        step.cores["machine"] = (now.cpu_seconds - then.cpu_seconds) / seconds
        step.cores["others"] = (now.stolen_seconds - then.stolen_seconds) / seconds

    async def _behind(self, until: float) -> list[float]:
        """Seconds from each thing that happens until then to its fact in the ledger."""
        store, late, newest = self._on.hotline.store, [0.0], 0.0
        with store.reading() as session:
            last = session.exec(_LAST).one()
        while newest < until:
            if time.time() > until + LOST_SECONDS:
                return [LOST_SECONDS] * 2
            await asyncio.sleep(LOOK_SECONDS)
            with store.reading() as session:
                rows = session.execute(_SINCE, {"last": last}).all()
            for last, at in rows:  # noqa: B007  the last one's is gone on from
                newest = max(newest, at.timestamp())
                late.append(time.time() - at.timestamp())
        return late

    def _usages(self) -> dict[str, Usage]:
        pids = {"asterisk": running_pid(self._on.settings), **self._on.phones}
        if self._with_ours:
            pids["ours"] = self._on.hotline.pid
        return {name: usage(pid) for name, pid in pids.items() if pid}

    def _judge(self, step: Step, mix: list[Planned], entries: list[Entry]) -> None:
        answered = [entry for entry in entries if entry.parts]
        if len(answered) < len(mix):
            step.faults.append(f"{len(mix) - len(answered)} of {len(mix)} calls not answered")
        step.setup_seconds = _p95([entry.setup_seconds for entry in entries])
        step.offer_seconds = _p95([e.offers[0].began_at - (e.queued_at or 0.0) for e in answered])
        step.release_seconds = _p95([e.parts[-1].release_seconds for e in answered])
        step.unheard_seconds = self._unheard(step, answered)
        step.faults += list(_late(step))
        if self._with_ours:
            numbers = {one.number for one in mix}
            told = [one for one in told_calls(self._on.hotline.store) if one.number in numbers]
            differ = list(differences(told, entries, RELEASE_SECONDS))
            step.faults += [f"{len(differ)} differences, the first: {differ[0]}"] if differ else []

    def _unheard(self, step: Step, answered: list[Entry]) -> float:
        """Talks beside recordings, both by length: whose is whose only we would know."""
        there = self._recordings()
        lengths = sorted(map(_audio_seconds, there - self._recorded))
        self._recorded = there
        talks = sorted(2 * [entry.parts[-1].seconds() or 0.0 for entry in answered])
        if len(lengths) != len(talks):
            step.faults.append(f"{len(lengths)} recordings of {len(talks)} sides")
        return _p95([talk - heard for talk, heard in zip(talks, lengths, strict=False)])

    def _recordings(self) -> set[Path]:
        return set(self._on.settings.recordings_dir.glob("*.wav"))

    def _tell(self, step: Step) -> None:
        whose = f"{'ours' if self._with_ours else 'bare':5}{step.rate:6.2f}/s  "
        if step.is_disturbed:
            self._say(whose + step.faults[-1])
            return
        cores = "  ".join(f"{name} {cores:.2f}" for name, cores in sorted(step.cores.items()))
        self._say(
            f"{whose}{_called(step)}"
            f"  set-up p95 {step.setup_seconds * 1000:5.0f} ms"
            f"  offer p95 {step.offer_seconds:4.1f} s  release p95 {step.release_seconds:4.1f} s"
            f"  unheard p95 {step.unheard_seconds:4.1f} s"
            f"  facts p95 {step.behind_seconds:4.1f} s, latest {step.latest_seconds:4.1f} s"
            f"  CPUs: {cores}"
        )
        for fault in step.faults:
            self._say(f"      {fault}")


def _called(step: Step) -> str:
    if not step.holds:
        return "BENDS"
    return "holds" if step.is_prompt else "late "


def _late(step: Step) -> Iterator[str]:
    if step.setup_seconds > SETUP_SECONDS:
        yield f"set-up over {SETUP_SECONDS} s"
    if step.offer_seconds > OFFER_SECONDS:
        yield f"offered after more than {OFFER_SECONDS} s"
    if step.release_seconds > RELEASE_SECONDS:
        yield f"released after more than {RELEASE_SECONDS} s"
    if step.unheard_seconds > UNHEARD_SECONDS:
        yield f"recordings lack more than {UNHEARD_SECONDS} s"
    if step.latest_seconds >= LOST_SECONDS:
        yield f"a fact not there after {LOST_SECONDS} s"


async def _while_undisturbed() -> None:
    """Looks until it is cancelled.

    Raises:
        DisturbedError: The machine's host took too much.
    """
    while True:
        then = machine()
        await asyncio.sleep(STRETCH_SECONDS)
        stolen = (machine().stolen_seconds - then.stolen_seconds) / STRETCH_SECONDS
        if stolen > STOLEN_CORES:
            raise DisturbedError(f"the machine's host took {stolen:.2f} of its processors")


def _audio_seconds(file: Path) -> float:
    """By its size: the header of one that was cut off does not tell."""
    return max(file.stat().st_size - WAV_HEADER_BYTES, 0) / WAV_BYTES_A_SECOND


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else float("inf")


async def measure(folder: Path, seats: int, first_rate: float, patience: str) -> int:
    """What bare Asterisk holds, and the share of it that ours does; 1 where it is below RATIO."""
    before_all(os.getpid(), FIRST, children=False)
    async with stage(folder, seats) as on:
        bench = Bench(on, patience, lambda line: print(line, flush=True))
        await bench.first_call()  # seats come into the queues by ours
        bench.without_ours()
        bare = await bench.highest(first_rate)
        found = await bench.shares(bare) if bare else Found()
    print(
        f"bare Asterisk {found.bare:.2f} calls/s, ours {found.held * found.bare:.2f} calls/s: "
        f"ratio {found.held:.2f}; facts within {BEHIND_SECONDS:g} s up to {found.prompt:.2f}"
    )
    return int(found.held < RATIO)


def main() -> int:
    """Measure in a folder of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.calls.capacity")
    # With too few seats, they are what bends.
    parser.add_argument("--seats", type=int, default=400)
    parser.add_argument("--first", type=float, default=1.0, help="the first rate, calls a second")
    parser.add_argument(
        "--seconds", type=int, choices=LASTING, default=max(LASTING), help="how long a call lasts"
    )
    asked = parser.parse_args()
    patience = LASTING[asked.seconds]
    lasting = f"calls of {asked.seconds} s, {asked.seats} seats"
    print(f"{lasting}, {STEADY_SECONDS:g} s of steady load a step")
    with tempfile.TemporaryDirectory(prefix="capacity-") as folder, awake():
        return asyncio.run(measure(Path(folder), asked.seats, asked.first, patience))


if __name__ == "__main__":
    raise SystemExit(main())
