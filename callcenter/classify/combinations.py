"""Words that mean more when they stand close to one another in one utterance. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
        self._full = [(1 << len(rule.words)) - 1 for rule in together]
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)  # word -> its places
        for number, rule in enumerate(together):
            for place, words in enumerate(rule.words):
                for word in words:
                    self._places[word].append((number, 1 << place))

    def among(self, found: Sequence[Found]) -> Iterator[Found]:
        """Combinations all of whose places are filled within REACH; each once, in their order."""
        filled: dict[int, int] = {}  # number -> one bit a place
        spots: dict[str, list[int]] = defaultdict(list)  # word -> where in `found`
        for spot, one in enumerate(found):
            if places := self._places.get(one.word):
                if one.word not in spots:
                    for number, place in places:
                        filled[number] = filled.get(number, 0) | place
                spots[one.word].append(spot)
        for number in sorted(one for one, its in filled.items() if its == self._full[one]):
            rule = self._together[number]
            standing = [
                sorted(spot for word, its in spots.items() if word in words for spot in its)
                for words in self._words[number]
            ]
            if close := _close([[found[spot] for spot in its] for its in standing]):
                yield Found(
                    word=BETWEEN.join(one.word for one in close),
                    start=min(one.start for one in close),
                    end=max(one.end for one in close),
                    weights=rule.weights,
                    percent=min(one.percent for one in close),
                )


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
