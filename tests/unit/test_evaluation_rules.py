"""Category: evaluation's table and its document, scores, hot spots, limits, and tables as files."""

import csv
import io
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.api.sheets import csv_text, harmless
from callcenter.errors import BadInputError
from callcenter.settings import ROOT, Settings
from callcenter.tickets.evaluation.figure import Value, rounded, text_of
from callcenter.tickets.evaluation.hotspots import chance_of, hot_spots
from callcenter.tickets.evaluation.lists import DONE, OPEN, PLAIN, RATED
from callcenter.tickets.evaluation.periods import COUNTY_TIME, begins, month_of, years_before
from callcenter.tickets.evaluation.rules import Rules, read_rules
from callcenter.tickets.evaluation.score import parts, ranking, score
from callcenter.tickets.evaluation.table import FIGURES, LISTS

DOCUMENT = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
WEIGHTS = Rules().points()


# --- the document --------------------------------------------------------------------------------


def test_the_document_has_the_table_of_the_code():
    rows = re.findall(r"^\| `(\w+)`( °)? (.+?) \| (.+) \| (.+) \| (.+) \| (.+) \|$", DOCUMENT, re.M)
    told = [(name, not mark, *rest) for name, mark, *rest in rows]
    assert told == [
        (f.name, f.of_units, f.english, f.chinese, f.unit, f.formula, f.formula_chinese)
        for f in FIGURES.values()
    ]


def test_the_document_has_the_limits_of_the_code():
    told = dict(re.findall(r"^\| `(\w+)` \| ([\w ]+) \| .+ \| .+ \|$", DOCUMENT, re.M))
    assert told == Rules().limits.model_dump()


def test_the_demo_county_has_the_defaults():
    assert read_rules(Settings().evaluation_file) == Rules()


def test_every_counter_of_the_domain_is_there():
    words = """上报 受理 按时受理 立案 按时立案 准确立案 应派遣 派遣 按时派遣 准确派遣 应处置 处置
    按期处置 超期处置 未处置 超期未处置 应核查 核查 按期核查 应结案 结案 按期结案 超期结案 未结案
    作废 返工 回退 延期 挂账 当即办理 转办 督办 催办 回访 非常满意 满意 一般 不满意 处置率
    按期处置率 结案率 按期结案率 超期结案率 准确派遣率 按期派遣率 按时立案率 准确立案率 返工率
    退单率 延期率 响应率 解决率 满意率 直接答复率 平均处置时长 平均受理时长"""
    assert set(words.split()) - {figure.chinese for figure in FIGURES.values()} == set()


def test_every_list_of_a_figure_is_one_that_is_filled():
    filled = {*PLAIN.values(), *RATED.values()}
    filled |= {name for names in (*DONE.values(), *OPEN.values()) for name in names if name}
    filled |= {
        "taken", "taken_seconds", "taken_in_time", "filed", "filed_in_time", "filed_rightly",
        "called_back", "content", "solved", "sent", "sent_returned", "passed_on_late",
        "handled_seconds", "dispatched_rightly", "to_handle_extended", "to_close_again",
    }  # fmt: skip
    assert filled >= LISTS


def test_figures_are_shown_as_people_read_them():
    assert text_of(FIGURES["handled_rate"], 0.95049) == "95.0%"
    assert text_of(FIGURES["handled_rate"], None) == "—"
    assert text_of(FIGURES["mean_handling"], 94_323.4) == "26:12:03"
    assert (rounded(FIGURES["handled_rate"], 2 / 3), rounded(FIGURES["handled"], 3.0)) == (
        0.6667, 3,
    )  # fmt: skip


# --- periods -------------------------------------------------------------------------------------


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COUNTY_TIME)


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        ("week", ["2026-12-30", "2027-01-04", "2027-01-11"]),
        ("month", ["2026-12-30", "2027-01-01"]),
        ("quarter", ["2026-12-30", "2027-01-01"]),
        ("year", ["2026-12-30", "2027-01-01"]),
        ("whole", ["2026-12-30"]),
    ],
)
def test_intervals_begin_where_the_county_begins_them(interval, starts):
    assert begins(day("2026-12-30"), day("2027-01-14"), interval) == list(map(day, starts))


def test_a_month_ends_where_the_next_begins_and_a_leap_day_has_a_year_before():
    assert month_of(2026, 12) == (day("2026-12-01"), day("2027-01-01"))
    assert years_before(day("2028-02-29"), 1) == day("2027-02-28")


# --- scores --------------------------------------------------------------------------------------


def rates(**told: float | None) -> dict[str, Value]:
    perfect = {"handled_rate": 1.0, "handled_in_time_rate": 1.0, "rework_rate": 0.0,
               "unhandled_overdue_rate": 0.0, "extension_rate": 0.0}  # fmt: skip
    return {name: Value(value, 0, 0) for name, value in {**perfect, **told}.items()}


def test_a_units_score_is_the_weighted_sum():
    assert score(rates(), WEIGHTS) == 100
    told = rates(handled_rate=0.9, handled_in_time_rate=0.8, rework_rate=0.1, extension_rate=0.5)
    assert score(told, WEIGHTS) == pytest.approx(27 + 16 + 18 + 20 + 5)
    assert sum(parts(told, WEIGHTS).values()) == pytest.approx(86)
    unknown = parts(rates(rework_rate=None), WEIGHTS)
    assert (unknown["rework_rate"], unknown["extension_rate"]) == (None, pytest.approx(12.5))
    assert score(rates(rework_rate=None), WEIGHTS) == 100
    assert score(dict.fromkeys(rates(), Value(None, 0, 0)), WEIGHTS) is None


def test_equal_scores_share_a_place_and_the_last_three_are_named():
    scores = {"A": 90.0, "B": 80.0, "C": 80.0, "D": 70.0, "E": 60.0, "F": 60.0, "G": None}
    found = ranking(scores, 3)
    assert [(place.rank, place.unit) for place in found] == [
        (1, "A"), (2, "B"), (2, "C"), (4, "D"), (5, "E"), (5, "F"),
    ]  # fmt: skip
    assert [place.unit for place in found if place.is_named] == ["D", "E", "F"]
    tied = ranking({**scores, "D": 60.0, "C": 60.0}, 3)
    assert [place.unit for place in tied if place.is_named] == ["C", "D", "E", "F"]
    assert not any(place.is_named for place in found[:0] + ranking({"A": 1.0, "B": 0.5}, 3))
    assert not any(place.is_named for place in ranking(scores, 0))


# --- hot spots -----------------------------------------------------------------------------------


def test_three_after_one_is_no_hot_spot_and_seven_after_none_is():
    spots = {spot.item: spot for spot in hot_spots(
        {("a", "x"): 3, ("b", "x"): 7, ("c", "x"): 300, ("d", "x"): 0},
        {("a", "x"): 1, ("c", "x"): 200}, {("b", "x"): 7}, 0.01,
    )}  # fmt: skip
    assert spots["a"].chance == pytest.approx(5 / 16)
    assert [spots[item].marks for item in "abcd"] == [0, 1, 2, 0]
    assert (spots["b"].marks_last_year, spots["b"].chance) == (0, pytest.approx(1 / 128))


def test_the_curve_takes_over_where_the_exact_test_ends():
    assert chance_of(2_100, 1_900) == pytest.approx(chance_of(2_101, 1_900), rel=0.1)
    assert chance_of(10_000, 10_000) == pytest.approx(0.5, abs=0.01)


@given(st.integers(0, 300), st.integers(0, 300))
def test_more_is_never_likelier(count, before):
    assert 0 <= chance_of(count + 1, before) <= chance_of(count, before) <= 1


# --- limits --------------------------------------------------------------------------------------


def test_a_working_day_ends_at_close_of_office_and_leaves_out_holidays():
    limits = Rules().deadlines()
    assert limits["verify"](day("2026-11-20 16:00")) == day("2026-11-23 18:00")
    assert limits["take"](day("2026-11-20 16:00")) == day("2026-11-20 16:30")
    assert limits["close"](day("2026-11-20 16:00")) == day("2026-12-05 16:00")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[limits]\ntake = "soon"', "limits.take"),
        ('[limits]\ntakes = "1 hour"', "limits.takes"),
        ("[weights]\nhandled_rate = -1", "weights.handled_rate"),
        ("[hot_spots]\nlevel = 1", "hot_spots.level"),
        ("[limits", "evaluation.toml"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path, text, named):
    file = tmp_path / "evaluation.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInputError, match=named):
        read_rules(file)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadInputError):
        read_rules(tmp_path / "none.toml")


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", " =1", "\x00=1"]
)
def test_what_a_spreadsheet_would_reckon_is_told_to_be_a_text(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["县城市管理局", "U1001", "a=b", "", 1, -1, 0.5, None])
def test_anything_else_stays_as_it_is(value):
    assert harmless(value) == value


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=4))
def test_no_cell_of_any_text_begins_a_formula(rows):
    text = csv_text(rows)
    assert text[0] == "\ufeff"
    for row in csv.reader(io.StringIO(text[1:], newline="")):
        for cell in row:
            assert not cell.strip().startswith(tuple("=+-@"))
