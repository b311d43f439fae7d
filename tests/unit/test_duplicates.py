"""Unit: how alike two tickets are, and why; and the county's file that says what that is worth."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.errors import BadInputError
from callcenter.settings import Settings
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.duplicates.near import Near
from callcenter.tickets.duplicates.rules import DuplicateRules, read_duplicate_rules
from callcenter.tickets.duplicates.scoring import Matter, by_structure, by_words, total
from callcenter.tickets.duplicates.wording import Wording, shared

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
SHARES = {"的": 0.05, "路灯": 1e-6, "不亮": 1e-6, "坏": 1e-4, "南大街": 1e-6, "消防通道": 1e-7}
ROW = ("不亮", "坏")


def share(word: str, least: int) -> float:
    return max(SHARES.get(word, 0.0), least * 1e-8)


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(str.split, share, {word: ROW for word in ROW})


@pytest.fixture(scope="module")
def county(site):
    return site.county


def test_rare_words_count_and_common_ones_do_not(wording):
    bag = wording.bag(["路灯 的 的", "消防通道"])
    assert set(bag) == {"路灯", "消防通道"}
    assert bag["消防通道"] > bag["路灯"] > 0


def test_a_rules_word_counts_by_the_words_in_it(wording):
    assert set(wording.bag(["路灯不亮"])) == {"路灯", "不亮"}
    assert set(wording.bag(["路灯坏了"])) == {"路灯", "不亮"}  # 坏 stands in one row with 不亮
    assert set(wording.bag(["消防通道"])) == {"消防通道"}


def test_words_of_one_row_weigh_as_much_as_all_of_them_together(wording):
    assert wording.bag(["不亮"])["不亮"] < wording.bag(["路灯"])["路灯"]


def test_the_places_name_is_no_likeness_of_words(wording):
    assert set(wording.bag(["南大街 路灯"], without=("南大街", ""))) == {"路灯"}


def test_all_words_shared_is_all_and_none_is_nothing(wording):
    one, other = wording.bag(["路灯 不亮"]), wording.bag(["消防通道"])
    assert shared(one, one) == (1.0, ("路灯", "不亮"))
    assert shared(one, other) == shared(one, {}) == (0.0, ())


CELL, BESIDE = "140728100001001", "140728100001002"
HERE = Wgs84Point(112.23912, 37.15786)


def matter(**fields) -> Matter:
    return Matter(**{"item": "113", "cell": CELL, "point": None, "at": NOON} | fields)


@pytest.mark.parametrize(
    ("fields", "part", "how", "points"),
    [
        ({}, "item", "same", 15), ({"item": "209"}, "item", "akin", 7.5),
        ({"item": "201"}, "item", "other", 0),
        ({}, "place", "same_cell", 20), ({"cell": BESIDE}, "place", "beside", 10),
        ({"cell": "140728100001"}, "place", "within", 12.5),
        ({"cell": "140728"}, "place", "elsewhere", 0),
        ({"cell": "140728100002001"}, "place", "elsewhere", 0),
        ({}, "time", "hours", 10), ({"at": NOON - timedelta(hours=72)}, "time", "hours", 5),
        ({"at": NOON + timedelta(hours=144)}, "time", "hours", 2.5),
    ],
)  # fmt: skip
def test_each_likeness_has_its_points_and_says_how(county, site, fields, part, how, points):
    near, rules = Near(county.grid), site.duplicates
    (why,) = [
        one for one in by_structure(matter(), matter(**fields), near, rules) if one.part == part
    ]
    assert (why.how, why.points) == (how, points)


@pytest.mark.parametrize(
    ("degrees_north", "points"), [(0.0, 25), (0.0008, 25), (0.0072, 12.5), (0.02, 0)]
)
def test_two_points_count_by_the_metres_between(county, site, degrees_north, points):
    there = Wgs84Point(HERE.longitude, HERE.latitude + degrees_north)
    pair = matter(point=HERE), matter(point=there)
    place = by_structure(*pair, Near(county.grid), site.duplicates)[1]
    assert place.how == "metres"
    assert place.points == pytest.approx(points, abs=0.2)
    assert place.amount == pytest.approx(degrees_north * 111_000, rel=0.01)


def test_the_same_again_has_a_hundred_points(county, site, wording):
    bag, rules = wording.bag(["路灯 不亮"]), site.duplicates
    why = by_structure(matter(point=HERE), matter(point=HERE), Near(county.grid), rules)
    words = by_words(bag, bag, rules)
    assert (words.how, words.words) == ("shared", ("路灯", "不亮"))
    assert total([*why, words]) > 99
    assert by_words(bag, {}, rules).points == 0


def test_cells_are_looked_in_around_a_point_and_at_every_level_but_the_countys(county):
    near = Near(county.grid)
    found = near.to_look_in(CELL, HERE, 500)
    assert {CELL, CELL[:12], CELL[:9]} <= set(found)
    assert "140728" not in found
    assert len(found) < len(near.to_look_in(CELL, HERE, 1500)) < 60
    assert near.to_look_in("140728", None, 500) == near.to_look_in(None, None, 500) == []
    assert near.to_look_in("140728999999999", None, 500) == ["140728999999999"]


def test_a_village_is_looked_for_in_all_its_cells(county):
    basic = {one.code for one in county.grid.cells(4) if one.code.startswith("140728100001")}
    assert basic < set(Near(county.grid).to_look_in("140728100001", None, 100))


def test_the_demo_county_says_the_numbers_that_hold_without_a_file(site):
    told, known = read_duplicate_rules(Settings().duplicates_file), DuplicateRules()
    assert told == site.duplicates
    apart = {"item": {"groups"}, "words": {"same"}}
    assert told.model_dump(exclude=apart) == known.model_dump(exclude=apart)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[points]\nitem = 30", "line 1: points: item, place, time and words add up to 115"),
        ("[place]\nnone_metres = 50", "line 1: place: none_metres must be above full_metres"),
        ('[item]\ngroups = [["路灯"]]', "line 2: item groups"),
        ('[words]\nsame = [["坏"]]', "a row has two words or more"),
        ('[words]\nsame = [["坏", "灭"], ["灭", "黑"]]', "灭 stands in two rows"),
        ("[time]\ndays = 0", "line 2: time days"), ("mots = 3", "mots"), ("most = ", "Invalid"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_its_place(tmp_path, text, fault):
    path = tmp_path / "duplicates.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"duplicates\.toml cannot be used") as refused:
        read_duplicate_rules(path)
    assert fault in str(refused.value)
