"""Where tickets come from and who takes them: cells by their people, units good and less good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from random import Random
from zlib import crc32

from callcenter.errors import BadInputError
from callcenter.tickets.cells import FINEST, LEVEL_OF_DIGITS
from callcenter.tickets.dispatch import Choice, DispatchTable, Unit
from callcenter.tickets.imports.faults import Faults
from callcenter.tickets.imports.sheets import read_sheet

VILLAGE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """A basic cell, and the names by which its people call the place."""

    code: str
    name: str
    places: tuple[tuple[str, float, float], ...]  # name, longitude, latitude; degrees, WGS-84


@dataclass(eq=False)
class SeedCounty:
    """The county as seeding needs it."""

    spots: tuple[Spot, ...]
    people_until: tuple[int, ...]  # the spots' people, added up
    table: DispatchTable
    items: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]  # item -> what citizens say
    _seasonal: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = field(default_factory=dict)
    _chosen: dict[tuple[str, str | None], Choice] = field(default_factory=dict)

    def unit_for(self, item: str, cell: str | None) -> Choice:
        """Who takes a case; looked up once for each item and cell."""
        key = item, cell
        if key not in self._chosen:
            self._chosen[key] = self.table.choose(item, cell)
        return self._chosen[key]

    @cached_property
    def of_county(self) -> tuple[Unit, ...]:
        """The county's own units."""
        return tuple(one for one in self.table.units.values() if one.level == 1)

    def spot(self, random: Random) -> Spot:
        """A cell, the more likely the more people live in it."""
        return random.choices(self.spots, cum_weights=self.people_until)[0]

    def text(self, item: str, words: tuple[str, ...], random: Random) -> str:
        """What a citizen says about an item; of some words, three times in four with one."""
        texts = self.texts.get(item) or ("",)
        if words and random.random() < 0.75:
            key = item, words
            if key not in self._seasonal:
                fitting = tuple(text for text in texts if any(word in text for word in words))
                self._seasonal[key] = fitting or texts
            texts = self._seasonal[key]
        return random.choice(texts)


@cache
def slowness(unit: str) -> float:
    """How long a unit takes, against its time limit: most 0.4 to 0.8, one in eight over 1."""
    draw = crc32(unit.encode()) % 1000 / 1000
    return 0.4 + 0.5 * draw if draw < 0.87 else 1.0 + 0.4 * (draw - 0.87) / 0.13


def read_county(folder: Path, texts: Path, items: Mapping[str, str]) -> SeedCounty:
    """The county of a folder, with what its citizens say.

    Args:
        folder: Of the county in force.
        texts: A table with the columns text and item.
        items: Code to name.

    Raises:
        BadInputError: A file is missing or broken; names it.
    """
    try:
        features = json.loads((folder / "grid.geojson").read_text("utf-8"))["features"]
    except (OSError, ValueError) as error:
        raise BadInputError(f"{folder / 'grid.geojson'} cannot be read: {error}") from error
    cells = [feature["properties"] for feature in features]
    basic = [cell for cell in cells if LEVEL_OF_DIGITS.get(len(cell["code"])) == FINEST]
    named = _places(folder / "places.csv")
    spots = [
        Spot(cell["code"], cell["name"], named.get(cell["code"][:VILLAGE_DIGITS], ()))
        for cell in basic
    ]
    people = accumulate(int(cell.get("people") or 500) for cell in basic)
    said = _texts(texts)
    return SeedCounty(tuple(spots), tuple(people), DispatchTable.load(folder), items, said)


def level_above(unit: Unit, table: DispatchTable) -> Unit:
    """The unit of the county that an escalated ticket goes to."""
    above = [one for one in table.units.values() if one.level == 1 and one.code != unit.code]
    return above[crc32(unit.code.encode()) % len(above)]


def _places(path: Path) -> dict[str, tuple[tuple[str, float, float], ...]]:
    found: dict[str, list[tuple[str, float, float]]] = {}
    faults = Faults()
    for _, row in read_sheet(path, ("name", "kind", "code", "longitude", "latitude"), faults):
        code = row["code"][:VILLAGE_DIGITS]
        point = float(row["longitude"] or 0), float(row["latitude"] or 0)
        found.setdefault(code, []).append((row["name"], *point))
    return {code: tuple(places) for code, places in found.items()}


def _texts(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for _, row in read_sheet(path, ("text", "item"), Faults()):
        found.setdefault(row["item"], []).append(row["text"])
    return {item: tuple(texts) for item, texts in found.items()}
