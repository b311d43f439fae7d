"""Unit: the grid of the demo county, points on it, and grids that must be refused."""

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from bench.point_to_cell import brute_force, spots_of
from callcenter.errors import BadInputError, NotFoundError
from callcenter.settings import Settings
from callcenter.tickets.grid import CODE_DIGITS, Grid, Wgs84Point

GRID_FILE = Settings().county_dir / "grid.geojson"
LEVELS = sorted(CODE_DIGITS)


@cache
def demo() -> Grid:
    return Grid.load(GRID_FILE)


@cache
def borders():
    features = json.loads(GRID_FILE.read_text(encoding="utf-8"))["features"]
    return {one["properties"]["code"]: shape(one["geometry"]) for one in features}


def corners():
    return sorted({corner for border in borders().values() for corner in border.exterior.coords})


@pytest.fixture(scope="module", autouse=True)
def _read_before_examples_are_timed():
    demo()
    borders()


points = st.builds(
    Wgs84Point,
    st.floats(111.95, 112.40, allow_nan=False),
    st.floats(36.98, 37.32, allow_nan=False),
)
corner_points = st.sampled_from(corners()).map(lambda corner: Wgs84Point(*corner))


@given(points | corner_points, st.sampled_from(LEVELS))
def test_the_cell_of_a_point_is_the_lowest_code_that_touches_it(point, level):
    spot = Point(point.longitude, point.latitude)
    touching = sorted(
        code
        for code, border in borders().items()
        if len(code) == CODE_DIGITS[level] and border.intersects(spot)
    )
    cell = demo().cell_at(point, level)
    assert (cell.code if cell else None) == (touching[0] if touching else None)


@given(points)
def test_a_point_inside_the_county_lies_in_exactly_one_cell_of_each_level(point):
    spot = Point(point.longitude, point.latitude)
    if not borders()["140728"].contains(spot):
        return
    for level in LEVELS:
        here = [
            code
            for code, border in borders().items()
            if len(code) == CODE_DIGITS[level] and border.intersects(spot)
        ]
        on_a_border = any(borders()[code].boundary.intersects(spot) for code in here)
        assert len(here) == 1 or on_a_border


@given(points | corner_points)
def test_the_cells_of_a_point_nest_from_level_to_level_edges_included(point):
    finest = demo().cell_at(point)
    if finest is None:
        assert all(demo().cell_at(point, level) is None for level in LEVELS)
    else:
        assert [cell.code for cell in demo().path(finest.code)] == [
            demo().cell_at(point, level).code for level in LEVELS
        ]


@pytest.mark.parametrize("level", LEVELS)
def test_many_points_at_once_have_the_cells_that_brute_force_gives_them(level):
    spots = spots_of(demo(), 3000)
    found = [cell.code if cell else None for cell in demo().cells_at(*spots.T, level)]
    assert found == brute_force(demo(), spots, level)
    assert found[:500] == [
        cell.code if (cell := demo().cell_at(Wgs84Point(*spot), level)) else None
        for spot in spots[:500].tolist()
    ]


def test_no_points_have_no_cells():
    assert demo().cells_at([], []) == []


def test_the_finest_cell_of_a_point_may_be_of_a_higher_level(tmp_path):
    west, east = square("140728100", 2, 0, 1), square("140728101", 2, 1, 2)
    village = square("140728100001", 3, 0, 1)
    grid = Grid.load(save(tmp_path, COUNTY, east, west, village))
    assert grid.finest_at(Wgs84Point(0.5, 1)).code == "140728100001"
    assert grid.finest_at(Wgs84Point(1.5, 1)).code == "140728101"
    assert grid.finest_at(Wgs84Point(0.5, 1), 2).code == "140728100"
    assert grid.finest_at(Wgs84Point(9, 9)) is None


def test_a_grid_knows_its_county_and_the_border_of_each_cell():
    assert demo().county.code == "140728"
    assert demo().border("140728").equals(borders()["140728"])
    with pytest.raises(NotFoundError, match="140999"):
        demo().border("140999")


def test_a_path_goes_from_the_county_down_to_the_cell():
    names = [cell.name for cell in demo().path("140728100001001")]
    assert names == ["平遥县", "古陶镇", "南大街社区", "南大街社区第1网格"]


def test_outside_the_county_there_is_no_cell():
    assert demo().cell_at(Wgs84Point(116.39, 39.91)) is None


def test_a_code_that_is_not_there_is_not_found():
    with pytest.raises(NotFoundError, match="140999"):
        demo().cell("140999")


def square(code, level, west=0, east=2, **more):
    ring = [[west, 0], [east, 0], [east, 2], [west, 2], [west, 0]]
    return {
        "type": "Feature",
        "properties": {"code": code, "level": level, "name": "格", **more},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def save(folder, *features):
    path = folder / "grid.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


COUNTY = square("140728", 1)


def test_two_halves_make_a_whole_and_the_border_goes_to_the_lower_code(tmp_path):
    west, east = square("140728100", 2, 0, 1), square("140728101", 2, 1, 2)
    grid = Grid.load(save(tmp_path, COUNTY, east, west))
    assert grid.cell_at(Wgs84Point(1, 1), 2).code == "140728100"
    assert grid.cell_at(Wgs84Point(1.5, 1), 2).code == "140728101"


@pytest.mark.parametrize(
    ("features", "told"),
    [
        ([COUNTY, square("1407281", 2)], "has 7 digits, level 2 takes 9"),
        ([COUNTY, square("14072x", 2)], "feature 2: code"),
        ([COUNTY, COUNTY], "140728 stands twice"),
        ([COUNTY, square("999999100", 2)], "no parent 999999"),
        ([square("140728100", 2)], "one county"),
        ([COUNTY, square("140728100", 2, 0, 1)], "leave gaps"),
        ([COUNTY, square("140728100", 2), square("140728101", 2, 1, 2)], "overlap"),
        ([square("140728", 1, 0, 500)], "not in degrees"),
        ([{**COUNTY, "geometry": {"type": "Point", "coordinates": [1, 1]}}], "Polygon"),
        ([{**COUNTY, "geometry": None}], "feature 1"),
        ([], "no GeoJSON features"),
        (
            [
                {
                    **COUNTY,
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]],
                    },
                }
            ],
            "Self-intersection",
        ),
    ],
)
def test_a_wrong_grid_is_refused_with_its_place_and_fault(tmp_path, features, told):
    with pytest.raises(BadInputError, match=told):
        Grid.load(save(tmp_path, *features))


def test_a_file_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "grid.geojson"
    path.write_text("{")
    with pytest.raises(BadInputError, match=r"grid\.geojson cannot be read"):
        Grid.load(path)
