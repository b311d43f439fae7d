"""Where a point lies in WGS-84 when its map speaks GCJ-02 or BD-09, and the other way round.

Chinese maps show points shifted by some hundred metres (GCJ-02: Amap, Tencent and most
others); Baidu shifts them once more (BD-09). We store WGS-84 and convert at the edge.

Neither shift has a closed inverse. Here the way back is found by iteration, so that going there
and back again gives the point within `ROUND_TRIP_METRES`, anywhere in `CHINA`. How well the
published formula itself meets the official one cannot be checked: that one was never published.

Outside of `CHINA` maps do not shift, and no more do these functions. At its very edge, which is
sea and other countries, the way back is not defined.

Source: the formula as it has been known since 2010, on the ellipsoid of Krasovsky 1940;
docs/decisions/0013-map-datums-by-our-own-code.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from callcenter.errors import BadInputError
from callcenter.tickets.cells import Wgs84Point

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

ROUND_TRIP_METRES = 0.001
CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north; degrees

_AXIS_METRES = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_ANGLE = np.pi * 3000 / 180
_TURNS = 12  # of the iteration; each leaves less than a fortieth of the error


class Datum(StrEnum):
    """The datum of a map or file."""

    WGS84 = "wgs-84"
    GCJ02 = "gcj-02"
    BD09 = "bd-09"


_OTHER_NAMES = {"cgcs2000": Datum.WGS84}  # China's geodetic system; decimetres apart at most


@dataclass(frozen=True)
class Gcj02Point:
    """A point in degrees as Chinese maps show it, datum GCJ-02."""

    longitude: float
    latitude: float


@dataclass(frozen=True)
class Bd09Point:
    """A point in degrees as Baidu's maps show it, datum BD-09."""

    longitude: float
    latitude: float


def read_datum(text: str) -> Datum:
    """The datum of a name, however it is written: GCJ-02, gcj02, WGS 84, CGCS2000.

    Raises:
        BadInputError: It is no datum we know.
    """
    plain = text.strip().lower().translate(str.maketrans("", "", "-_ "))
    names = {datum.value.replace("-", ""): datum for datum in Datum} | _OTHER_NAMES
    if plain not in names:
        known = ", ".join(datum.value for datum in Datum)
        raise BadInputError(f"datum {text.strip()!r} is not known: write {known} or cgcs2000")
    return names[plain]


def gcj02(point: Wgs84Point) -> Gcj02Point:
    """Where a Chinese map shows the point; exact by the published formula."""
    return Gcj02Point(*_one(gcj02_degrees, point.longitude, point.latitude))


def bd09(point: Wgs84Point) -> Bd09Point:
    """Where Baidu's map shows the point; exact by the published formula."""
    return Bd09Point(*_one(bd09_degrees, point.longitude, point.latitude))


def wgs84(point: Gcj02Point | Bd09Point) -> Wgs84Point:
    """Where the map's point is, within `ROUND_TRIP_METRES`."""
    datum = Datum.GCJ02 if isinstance(point, Gcj02Point) else Datum.BD09
    longitudes, latitudes = wgs84_degrees([point.longitude], [point.latitude], datum)
    return Wgs84Point(float(longitudes[0]), float(latitudes[0]))


def wgs84_degrees(
    longitudes: ArrayLike, latitudes: ArrayLike, datum: Datum
) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes in WGS-84, within `ROUND_TRIP_METRES`, for many points at once."""
    there = np.asarray(longitudes, np.float64), np.asarray(latitudes, np.float64)
    if datum is Datum.WGS84:
        return there
    return _back(gcj02_degrees if datum is Datum.GCJ02 else bd09_degrees, *there)


def gcj02_degrees(longitudes: Degrees, latitudes: Degrees) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes in GCJ-02 of points in WGS-84."""
    x, y = longitudes - 105.0, latitudes - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))) * 2 / 3
    metres_north, metres_east = _metres_per_radian(latitudes)
    inside = _in_china(longitudes, latitudes)
    return (
        longitudes + np.where(inside, np.degrees(east / metres_east), 0.0),
        latitudes + np.where(inside, np.degrees(north / metres_north), 0.0),
    )


def bd09_degrees(longitudes: Degrees, latitudes: Degrees) -> tuple[Degrees, Degrees]:
    """Longitudes and latitudes in BD-09 of points in WGS-84."""
    x, y = gcj02_degrees(longitudes, latitudes)
    far = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_ANGLE)
    turn = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_ANGLE)
    inside = _in_china(longitudes, latitudes)
    return (
        np.where(inside, far * np.cos(turn) + 0.0065, x),
        np.where(inside, far * np.sin(turn) + 0.006, y),
    )


def _back(shift: Shift, longitudes: Degrees, latitudes: Degrees) -> tuple[Degrees, Degrees]:
    """The point that the shift takes there: a guess, mended by what it misses, again and again."""
    guess = longitudes, latitudes
    for _ in range(_TURNS):
        reached = shift(*guess)
        guess = guess[0] + longitudes - reached[0], guess[1] + latitudes - reached[1]
    return guess


def _waves(along: Degrees, *waves: tuple[float, float]) -> Degrees:
    """The sum of sines, each of a height in metres and half-turns a degree."""
    total = np.zeros_like(along)
    for height, turns in waves:
        total += height * np.sin(along * np.pi * turns)
    return total


def _metres_per_radian(latitudes: Degrees) -> tuple[Degrees, Degrees]:
    """Northward and eastward, on the formula's ellipsoid."""
    angle = np.radians(latitudes)
    bulge = 1 - _ECCENTRICITY_SQUARED * np.sin(angle) ** 2
    northward = _AXIS_METRES * (1 - _ECCENTRICITY_SQUARED) / bulge**1.5
    return northward, _AXIS_METRES / np.sqrt(bulge) * np.cos(angle)


def _in_china(longitudes: Degrees, latitudes: Degrees) -> NDArray[np.bool_]:
    west, south, east, north = CHINA
    return (west <= longitudes) & (longitudes <= east) & (south <= latitudes) & (latitudes <= north)


def _one(shift: Shift, longitude: float, latitude: float) -> tuple[Any, Any]:
    longitudes, latitudes = shift(np.array([longitude]), np.array([latitude]))
    return float(longitudes[0]), float(latitudes[0])
