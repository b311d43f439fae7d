"""Unit: a point outside the county: how far, which side, who is to be rung."""

import pytest
from shapely.geometry import box

from callcenter.errors import BadInputError
from callcenter.tickets.cells import Cell, Wgs84Point
from callcenter.tickets.grid import Grid
from callcenter.tickets.outside import Around, Centre, Direction, Neighbour, outside, read_around

SQUARE = Grid([Cell("140728", 1, "平遥县", None)], [box(112.0, 37.0, 112.4, 37.3)])


def neighbour(name, side):
    return Neighbour(name=name, code="140727", side=side, hotline="0354-12345")


ABOVE = Centre(name="晋中市", code="140700", hotline="0354-12345")
AROUND = Around(
    neighbour=tuple(neighbour(f"{side}县", side) for side in ("北", "东", "西南")), above=ABOVE
)


@pytest.mark.parametrize(
    ("longitude", "latitude", "direction", "forward_to", "metres"),
    [
        (112.2, 37.31, "北", "北县", 1110),
        (112.41, 37.15, "东", "东县", 888),
        (111.99, 36.99, "西南", "西南县", 1422),
        (112.42, 37.31, "东北", "东县", 2093),  # nobody there: of north and east the nearer
        (112.2, 36.99, "南", "西南县", 1110),  # up to the next of eight sides
        (111.99, 37.15, "西", "西南县", 888),
        (111.99, 37.31, "西北", "北县", 1421),
        (116.40, 39.91, "东北", "晋中市", 451_000),  # farther than a county is wide
    ],
)
def test_the_neighbour_on_that_side_takes_the_call(
    longitude, latitude, direction, forward_to, metres
):
    told = outside(SQUARE, AROUND, Wgs84Point(longitude, latitude))
    assert (told.direction, told.forward_to.name) == (direction, forward_to)
    assert told.distance_m == pytest.approx(metres, rel=0.02)


def test_where_nobody_is_named_on_that_side_the_centre_above_takes_it():
    only_north = Around(neighbour=(neighbour("北县", "北"),), above=ABOVE)
    assert outside(SQUARE, only_north, Wgs84Point(112.2, 36.99)).forward_to == ABOVE


def test_without_tables_the_side_is_all_that_is_said():
    told = outside(SQUARE, Around(), Wgs84Point(112.41, 37.15))
    assert (told.direction, told.forward_to) == (Direction.EAST, None)
    assert str(told) == "在县界以外,东面888米"


def test_a_seat_reads_it_in_one_sentence():
    told = outside(SQUARE, AROUND, Wgs84Point(112.2, 37.32))
    assert str(told) == "在县界以外,北面2.2公里,请转北县:0354-12345"


@pytest.mark.parametrize("point", [Wgs84Point(112.2, 37.1), Wgs84Point(112.0, 37.0)])
def test_inside_and_on_the_border_nothing_is_outside(point):
    assert outside(SQUARE, AROUND, point) is None


TABLES = """
code = "140728"
[above]
name = "晋中市"
code = "140700"
hotline = "0354-12345"
[[neighbour]]
name = "祁县"
code = "140727"
side = "东北"
hotline = "0354-12345"
"""


def county_toml(folder, text):
    path = folder / "county.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_tables_are_read(tmp_path):
    around = read_around(county_toml(tmp_path, TABLES))
    assert (around.above, around.neighbour[0].side) == (ABOVE, Direction.NORTH_EAST)


def test_a_county_may_have_no_tables(tmp_path):
    assert read_around(county_toml(tmp_path, 'code = "140728"')) == Around()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TABLES.replace("东北", "上"), "county.toml: neighbour.0.side"),
        (TABLES.replace('"140700"', '"1407"'), "county.toml: above.code"),
        (TABLES.replace('name = "祁县"\n', ""), "county.toml: neighbour.0.name"),
        ("code =", "county.toml cannot be read"),
    ],
)
def test_a_wrong_table_is_refused_by_its_name(tmp_path, text, told):
    with pytest.raises(BadInputError, match=told):
        read_around(county_toml(tmp_path, text))
