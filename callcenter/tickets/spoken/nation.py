"""Provinces, cities and the counties of no city: they tell namesakes apart in any gazetteer.

A gazetteer of townships and villages seldom names what is above them, but people do; its codes
say where it belongs.
"""

from collections.abc import Iterable
from pathlib import Path

from callcenter.tickets.place import CODE_DIGITS, Place, PlaceKind, read_places

# Source: GB/T 2260, the codes of provinces (2 digits), of cities with counties (4) and of the
# counties and county-level cities that a province holds itself (6).
DIVISIONS_FILE = Path(__file__).with_name("nation.csv")
ABOVE = (PlaceKind.PROVINCE, PlaceKind.CITY, PlaceKind.COUNTY)


def missing_divisions(places: Iterable[Place]) -> list[Place]:
    """The divisions of the file that hold some of the places and are not among them."""
    held: set[str] = set()
    named: set[str] = set()
    for place in places:
        if place.kind in ABOVE:
            named.add(place.code)
        held.add(place.code[: CODE_DIGITS[PlaceKind.COUNTY]])
    held |= {code[: CODE_DIGITS[kind]] for code in held for kind in ABOVE}
    every = read_places(DIVISIONS_FILE, points=False)
    return [one for one in every if one.code in held - named]
