"""Written addresses of the whole country, found with a gazetteer made of their own divisions."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.noise import SEED, with_sound_alikes
from bench.understanding.figures import Figure, read_rows
from callcenter.tickets.place import CODE_DIGITS, Place, PlaceKind
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import find_place
from callcenter.tickets.spoken.nation import missing_divisions

NOISE = 0.20
MARKS = {"as written": (0.99, 0.95), f"{NOISE:.0%} sound-alikes": (0.95, 0.85)}
COUNTY_DIGITS = CODE_DIGITS[PlaceKind.COUNTY]  # statistics write more, as `read_places` knows

Row = dict[str, str]


def addresses(folder: Path) -> Iterator[Figure]:
    """The share of addresses whose township code and whose village are right."""
    rows = read_rows(folder / "address_dev.csv")
    places = divisions(rows)
    chance = random.Random(SEED)
    noisy = [row | {"text": with_sound_alikes(row["text"], NOISE, chance)} for row in rows]
    for some, (way, (town_mark, village_mark)) in zip((rows, noisy), MARKS.items(), strict=True):
        towns, villages = _right(places, some)
        told = f"{len(towns)} addresses"
        share = sum(towns) / len(towns)
        yield Figure(f"addresses {way}: township", share, town_mark, rests_on=told)
        share = sum(villages) / len(villages)
        told = f"{len(villages)} with a village"
        yield Figure(f"addresses {way}: village", share, village_mark, rests_on=told)


def divisions(rows: Sequence[Row]) -> Places:
    """The counties, townships and villages that the rows name, each once."""
    told = {}
    for row in rows:
        told[row["county_code"][:COUNTY_DIGITS]] = (row["county"], PlaceKind.COUNTY)
        told[row["town_code"]] = (row["town"], PlaceKind.TOWNSHIP)
    places = [Place(name, kind, code, None) for code, (name, kind) in sorted(told.items())]
    villages = sorted({(row["village"], row["town_code"]) for row in rows if row["village"]})
    places += [Place(name, PlaceKind.VILLAGE, code, None) for name, code in villages]
    return Places([*places, *missing_divisions(places)])


def _right(places: Places, rows: Sequence[Row]) -> tuple[list[bool], list[bool]]:
    """For each row whether the township, and for each with one whether the village, is right."""
    towns, villages = [], []
    for row in rows:
        found = [one for one in find_place(places, row["text"])[:1] if one.score]
        place = found[0].place if found else None
        towns.append(place is not None and place.code[:9] == row["town_code"])
        if row["village"]:
            village = place and places.division_of(place, PlaceKind.VILLAGE)
            same = village is not None and village.name == row["village"]
            villages.append(same and towns[-1])
    return towns, villages
