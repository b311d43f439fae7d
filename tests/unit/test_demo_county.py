"""Unit: the demo county is what its script makes, and fits together."""

import csv
import json
import subprocess
import sys
import tomllib
from collections import Counter

import shapely
from shapely.geometry import shape

from callcenter.classify.items import all_items
from callcenter.settings import ROOT, Settings

FOLDER = Settings().county_dir


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def features():
    return json.loads((FOLDER / "grid.geojson").read_text(encoding="utf-8"))["features"]


def test_the_script_makes_the_committed_files_to_the_byte(tmp_path):
    command = [sys.executable, "-m", "tools.demo_county", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (FOLDER / made.name).read_bytes(), made.name


def test_four_levels_fill_the_county_and_nest_by_code():
    cells = {one["properties"]["code"]: one for one in features()}
    count = Counter(one["properties"]["level"] for one in cells.values())
    assert (count[1], count[2], count[3]) == (1, 16, 96)
    assert count[3] * 2 <= count[4] <= count[3] * 4
    for code, cell in cells.items():
        level = cell["properties"]["level"]
        assert len(code) == {1: 6, 2: 9, 3: 12, 4: 15}[level]
        assert cell["properties"]["parent"] == (code[: len(code) - 3] if level > 1 else "")
        assert cell["properties"]["leader"]


def test_the_cells_of_a_parent_are_its_area_exactly():
    cells = {one["properties"]["code"]: shape(one["geometry"]) for one in features()}
    for code, border in cells.items():
        children = [cells[c] for c in cells if len(c) == len(code) + 3 and c.startswith(code)]
        if children:
            assert shapely.union_all(children).equals(border), code
            assert abs(sum(child.area for child in children) - border.area) < 1e-12


def test_south_street_and_its_landmarks_lie_in_gutao():
    here = {row["name"]: row for row in rows("places.csv") if row["code"].startswith("140728100")}
    assert {"南大街", "南大街菜市场", "南大街小学", "县人民医院"} <= here.keys()
    assert here["南大街"]["kind"] == "street"


def test_every_item_has_a_unit_that_exists():
    told = tomllib.loads((FOLDER / "dispatch.toml").read_text(encoding="utf-8"))
    units = {row["code"]: row for row in rows("units.csv")}
    assert told["county"].keys() == all_items().keys()
    assert {*told["county"].values(), told["unclear"]} <= units.keys()
    assert set(told["township"]["items"]) <= all_items().keys()


def test_every_township_has_a_centre():
    townships = {row["code"] for row in rows("places.csv") if row["kind"] == "township"}
    centres = [row for row in rows("units.csv") if row["level"] == "2"]
    assert {row["township"] for row in centres} == townships
    assert len({row["code"] for row in rows("units.csv")}) == len(rows("units.csv"))


def test_the_folder_says_that_it_is_made_up():
    told = tomllib.loads((FOLDER / "county.toml").read_text(encoding="utf-8"))
    assert told["made_up"] is True
    assert told["datum"] == "WGS-84"
    assert (FOLDER / "grid.geojson").stat().st_size < 600_000
