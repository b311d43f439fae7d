"""Words that mean more when they stand close to one another in one utterance. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

REACH = 15  # characters within which the words of a combination must begin
BETWEEN = "…"  # between the words of a combination, where it is shown

Weights = Mapping[str, int]  # target -> thousandths, below 0 where the word speaks against it


@dataclass(slots=True)
class Found:
    """A rule's word, or a combination, in a text; `text[start:end]` holds it or sounds like it."""

    word: str
    start: int
    end: int
    weights: Weights
    fills: int = 0  # a bit for each place that it fills in combinations
    percent: int = 100  # how certainly; below 100 where it was heard by its sound


@dataclass(frozen=True)
class Together:
    """A combination of words."""

    words: tuple[frozenset[str], ...]  # for each place in it, the words that may fill it
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
        self._fills: dict[str, int] = defaultdict(int)  # word -> the places it fills
        self._unasked = 0  # places that a combination does not have
        for number, rule in enumerate(together):
            for shift, words in zip_longest(self._shifts, rule.words):
                bit = 1 << (shift + number)
                if words is None:
                    self._unasked |= bit
                for word in words or ():
                    self._fills[word] |= bit
        self._each = (1 << size) - 1

    def fills(self, word: str) -> int:
        """A bit for each place that a word fills."""
        return self._fills.get(word, 0)

    def among(self, found: Sequence[Found]) -> list[Found]:
        """Combinations all of whose places are filled within REACH; each once, in their order."""
        filling = [one for one in found if one.fills]
        filled, full = self._unasked, self._each
        for one in filling:
            filled |= one.fills
        for shift in self._shifts:
            full &= filled >> shift
        together = []
        for rule in self._of(full):
            standing = [[one for one in filling if one.word in words] for words in rule.words]
            if close := _close(standing):
                together.append(_as_one(close, rule.weights))
        return together

    def _of(self, bits: int) -> Iterator[Together]:
        """The combinations of some bits, in order."""
        while bits:
            lowest = bits & -bits
            yield self._together[lowest.bit_length() - 1]
            bits ^= lowest


def _close(filled: Sequence[list[Found]]) -> list[Found]:
    """One find a place, the first whose others stand beside it within REACH; [] without any."""
    first, *others = filled
    for one in first:
        spots = [one]
        for place in others:
            for other in place:
                if _beside(other, spots):
                    spots.append(other)
                    break
            else:
                break
        if len(spots) == len(filled):
            return spots
    return []


def _beside(one: Found, spots: list[Found]) -> bool:
    """Whether a find begins near the first of the spots and shares no character with any."""
    if abs(one.start - spots[0].start) > REACH:
        return False
    for spot in spots:  # all() would take longer than what it asks
        if one.start < spot.end and spot.start < one.end:
            return False
    return True


def _as_one(close: Sequence[Found], weights: Weights) -> Found:
    return Found(
        BETWEEN.join([one.word for one in close]),
        min([one.start for one in close]),
        max([one.end for one in close]),
        weights,
        percent=min([one.percent for one in close]),
    )
