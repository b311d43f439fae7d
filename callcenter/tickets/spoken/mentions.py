"""The names that stand in a text: where, how surely, and what each may name.

A name is believed as far as it was said: in full, with another ending of its kind, without one;
as it is written, or only sounding like it. Of what only sounds alike, the short and unsupported
is left out: nearly any two syllables sound like some village of the country.
"""

from collections.abc import Iterable
from enum import Enum
from functools import cache
from itertools import chain

from callcenter.sounds import alike
from callcenter.tickets.place import RANKS, PlaceKind
from callcenter.tickets.places import MANY, PREFIX, SOME, Index, Places, Span, numbers
from callcenter.tickets.spoken.mention import OTHER_ENDING, WEAK, Mention, Said, holds, mention_at
from callcenter.tickets.spoken.naming import ENDINGS

MOST = 64  # namesakes in all divisions that were named
CONVINCING_SIZE = 3  # characters that must sound alike where no division supports them
CONVINCING = 0.48  # how surely: 股桃镇 for 古陶镇, not 暑假报 for 舒家堡


def mentions_in(places: Places, text: str) -> list[Mention]:
    """Every name that is believed to stand in the text, divisions first, coarsest first."""
    said = _listen(places, text)
    regions = _believed(_heard(places, said, Index.REGIONS, []))
    divisions = regions + _heard(places, said, Index.TOWNSHIPS, regions)
    return divisions + _heard(places, said, Index.OTHERS, divisions)


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
            room = _room(start, end, sure)
            forms = _worth_a_look(places, said, start, end, forms, spans, room)
        here = [mention_at(places, said, start, end, form) for form in forms]
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


class Room(Enum):
    """How a stretch of text lies to the sure names around it."""

    FREE = "apart from them"
    TOUCHED = "shares characters with one"
    INSIDE = "within one"


def _room(start: int, end: int, sure: list[tuple[int, int]]) -> Room:
    touching = [(first, last) for first, last in sure if first < end and start < last]
    if not touching:
        return Room.FREE
    inside = any(first <= start and end <= last for first, last in touching)
    return Room.INSIDE if inside else Room.TOUCHED


def _worth_a_look(
    places: Places,
    said: Said,
    start: int,
    end: int,
    forms: tuple[int, ...],
    spans: list[Span],
    room: Room,
) -> tuple[int, ...]:
    """Of a stem's forms those that may convince: in a named division, or written so.

    Where a sure name stands, only what is written so; inside of it, only if a division holds it.
    Without any, all; but two syllables sound like some village nearly anywhere, so they need an
    ending behind them then.
    """
    words = said.text[start:end]
    near = []
    for form in forms:
        number, name = places.form(form)
        written = name.startswith(words)
        held = any(first <= number < behind for first, behind in spans)
        if (held and (written or room is Room.FREE)) or (written and room is not Room.INSIDE):
            near.append(form)
    if near or room is not Room.FREE:
        return tuple(near)
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


@cache
def _last_sounds() -> tuple[str, ...]:
    """The first sounds of all endings."""
    return tuple({alike(one)[0] for endings in ENDINGS.values() for one in endings})


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
