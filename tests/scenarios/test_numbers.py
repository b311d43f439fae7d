"""Scenario: whatever we missed, the figures are those of the whole tape; twice changes nothing."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.agents.counting import report
from callcenter.agents.numbers.count import By, Wanted
from callcenter.agents.numbers.figure import Value
from callcenter.agents.numbers.table import FIGURES
from tests.center import Center
from tests.folding import played
from tests.scenarios.tables import BEGAN
from tests.scenarios.test_one_call import GETS_THROUGH, GIVES_UP
from tests.scenarios.test_outage import FILES, MESSAGES, REAL, STILL_TALKING, stretch

RANG = datetime.fromtimestamp(1795287849, UTC)  # when the first of the real calls arrived
CALLS = ("offered", "answered", "abandoned", "waiting", "parts")

Figures = list[tuple[str, dict[str, Value]]]


async def figures(center: Center, by: By = "all", began: datetime = RANG - timedelta(hours=1)):
    """The figures that can be known after an outage, by row."""
    until = began + timedelta(hours=3)
    wanted = Wanted(began, until, until, by=by)
    known = [figure for figure in wanted.figures if figure.is_rebuilt]
    counted = await center.look(lambda session: report(session, wanted))
    return [(row.key, row.values(known)) for row in counted.rows]


async def all_figures(center: Center) -> list[Figures]:
    ways: tuple[By, ...] = ("all", "line", "queue", "seat")
    return [await figures(center, by) for by in ways]


async def assert_alike(center: Center, expected: list[Figures]) -> None:
    """The same counts and lists; seconds within the few milliseconds that CEL differs from AMI."""
    found = await all_figures(center)
    assert _counts(found) == _counts(expected)
    assert _amounts(found) == pytest.approx(_amounts(expected), abs=0.05, nan_ok=True)


def _values(told: list[Figures]) -> list[tuple[str, str, Value]]:
    return [(key, name, v) for way in told for key, row in way for name, v in row.items()]


def _counts(told: list[Figures]) -> list[object]:
    return [(key, name, v.items, sorted(v.breakdown)) for key, name, v in _values(told)]


def _amounts(told: list[Figures]) -> list[float]:
    parts = [
        part
        for _, _, v in _values(told)
        for part in (v.value, v.top, v.bottom, *(v.breakdown[key] for key in sorted(v.breakdown)))
    ]
    return [math.nan if part is None else float(part) for part in parts]


async def test_the_figures_of_four_real_calls(center):
    await center.play(REAL)
    ((_, found),) = await figures(center)
    assert [found[name].value for name in CALLS] == [4, 3, 1, 0, 3]
    assert found["connected_rate"].value == 0.75
    assert found["abandoned_reached"].value == 1  # rang again, on 110
    assert found["talk"].value == pytest.approx(6.37, abs=0.01)  # from who heard whom
    assert found["longest_wait"].value == 5


@pytest.mark.parametrize("first", range(0, 50, 9))
@pytest.mark.parametrize("length", [3, 30])
async def test_a_stretch_cut_out_and_rebuilt_changes_no_figure(
    center, site, tmp_path, first, length
):
    settings = center.site.settings.model_copy(update={"var_dir": tmp_path / "whole"})
    async with Center(site, settings) as whole:
        await whole.play(REAL)
        expected = await all_figures(whole)
    await center.play(stretch(0, first))
    await center.lose_link()
    center.asterisk_writes(**FILES)
    await center.regain_link()
    await center.play(stretch(first + length, len(MESSAGES)))
    await assert_alike(center, expected)
    await center.play(REAL)  # and what was missed after all: nothing is doubled
    await assert_alike(center, expected)


async def test_rebuilt_from_the_files_alone_they_are_the_same(center, site, tmp_path, console):
    await center.play(REAL)
    settings = center.site.settings.model_copy(update={"var_dir": tmp_path / "away"})
    async with played(Center(site, settings), console) as away:
        away.asterisk_writes(**FILES)
        await away.regain_link()
        await assert_alike(away, await all_figures(center))
        await away.lose_link()
        away.asterisk_writes(**FILES)
        await away.regain_link()  # the same files once more
        await assert_alike(away, await all_figures(center))


async def test_a_restart_of_ours_changes_no_figure(center):
    await center.play(GIVES_UP)
    await center.play(GETS_THROUGH, says="南大街的路灯不亮")
    before = await figures(center, began=BEGAN)
    await center.restart()
    assert await figures(center, began=BEGAN) == before
    ((_, found),) = before
    assert found["offered"].value == found["answered"].value + found["abandoned"].value == 2


async def test_an_end_that_nobody_saw_is_mended_by_the_files(center):
    """First it is only known that the call is gone; then Asterisk's files tell how it went."""
    ours = {
        name: "".join(f"{line}\n" for line in text.splitlines() if "1795287858.2" in line)
        for name, text in FILES.items()
    }
    beginning = [row for row in MESSAGES if "1795287858.2" in row and "Caller" in row][:1]
    arrival = [row for row in MESSAGES if row.startswith("Newchannel") and "58.2 |" in row][:1]
    header = REAL.splitlines()[0]
    await center.play("\n".join([header, *arrival, *beginning]))
    await center.lose_link()
    await center.regain_link(asked_at=RANG + timedelta(hours=1))
    ((_, unseen),) = await figures(center)
    assert unseen["abandoned"].breakdown == {"unknown": 1}
    assert unseen["longest_wait"].value is None
    await center.lose_link()
    center.asterisk_writes(**ours)
    await center.regain_link()
    ((_, mended),) = await figures(center)
    assert (mended["abandoned"].breakdown, mended["longest_wait"].value) == ({"5-15": 1}, 5)


async def test_a_seat_still_talking_counts_until_now(center):
    await center.play(STILL_TALKING)
    ((_, found),) = await figures(center, began=BEGAN)
    assert found["talk"].value == 3 * 3600 - 8
    assert found["mean_talk"].value is None
    assert FIGURES["talk"].is_rebuilt
