"""Scenario: whatever we missed, the figures are those of the whole tape; twice changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.agents.counting import report
from callcenter.agents.numbers.count import By, Wanted
from callcenter.agents.numbers.figure import Value
from callcenter.agents.numbers.table import FIGURES
from tests.center import Center
from tests.scenarios.tables import BEGAN
from tests.scenarios.test_one_call import GETS_THROUGH, GIVES_UP
from tests.scenarios.test_outage import FILES, MESSAGES, REAL, STILL_TALKING, stretch

RANG = datetime.fromtimestamp(1795287849, UTC)  # when the first of the real calls arrived
LAG = 0.05  # AMI tells a moment so much later than CEL does, at most, in this tape
CALLS = ("offered", "answered", "abandoned", "waiting", "parts")


async def figures(center: Center, by: By = "all", began: datetime = RANG - timedelta(hours=1)):
    """The figures that can be known after an outage, by row."""
    until = began + timedelta(hours=3)
    wanted = Wanted(began, until, until, by=by)
    known = [figure for figure in wanted.figures if figure.is_rebuilt]
    counted = await center.look(lambda session: report(session, wanted))
    return [(row.key, row.values(known)) for row in counted.rows]


class Same(dict[str, float | None]):
    """Figures by their names, alike where no length of time differs by more than LAG seconds."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and dict(self) == pytest.approx(dict(other), abs=LAG)

    __hash__ = None  # type: ignore[assignment]


async def all_figures(center: Center) -> Same:
    ways: tuple[By, ...] = ("all", "line", "queue", "seat")
    told: Same = Same()
    for by in ways:
        for key, values in await figures(center, by):
            for name, value in values.items():
                told |= {f"{by} {key} {name} {part}": number for part, number in numbers(value)}
    return told


def numbers(value: Value) -> list[tuple[str, float | None]]:
    plain = {"value": value.value, "top": value.top, "bottom": value.bottom, "items": value.items}
    return [*plain.items(), *value.breakdown.items()]


async def test_the_figures_of_four_real_calls(center):
    await center.play(REAL)
    ((_, found),) = await figures(center)
    assert [found[name].value for name in CALLS] == [4, 3, 1, 0, 3]
    assert found["connected_rate"].value == 0.75
    assert found["abandoned_reached"].value == 1  # rang again, on 110
    assert (round(found["talk"].value), found["longest_wait"].value) == (6, 5)


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
    assert await all_figures(center) == expected
    await center.play(REAL)  # and what was missed after all: nothing is doubled
    assert await all_figures(center) == expected


async def test_rebuilt_from_the_files_alone_they_are_the_same(center, site, tmp_path):
    await center.play(REAL)
    settings = center.site.settings.model_copy(update={"var_dir": tmp_path / "away"})
    async with Center(site, settings) as away:
        away.asterisk_writes(**FILES)
        await away.regain_link()
        assert await all_figures(away) == await all_figures(center)
        await away.lose_link()
        away.asterisk_writes(**FILES)
        await away.regain_link()  # the same files once more
        assert await all_figures(away) == await all_figures(center)


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
    await center.regain_link()
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
