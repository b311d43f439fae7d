"""Degrees in metres on WGS-84, good to a thousandth over the size of a county.

Source: the usual series for the length of a degree of latitude and of longitude on the ellipsoid.
"""

import math

import shapely
from shapely.geometry.base import BaseGeometry

from callcenter.tickets.cells import Wgs84Point


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """Metres in a degree of longitude and in one of latitude, there."""
    angle = math.radians(latitude)
    east = 111412.84 * math.cos(angle) - 93.5 * math.cos(3 * angle) + 0.118 * math.cos(5 * angle)
    north = 111132.954 - 559.822 * math.cos(2 * angle) + 1.175 * math.cos(4 * angle)
    return east, north


def area_m2(shape: BaseGeometry) -> float:
    """The area of a shape given in degrees; 0 for one without."""
    if shape.is_empty:
        return 0.0
    east, north = metres_per_degree(shape.centroid.y)
    return float(shape.area * east * north)


def bearing(origin: Wgs84Point, point: Wgs84Point) -> float:
    """The compass direction of the point as seen from the origin: 0 north, 90 east; degrees."""
    east, north = metres_per_degree((origin.latitude + point.latitude) / 2)
    x = (point.longitude - origin.longitude) * east
    y = (point.latitude - origin.latitude) * north
    return math.degrees(math.atan2(x, y)) % 360


def distance_m(shape: BaseGeometry, point: Wgs84Point) -> float:
    """From the point to the shape given in degrees; 0 inside it."""
    east, north = metres_per_degree((shape.centroid.y + point.latitude) / 2)
    flat = shapely.transform(shape, lambda degrees: degrees * (east, north))
    return float(flat.distance(shapely.Point(point.longitude * east, point.latitude * north)))
