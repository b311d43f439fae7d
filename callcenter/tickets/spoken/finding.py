"""Which place a caller means: every name that was said, weighed with the others.

A place's weight is its own mention's and that of each named division that holds it; a division
that was named and does not hold it weighs against it.
"""

from collections import Counter
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from callcenter.tickets.grid import Wgs84Point
from callcenter.tickets.place import Place
from callcenter.tickets.places import NOTHING, Places
from callcenter.tickets.spoken.cues import Stance, stances
from callcenter.tickets.spoken.mention import OTHER_ENDING, Mention, holds, overlap
from callcenter.tickets.spoken.mentions import mentions_in
from callcenter.tickets.spoken.pinpoint import RADIUS_METRES, Spot, pinpoint

DOUBT = 0.3  # a mention less sure than this would speak against what it names
AGAINST = 0.6  # taken off for each kind of division that was named and is another one
NEXT = 0.1  # added where it follows a division that holds it
INSIDE = 0.2  # taken off a name inside a longer one (南大街 in 南大街菜市场)
INSIDE_A_SOUND = 0.1  # where the longer one only sounds alike
NAMESAKES = 0.15  # taken off where no named division says which of several is meant
MEANT = 0.25  # added to what the caller says to mean
HOME_SHARE = 0.4  # of its weight is left to where the caller lives: it may still be the place
SURE_ENOUGH = 0.45  # a longer name's mention
FINER = 0.01  # added for each kind that is finer
LONGER = 0.004  # added for each character of a name
TOWNSHIP_LEVEL = 2  # what is finer may have a house number, or something beside it
MOST = 20  # candidates that are told
STEEPNESS = 2.0  # of the score over the weight: weight 0.5 is score 0.63


@dataclass(frozen=True)
class Candidate:
    """A place that the words may mean."""

    place: Place
    point: Wgs84Point | None  # its place's, moved by what was said: 往东两百米
    level: int  # 1 to 4, 0 above the county
    score: float  # 0 to 1; 0: the caller took it back
    words: tuple[Mention, ...]  # its own mention, then those of the divisions that hold it
    spot: Spot  # where exactly, as far as it was said


def find_place(places: Places, text: str) -> list[Candidate]:
    """The places that the words may mean, best first, at most MOST; ties go to what was said first.

    Args:
        places: The names to find.
        text: What was said. Join utterances with a space: no name runs across one.
    """
    mentions = mentions_in(places, text)
    told = stances(text, mentions)
    divisions = [one for one in mentions if one.span != NOTHING]
    if Stance.DENIED in told.values():
        divisions = [one for one in divisions if told.get(one.start) is not Stance.DENIED]
    around = _Around(mentions, told)
    best: dict[int, _Weighed] = {}
    for mention in mentions:
        weighed = _weigh(mention, divisions, around)
        known = best.get(mention.number)
        if known is None or weighed.weight >= known.weight:  # said again, more is said of it
            best[mention.number] = weighed
    order = sorted(best.values(), key=_order)
    told_of = [one for one in order if one.weight > 0 or one.denied][:MOST]
    return [_candidate(one, text, mentions) for one in told_of]


class _Weighed(NamedTuple):
    weight: float
    denied: bool
    words: tuple[Mention, ...]


def _order(one: _Weighed) -> tuple[bool, float, int, int]:
    return one.denied, -one.weight, one.words[0].start, one.words[0].number


def _candidate(one: _Weighed, text: str, mentions: list[Mention]) -> Candidate:
    score = 0.0 if one.denied else round(1 - exp(-STEEPNESS * one.weight), 3)
    place = one.words[0].place
    if place.level <= TOWNSHIP_LEVEL:
        radius = RADIUS_METRES[place.kind] if place.point else None
        spot = Spot(place.point, None, None, None, radius)
    else:
        spot = pinpoint(text, one.words[0], mentions)
    return Candidate(place, spot.point, place.level, score, one.words, spot)


def _weigh(mention: Mention, divisions: list[Mention], around: "_Around") -> _Weighed:
    holders, others = _support(mention, divisions, around.told)
    stance = around.told.get(mention.start, Stance.PLAIN)
    weight = mention.certainty - DOUBT + sum(one.certainty - DOUBT for one in holders)
    weight += FINER * mention.rank + LONGER * (mention.end - mention.start)
    weight += MEANT * (stance is Stance.MEANT) - AGAINST * others
    weight += NEXT * any(one.end == mention.start for one in holders)
    weight -= around.longer(mention)
    if not holders and around.has_namesakes(mention):
        weight -= NAMESAKES
    if stance is Stance.HOME:
        weight *= HOME_SHARE
    return _Weighed(weight, stance is Stance.DENIED, (mention, *holders))


def _support(
    mention: Mention, divisions: list[Mention], told: dict[int, Stance]
) -> tuple[list[Mention], int]:
    """Of each coarser kind the surest mention of the division that holds it, the finest first.

    And of how many kinds a division was surely named, but only ones that do not hold it; where
    the caller lives speaks against no other place.
    """
    holders: dict[int, Mention] = {}
    others: set[int] = set()
    for one in divisions:
        if one.rank >= mention.rank:
            continue
        if holds(one, mention):
            known = holders.get(one.rank)
            if known is None or one.certainty > known.certainty:
                holders[one.rank] = one
        elif one.certainty >= OTHER_ENDING and not overlap(one, mention):
            if told.get(one.start) is not Stance.HOME:
                others.add(one.rank)
    finest_first = [holders[rank] for rank in sorted(holders, reverse=True)]
    return finest_first, len(others - holders.keys())


class _Around:
    """What else stands where a mention stands."""

    def __init__(self, mentions: list[Mention], told: dict[int, Stance]) -> None:
        self.told = told
        sure = [one for one in mentions if one.certainty >= SURE_ENOUGH]
        self._exact = {(one.start, one.end) for one in sure if not one.by_sound}
        self._by_sound = {(one.start, one.end) for one in sure if one.by_sound}
        self._names = Counter(
            (one.start, one.place.level, one.certainty) for one in mentions if one.rank
        )

    def longer(self, mention: Mention) -> float:
        """What is taken off a mention because a longer name holds it."""
        if _inside(mention, self._exact):
            return INSIDE
        return INSIDE_A_SOUND * _inside(mention, self._by_sound)

    def has_namesakes(self, mention: Mention) -> bool:
        """Whether the same words name another place of its level as surely."""
        return self._names[mention.start, mention.place.level, mention.certainty] > 1


def _inside(mention: Mention, stretches: set[tuple[int, int]]) -> bool:
    start, end = mention.start, mention.end
    return any(
        first <= start and end <= last and last - first > end - start for first, last in stretches
    )
