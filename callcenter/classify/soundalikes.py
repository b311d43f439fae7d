"""Rules' words that a text holds by their sound only: 没气谢漏 for 煤气泄漏. Pure.

A recogniser that mishears a character writes another of its sound, and the word falls apart into
pieces that the cutter leaves single. So stretches of whole tokens are looked up by their shape (see
`callcenter.sounds.alike`), and taken for a rule's word only where that explains them better than

- characters said one by one, each as it stands or misheard, or
- other words of the language with the same shape: 公思 is 公司 misheard sooner than 公示.

How well a word explains a stretch is how common the word is times how likely its characters are
misheard so. What is well written loses nothing: a stretch that is one word of the language, or cuts
into one, is never looked up. Source: decision record 0015.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from math import prod
from operator import add

from callcenter.classify.remembered import MOST, Remembered
from callcenter.sounds import alike, alike_forms, cost

MISHEARD = 0.1  # of all characters, before anything of the call is known
ON_TOPIC = 40  # times as often as in the language at large is a rule's word said in a call
UNLISTED = 30  # how often a word stands in the language that the dictionary does not list
COMMON = 300  # how often a character must stand in it to be written, or meant, by mistake
FALL = 1.5  # a character heard at a cost of 0.3 is about half as likely as one at no cost
LIKELIER_THAN_NOT = 0.5


_SHAPES = Remembered(alike)  # of tokens


class Language:
    """How often words and characters stand in the language, and how easily they are misheard."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Takes every word with its count in a large text; what has none is no word."""
        self._counts = counts
        self._total = max(sum(counts.values()), 1)
        self._common: dict[str, list[str]] = defaultdict(list)  # code -> its common characters
        for one in sorted(word for word in counts if len(word) == 1 and counts[word] >= COMMON):
            self._common[alike(one)].append(one)
        self.heard_as = lru_cache(MOST)(self._heard_as)
        self._alone = Remembered(self._by_itself)

    def share(self, word: str, least: int = 0) -> float:
        """The part of all words that this one is."""
        return max(self._counts.get(word, 0), least) / self._total

    def of_shapes(self, shapes: Container[str]) -> Iterator[tuple[str, str]]:
        """(shape, word) of the words of two and more characters with one of the shapes.

        Words rarer than an unlisted one is taken to be are left out: they explain next to nothing.
        """
        words = [one for one, count in self._counts.items() if count >= UNLISTED and len(one) > 1]
        for word, shape in zip(words, alike("\n".join(words)).split("\n"), strict=True):
            if shape in shapes:
                yield shape, word

    def _heard_as(self, said: str, meant: str) -> float:
        """How likely one character is heard for another, or for itself."""
        if said == meant:
            return 1 - MISHEARD
        written_so = MISHEARD / max(len(self._common.get(alike(meant), ())), 1)
        return written_so * max(1 - FALL * cost(said, meant), 0)

    def alone(self, text: str) -> float:
        """How likely a text's characters are said one by one."""
        return prod(map(self._alone.__getitem__, text))

    def _by_itself(self, said: str) -> float:
        """How likely a character is said by itself, or another one misheard as it."""
        meant = self._common.get(alike(said), ())
        misheard = sum(map(self.share, meant)) / max(len(meant), 1)
        return self.share(said) * (1 - MISHEARD) + misheard * MISHEARD


@dataclass(frozen=True)
class Heard:
    """A rule's word heard by its sound, and how certainly: whole per cent, below 100."""

    word: str
    percent: int


class SoundAlikes:
    """The shapes of some words, to be heard in a language."""

    def __init__(self, words: Iterable[str], language: Language) -> None:
        """Indexes the words of two and more characters."""
        self._language = language
        self._words: dict[str, list[str]] = defaultdict(list)  # shape -> words
        for word in sorted(word for word in set(words) if len(word) > 1):
            for shape in alike_forms(word):
                self._words[shape].append(word)
        self._beginnings = {shape[:n] for shape in self._words for n in range(2, len(shape) + 1)}
        self._rivals: dict[str, list[str]] = defaultdict(list)  # shape -> other words
        for shape, word in language.of_shapes(self._words):
            if word not in self._words[shape]:
                self._rivals[shape].append(word)
        self._heard = Remembered(self._best)

    def find(self, tokens: list[str]) -> list[tuple[int, Heard]]:
        """(start, word) in order; of those that overlap the first, and there the longest."""
        shapes = list(map(_SHAPES.__getitem__, tokens))
        pairs = map(add, shapes, islice(shapes, 1, None))
        begins = [number for number, pair in enumerate(pairs) if pair in self._beginnings]
        if not begins:
            return []
        found, free = [], 0
        starts = list(accumulate(map(len, tokens), initial=0))
        for number in begins:
            if number < free:
                continue
            for stop in self._stops(shapes, number):
                if heard := self._heard["".join(tokens[number:stop])]:
                    found.append((starts[number], heard))
                    free = stop
                    break
        return found

    def _stops(self, shapes: list[str], number: int) -> list[int]:
        """Where stretches from a token on end that have a word's shape: the longest first."""
        stretch, stops = shapes[number], []
        for stop in range(number + 1, len(shapes)):
            stretch += shapes[stop]
            if stretch in self._words:
                stops.append(stop + 1)
            elif stretch not in self._beginnings:
                break
        return stops[::-1]

    def _best(self, said: str) -> Heard | None:
        """The word that a stretch of several tokens is most likely to be."""
        shape = alike(said)
        words = self._words.get(shape, ())
        if not words or said in words:
            return None
        pieces = self._language.alone(said)
        meant = {word: ON_TOPIC * self._likely(said, word) for word in words}
        best = max(meant, key=lambda word: meant[word])
        if meant[best] <= pieces:
            return None
        rivals = sum(self._likely(said, one) for one in self._rivals.get(shape, ()))
        certain = meant[best] / (sum(meant.values()) + rivals + pieces)
        if certain < LIKELIER_THAN_NOT:
            return None
        return Heard(best, max(round(100 * certain * (1 - cost(said, best))), 1))

    def _likely(self, said: str, word: str) -> float:
        """How likely the word is meant, and heard so."""
        heard = prod(map(self._language.heard_as, said, word))
        return self._language.share(word, UNLISTED) * heard
