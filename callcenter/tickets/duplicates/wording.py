"""How alike two citizens speak of a matter: words they share, the rarer the more. Pure.

A word weighs as much as it is rare: its information in the language at large, less that of a word
of every thousandth place, so that 的 and 就是 weigh nothing. What the dictionary does not list, as
没人, is taken for a word of middling rarity. A longer word counts with those in it (垃圾桶 also as
垃圾), a rule's word that is none of the language by those alone (路灯不亮 as 路灯 and 不亮), and
words that mean the same as one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log, sqrt
from typing import NamedTuple

COMMON = 1e-3  # the share of a word that weighs nothing
UNLISTED = 3_000  # how often a word that the dictionary does not list is taken to stand in it
SHORTEST_MADE_OF_WORDS = 3
LONGEST = 4  # characters of a word within a rule's word
TOLD = 5  # shared words that are named as the reason

Bag = Mapping[str, float]  # word -> weight


class Shared(NamedTuple):
    """How alike, 0 to 1, and by which words, the weightiest first."""

    likeness: float
    words: tuple[str, ...]


NOTHING_SHARED = Shared(0.0, ())


@dataclass(frozen=True)
class Wording:
    """Makes bags of words.

    Args:
        cut: A text into words.
        share: The part of the language that a word is, at least that of so many of its places.
        meaning: A word and the row of words that mean the same, the first standing for all.
    """

    cut: Callable[[str], list[str]]
    share: Callable[[str, int], float]
    meaning: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def bag(self, texts: Iterable[str], without: Iterable[str] = ()) -> Bag:
        """The words of the texts with their weights.

        Args:
            texts: An utterance each.
            without: Names to leave out: the place counts elsewhere.
        """
        found: dict[str, float] = {}
        for text in texts:
            for name in without:
                text = text.replace(name, " ") if name else text
            for token in self.cut(text):
                found.update((word, self._weight(word)) for word in self._words_in(token))
        return {word: weight for word, weight in found.items() if weight > 0}

    def _words_in(self, token: str) -> set[str]:
        token = token.strip()
        if not any(map(str.isalnum, token)):
            return set()
        if token in self.meaning or len(token) < SHORTEST_MADE_OF_WORDS:
            return {self._standing_for(token)}
        found = {token} if self.share(token, 0) > 0 else set()
        found |= set(self._inside(token))
        return {self._standing_for(word) for word in found or {token}}

    def _inside(self, token: str) -> Iterator[str]:
        """The longest words of the language in it and shorter than it, from its beginning on."""
        start = 0
        while start < len(token):
            lengths = range(min(LONGEST, len(token) - max(start, 1)), 0, -1)
            words = (token[start : start + length] for length in lengths)
            known = next((one for one in words if self._is_word(one)), "")
            if known:
                yield known
            start += len(known) or 1

    def _is_word(self, text: str) -> bool:
        return text in self.meaning or (len(text) > 1 and self.share(text, 0) > 0)

    def _standing_for(self, word: str) -> str:
        return self.meaning.get(word, (word,))[0]

    def _weight(self, word: str) -> float:
        """A row of words is as common as all of them together."""
        row = self.meaning.get(word, (word,))
        share = sum(self.share(one, 0) or self.share(one, UNLISTED) for one in row)
        return max(0.0, log(COMMON / share))


def shared(one: Bag, other: Bag) -> Shared:
    """The weight of the words that both have, against the mean of what each has."""
    both = one.keys() & other.keys()
    if not both:
        return NOTHING_SHARED
    weight = sum(one[word] for word in both)
    whole = sqrt(sum(one.values()) * sum(other.values()))
    order = sorted(both, key=lambda word: (-one[word], word))
    return Shared(min(1.0, weight / whole), tuple(order[:TOLD]))
