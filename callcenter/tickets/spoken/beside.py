"""Where from a named place: 对面, 旁边, 往东两百米; and points moved by it.

A direction with a distance moves the point. 对面 and 旁边 say no direction: the words are kept for
the people who go there, and the point is only known to within some tens of metres.
"""

import re
from dataclasses import dataclass
from math import cos, hypot, radians, sin

from callcenter.tickets.grid import Wgs84Point
from callcenter.tickets.spoken.numbers import SPOKEN, in_digits

METRES_OF_A_DEGREE = 111_320.0  # of latitude; Source: WGS-84, mean meridian
BEARINGS = {  # degrees, clockwise from north
    **{"东北": 45, "东南": 135, "西南": 225, "西北": 315},
    **{"北": 0, "东": 90, "南": 180, "西": 270},
}
UNITS = {"公里": 1000, "千米": 1000, "里地": 500, "里路": 500, "米": 1, "里": 500}
GUESSED_SHARE = 0.3  # of a distance: how far callers are wrong

BESIDE = {  # words -> how far off that may be, in metres
    **dict.fromkeys(("对面", "对过", "斜对面", "马路对面"), 60),
    **dict.fromkeys(("旁边", "旁", "边上", "隔壁", "跟前", "紧挨着"), 50),
    **dict.fromkeys(("后头", "后面", "后边", "背后", "前面", "前头", "前边", "门前"), 80),
    **dict.fromkeys(("门口", "大门口", "门外", "村口"), 40),
    **dict.fromkeys(("里面", "里头", "院内", "院里", "楼下", "上面"), 0),
    **dict.fromkeys(("十字路口", "丁字路口", "交叉路口", "交叉口", "交汇处", "交界处", "路口"), 40),
    **dict.fromkeys(("附近", "那边", "那一带", "一带", "周边", "那块", "那片"), 300),
    **dict.fromkeys(("东头", "西头", "南头", "北头", "东边", "西边", "南边", "北边"), 300),
}
CROSSING = ("路口", "口", "交叉", "交汇", "交界", "相交", "拐角", "十字")

_BEARING = "|".join(BEARINGS)
_UNIT = "|".join(UNITS)
_MOVED = re.compile(
    rf"[^往向以东南西北\d{SPOKEN[1:-2]}]{{0,3}}(?:往|向|以|朝|靠)?({_BEARING})[面边方向侧头]?"
    rf"(?:再|走|大概|差不多|大约|约|有|去|个|的|\s){{0,4}}({SPOKEN})(?:多|来)?({_UNIT})"
)
_BESIDE = re.compile(
    rf"(?:的|儿|\s|那个){{0,2}}({'|'.join(sorted(BESIDE, key=len, reverse=True))})"
)
_JOINED = re.compile(r"\s?[和跟与及同到]\s?|\s")


@dataclass(frozen=True)
class Beside:
    """What was said behind a place of where from it."""

    words: str
    radius_metres: float  # what the words leave open
    bearing: int | None = None  # degrees clockwise from north
    metres: int = 0


def beside_at(text: str, at: int) -> Beside | None:
    """What the words from a place on say of where from there; None: nothing."""
    moved = _MOVED.match(text, at)
    if moved:
        metres = int(in_digits(moved[2])) * UNITS[moved[3]]
        words = moved[0].strip()
        return Beside(words, metres * GUESSED_SHARE, BEARINGS[moved[1]], metres)
    found = _BESIDE.match(text, at)
    return Beside(found[1], BESIDE[found[1]]) if found else None


def moved(point: Wgs84Point, bearing: int, metres: float) -> Wgs84Point:
    """The point so far away in a direction; good to a metre for the distances people say."""
    north = metres * cos(radians(bearing)) / METRES_OF_A_DEGREE
    of_longitude = METRES_OF_A_DEGREE * cos(radians(point.latitude))
    east = metres * sin(radians(bearing)) / of_longitude
    return Wgs84Point(point.longitude + east, point.latitude + north)


def between(one: Wgs84Point, other: Wgs84Point) -> tuple[Wgs84Point, float]:
    """The point half way, and half the distance in metres."""
    middle = Wgs84Point((one.longitude + other.longitude) / 2, (one.latitude + other.latitude) / 2)
    north = (one.latitude - other.latitude) * METRES_OF_A_DEGREE
    east = (one.longitude - other.longitude) * METRES_OF_A_DEGREE
    return middle, hypot(north, east * cos(radians(middle.latitude))) / 2


def crosses_at(text: str, first_ends: int, second_starts: int, second_ends: int) -> bool:
    """Whether two streets that stand so in the text are said to meet: 南大街和东大街交叉口."""
    if not _JOINED.fullmatch(text, first_ends, second_starts):
        return False
    behind = text[second_ends : second_ends + 4].lstrip("的 ")
    return behind.startswith(CROSSING)
