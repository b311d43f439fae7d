"""Learned words counted in a call: which stand in it, and how much they speak for each label. Pure.

A learned word counts wherever its characters stand, also inside a longer word, for so it was
counted when its weight was learned; and where it is heard by its sound, as much less as that is
uncertain. Only what the citizen says counts: a seat's greeting is in every call. Said again it
counts up to half as much on top, as a rule's word does. Weights are whole thousandths, so sums are
exact and do not depend on the order of the words.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import ahocorasick
import numpy as np

from callcenter.classify.soundalikes import SoundAlikes
from callcenter.classify.tally import counted
from callcenter.facts import DecidingWord

SHOWN = 6  # of the words that spoke for a label, the strongest ...
SHOWN_FROM = 2  # ... as far as they weigh at least one such part of the strongest

Labelled = Mapping[str, int]  # label -> thousandths, below 0 where a word speaks against it


class LearnedWords:
    """The weights of learned tables, ready to be looked for in texts."""

    def __init__(self, weights: Mapping[str, Labelled], sounds: SoundAlikes | None = None) -> None:
        """Takes word -> what it speaks for; without sounds words count only as they are written."""
        self.sounds = sounds
        self.labels = sorted({label for its in weights.values() for label in its})
        self._row = {word: number for number, word in enumerate(weights)}
        self._words = ahocorasick.Automaton()
        for word in self._row:
            self._words.add_word(word, word)
        self._words.make_automaton()
        column = {label: number for number, label in enumerate(self.labels)}
        self._table = np.zeros((len(weights), len(self.labels)), dtype=np.int64)
        for word, its in weights.items():
            for label, thousandths in its.items():
                self._table[self._row[word], column[label]] = thousandths

    def find(self, text: str) -> Iterator[tuple[str, int]]:
        """(word, start) of every mention, overlapping ones too, in order of their ends."""
        if self._row:
            for last, word in self._words.iter(text):
                yield word, last + 1 - len(word)

    def speak(self, per_cents: Mapping[str, int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """For each of the labels what the words add up to, in hundredths of a thousandth."""
        rows = self._table.take([self._row[word] for word in per_cents], axis=0)
        summed: np.ndarray[tuple[int], np.dtype[np.int64]]
        summed = np.fromiter(per_cents.values(), np.int64, len(per_cents)) @ rows
        return summed

    @cached_property
    def speaking_for(self) -> dict[str, dict[str, int]]:
        """Label -> the words that speak for it, with thousandths."""
        words = list(self._row)
        return {
            label: {words[row]: int(its[row]) for row in np.flatnonzero(its > 0)}
            for label, its in zip(self.labels, self._table.T, strict=True)
        }


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
                if word not in self._first:
                    self._first[word] = utterance, start, 100
        if self._learned.sounds:
            for start, heard in self._learned.sounds.find(text, tokens):
                said[heard.word] = said.get(heard.word, 0) + heard.percent
                self._first.setdefault(heard.word, (utterance, start, heard.percent))
        if said:
            self._points += self._learned.speak(self._more(said))

    def points(self) -> dict[str, int]:
        """Label -> what it has, in hundredths of a thousandth; empty before a word is heard."""
        if not self._first:
            return {}
        return dict(zip(self._learned.labels, self._points.tolist(), strict=True))

    def words(self, label: str) -> list[DecidingWord]:
        """The strongest of the words that spoke for a label, each where it was first said.

        Single characters weigh as others do, but explain little: they are shown only by themselves.
        """
        weights = self._learned.speaking_for.get(label, {})
        spoken = [word for word in self._first if word in weights]
        telling = [word for word in spoken if len(word) > 1] or spoken
        telling.sort(key=lambda word: (-weights[word], self._first[word]))
        return [
            self._as_word(word, weights[word])
            for word in telling[:SHOWN]
            if weights[word] * SHOWN_FROM >= weights[telling[0]]
        ]

    def _more(self, said: Mapping[str, int]) -> dict[str, int]:
        """Word -> per cent by which it counts more than before."""
        more = {}
        for word, percent in said.items():
            before = self._said.get(word, 0)
            self._said[word] = now = before + percent
            more[word] = percent if now <= 100 else counted(now) - counted(before)
        return more

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
