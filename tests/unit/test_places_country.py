"""Unit: addresses of a whole country, gazetteers of any shape, and the command for tables."""

import csv
from dataclasses import replace

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from callcenter.commands.locate import locate_rows
from callcenter.errors import BadInputError
from callcenter.settings import Settings
from callcenter.tickets.county import load_county
from callcenter.tickets.locating import locate
from callcenter.tickets.outside import Around, Direction, Neighbour
from callcenter.tickets.place import Place, PlaceKind, read_places
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import find_place
from callcenter.tickets.spoken.naming import stem_size
from callcenter.tickets.spoken.nation import missing_divisions

ROWS = [  # of two provinces: the same names again and again
    ("甲山县", "county", "410101"),
    ("乙水县", "county", "410102"),
    ("甲山区", "county", "320201"),
    ("城关镇", "township", "410101100"),
    ("城关镇", "township", "410102100"),
    ("城关街道", "township", "320201001"),
    ("大桥镇", "township", "410101101"),
    ("大桥", "village", "410101100203"),
    ("李家庄村", "village", "410101100201"),
    ("李家庄", "village", "410102100201"),
    ("李家庄社区", "village", "320201001001"),
    ("下营村村民委员会", "village", "410102100202"),
]


def places(rows=ROWS):
    read = [Place(name, PlaceKind(kind), code, None) for name, kind, code in rows]
    return Places([*read, *missing_divisions(read)])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("河南省郑州市甲山县城关镇李家庄村三组", "410101100201"),
        ("河南郑州乙水县城关镇李家庄12号", "410102100201"),
        ("江苏无锡甲山区城关街道李家庄社区", "320201001001"),
        ("江苏省李家庄", "320201001001"),
        ("甲山县大桥镇人民政府", "410101101"),  # not the village 大桥 of another township
        ("甲山县大桥", "410101100203"),
        ("乙水县城关镇下营村", "410102100202"),
        ("乙水县城关乡", "410102100"),  # renamed since
        ("河南省郑州市甲山先城官镇李加庄存", "410101100201"),
    ],
)
def test_of_namesakes_the_one_in_the_named_divisions_is_meant(text, code):
    assert find_place(places(), text)[0].place.code == code


def test_codes_above_tell_provinces_apart_that_the_gazetteer_does_not_name():
    added = {
        one.name
        for one in missing_divisions([Place("某镇", PlaceKind.TOWNSHIP, "130102100", None)])
    }
    assert added == {"河北省", "石家庄市"}


@pytest.mark.parametrize("village", ["410101100", "410101100999"])
def test_a_village_may_go_by_its_townships_code(village):
    rows = [row for row in ROWS if row[1] != "village"]
    found = places([*rows, ("孙家坡村", "village", village), ("周家坡村", "village", village)])
    best = find_place(found, "甲山县城关镇孙家坡")[0].place
    assert best.name == "孙家坡村"
    assert found.division_of(best, PlaceKind.TOWNSHIP).name == "城关镇"
    assert find_place(found, "甲山县大桥镇孙家坡村")[0].words[1:] != ()


@pytest.mark.parametrize(
    ("name", "kind", "stem"),
    [
        ("恩施土家族苗族自治州", "city", "恩施"),
        ("巴音郭楞蒙古自治州", "city", "巴音郭楞"),
        ("白水镇", "township", "白水"),
        ("长白镇", "township", "长白"),
        ("营镇回族乡", "township", "营镇"),
        ("新镇", "township", "新镇"),
        ("下营村村民委员会", "village", "下营"),
        ("李家庄", "village", "李家庄"),
    ],
)
def test_a_name_is_known_by_its_stem(name, kind, stem):
    assert name[: stem_size(name, PlaceKind(kind))] == stem


STEMS = st.text(alphabet="王李张赵家庄河山桥口石东西", min_size=2, max_size=4)


@given(st.sets(STEMS, min_size=1, max_size=30))
def test_every_village_of_a_township_is_found_as_it_is_written(stems):
    villages = [
        (f"{stem}村", "village", f"4101011002{at:02}") for at, stem in enumerate(sorted(stems))
    ]
    known = places([("城关镇", "township", "410101100"), *villages])
    for name, _, code in villages:
        assert find_place(known, f"城关镇{name}")[0].place.code == code


def table(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


HEADER = ("name", "kind", "code", "longitude", "latitude", "aliases")


def run(tmp_path, texts, *gazetteers):
    source = table(tmp_path / "in.csv", ("id", "text"), *enumerate(texts))
    out = tmp_path / "out.csv"
    with pytest.raises(typer.Exit) as ended:
        locate_rows(source, "text", out, list(gazetteers) or None)
    assert ended.value.exit_code == 0
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_gets_its_places_from_gazetteers_without_points(tmp_path):
    towns = [(*row, "", "", "") for row in ROWS if row[1] != "village"]
    villages = [(*row, "", "", "") for row in ROWS if row[1] == "village"]
    rows = run(
        tmp_path,
        ["甲山县城关镇李家庄村", "喂你好", "乙水县城关镇"],
        table(tmp_path / "towns.csv", HEADER, *towns),
        table(tmp_path / "villages.csv", HEADER, *villages),
    )
    first, nothing, town = rows
    assert (first["town"], first["town_code"], first["village"]) == (
        "城关镇",
        "410101100",
        "李家庄村",
    )
    assert (first["cell"], first["lon"], first["lat"]) == ("", "", "")
    assert first["words"] == "李家庄村@6-10:0.80 城关镇@3-6:0.80 甲山县@0-3:0.80"
    assert set(list(nothing.values())[2:]) == {""}
    assert (town["town_code"], town["village"]) == ("410102100", "")


def test_a_table_without_gazetteer_is_located_in_the_county(tmp_path):
    row = run(tmp_path, ["古陶镇南大街的路灯坏了"])[0]
    assert row["town"] == "古陶镇"
    assert len(row["cell"]) == 15
    assert float(row["lon"]) > 112
    assert float(row["score"]) > 0.5


def test_a_wrong_gazetteer_is_refused_before_anything_is_written(tmp_path):
    wrong = table(tmp_path / "wrong.csv", HEADER, ("某村", "hamlet", "410101100201", "", "", ""))
    source = table(tmp_path / "in.csv", ("text",), ("某村",))
    with pytest.raises(BadInputError, match=r"wrong\.csv, line 2: kind 'hamlet'"):
        locate_rows(source, "text", tmp_path / "out.csv", [wrong])
    assert not (tmp_path / "out.csv").exists()


def test_a_gazetteer_needs_neither_points_nor_aliases_and_may_repeat_itself(tmp_path):
    columns = ("code", "kind", "name")
    rows = [(code, kind, name) for name, kind, code in ROWS] * 30
    file = table(tmp_path / "short.csv", columns, *rows)
    row = run(tmp_path, ["甲山县城关镇李家庄村"], file)[0]
    assert (row["town_code"], row["village"]) == ("410101100", "李家庄村")
    assert len(Places(read_places(file, points=False))) == len(ROWS)


def test_long_codes_of_statistics_are_cut(tmp_path):
    file = table(tmp_path / "long.csv", HEADER, ("某县", "county", "410101000000", "", "", ""))
    assert read_places(file, points=False)[0].code == "410101"


def test_a_place_beyond_the_border_is_forwarded():
    demo = load_county(Settings().county_dir)
    there = Neighbour(name="邻山县", code="990102", hotline="0000-12345", side=Direction.NORTH)
    county = replace(demo, around=Around(neighbour=(there,)))
    outside = locate(county, ["我在邻山县", "家里停水了"])
    assert (outside.cell, outside.forward_to, outside.question) == (None, there, "")
    inside = locate(county, ["我是邻山县的", "在古陶镇南大街被罚了款"])
    assert (inside.forward_to, inside.candidate.place.name) == (None, "南大街")


def test_a_gazetteer_may_hold_names_of_one_character_which_nobody_is_found_by(tmp_path):
    file = tmp_path / "names.csv"
    file.write_text("name,kind,code\n庄,village,140728101\n段村镇,township,140728101\n", "utf-8")
    assert [one.name for one in read_places(file, points=False)] == ["段村镇"]
