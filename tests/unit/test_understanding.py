"""Unit: the shipped rules and the finding of places, on texts that nobody who wrote them had seen.

The texts and what they may be used for: tests/texts/README.md. The marks are the project's, not
what was reached; `python -m bench.understanding` tells that.
"""

import csv
from collections.abc import Iterable
from functools import cache
from random import Random

import pytest

from bench.noise import SEED, with_sound_alikes
from callcenter.classify.items import canonical
from callcenter.classify.keywords import Reading, classify
from callcenter.classify.lexicon import Rules
from callcenter.classify.rulefiles import load_rules
from callcenter.facts import Outcome, Side
from callcenter.settings import ROOT, Settings
from callcenter.tickets.place import CODE_DIGITS, Place, PlaceKind
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import find_place

TEXTS = ROOT / "tests" / "texts"
MISHEARD = 0.25  # of the characters
MISHEARINGS = 2  # of each text, so that no single one decides
MOST_LOST = 0.05

Row = dict[str, str]


@cache
def rules() -> Rules:
    return load_rules(Settings().rules_dir)


@cache
def table(name: str) -> list[Row]:
    with (TEXTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def read(name: str, misheard: float = 0.0) -> list[tuple[Row, Reading]]:
    """Each row of a table with what the rules read in its text, or in mishearings of it."""
    random = Random(SEED)
    rows = table(name) * (MISHEARINGS if misheard else 1)
    texts = [with_sound_alikes(row["text"], misheard, random) for row in rows]
    readings = [classify(rules(), [(Side.CITIZEN, text)]) for text in texts]
    return list(zip(rows, readings, strict=True))


def share(told: Iterable[bool]) -> float:
    """How much of it is true."""
    every = list(told)
    return sum(every) / len(every)


def right_within(places: int, misheard: float = 0.0) -> float:
    """How often the true item is among the first so many."""

    def ranked(reading: Reading) -> list[str | None]:
        return [reading.item, *(one.item for one in reading.runner_ups)][:places]

    return share(canonical(row["item"]) in ranked(one) for row, one in read("items", misheard))


def danger_heard(misheard: float = 0.0) -> float:
    """Recall of "needs 110 now"."""
    told = read("needs_110", misheard)
    return share(one.outcome is Outcome.NEEDS_110 for row, one in told if row["needs_110"] == "yes")


def danger_rightly_told(misheard: float = 0.0) -> float:
    """Precision of "needs 110 now"."""
    told = read("needs_110", misheard)
    return share(row["needs_110"] == "yes" for row, one in told if one.outcome is Outcome.NEEDS_110)


def kinds_right(misheard: float = 0.0) -> float:
    return share(one.kind == row["kind"] for row, one in read("kinds", misheard))


def sent_to_12345(belongs: str, misheard: float = 0.0) -> float:
    """How many of the texts that belong there, or do not, are said to."""
    told = read("belongs_to_12345", misheard)
    return share(
        one.outcome is Outcome.BELONGS_TO_12345 for row, one in told if row["belongs"] == belongs
    )


def test_the_first_item_is_the_true_one_or_stands_next():
    assert right_within(1) >= 0.90
    assert right_within(3) >= 0.97


def test_danger_is_hardly_ever_missed_and_seldom_seen_where_there_is_none():
    assert danger_heard() >= 0.98
    assert danger_rightly_told() >= 0.80


def test_the_kind_of_a_call_is_told():
    assert kinds_right() >= 0.90
    assert kinds_right(MISHEARD) >= 0.85


def test_service_matters_told_to_110_are_sent_on_and_police_matters_are_not():
    assert sent_to_12345("yes") >= 0.80
    assert sent_to_12345("no") <= 0.10


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        pytest.param(right_within, [1], id="the first item"),
        pytest.param(right_within, [3], id="the first three items"),
        pytest.param(danger_heard, [], id="danger heard"),
        pytest.param(danger_rightly_told, [], id="danger rightly told"),
        pytest.param(sent_to_12345, ["yes"], id="sent to 12345"),
    ],
)
def test_a_quarter_of_the_characters_misheard_costs_little(measure, told):
    lost = measure(*told) - measure(*told, MISHEARD)
    assert round(lost, 6) <= MOST_LOST


# --- spoken addresses ----------------------------------------------------------------------------

COUNTY = "990101"
FOUND_OF_120, FOUND_MISHEARD = 105, 100


@cache
def spoken_places() -> Places:
    """The places of the addresses, under made-up codes: townships of 9 digits, the rest of 12."""
    rows = table("address_places")
    townships = dict.fromkeys(row["township"] for row in rows)
    codes = {name: f"{COUNTY}{number}" for number, name in enumerate(townships, 100)}
    places = []
    for number, row in enumerate(rows, 200):
        kind, code = PlaceKind(row["kind"]), codes[row["township"]]
        own = code if kind in CODE_DIGITS else f"{code}{number}"
        places.append(Place(row["name"], kind, own, None))
    return Places(places)


def addresses_found(misheard: float) -> int:
    """How often the best place is the one that was meant; either name may be the shorter."""
    random, found = Random(SEED), 0
    for row in table("addresses"):
        text, meant = row["text"], row["names"].split("|")[0]
        best = find_place(spoken_places(), with_sound_alikes(text, misheard, random))[:1]
        name = best[0].place.name if best and best[0].score else ""
        found += bool(name) and (name.startswith(meant) or meant.startswith(name))
    return found


def test_a_spoken_address_leads_to_the_place_that_is_meant():
    assert len(table("addresses")) == 120
    assert addresses_found(0) >= FOUND_OF_120


def test_a_spoken_address_is_found_though_a_fifth_is_misheard():
    assert addresses_found(0.2) >= FOUND_MISHEARD
