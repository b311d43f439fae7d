"""How likely two tickets are about the same matter: points for item, place, time and words."""

from dataclasses import dataclass
from datetime import datetime

from callcenter.facts import Why
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.duplicates.near import (
    Near,
    is_basic,
    is_within,
    metres_between,
    same_village,
)
from callcenter.tickets.duplicates.rules import DuplicateRules, PlaceToml
from callcenter.tickets.duplicates.wording import Bag, shared


@dataclass(frozen=True)
class Matter:
    """What of a ticket is compared."""

    item: str
    cell: str
    point: Wgs84Point | None
    at: datetime


def by_structure(one: Matter, other: Matter, near: Near, rules: DuplicateRules) -> list[Why]:
    """The points for item, place and time; what is known before a word is read."""
    return [_item(one, other, rules), _place(one, other, near, rules), _time(one, other, rules)]


def by_words(one: Bag, other: Bag, rules: DuplicateRules) -> Why:
    """The points for words, with the words."""
    found = shared(one, other)
    how = "shared" if found.words else "none"
    share = 1 - 0.5 ** (found.likeness / rules.words.half)
    return _why("words", how, share, rules.points.words, words=found.words)


def total(why: list[Why]) -> float:
    """All points together, 0 to 100."""
    return round(sum(one.points for one in why), 1)


def _item(one: Matter, other: Matter, rules: DuplicateRules) -> Why:
    most = rules.points.item
    if one.item == other.item:
        return _why("item", "same", 1, most)
    akin = rules.item.are_akin(one.item, other.item)
    return _why("item", "akin" if akin else "other", rules.item.akin if akin else 0, most)


def _time(one: Matter, other: Matter, rules: DuplicateRules) -> Why:
    hours = abs((one.at - other.at).total_seconds()) / 3600
    share = 0.5 ** (hours / rules.time.half_hours)
    return _why("time", "hours", share, rules.points.time, amount=round(hours, 1))


def _place(one: Matter, other: Matter, near: Near, rules: DuplicateRules) -> Why:
    told, most = rules.place, rules.points.place
    if one.point and other.point:
        metres = metres_between(one.point, other.point)
        far = (metres - told.full_metres) / (told.none_metres - told.full_metres)
        return _why("place", "metres", 1 - min(1, max(0, far)), most, amount=round(metres))
    how, share = _by_cells(one.cell, other.cell, near, told)
    return _why("place", how, share, most)


def _by_cells(cell: str, other: str, near: Near, told: PlaceToml) -> tuple[str, float]:
    if cell == other:
        return ("same_cell", told.same_cell if is_basic(cell) else told.within)
    if is_within(cell, other):
        return "within", told.within
    if is_basic(cell) and is_basic(other) and near.touch(cell, other):
        return "beside", told.beside
    return ("same_village", told.same_village) if same_village(cell, other) else ("elsewhere", 0.0)


def _why(
    part: str, how: str, share: float, most: int, *, amount: float | None = None,
    words: tuple[str, ...] = (),
) -> Why:  # fmt: skip
    points = round(share * most, 1)
    return Why(part=part, how=how, points=points, most=most, amount=amount, words=words)
