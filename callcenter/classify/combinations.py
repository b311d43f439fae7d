"""Words that mean more when they stand close to one another in one utterance. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
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
        self._words = [[frozenset(words) for words in rule.words] for rule in together]
        size = len(together)
        # A bit for each place: those of the first places, then those of the second, and so on.
        self._shifts = [size * place for place in range(max(map(len, self._words), default=0))]
        self._bits: dict[str, int] = defaultdict(int)  # word -> the places it fills
        self._unasked = 0  # places that a combination does not have
        for number, places in enumerate(self._words):
            for shift, words in zip_longest(self._shifts, places):
                bit = 1 << (shift + number)
                if words is None:
                    self._unasked |= bit
                for word in words or ():
                    self._bits[word] |= bit
        self._each = (1 << size) - 1

    def among(self, found: Sequence[Found]) -> Iterator[Found]:
        """Combinations all of whose places are filled within REACH; each once, in their order."""
        mine = [one for one in found if one.word in self._bits]
        for number in self._filled({one.word for one in mine}):
            rule = self._together[number]
            standing = [[one for one in mine if one.word in its] for its in self._words[number]]
            if close := _close(standing):
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


def _close(filled: Sequence[list[Found]]) -> list[Found]:
    """One find a place, the first whose others stand beside it within REACH; [] without any."""
    first, *others = filled
    for one in first:
        spots = [one]
        for place in others:
            spots += [other for other in place if _beside(other, spots)][:1]
        if len(spots) == len(filled):
            return spots
    return []


def _beside(one: Found, spots: list[Found]) -> bool:
    """Whether a find begins near the first of the spots and shares no character with any."""
    return abs(one.start - spots[0].start) <= REACH and all(
        one.end <= spot.start or one.start >= spot.end for spot in spots
    )
