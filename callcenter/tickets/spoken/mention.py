"""One name in a text: how surely these words name this place."""

import re
from functools import cache
from math import isfinite
from typing import NamedTuple

from callcenter.sounds import alike, cost
from callcenter.tickets.place import RANKS, Place, PlaceKind
from callcenter.tickets.places import NOTHING, Places, Span
from callcenter.tickets.spoken.naming import ENDINGS, OTHER_NAMES, WEAK_WITHOUT

FULL_NAME = 0.8  # certainty: said as it is written
ALIAS = 0.75
OTHER_ENDING = 0.7  # 古陶街道 for 古陶镇
SHORTENED = 0.6  # 古陶 for 古陶镇
WEAK = 0.35  # 平安 for 平安社区; 东风 of 东风路 for 东风镇
BY_SOUND = 0.72  # times, and less by the cost: what is written right beats what only sounds so


class Mention(NamedTuple):
    """A place's name in a text; `text[start:end]` holds it."""

    place: Place
    certainty: float  # 0 to 1, how surely these words name this place
    text: str
    start: int
    end: int
    by_sound: bool = False
    number: int = -1  # of the place in its Places
    span: Span = NOTHING  # of the places it holds
    rank: int = 0  # of its kind, 0 the coarsest


class Said(NamedTuple):
    """A text made ready: its sound, and each stem that might stand in it."""

    text: str
    sound: str
    stems: tuple[tuple[int, str], ...]  # start, sound


def overlap(one: Mention, other: Mention) -> bool:
    """Whether two mentions share a character."""
    return one.start < other.end and other.start < one.end


def holds(division: Mention, mention: Mention) -> bool:
    """Whether the one's place holds the other's, is of a coarser kind, and stands beside it."""
    first, behind = division.span
    return (
        first <= mention.number < behind
        and division.rank < mention.rank
        and not overlap(division, mention)
    )


def mention_at(places: Places, said: Said, start: int, end: int, form: int) -> Mention | None:
    """What the stem before `end` names if it is this form's; None: it cannot be meant."""
    number, name = places.form(form)
    place = places.place(number)
    size = end - start
    end, certainty, exact = _ending(said, end, place.kind, name[size:])
    words = said.text[start:end]
    if name is not place.name:
        certainty = min(certainty, ALIAS)
    by_sound = not (exact and name.startswith(words[:size]))
    if by_sound:
        certainty = _by_sound(words, name, size, certainty)
        if not certainty:
            return None
    rank = RANKS[place.kind]
    return Mention(place, certainty, words, start, end, by_sound, number, places.span(number), rank)


def _ending(said: Said, at: int, kind: PlaceKind, own: str) -> tuple[int, float, bool]:
    """Where the name ends that has its stem before `at`, its certainty, whether written right."""
    if own and said.sound.startswith(_sound(own), at):
        return at + len(own), FULL_NAME, said.text.startswith(own, at)
    found = _any_ending(kind).match(said.sound, at)
    if found and found.end() > at:
        exact = said.text[at : found.end()] in ENDINGS[kind]
        return found.end(), OTHER_ENDING if own else FULL_NAME, exact
    if not own:
        return at, FULL_NAME, True
    weak = own in WEAK_WITHOUT or said.sound.startswith(_other_names(), at)
    return at, WEAK if weak else SHORTENED, True


def _by_sound(words: str, name: str, size: int, certainty: float) -> float:
    """The certainty of a name that was not written so; 0 where it cannot be meant."""
    likeness = cost(words, name) if len(words) == len(name) else cost(words[:size], name[:size])
    if not isfinite(likeness):
        return 0.0
    return certainty * (1 - likeness) * BY_SOUND


@cache
def _any_ending(kind: PlaceKind) -> re.Pattern[str]:
    """Whatever sounds like an ending of the kind, the longest first; matches nothing at all too."""
    return re.compile("|".join([*(re.escape(alike(one)) for one in ENDINGS.get(kind, ())), ""]))


@cache
def _other_names() -> tuple[str, ...]:
    return tuple(alike(name) for name in OTHER_NAMES)


@cache
def _sound(ending: str) -> str:
    return alike(ending)
