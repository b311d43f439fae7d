"""What is said around a name that tells where exactly: a number, a direction, another street."""

from dataclasses import dataclass

from callcenter.tickets.grid import Wgs84Point
from callcenter.tickets.place import Place, PlaceKind
from callcenter.tickets.spoken.beside import Beside, beside_at, between, crosses_at, moved
from callcenter.tickets.spoken.mention import Mention
from callcenter.tickets.spoken.numbers import HouseNumber, house_number_at

# How far from a place's point what happens in it may be: half a usual one's width, by guess.
RADIUS_METRES = {
    PlaceKind.PROVINCE: 300_000.0,
    PlaceKind.CITY: 60_000.0,
    PlaceKind.COUNTY: 20_000.0,
    PlaceKind.TOWNSHIP: 5_000.0,
    PlaceKind.VILLAGE: 1_000.0,
    PlaceKind.STREET: 500.0,
    PlaceKind.COMPOUND: 200.0,
    PlaceKind.LANDMARK: 100.0,
}
LONGEST_JOIN = 3  # characters between two streets that are said to meet


@dataclass(frozen=True)
class Spot:
    """Where exactly, as far as it was said."""

    point: Wgs84Point | None
    house: HouseNumber | None
    beside: Beside | None
    crossing: Place | None
    radius_metres: float | None  # None without a point


def pinpoint(text: str, mention: Mention, mentions: list[Mention]) -> Spot:
    """What the words around a mention say of where exactly it is.

    A house number does not move the point: the gazetteer has no points of houses. A crossing is
    half way between the points of its streets, and may be anywhere between them.
    """
    numbered = house_number_at(text, mention.end)
    house, at = numbered or (None, mention.end)
    beside = beside_at(text, at)
    point, radius = mention.place.point, RADIUS_METRES[mention.place.kind]
    other = _crossing(text, mention, mentions)
    if point and other and other.point:
        point, half_way = between(point, other.point)
        return Spot(point, house, beside, other, max(half_way, RADIUS_METRES[PlaceKind.LANDMARK]))
    if beside:
        radius += beside.radius_metres
        if point and beside.bearing is not None:
            point = moved(point, beside.bearing, beside.metres)
    return Spot(point, house, beside, other, radius if point else None)


def _crossing(text: str, mention: Mention, mentions: list[Mention]) -> Place | None:
    """The street that this one is said to meet."""
    if mention.place.kind is not PlaceKind.STREET:
        return None
    for one in mentions:
        if one.place.kind is not PlaceKind.STREET or one.number == mention.number:
            continue
        first, second = sorted((mention, one), key=lambda street: street.start)
        near = 0 <= second.start - first.end <= LONGEST_JOIN
        if near and crosses_at(text, first.end, second.start, second.end):
            return one.place
    return None
