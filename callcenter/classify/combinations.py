"""Words that mean more when they stand close to one another in one utterance. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple

REACH = 15  # characters within which the words of a combination must begin
BETWEEN = "…"  # between the words of a combination, where it is shown

Weights = Mapping[str, int]  # target -> thousandths, below 0 where the word speaks against it


class Found(NamedTuple):
    """A rule's word, or a combination, in a text; `text[start:end]` holds it or sounds like it."""

    word: str
    start: int
    end: int
    weights: Weights
    percent: int = 100  # how certainly; below 100 where it was heard by its sound


@dataclass(frozen=True)
class Together:
    """A combination of words."""

    words: tuple[tuple[str, ...], ...]  # for each place in it, the words that may fill it
    weights: Weights


class Combinations:
    """All combinations of a set of rules, to be found among the words of a text."""

    def __init__(self, together: Sequence[Together]) -> None:
        self._together = together
        size = len(together)
        # A bit for each place: those of the first places, then those of the second, and so on.
        self._shifts = [
            size * place for place in range(max((len(one.words) for one in together), default=0))
        ]
        self._bits: dict[str, int] = defaultdict(int)  # word -> the places it fills
        self._unasked = 0  # places that a combination does not have
        for number, rule in enumerate(together):
            for shift, words in zip_longest(self._shifts, rule.words):
                bit = 1 << (shift + number)
                if words is None:
                    self._unasked |= bit
                for word in words or ():
                    self._bits[word] |= bit
        self._each = (1 << size) - 1

    def among(self, found: Sequence[Found]) -> Iterator[Found]:
        """Combinations all of whose places are filled within REACH; each once, in their order."""
        said: dict[str, list[tuple[int, Found]]] = {}  # word -> its finds, numbered
        for spot in enumerate(found):
            if spot[1].word in self._bits:
                said.setdefault(spot[1].word, []).append(spot)
        for number in self._filled(said):
            rule = self._together[number]
            if close := _close([_standing(words, said) for words in rule.words]):
                yield Found(
                    word=BETWEEN.join(one.word for one in close),
                    start=min(one.start for one in close),
                    end=max(one.end for one in close),
                    weights=rule.weights,
                    percent=min(one.percent for one in close),
                )

    def _filled(self, words: Iterable[str]) -> Iterator[int]:
        """The numbers of the combinations for each place of which there is a word, in order."""
        filled, full = self._unasked, self._each
        for word in words:
            filled |= self._bits[word]
        for shift in self._shifts:
            full &= filled >> shift
        while full:
            lowest = full & -full
            yield lowest.bit_length() - 1
            full ^= lowest


def _standing(words: Iterable[str], said: Mapping[str, list[tuple[int, Found]]]) -> list[Found]:
    """What fills a place, in order."""
    spots = [spot for word in words if word in said for spot in said[word]]
    return (
        [found for _, found in sorted(spots, key=itemgetter(0))]
        if len(spots) > 1
        else [spots[0][1]]
    )


def _close(filled: Sequence[list[Found]]) -> list[Found]:
    """One find a place, the first whose others stand beside it within REACH; [] without any."""
    first, *others = filled
    for one in first:
        spots = [one]
        for place in others:
            beside = next((other for other in place if _beside(other, spots)), None)
            if beside is None:
                break
            spots.append(beside)
        if len(spots) == len(filled):
            return spots
    return []


def _beside(one: Found, spots: list[Found]) -> bool:
    """Whether a find begins near the first of the spots and shares no character with any."""
    if abs(one.start - spots[0].start) > REACH:
        return False
    return all(one.end <= spot.start or one.start >= spot.end for spot in spots)
