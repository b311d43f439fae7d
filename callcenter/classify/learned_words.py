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
WORD = itemgetter(1)  # of (where it ends, the word)

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
            self._words.add_word(_as_bytes(word), word)
        self._words.make_automaton()
        column = {label: number for number, label in enumerate(self.labels)}
        self._table = np.zeros((len(weights), len(self.labels)), dtype=np.int32)
        for word, its in weights.items():
            for label, thousandths in its.items():
                self._table[self._row[word], column[label]] = thousandths

    def count(self, text: str) -> Counter[str]:
        """Word -> how often it stands in the text, also where it overlaps others."""
        return Counter(map(WORD, self._words.iter(_as_bytes(text)))) if self._row else Counter()

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
        self._said: dict[str, int] = {}  # word -> per cent, of all mentions together
        self._texts: dict[int, str] = {}  # utterance -> what was said in it
        self._since: dict[str, int] = {}  # word -> the utterance that it was first said in
        self._misheard: dict[str, tuple[int, int]] = {}  # not written there -> start, per cent

    def hear(self, utterance: int, tokens: list[str]) -> None:
        """Counts the words of one utterance of the citizen's; `tokens` joined are its text."""
        text = "".join(tokens)
        said = {word: 100 * times for word, times in self._learned.count(text).items()}
        if self._learned.sounds:
            for start, heard in self._learned.sounds.find(tokens):
                if heard.word not in said and heard.word not in self._since:
                    self._misheard[heard.word] = start, heard.percent
                said[heard.word] = said.get(heard.word, 0) + heard.percent
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
        weights = self._learned.speaking_for.get(label, {})
        spoken = [one for one in self._since if one in weights]
        telling = [one for one in spoken if len(one) > 1] or spoken
        strongest = sorted((weights[one] for one in telling), reverse=True)[:SHOWN]
        if not strongest:
            return []
        least = max(strongest[-1], strongest[0] / SHOWN_FROM)
        shown = [(-weights[one], self._first(one), one) for one in telling if weights[one] >= least]
        return [
            Spoken(utterance, start, -start - len(word), word, -against, percent)
            for against, (utterance, start, percent), word in sorted(shown)[:SHOWN]
        ]

    def _more(self, said: Mapping[str, int]) -> dict[str, int]:
        """Word -> per cent by which it counts more than before."""
        again = {
            word: self._said.get(word, 0)
            for word, percent in said.items()
            if percent > 100 or word in self._said
        }
        self._said.update(said)
        more = dict(said)
        for word, before in again.items():
            self._said[word] += before
            more[word] = counted(self._said[word]) - counted(before)
        return more

    def _first(self, word: str) -> tuple[int, int, int]:
        """The utterance and character where a word was first said, and its per cent."""
        utterance = self._since[word]
        if word in self._misheard:
            return utterance, *self._misheard[word]
        return utterance, self._texts[utterance].index(word), 100
