"""Unit: where a call is about, from its words."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.errors import BadInputError
from callcenter.settings import Settings
from callcenter.tickets.county import County, load_county
from callcenter.tickets.locating import locate
from callcenter.tickets.places import PlaceKind, Places, read_places
from callcenter.tickets.spoken.finding import find_place


@cache
def demo() -> County:
    return load_county(Settings().county_dir)


def found(text):
    return find_place(demo().places, text)


def test_a_street_of_a_town_leads_to_the_cell_that_holds_it():
    location = locate(demo(), ["你好我要反映古陶镇南大街的路灯坏了三天了"])
    assert location.candidate.place.name == "南大街"
    assert len(location.cell.code) == 15
    assert [cell.name for cell in demo().grid.path(location.cell.code)][:2] == ["平遥县", "古陶镇"]
    assert [word.text for word in location.candidate.words] == ["南大街", "古陶镇"]


@pytest.mark.parametrize(
    ("said", "name", "level"),
    [
        ("我在段村镇", "段村镇", 2),
        ("洪善那边停水了", "洪善村", 3),
        ("城西的街上", "城西街道", 2),
        ("城东街道办事处门口", "城东街道", 2),
        ("平遥的路灯", "平遥县", 1),
        ("石桥村口的桥", "石桥村", 3),
        ("岳壁乡尹家庄的机井", "尹家庄", 3),
        ("南大街菜市场旁边全是垃圾", "南大街菜市场", 4),
        ("县医院门口", "县人民医院", 4),
        ("二中放学的时候堵车", "县第二中学", 4),
        ("南大街 路灯坏了 是古陶镇的", "南大街", 4),
    ],
)
def test_callers_name_places_as_people_do(said, name, level):
    best = found(said)[0]
    assert (best.place.name, best.level) == (name, level)


def test_of_namesakes_the_one_in_the_named_township_is_meant():
    assert found("朱坑乡李家庄没水了")[0].place.code.startswith("140728205")
    assert found("李家庄没水了 段村镇的")[0].place.code.startswith("140728101")


def test_where_nobody_says_which_namesake_only_what_holds_both_is_known():
    assert {one.place.code for one in found("李家庄没水了")} == {"140728101202", "140728205203"}
    assert locate(demo(), ["李家庄没水了"]).cell.code == "140728"


def test_a_place_of_another_township_counts_less_than_the_named_township():
    assert locate(demo(), ["古陶镇的李家庄"]).cell.name == "古陶镇"


def test_words_without_a_place_lead_nowhere():
    for said in (["喂你好我要反映一个问题"], [""], []):
        location = locate(demo(), said)
        assert (location.cell, location.candidate) == (None, None)
        assert location.question == "具体在什么位置?"


def test_no_name_runs_across_two_utterances():
    assert found("南大 街") == []


@given(st.text(alphabet="古陶镇南大街李家庄段村城西乡 平遥县医院", max_size=30))
def test_every_candidate_stands_in_the_words_and_best_comes_first(text):
    candidates = find_place(demo().places, text)
    assert [one.score for one in candidates] == sorted(one.score for one in candidates)[::-1]
    for candidate in candidates:
        assert 0 <= candidate.score <= 1
        for word in candidate.words:
            assert text[word.start : word.end] == word.text


@given(st.sampled_from(read_places(Settings().county_dir / "places.csv")))
def test_every_place_is_found_by_its_name_after_its_township(place):
    township = demo().grid.cell(place.code[:9]).name if place.level > 2 else ""
    assert found(f"{township} {place.name}")[0].place == place


def test_names_are_told_by_kind():
    names = demo().places.names(PlaceKind.TOWNSHIP)
    assert len(names) == 17
    assert "古陶镇" in names


HEADER = "name,kind,code,longitude,latitude,aliases\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,code\n", "no column aliases, kind"),
        (HEADER + "桥,street,140728100001,112,37,\n", "line 2: name"),
        (HEADER + "南桥,bridge,140728100001,112,37,\n", "line 2: kind 'bridge'"),
        (HEADER + "南桥,street,140728100001,112,,\n", "line 2: longitude"),
        (HEADER + "南桥,street,140728100001,nan,37,\n", "line 2: longitude"),
        (HEADER + "南桥,street,140728100001,112,97,\n", "line 2: longitude"),
        (HEADER + "南桥,street\n", "line 2: 2 fields, but 6 columns"),
        (HEADER + "南桥,street,桥,112,37,\n", "line 2: code '桥'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, text, told):
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=told):
        Places.load(path)


def copy_of_the_demo(folder, file, old, new):
    for path in Settings().county_dir.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("county.toml", "WGS-84", "GCJ-02", "datum 'GCJ-02'"),
        ("county.toml", "name = ", "nome = ", "name is missing"),
        ("county.toml", "=", "", "cannot be read"),
        (
            "places.csv",
            "古陶镇,township,140728100",
            "古陶镇,township,140728101",
            "its point lies in",
        ),
        ("places.csv", "112.", "12.", "outside the county"),
    ],
)
def test_a_county_that_does_not_fit_together_is_refused(tmp_path, file, old, new, told):
    with pytest.raises(BadInputError, match=told):
        load_county(copy_of_the_demo(tmp_path, file, old, new))
