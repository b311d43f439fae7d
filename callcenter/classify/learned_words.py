"""Learned words counted in a call: which stand in it, and how much they speak for each label. Pure.

A learned word counts wherever its characters stand, also inside a longer word, for so it was
counted when its weight was learned; and where it is heard by its sound, as much less as that is
uncertain. Only what the citizen says counts: a seat's greeting is in every call. Said again it
counts up to half as much on top, as a rule's word does. Weights are whole thousandths, so sums are
exact and do not depend on the order of the words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from callcenter.classify.soundalikes import SoundAlikes
from callcenter.classify.tally import AGAIN, MOST_AGAIN
from callcenter.facts import DecidingWord

SHOWN = 12  # of the words that spoke for a label, the strongest

Labelled = Mapping[str, int]  # label -> thousandths, below 0 where a word speaks against it


def counted(said: int) -> int:
    """How many per cent of its weight a word counts, of the per cents of all its mentions."""
    if said <= 100:
        return said
    return 100 + min(said - 100, MOST_AGAIN) // AGAIN


@dataclass(frozen=True, eq=False)
class LearnedWords:
    """The weights of a learned table, ready to be looked for in texts."""

    weights: Mapping[str, Labelled]  # word -> what it speaks for
    most: int | None = None  # thousandths they may add to a label's score; None: any number
    among: int = 1  # how many labels there are, also such as nothing was learned for
    sounds: SoundAlikes | None = None  # None: words count only as they are written

    def find(self, text: str) -> Iterator[tuple[str, int]]:
        """(word, start) of every mention, overlapping ones too."""
        words, lengths = self.weights, self._lengths
        for start, first in enumerate(text):
            if first in words:
                yield first, start
            for length in lengths.get(text[start : start + 2], ()):
                word = text[start : start + length]
                if word in words and len(word) == length:
                    yield word, start

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """First two characters -> the lengths of the words they begin, shortest first."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in self.weights:
            if len(word) > 1:
                lengths[word[:2]].add(len(word))
        return {two: sorted(those) for two, those in lengths.items()}


class LearnedTally:
    """What the learned words heard so far speak for; only new words cost time."""

    def __init__(self, learned: LearnedWords) -> None:
        self._learned = learned
        self._points: dict[str, int] = defaultdict(int)  # hundredths of a thousandth
        self._said: dict[str, int] = {}  # word -> per cent, of all mentions together
        self._first: dict[str, tuple[int, int, int]] = {}  # -> utterance, start, per cent

    def hear(self, utterance: int, text: str, tokens: Iterable[str]) -> None:
        """Counts the words of one utterance of the citizen's; `tokens` joined are its text."""
        said: dict[str, int] = {}
        for word, start in self._learned.find(text):
            if word in said:
                said[word] += 100
            else:
                said[word] = 100
                self._first.setdefault(word, (utterance, start, 100))
        if self._learned.sounds:
            for start, heard in self._learned.sounds.find(text, tokens):
                said[heard.word] = said.get(heard.word, 0) + heard.percent
                self._first.setdefault(heard.word, (utterance, start, heard.percent))
        for word, percent in said.items():
            self._count(word, percent)

    def points(self, ruled: Callable[[str], int]) -> Iterator[tuple[str, int]]:
        """(label, hundredths of a thousandth) of labels learned words were heard for.

        Without a most, what they add up to. With one, the rules' points, `ruled`, and what a label
        has above the mean of all: at most the most, then all others as much less in proportion, so
        that their order stays. Labels with no points then, or none above the mean, are left out.
        """
        if self._learned.most is None:
            yield from self._points.items()
            return
        most = self._learned.most * 100
        mean = sum(self._points.values()) // self._learned.among
        best = max([most, *(had - mean for had in self._points.values())])
        for label, had in self._points.items():
            added = (had - mean) * most // best
            if added > 0 and ruled(label) + added > 0:
                yield label, ruled(label) + added

    def words(self, label: str) -> list[DecidingWord]:
        """The strongest of the words that spoke for a label, each where it was first said."""
        weights = self._learned.weights
        spoken = [word for word in self._first if weights[word].get(label, 0) > 0]
        spoken.sort(key=lambda word: (-weights[word][label], self._first[word]))
        return [self._as_word(word, weights[word][label]) for word in spoken[:SHOWN]]

    def _count(self, word: str, percent: int) -> None:
        before = self._said.get(word, 0)
        after = self._said[word] = before + percent
        if more := counted(after) - counted(before):
            for label, thousandths in self._learned.weights[word].items():
                self._points[label] += more * thousandths

    def _as_word(self, word: str, thousandths: int) -> DecidingWord:
        utterance, start, percent = self._first[word]
        return DecidingWord(
            text=word,
            weight=thousandths / 1000,
            utterance=utterance,
            start=start,
            end=start + len(word),
            certainty=percent / 100,
        )
