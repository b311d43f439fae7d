"""Learned words counted in a call: which stand in it, and how much they speak for each label. Pure.

A learned word counts wherever its characters stand, also inside a longer word, for so it was
counted when its weight was learned; and where it is heard by its sound, as much less as that is
uncertain. Only what the citizen says counts: a seat's greeting is in every call. Said again it
counts up to half as much on top, as a rule's word does. Weights are whole thousandths, so sums are
exact and do not depend on the order of the words.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from operator import itemgetter

import ahocorasick
import numpy as np

from callcenter.classify.soundalikes import SoundAlikes
from callcenter.classify.tally import Spoken, counted

SHOWN = 6  # of the words that spoke for a label, the strongest ...
SHOWN_FROM = 2  # ... as far as they weigh at least one such part of the strongest
ROW = itemgetter(1)  # of (where a word ends, its row)

Labelled = Mapping[str, int]  # label -> thousandths, below 0 where a word speaks against it


class LearnedWords:
    """The weights of learned tables, ready to be looked for in texts: a row a word."""

    def __init__(self, weights: Mapping[str, Labelled], sounds: SoundAlikes | None = None) -> None:
        """Takes word -> what it speaks for; without sounds words count only as they are written."""
        self.sounds = sounds
        self.labels = sorted({label for its in weights.values() for label in its})
        self.words = list(weights)
        self.row = {word: row for row, word in enumerate(self.words)}
        self._rows = ahocorasick.Automaton()
        for word, row in self.row.items():
            self._rows.add_word(_as_bytes(word), row)
        self._rows.make_automaton()
        column = {label: number for number, label in enumerate(self.labels)}
        self._table = np.zeros((len(weights), len(self.labels)), dtype=np.int32)
        for word, its in weights.items():
            for label, thousandths in its.items():
                self._table[self.row[word], column[label]] = thousandths

    def count(self, text: str) -> Counter[int]:
        """Row -> how often its word stands in the text, also where it overlaps others."""
        return Counter(map(ROW, self._rows.iter(_as_bytes(text)))) if self.row else Counter()

    def speak(self, per_cents: Mapping[int, int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """For each of the labels what the rows add up to, in hundredths of a thousandth."""
        rows = self._table.take(list(per_cents), axis=0)
        summed: np.ndarray[tuple[int], np.dtype[np.int64]]
        summed = np.fromiter(per_cents.values(), np.int64, len(per_cents)) @ rows
        return summed

    @cached_property
    def speaking_for(self) -> dict[str, dict[int, int]]:
        """Label -> the rows that speak for it, with thousandths."""
        return {
            label: {int(row): int(its[row]) for row in np.flatnonzero(its > 0)}
            for label, its in zip(self.labels, self._table.T, strict=True)
        }


def _as_bytes(text: str) -> str:
    """A character for each byte of the text's UTF-8.

    The automaton tries what may follow one by one: of bytes there are few, of characters thousands.
    """
    return text.encode(errors="surrogatepass").decode("latin-1")


class LearnedTally:
    """What the learned words heard so far speak for; only new words cost time."""

    def __init__(self, learned: LearnedWords) -> None:
        self._learned = learned
        self._points = np.zeros(len(learned.labels), dtype=np.int64)
        self._said: dict[int, int] = {}  # row -> per cent, of all mentions together
        self._texts: dict[int, str] = {}  # utterance -> what was said in it
        self._since: dict[int, int] = {}  # row -> the utterance that it was first said in
        self._misheard: dict[int, tuple[int, int]] = {}  # not written there -> start, per cent

    def hear(self, utterance: int, tokens: list[str]) -> None:
        """Counts the words of one utterance of the citizen's; `tokens` joined are its text."""
        text = "".join(tokens)
        said = {row: 100 * times for row, times in self._learned.count(text).items()}
        if self._learned.sounds:
            for start, heard in self._learned.sounds.find(tokens):
                row = self._learned.row[heard.word]
                if row not in said and row not in self._since:
                    self._misheard[row] = start, heard.percent
                said[row] = said.get(row, 0) + heard.percent
        if said:
            self._texts[utterance] = text
            self._points += self._learned.speak(self._more(said))
            self._since = dict.fromkeys(said, utterance) | self._since

    def points(self) -> dict[str, int]:
        """Label -> what it has, in hundredths of a thousandth; empty before a word is heard."""
        if not self._since:
            return {}
        return dict(zip(self._learned.labels, self._points.tolist(), strict=True))

    def words(self, label: str) -> list[Spoken]:
        """The strongest of the words that spoke for a label, each where it was first said.

        Single characters weigh as others do, but explain little: they are shown only by themselves.
        """
        weights, words = self._learned.speaking_for.get(label), self._learned.words
        if not weights:
            return []
        spoken = [(weights[row], row) for row in self._since if row in weights]
        telling = [one for one in spoken if len(words[one[1]]) > 1] or spoken
        strongest = sorted([weight for weight, _ in telling], reverse=True)[:SHOWN]
        if not strongest:
            return []
        least = max(strongest[-1], strongest[0] / SHOWN_FROM)
        shown = [(-its, self._first(row), words[row]) for its, row in telling if its >= least]
        return [
            Spoken(utterance, start, -start - len(word), word, -against, percent)
            for against, (utterance, start, percent), word in sorted(shown)[:SHOWN]
        ]

    def _more(self, said: Mapping[int, int]) -> dict[int, int]:
        """Row -> per cent by which it counts more than before."""
        again = {
            row: self._said.get(row, 0)
            for row, percent in said.items()
            if percent > 100 or row in self._said
        }
        self._said.update(said)
        more = dict(said)
        for row, before in again.items():
            self._said[row] += before
            more[row] = counted(self._said[row]) - counted(before)
        return more

    def _first(self, row: int) -> tuple[int, int, int]:
        """The utterance and character where a row's word was first said, and its per cent."""
        utterance = self._since[row]
        if row in self._misheard:
            return utterance, *self._misheard[row]
        return utterance, self._texts[utterance].index(self._learned.words[row]), 100
