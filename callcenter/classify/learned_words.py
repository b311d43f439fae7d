"""Learned words counted in a call: which stand in it, and how much they speak for each label. Pure.

A learned word counts wherever its characters stand, also inside a longer word, for so it was
counted when its weight was learned; and where it is heard by its sound, as much less as that is
uncertain. Only what the citizen says counts: a seat's greeting is in every call. Said again it
counts up to half as much on top, as a rule's word does. Weights are whole thousandths, so sums are
exact and do not depend on the order of the words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np

from callcenter.classify.soundalikes import SoundAlikes
from callcenter.classify.tally import AGAIN, MOST_AGAIN
from callcenter.facts import DecidingWord

SHOWN = 6  # of the words that spoke for a label, the strongest ...
SHOWN_FROM = 2  # ... as far as they weigh at least one such part of the strongest

Labelled = Mapping[str, int]  # label -> thousandths, below 0 where a word speaks against it


def counted(said: int) -> int:
    """How many per cent of its weight a word counts, of the per cents of all its mentions."""
    if said <= 100:
        return said
    return 100 + min(said - 100, MOST_AGAIN) // AGAIN


class LearnedWords:
    """The weights of learned tables, ready to be looked for in texts."""

    def __init__(self, weights: Mapping[str, Labelled], sounds: SoundAlikes | None = None) -> None:
        """Takes word -> what it speaks for; without sounds words count only as they are written."""
        self.sounds = sounds
        self.labels = sorted({label for its in weights.values() for label in its})
        self._row = {word: number for number, word in enumerate(weights)}
        column = {label: number for number, label in enumerate(self.labels)}
        self._table = np.zeros((len(weights), len(self.labels)), dtype=np.int64)
        for word, its in weights.items():
            for label, thousandths in its.items():
                self._table[self._row[word], column[label]] = thousandths

    def find(self, text: str) -> Iterator[tuple[str, int]]:
        """(word, start) of every mention, overlapping ones too."""
        words, lengths = self._row, self._lengths
        for start, first in enumerate(text):
            if first in words:
                yield first, start
            for length in lengths.get(text[start : start + 2], ()):
                word = text[start : start + length]
                if word in words and len(word) == length:
                    yield word, start

    def speak(self, per_cents: Mapping[str, int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """For each of the labels what the words add up to, in hundredths of a thousandth."""
        rows = [self._row[word] for word in per_cents]
        summed: np.ndarray[tuple[int], np.dtype[np.int64]]
        summed = np.array(list(per_cents.values()), dtype=np.int64) @ self._table[rows]
        return summed

    def weight(self, word: str, label: str) -> int:
        """What a word speaks for a label, in thousandths."""
        if label not in self.labels:
            return 0
        return int(self._table[self._row[word], self.labels.index(label)])

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """First two characters -> the lengths of the words they begin, shortest first."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in self._row:
            if len(word) > 1:
                lengths[word[:2]].add(len(word))
        return {two: sorted(those) for two, those in lengths.items()}


class LearnedTally:
    """What the learned words heard so far speak for; only new words cost time."""

    def __init__(self, learned: LearnedWords) -> None:
        self._learned = learned
        self._points = np.zeros(len(learned.labels), dtype=np.int64)
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
        if said:
            self._points += self._learned.speak(dict(self._more(said)))

    def points(self) -> dict[str, int]:
        """Label -> what it has, in hundredths of a thousandth; empty before a word is heard."""
        if not self._first:
            return {}
        return dict(zip(self._learned.labels, self._points.tolist(), strict=True))

    def words(self, label: str) -> list[DecidingWord]:
        """The strongest of the words that spoke for a label, each where it was first said.

        Single characters weigh as others do, but explain little: they are shown only by themselves.
        """
        weighed = [(self._learned.weight(word, label), word) for word in self._first]
        spoken = [(weight, word) for weight, word in weighed if weight > 0]
        telling = [one for one in spoken if len(one[1]) > 1] or spoken
        telling.sort(key=lambda one: (-one[0], self._first[one[1]]))
        return [
            self._as_word(word, weight)
            for weight, word in telling[:SHOWN]
            if weight * SHOWN_FROM >= telling[0][0]
        ]

    def _more(self, said: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """(word, per cent) by which each counts more than before."""
        for word, percent in said.items():
            before = self._said.get(word, 0)
            self._said[word] = before + percent
            yield word, counted(before + percent) - counted(before)

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
