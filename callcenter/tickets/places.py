"""From spoken words to a place: finds the county's names in what a caller said.

Names are looked up in the words as they come: no punctuation, any utterance. The longest name
wins where several begin (南大街菜市场, not 南大街). What speaks for a candidate, in this order: how
surely it was named, a named division that holds it, how fine it is. The thin version matches
exactly; matching by sound will add mentions of lower `certainty` and change nothing else.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from callcenter.errors import BadInputError
from callcenter.tickets.grid import Wgs84Point

COLUMNS = ("name", "kind", "code", "longitude", "latitude", "aliases")
ALIAS_SEPARATOR = "|"

FULL_NAME = 0.8  # certainty: said as it is written
ALIAS = 0.75
SHORTENED = 0.6  # 古陶 for 古陶镇
HELD = 0.1  # added for each named division, two at most, that holds the place
AGAINST = -0.3  # added when a township was named and it is another one
NAMESAKES = -0.2  # added when places of other codes have the name and no named division decides
FINER = 0.02  # added for each level


class PlaceKind(StrEnum):
    """What sort of thing a name names."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    STREET = "street"
    LANDMARK = "landmark"


LEVELS = {
    PlaceKind.COUNTY: 1,
    PlaceKind.TOWNSHIP: 2,
    PlaceKind.VILLAGE: 3,
    PlaceKind.STREET: 4,
    PlaceKind.LANDMARK: 4,
}

# Endings that people leave out. Not 社区: what is left (平安, 惠民) is too often another word.
SHORTENED_ENDINGS = {
    PlaceKind.COUNTY: ("县",),
    PlaceKind.TOWNSHIP: ("街道", "镇", "乡"),
    PlaceKind.VILLAGE: ("村",),
}
TOWNSHIP_VARIANTS = {
    "街道": ("街道办", "街道办事处", "办事处"),
    "镇": ("镇政府",),
    "乡": ("乡政府",),
}


@dataclass(frozen=True)
class Place:
    """A named place of the county."""

    name: str
    kind: PlaceKind
    code: str  # its own code if a division, else that of the finest division that holds it
    point: Wgs84Point
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """The grid level that naming it reaches: 1 county to 4 basic grid."""
        return LEVELS[self.kind]


@dataclass(frozen=True)
class Mention:
    """A place's name in a text; `text[start:end]` holds it."""

    place: Place
    certainty: float  # 0 to 1, how surely these words name this place
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Candidate:
    """A place that the words may mean."""

    place: Place
    point: Wgs84Point
    level: int  # 1 to 4
    score: float  # 0 to 1
    words: tuple[Mention, ...]  # its own mention, then those of the divisions that hold it


class Places:
    """The county's names, ready to be found. Immutable."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)
        self._forms: dict[str, list[tuple[Place, float]]] = defaultdict(list)
        for place in self._places:
            for form, certainty in _forms(place).items():
                self._forms[form].append((place, certainty))
        lengths: dict[str, set[int]] = defaultdict(set)
        for form in self._forms:
            lengths[form[:2]].add(len(form))
        self._lengths = {start: sorted(sizes, reverse=True) for start, sizes in lengths.items()}

    @classmethod
    def load(cls, path: Path) -> "Places":
        """The places of a CSV file with the columns of COLUMNS; datum WGS-84.

        Raises:
            BadInputError: Names the file, the line and the fault.
        """
        return cls(read_places(path))

    def names(self, *kinds: PlaceKind) -> list[str]:
        """The full names of the places of these kinds, sorted, each once."""
        return sorted({place.name for place in self._places if place.kind in kinds})

    def mentions(self, text: str) -> Iterator[Mention]:
        """Every name in the text, longest first where several begin, none inside another."""
        at = 0
        while at < len(text) - 1:
            size = self._longest(text, at)
            word = text[at : at + size]
            for place, certainty in self._forms.get(word, ()) if size else ():
                yield Mention(place, certainty, word, at, at + size)
            at += size or 1

    def _longest(self, text: str, at: int) -> int:
        sizes = self._lengths.get(text[at : at + 2], ())
        return next((size for size in sizes if text[at : at + size] in self._forms), 0)


def find_place(places: Places, text: str) -> list[Candidate]:
    """The places that the words may mean, best first; ties go to the lower code.

    Args:
        places: The county's names.
        text: What was said. Join utterances with a space: no name runs across one.
    """
    best: dict[Place, Mention] = {}
    for mention in places.mentions(text):
        known = best.get(mention.place)
        if known is None or mention.certainty > known.certainty:
            best[mention.place] = mention
    mentions = list(best.values())
    candidates = [_weigh(mention, mentions) for mention in mentions]
    return sorted(
        candidates, key=lambda one: (-one.score, -one.level, one.place.code, one.place.name)
    )


def read_places(path: Path) -> list[Place]:
    """The lines of a places file.

    Raises:
        BadInputError: Names the file, the line and the fault.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise BadInputError(f"{path.name}: no column {', '.join(sorted(missing))}")
        return [_read_place(row, f"{path.name}, line {reader.line_num}") for row in reader]


def _read_place(row: dict[str, str], where: str) -> Place:
    if len(row["name"] or "") < 2:
        raise BadInputError(
            f"{where}: name has fewer than two characters; nobody could be found by it"
        )
    if row["kind"] not in LEVELS:
        raise BadInputError(f"{where}: kind {row['kind']!r} is none of {', '.join(LEVELS)}")
    try:
        point = Wgs84Point(float(row["longitude"]), float(row["latitude"]))
    except (TypeError, ValueError):
        raise BadInputError(f"{where}: longitude and latitude are not degrees") from None
    aliases = tuple(one for one in (row["aliases"] or "").split(ALIAS_SEPARATOR) if len(one) > 1)
    return Place(row["name"], PlaceKind(row["kind"]), row["code"], point, aliases)


def _forms(place: Place) -> dict[str, float]:
    """Everything the place is called, with the certainty of each."""
    forms = {place.name: FULL_NAME}
    for ending in SHORTENED_ENDINGS.get(place.kind, ()):
        short = place.name.removesuffix(ending)
        if short == place.name:
            continue
        for variant in TOWNSHIP_VARIANTS.get(ending, ()):
            forms.setdefault(short + variant, FULL_NAME)
        if len(short) > 1:
            forms.setdefault(short, SHORTENED)
    for alias in place.aliases:
        forms.setdefault(alias, ALIAS)
    return forms


def _weigh(mention: Mention, mentions: list[Mention]) -> Candidate:
    place = mention.place
    holders = [one for one in mentions if one.start != mention.start and _holds(one.place, place)]
    score = mention.certainty + HELD * min(len(holders), 2) + FINER * place.level
    if not holders:
        score += NAMESAKES * any(_namesakes(one, mention) for one in mentions)
        score += AGAINST * any(_elsewhere(one.place, place) for one in mentions)
    return Candidate(
        place, place.point, place.level, round(min(max(score, 0.0), 1.0), 3), (mention, *holders)
    )


def _holds(division: Place, place: Place) -> bool:
    """Whether a township or village holds the place; the county holds all and says nothing."""
    if division is place or division.level not in (2, 3) or division.level >= place.level:
        return False
    return place.code.startswith(division.code)


def _namesakes(one: Mention, other: Mention) -> bool:
    return one.start == other.start and one.place.level == other.place.level and one is not other


def _elsewhere(township: Place, place: Place) -> bool:
    return township.level == 2 and place.level > 2 and not place.code.startswith(township.code)
