"""Unit: the demo county is what its script makes, and fits together."""

import csv
import json
import random
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from functools import cache

import pytest
import shapely
from shapely.geometry import shape

from callcenter.classify.items import all_items
from callcenter.settings import ROOT, Settings
from callcenter.sounds import cost
from callcenter.tickets.dispatch import DispatchTable
from tools.demo_county.names import MERGED, TOWNSHIPS, TRAPS

FOLDER = Settings().county_dir
RESERVED = re.compile(r"0354-0\d{6}")  # no subscriber's number begins with 0: see README.md
DIGITS = {1: 6, 2: 9, 3: 12, 4: 15}
SIDES = {"东", "南", "西", "北", "东南", "西南", "东北", "西北"}


@cache
def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def features():
    return json.loads((FOLDER / "grid.geojson").read_text(encoding="utf-8"))["features"]


@cache
def cells():
    return {one["properties"]["code"]: one["properties"] for one in features()}


@cache
def borders():
    return {one["properties"]["code"]: shape(one["geometry"]) for one in features()}


@cache
def children():
    found = defaultdict(list)
    for code, cell in cells().items():
        found[cell["parent"]].append(code)
    return found


def told():
    return tomllib.loads((FOLDER / "county.toml").read_text(encoding="utf-8"))


# --- the script --------------------------------------------------------------------------------


def test_the_script_makes_the_committed_files_to_the_byte(tmp_path):
    command = [sys.executable, "-m", "tools.demo_county", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    by_hand = {
        "answers.toml",
        "calendar.toml",
        "clocks.toml",
        "duplicates.toml",
        "evaluation.toml",
        "notices.toml",
        "partners.toml",
        "plans.toml",
        "quality.toml",
        "public.toml",
        "retention.toml",
        "sign_on.toml",
    }
    committed = {file.name for file in FOLDER.iterdir()} - by_hand
    assert {made.name for made in tmp_path.iterdir()} == committed
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (FOLDER / made.name).read_bytes(), made.name


def test_the_readme_counts_what_the_files_hold():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    level = Counter(cell["level"] for cell in cells().values())
    for what, number in [
        ("villages", 273),
        ("basic cells", level[4]),
        ("people", cells()["140728"]["people"]),
        ("places with a name", len(rows("places.csv"))),
        ("units", len(rows("units.csv"))),
    ]:
        assert f"| {what} | {number:,} |" in text


# --- the grid ----------------------------------------------------------------------------------


def test_the_county_is_as_large_as_its_plan_says():
    level = Counter(cell["level"] for cell in cells().values())
    villages = [code for code in cells() if len(code) == 12 and code[9] != "0"]
    towns = {cell["name"]: code for code, cell in cells().items() if cell["level"] == 2}
    assert (level[1], level[2], len(villages)) == (1, 17, 273)
    assert level[3] - len(villages) == 36  # communities of the county town
    assert level[4] > 1200
    assert towns == TOWNSHIPS


def test_communities_lie_in_the_county_town_alone():
    there = {code[:9] for code in cells() if len(code) == 12 and code[9] == "0"}
    assert there == {"140728001", "140728002", "140728003", "140728100"}
    for code, cell in cells().items():
        if cell["level"] == 3:
            assert cell["name"].endswith("社区") == (code[9] == "0")


def test_the_township_that_has_merged_says_into_which():
    merged = {c["name"]: c["merged_into"] for c in cells().values() if "merged_into" in c}
    assert merged == {"孟山乡": "140728102"}
    assert cells()["140728102"]["name"] == MERGED["孟山乡"] == "东泉镇"
    assert told()["merged"] == [{"name": "孟山乡", "code": "140728204", "into": "140728102"}]


def test_cells_nest_by_code_and_each_has_a_leader_a_patroller_and_their_phones():
    phones = Counter()
    for code, cell in cells().items():
        assert len(code) == DIGITS[cell["level"]]
        assert cell["parent"] == (code[: len(code) - 3] if cell["level"] > 1 else "")
        assert cell["leader"]
        assert cell["patroller"] == "监督员"
        phones.update([cell["leader_phone"], cell["patroller_phone"]])
    assert set(phones.values()) == {1}
    assert all(RESERVED.fullmatch(phone) for phone in phones)


def test_basic_cells_have_the_sizes_of_the_plan():
    for code, cell in cells().items():
        if cell["level"] == 4 and code[9] == "0":
            assert 300 <= cell["households"] <= 500
            assert 1000 <= cell["people"] <= 1500
        elif cell["level"] == 4:
            assert 400 <= cell["people"] <= 600
            assert 2.5 < cell["people"] / cell["households"] < 3.5


@pytest.mark.parametrize("what", ["people", "households"])
def test_who_lives_in_a_cell_lives_in_one_of_its_children(what):
    for code, below in children().items():
        if code:
            assert cells()[code][what] == sum(cells()[child][what] for child in below), code


def test_the_cells_of_a_parent_are_its_area_exactly():
    for code, below in children().items():
        if code:
            parts = [borders()[child] for child in below]
            assert shapely.union_all(parts).equals(borders()[code]), code
            assert abs(sum(part.area for part in parts) - borders()[code].area) < 1e-12


@pytest.mark.parametrize("level", DIGITS)
def test_any_point_of_the_county_lies_in_one_cell_of_each_level(level):
    rng = random.Random(2011)
    west, south, east, north = borders()["140728"].bounds
    points = [
        shapely.Point(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(4000)
    ]
    inside = [one for one in points if borders()["140728"].contains(one)]
    here = [border for code, border in borders().items() if len(code) == DIGITS[level]]
    points_hit, _ = shapely.STRtree(here).query(inside, predicate="within")
    assert len(inside) > 3500
    assert Counter(points_hit.tolist()) == dict.fromkeys(range(len(inside)), 1)


def test_the_grid_stays_small():
    assert (FOLDER / "grid.geojson").stat().st_size < 2_000_000
    numbers = [xy for one in borders().values() for point in one.exterior.coords for xy in point]
    assert all(round(xy, 5) == xy for xy in numbers)


# --- places ------------------------------------------------------------------------------------


def test_south_street_and_its_landmarks_lie_in_gutao():
    here = {row["name"]: row for row in rows("places.csv") if row["code"].startswith("140728100")}
    assert {"南大街", "南大街菜市场", "南大街小学", "县人民医院"} <= here.keys()
    assert here["南大街"]["kind"] == "street"


def test_every_division_down_to_the_village_is_a_place_under_its_name():
    placed = {row["code"]: row["name"] for row in rows("places.csv")[: 1 + 17 + 309]}
    assert placed == {code: cell["name"] for code, cell in cells().items() if cell["level"] < 4}


def test_every_township_has_streets_and_landmarks():
    kinds = defaultdict(Counter)
    for row in rows("places.csv"):
        kinds[row["code"][:9]][row["kind"]] += 1
    for town in TOWNSHIPS.values():
        assert kinds[town]["street"] >= 1
        assert kinds[town]["landmark"] + kinds[town]["compound"] >= 9


def test_the_county_town_has_compounds_and_streets_enough_to_be_lost_in():
    town = [row for row in rows("places.csv") if row["code"] < "140728101"]
    kinds = Counter(row["kind"] for row in town)
    assert kinds["compound"] >= 30
    assert kinds["street"] >= 24
    found = [row for row in town if row["kind"] in ("compound", "landmark")]
    assert len({(row["longitude"], row["latitude"]) for row in found}) == len(found)


def test_no_two_places_of_a_township_share_a_name_or_an_alias():
    for town, count in names_by_township().items():
        assert [name for name, times in count.items() if times > 1] == [], town


def test_the_traps_are_there():
    found = names_by_township()
    everywhere = set().union(*found.values())
    for name, *towns in TRAPS["one name in two townships"]:
        assert {town for town, code in TOWNSHIPS.items() if name in found[code]} == set(towns)
    for name, here, called in TRAPS["a village called as another township"]:
        assert name in found[TOWNSHIPS[here]]
        assert called.startswith(name.removesuffix("村"))
    for fault in ("sounds like another name", "one syllable apart"):
        assert {name for pair in TRAPS[fault] for name in pair} - everywhere <= {"石家庄"}
    for one, other in TRAPS["sounds like another name"]:
        assert 0 < cost(one, other) < 0.2


def names_by_township():
    found = defaultdict(Counter)
    for row in rows("places.csv"):
        found[row["code"][:9]].update([row["name"], *filter(None, row["aliases"].split("|"))])
    return found


# --- units and what lies outside -----------------------------------------------------------------


def test_every_item_has_a_unit_that_exists():
    table = tomllib.loads((FOLDER / "dispatch.toml").read_text(encoding="utf-8"))
    units = {row["code"]: row for row in rows("units.csv")}
    assert table["county"].keys() == all_items().keys()
    assert {units[code]["level"] for code in [*table["county"].values(), table["unclear"]]} == {"1"}
    assert set(table["township"]["items"]) <= all_items().keys()


def test_every_cell_below_the_county_has_one_unit_of_its_level():
    below = [row for row in rows("units.csv") if row["level"] != "1"]
    assert len(below) == len(cells()) - 1
    for row in below:
        cell = cells()[row["cell"]]
        assert (row["level"], row["township"]) == (str(cell["level"]), row["cell"][:9])
        assert row["name"].startswith(cells()[row["township"]]["name"])
    assert {row["cell"] for row in below} == cells().keys() - {"140728"}


def test_every_unit_can_be_called_and_told_apart():
    for column in ("code", "name", "phone"):
        assert len({row[column] for row in rows("units.csv")}) == len(rows("units.csv")), column
    for row in rows("units.csv"):
        assert RESERVED.fullmatch(row["phone"])
        if row["level"] != "1":
            assert row["phone"] == cells()[row["cell"]]["leader_phone"]


def test_every_township_centre_gets_its_own_items():
    table = DispatchTable.load(FOLDER)
    for code in cells():
        if len(code) == 15:
            assert table.choose("306", code).unit.township == code[:9]


def test_the_folder_says_that_it_is_made_up():
    assert told()["made_up"] is True
    assert told()["datum"] == "WGS-84"


def test_what_lies_outside_is_named_with_its_side_and_its_line():
    around = told()["neighbour"]
    assert told()["above"]["name"] == "晋中市"
    assert told()["above"]["code"] == "140700"
    assert {one["side"] for one in around} <= SIDES
    assert len({one["name"] for one in around}) == len(around) >= 6
    for one in around:
        assert re.fullmatch(r"14\d{4}", one["code"])
        assert one["hotline"]
