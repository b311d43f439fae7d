"""Unit: points of Chinese maps in WGS-84 and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.errors import BadInputError
from callcenter.tickets.datum import (
    ROUND_TRIP_METRES,
    Bd09Point,
    Datum,
    Gcj02Point,
    bd09,
    gcj02,
    read_datum,
    wgs84,
    wgs84_degrees,
)
from callcenter.tickets.grid import Wgs84Point

in_china = st.builds(Wgs84Point, st.floats(73, 136), st.floats(3, 54))
SQUARE = Wgs84Point(116.397428, 39.90923)


def metres(one, other):
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return 111_320 * math.hypot(east, one.latitude - other.latitude)


@pytest.mark.parametrize(
    ("point", "longitude", "latitude"),
    [
        (gcj02(SQUARE), 116.403672, 39.910634),
        (bd09(SQUARE), 116.410044, 39.916973),
        (gcj02(Wgs84Point(121.5272106, 31.1774276)), 121.531542, 31.175304),
        (gcj02(Wgs84Point(113.912316, 22.543847)), 113.917177, 22.540796),
    ],
)
def test_a_point_is_shifted_as_maps_shift_it(point, longitude, latitude):
    assert (point.longitude, point.latitude) == pytest.approx((longitude, latitude), abs=1e-6)


@given(in_china)
def test_there_and_back_again_is_the_same_place(point):
    assert metres(point, wgs84(gcj02(point))) < ROUND_TRIP_METRES
    assert metres(point, wgs84(bd09(point))) < ROUND_TRIP_METRES


@given(in_china)
def test_back_and_there_again_is_the_same_place_on_the_map(point):
    on_map = Gcj02Point(point.longitude, point.latitude)
    assert metres(on_map, gcj02(wgs84(on_map))) < ROUND_TRIP_METRES
    at_baidu = Bd09Point(point.longitude, point.latitude)
    assert metres(at_baidu, bd09(wgs84(at_baidu))) < ROUND_TRIP_METRES


@given(in_china)
def test_a_map_shifts_by_less_than_two_kilometres(point):
    assert 10 < metres(point, gcj02(point)) < 1100
    assert metres(point, bd09(point)) < 2000


def test_on_the_meridian_where_the_formula_bends_it_is_still_the_same_place():
    for nudge in (-1e-9, 0.0, 1e-9):
        point = Wgs84Point(105 + nudge, 35.0)
        assert metres(point, wgs84(gcj02(point))) < ROUND_TRIP_METRES


@pytest.mark.parametrize("point", [Wgs84Point(2.35, 48.85), Wgs84Point(151.2, -33.9)])
def test_outside_of_china_maps_do_not_shift(point):
    assert metres(point, gcj02(point)) == metres(point, bd09(point)) == 0
    assert metres(point, wgs84(Bd09Point(point.longitude, point.latitude))) == 0


def test_many_points_are_converted_as_each_alone():
    spots = [(112.1 + n / 100, 37.1 + n / 300) for n in range(50)]
    for datum, kind in ((Datum.GCJ02, Gcj02Point), (Datum.BD09, Bd09Point)):
        there = wgs84_degrees(*zip(*spots, strict=True), datum)
        alone = [wgs84(kind(*spot)) for spot in spots]
        assert np.allclose(there, [[p.longitude for p in alone], [p.latitude for p in alone]])


def test_wgs84_is_left_as_it_is():
    longitudes, latitudes = wgs84_degrees([112.1], [37.1], Datum.WGS84)
    assert (longitudes.tolist(), latitudes.tolist()) == ([112.1], [37.1])


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("GCJ-02", Datum.GCJ02),
        ("gcj02", Datum.GCJ02),
        (" BD 09 ", Datum.BD09),
        ("WGS_84", Datum.WGS84),
        ("CGCS2000", Datum.WGS84),
    ],
)
def test_a_datum_may_be_written_in_many_ways(name, datum):
    assert read_datum(name) is datum


def test_a_datum_nobody_knows_is_refused():
    with pytest.raises(BadInputError, match="datum 'BJ54' is not known: write wgs-84, gcj-02"):
        read_datum("BJ54")
