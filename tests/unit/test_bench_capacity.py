"""The capacity bench on a machine that is only numbers: which shares of a rate it finds."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bench.calls import capacity
from bench.calls.capacity import Bench, DisturbedError, Found, Step


@dataclass
class FakeMachine:
    """What it holds in calls a second; steps asked of it are kept as (ours?, rate)."""

    bare: float
    ours: float
    prompt: float
    asked: list[tuple[bool, float]] = field(default_factory=list)


class PaperBench(Bench):
    """Steps are looked up, not played."""

    def __init__(self, machine: FakeMachine) -> None:
        self._machine, self._with_ours = machine, False

    def without_ours(self) -> None:
        self._with_ours = False

    async def with_ours(self) -> None:
        self._with_ours = True

    async def _tried(self, rate: float) -> Step:
        machine = self._machine
        machine.asked.append((self._with_ours, rate))
        bends = rate > (machine.ours if self._with_ours else machine.bare)
        return Step(
            rate,
            faults=["bends"] if bends else [],
            behind_seconds=5.0 if rate > machine.prompt else 0.1,
        )


def shares(machine: FakeMachine, rate: float) -> Found:
    return asyncio.run(PaperBench(machine).shares(rate))


def test_nine_tenths_at_once_need_no_second_look() -> None:
    machine = FakeMachine(bare=2.0, ours=1.9, prompt=1.9)
    assert shares(machine, 2.0) == Found(2.0, 0.9, 0.9)
    assert machine.asked == [(True, pytest.approx(1.8))]


def test_where_facts_are_late_the_bench_goes_down_until_they_are_not() -> None:
    machine = FakeMachine(bare=2.0, ours=1.9, prompt=1.5)
    assert shares(machine, 2.0) == Found(2.0, 0.9, 0.7)


def test_facts_that_are_always_late_are_told_as_such() -> None:
    assert shares(FakeMachine(bare=2.0, ours=1.9, prompt=0.1), 2.0) == Found(2.0, 0.9, 0.0)


def test_ours_is_at_fault_after_bending_twice_beside_a_bare_asterisk_that_holds() -> None:
    machine = FakeMachine(bare=2.0, ours=1.5, prompt=1.3)
    assert shares(machine, 2.0) == Found(2.0, 0.7, 0.6)
    begun = [(True, 1.8), (False, 2.0)] * 2
    assert machine.asked[:4] == [(ours, pytest.approx(rate)) for ours, rate in begun]


def test_a_machine_that_became_slower_is_asked_for_less() -> None:
    found = shares(FakeMachine(bare=1.8, ours=1.65, prompt=1.65), 2.0)
    assert found.held == found.prompt == 0.9
    assert found.bare < 1.8


def test_where_bare_asterisk_holds_half_no_more_there_is_nothing_to_tell() -> None:
    assert shares(FakeMachine(bare=0.1, ours=0.1, prompt=0.1), 2.0) == Found()


def test_the_highest_rate_lies_within_a_step_of_where_it_bends() -> None:
    bench = PaperBench(FakeMachine(bare=1.8, ours=1.0, prompt=1.0))
    found = asyncio.run(bench.highest(1.0))
    assert found <= 1.8 < found * capacity.GROWTH


class DisturbedBench(Bench):
    """The machine's host takes its processors away from the first steps."""

    def __init__(self, disturbed: int) -> None:
        self._steps: Iterator[bool] = iter([True] * disturbed + [False])
        self.hung_up = 0

    async def _step(self, rate: float) -> Step:
        return Step(rate, is_disturbed=next(self._steps))

    async def _hang_up(self) -> None:
        self.hung_up += 1


def test_a_disturbed_step_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "PAUSE_SECONDS", 0.0)
    bench = DisturbedBench(3)
    assert asyncio.run(bench._tried(1.0)).holds
    assert bench.hung_up == 3


def test_a_host_that_never_rests_ends_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "PAUSE_SECONDS", 0.0)
    with pytest.raises(DisturbedError):
        asyncio.run(DisturbedBench(capacity.TRIES)._tried(1.0))
