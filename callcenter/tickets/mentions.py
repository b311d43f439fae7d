"""The names that stand in a text: where, how surely, and what each may name.

A name is believed as far as it was said: in full, with another ending of its kind, without one;
as it is written, or only sounding like it. Of what only sounds alike, the short and unsupported
is left out: nearly any two syllables sound like some village of the country.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from math import isfinite
from typing import NamedTuple

from callcenter.sounds import alike, cost
from callcenter.tickets.naming import ENDINGS, OTHER_NAMES, WEAK_WITHOUT
from callcenter.tickets.place import RANKS, Place, PlaceKind
from callcenter.tickets.places import MANY, NOTHING, PREFIX, SOME, Index, Places, Span, numbers

FULL_NAME = 0.8  # certainty: said as it is written
ALIAS = 0.75
OTHER_ENDING = 0.7  # 古陶街道 for 古陶镇
SHORTENED = 0.6  # 古陶 for 古陶镇
WEAK = 0.35  # 平安 for 平安社区; 东风 of 东风路 for 东风镇
BY_SOUND = 0.72  # times, and less by the cost: what is written right beats what only sounds so

MOST = 64  # namesakes in all divisions that were named
CONVINCING_SIZE = 3  # characters that must sound alike where no division supports them
CONVINCING = 0.4  # how surely


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


def mentions_in(places: Places, text: str) -> list[Mention]:
    """Every name that is believed to stand in the text, divisions first, coarsest first."""
    said = _listen(places, text)
    regions = _believed(_heard(places, said, Index.REGIONS, []))
    divisions = regions + _heard(places, said, Index.TOWNSHIPS, regions)
    return divisions + _heard(places, said, Index.OTHERS, divisions)


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


def _listen(places: Places, text: str) -> Said:
    """The text with every stretch of it that sounds like a stem, from left to right."""
    sound = alike(text)
    stems = [
        (at, sound[at : at + size])
        for at in range(len(sound) - PREFIX + 1)
        for size in places.sizes(sound[at : at + PREFIX])
        if at + size <= len(sound)
    ]
    return Said(text, sound, tuple(stems))


def _believed(regions: list[Mention]) -> list[Mention]:
    """Of the regions, those that stand alone or have one beside them that holds them."""
    regions.sort(key=lambda one: one.rank)
    believed: list[Mention] = []
    for one in regions:
        if _stands_alone(one) or any(holds(region, one) for region in believed):
            believed.append(one)
    return believed


def _heard(places: Places, said: Said, index: Index, divisions: list[Mention]) -> list[Mention]:
    """The names of an index that stand in the text, as far as the named divisions let believe."""
    spans = _narrowest(divisions)
    sure = [(one.start, one.end) for one in divisions if _is_sure(one)]
    heard: list[Mention] = []
    stems = places.stems(index)
    for start, sound in said.stems:
        known = stems.get(sound)
        if known is None:
            continue
        end = start + len(sound)
        forms = numbers(known)
        if len(forms) > MANY:
            forms = _some(places, said.text[start:end], forms, spans)
        if index is not Index.REGIONS:
            alone = not any(first <= start and end <= last for first, last in sure)
            forms = _worth_a_look(places, said, start, end, forms, spans, alone)
        here = [_mention(places, said, start, end, form) for form in forms]
        heard += _convincing([one for one in here if one], divisions, index)
        if heard and heard[-1].start == start and _is_sure(heard[-1]):
            sure.append((start, heard[-1].end))
    return heard


def _is_sure(mention: Mention) -> bool:
    """Whether nobody need look for something else inside of it, but what a division holds."""
    return not mention.by_sound and mention.certainty >= OTHER_ENDING


def _narrowest(divisions: list[Mention]) -> list[Span]:
    """The spans of the named townships and counties; without any, of cities and provinces."""
    county = RANKS[PlaceKind.COUNTY]
    near = {one.span for one in divisions if one.rank >= county}
    spans = near or {one.span for one in divisions}
    return sorted(spans, key=lambda one: one[1] - one[0])[:MANY]


def _worth_a_look(
    places: Places,
    said: Said,
    start: int,
    end: int,
    forms: tuple[int, ...],
    spans: list[Span],
    alone: bool,
) -> tuple[int, ...]:
    """Of a stem's forms those that may convince: in a named division; if alone, written so.

    Without any, all; but two syllables sound like some village nearly anywhere, so they need an
    ending behind them then.
    """
    words = said.text[start:end]
    near = tuple(
        form
        for form in forms
        for number, name in (places.form(form),)
        if any(first <= number < behind for first, behind in spans)
        or (alone and name.startswith(words))
    )
    if near or not alone:
        return near
    ended = end - start >= CONVINCING_SIZE or said.sound.startswith(_last_sounds(), end)
    return forms if ended else ()


def _convincing(namesakes: list[Mention], divisions: list[Mention], index: Index) -> list[Mention]:
    """Those a named division holds; without any, the surest of those that stand alone."""
    if index is Index.REGIONS or not namesakes:
        return namesakes
    held = [one for one in namesakes if any(holds(division, one) for division in divisions)]
    if held:
        return held
    alone = [one for one in namesakes if _stands_alone(one)]
    if index is Index.TOWNSHIPS:
        return alone  # a village said beside it may tell which
    return sorted(alone, key=lambda one: -one.certainty)[:SOME]


def _mention(places: Places, said: Said, start: int, end: int, form: int) -> Mention | None:
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
def _last_sounds() -> tuple[str, ...]:
    """The first sounds of all endings."""
    return tuple({alike(one)[0] for endings in ENDINGS.values() for one in endings})


@cache
def _other_names() -> tuple[str, ...]:
    return tuple(alike(name) for name in OTHER_NAMES)


@cache
def _sound(ending: str) -> str:
    return alike(ending)


def _stands_alone(mention: Mention) -> bool:
    if mention.certainty <= WEAK:
        return False
    return not mention.by_sound or (
        mention.end - mention.start >= CONVINCING_SIZE and mention.certainty > CONVINCING
    )


def _some(
    places: Places, words: str, forms: tuple[int, ...], spans: Iterable[Span]
) -> tuple[int, ...]:
    """Of many namesakes those in the spans; without any, the first few written as was said."""
    narrowed = {*chain(*(places.narrowed(forms, span) for span in spans))}
    return tuple(sorted(narrowed)[:MOST]) if narrowed else places.written(words)
