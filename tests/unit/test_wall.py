"""Unit: the queue wall, counted anew from the calls of the last 24 hours."""

import json
import shutil
import subprocess
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.agents.numbers.wall import OF_AGENTS, SHOWN, Wall, WallNow, wall_of
from callcenter.api.board_wall import newer, view_of
from callcenter.facts import Fact
from callcenter.settings import ROOT
from tests.calls import ACall, at, facts_of, figures, moved, table, wanted

NOW = at(3600)
DAY = 24 * 3600
ANSWERED = ACall("1", began=3000).queued().answered("seat-01", 7).parted("seat-01", 60).ended()
GAVE_UP = ACall("2", began=10, caller="13800000002").queued().gives_up(40)
WAITING = ACall("3", began=3500, caller="13800000003").queued()
OLD = ACall("4", began=-DAY).queued().gives_up(9)
CALLS = [ANSWERED, GAVE_UP, WAITING, OLD]


def shown(facts: list[Fact], now: datetime = NOW) -> WallNow:
    wall = Wall()
    for fact in facts:
        wall.take(fact)
    return wall_of(wall.calls(now), wall.staff(now), now)


def test_each_stretch_has_the_calls_that_arrived_in_it() -> None:
    lines = shown(facts_of(*CALLS)).lines["12345"]
    assert {name: stretch["offered"].value for name, stretch in lines.items()} == {
        "today": 3,
        "hour": 3,
        "day": 3,
    }
    later = shown(facts_of(*CALLS), at(3700)).lines["12345"]
    assert [later[name]["offered"].value for name in ("hour", "day")] == [2, 3]
    assert later["day"]["connected_rate"].value == 0.5


def test_the_wall_and_the_history_know_the_same_figures() -> None:
    facts = facts_of(*CALLS)
    wall = shown(facts).lines
    for line in ("12345", "110"):
        want = wanted(since=3600 - DAY, until=3600, now=3600, line=line)
        known = figures(facts, want)
        assert wall[line]["day"] == {name: known[name] for name in SHOWN}


def test_who_was_signed_in_today_has_the_figures_of_the_history() -> None:
    shifts: list[Fact] = [
        moved("wang", 1, 2000, "ready", "seat-01"),
        moved("wang", 2, 3100, "wrap_up", "seat-01"),
        moved("li", 4, 1000 - DAY, "ready", "seat-02"),
        moved("li", 5, 2000 - DAY, "signed_out", None),
    ]
    known = shown([*facts_of(*CALLS), *shifts]).agents
    assert known["wang"]["parts"].value == 1
    assert known["wang"]["occupancy"].value == (60 + 500) / 1600
    since = 3600 - 11 * 3600  # ten in the morning, and an hour
    [(_, agent, figures)] = table(
        [*facts_of(ANSWERED), *shifts], wanted(since, 3660, 3600, by="agent", agent="wang")
    )
    assert known == {agent: {name: figures[name] for name in OF_AGENTS}}


def test_a_day_later_only_who_still_waits_is_on_the_wall() -> None:
    wall = Wall()
    for fact in facts_of(*CALLS):
        wall.take(fact)
    assert set(wall.calls(at(3500 + DAY))) == {"n1-3.0"}


def test_who_waits_is_shown_with_the_moment_since_when() -> None:
    again = ACall("5", began=3500).queued().answered("seat-01", 9).parted("seat-01", 10)
    again.queued("dialect", after=1)
    waiting = shown(facts_of(WAITING, again)).waiting
    assert [(one.queue, one.since) for one in waiting] == [
        ("12345", at(3500)),
        ("dialect", at(3520)),
    ]


def test_who_gave_up_is_shown_until_reached() -> None:
    (one,) = shown(GAVE_UP.facts).abandoned
    assert (one.waited, one.is_reached) == (40, False)
    again = ACall("9", began=100, caller="13800000002").queued().answered("seat-01", 1)
    (one,) = shown(facts_of(GAVE_UP, again)).abandoned
    assert one.is_reached


def test_no_full_number_leaves_with_the_wall() -> None:
    told = view_of(shown(facts_of(*CALLS)), NOW, 7).model_dump_json()
    assert "138****0002" in told
    assert "138****0003" in told
    assert "1380000000" not in told


@given(order=st.randoms(use_true_random=False), looks=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_a_wall_that_has_run_for_long_equals_one_just_started(order: Any, looks: int) -> None:
    facts = [*facts_of(*CALLS), *ANSWERED.facts]
    order.shuffle(facts)
    long = Wall()
    for number, fact in enumerate(facts):
        long.take(fact)
        if number % looks == 0:
            long.calls(NOW - timedelta(seconds=1))
    assert wall_of(long.calls(NOW), long.staff(NOW), NOW) == shown(facts_of(*CALLS))


def test_a_fact_told_again_changes_nothing() -> None:
    wall = Wall()
    assert [wall.take(fact) for fact in GAVE_UP.facts] == [True] * 4
    assert [wall.take(fact) for fact in GAVE_UP.facts] == [False] * 4


def test_the_wall_computed_later_counts_in_both_tongues() -> None:
    early, late = (view_of(shown([]), at(second), 1) for second in (1, 2))
    assert newer(None, early) == newer(early, early) == early
    assert newer(early, late) == newer(late, early) == late
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here; tests/browser shows walls inside Chromium")
    script = ROOT / "tests" / "browser" / "newer_wall.mjs"
    told = json.dumps([early.model_dump(mode="json"), late.model_dump(mode="json")])
    done = subprocess.run([node, str(script), told], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [late.model_dump(mode="json")] * 2
