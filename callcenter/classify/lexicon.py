"""The rules in memory: which word speaks for what, and finding those words in a text. Pure.

A *target* is what a word speaks for: an item ("113"), a kind ("求助"), `URGENT`, an outcome, or
`NOT` + a target, which rules that target out. Weights are whole thousandths, so sums are exact.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, chain

from callcenter.classify.combinations import Combinations, Found, Together, Weights
from callcenter.classify.context import Calm, Denial, Spot, any_of
from callcenter.classify.learned_words import LearnedWords
from callcenter.classify.remembered import Remembered
from callcenter.classify.soundalikes import SoundAlikes
from callcenter.facts import Kind

URGENT = "urgent"
NEEDS_110 = "needs_110"
BELONGS_TO_12345 = "belongs_to_12345"
NOT = "!"
MANY = 3  # characters from which on a token may hold words besides itself

# The rule words in a token: each with its first character there, and the places it fills.
Inside = tuple[tuple[str, int, Weights, int], ...]


@dataclass(frozen=True, eq=False)
class Rules:
    """A set of rules; `callcenter.classify.rulefiles.load_rules` reads one from files."""

    version: str  # changes whenever any rule does
    items: Mapping[str, str]  # what texts are sorted to: code -> name
    words: Mapping[str, Weights]  # every word a rule knows; {} where only a combination needs it
    together: tuple[Together, ...]
    denial: Denial
    not_after: Mapping[str, tuple[str, ...]]  # target -> what silences a word for it when before it
    enough: Mapping[str, float]  # urgent or an outcome -> the weights that make a call that
    cut: Callable[[str], list[str]]  # text -> tokens that joined are the text
    calm: Mapping[str, Calm] = field(default_factory=dict)  # target -> what takes its words back
    items_for_12345: frozenset[str] = frozenset()  # whose points count for BELONGS_TO_12345 too
    sounds: SoundAlikes | None = None  # None: words count only as they are written
    learned: LearnedWords | None = None  # what confirmed texts taught, beside the words above
    silent: frozenset[str] = frozenset()  # names that say nothing: 车站社区 is not about a 车站

    def find(self, text: str, tokens: list[str]) -> list[Found]:
        """The rules' words in a text that stand undenied, in order, then the combinations.

        The tokens are those that `cut` makes of the text.
        """
        found = self._written(tokens)
        if heard := self._heard(tokens):
            found = sorted([*found, *heard], key=_place)
        if denied := self.denial.ends(text):
            covers = self.denial.covers
            found = [one for one in found if not covers(denied, text, one.start, one.end)]
        found += self._combinations.among(found)
        return self._allowed(found, text, denied)

    def without_silent(self, tokens: list[str]) -> list[str]:
        """The tokens, names among them that say nothing blanked out; each keeps its length."""
        if self.silent.isdisjoint(tokens):
            return tokens
        return [one if one not in self.silent else "\0" * len(one) for one in tokens]

    def _written(self, tokens: list[str]) -> list[Found]:
        starts = accumulate(map(len, tokens), initial=0)
        return [
            Found(word, start + offset, start + offset + len(word), weights, fills)
            for start, inside in zip(starts, map(self._inside.__getitem__, tokens), strict=False)
            for word, offset, weights, fills in inside
        ]

    def _heard(self, tokens: list[str]) -> list[Found]:
        """What only sounds like a rule's word; it counts as a token of the text would."""
        if self.sounds is None:
            return []
        return [
            Found(word, start + offset, start + offset + len(word), weights, fills, heard.percent)
            for start, heard in self.sounds.find(self.without_silent(tokens))
            for word, offset, weights, fills in self._inside[heard.word]
        ]

    @cached_property
    def _inside(self) -> Remembered[str, Inside]:
        return Remembered(self._words_inside)

    def _words_inside(self, token: str) -> Inside:
        """The token itself and words it begins or ends with.

        A rule for the longer word replaces those inside it that speak for the same sort of
        target: 医疗保险 is not about 医疗. Words in the middle never count: 人民政府 has no 民政.
        Words that only combinations need are found all the same: 奶奶 in 我奶奶.
        """
        if token in self.silent:
            return ()
        own, fills = self.words.get(token), self._combinations.fills
        inside = [] if own is None else [(token, 0, own, fills(token))]
        if len(token) < MANY:
            return tuple(inside)
        shorter = range(len(token) - 1, 1, -1)
        for ends in ([(token[:n], 0) for n in shorter], [(token[-n:], -n) for n in shorter]):
            taken = {self._sort(target) for target in own or ()}
            for word, offset in ends:
                weights = self.words.get(word)
                if weights is None:
                    continue
                left = {one: its for one, its in weights.items() if self._sort(one) not in taken}
                if left or not weights:
                    inside.append((word, offset % len(token), left, fills(word)))
                    taken |= {self._sort(target) for target in left}
        return tuple(inside)

    def _sort(self, target: str) -> str:
        if target in self.items:
            return "item"
        return "kind" if target in _KINDS else target

    @cached_property
    def _combinations(self) -> Combinations:
        return Combinations(self.together)

    @cached_property
    def _guarded(self) -> frozenset[str]:
        """Targets whose words something may silence."""
        return frozenset([*self.not_after, *(one for one, calm in self.calm.items() if calm)])

    @cached_property
    def _silencing(self) -> re.Pattern[str]:
        """Finds whether a text has anything that may silence a word."""
        calming = (word for calm in self.calm.values() for word in (*calm.near, *calm.before))
        return any_of([*chain.from_iterable(self.not_after.values()), *calming])

    def _allowed(self, found: list[Found], text: str, denied: dict[int, bool]) -> list[Found]:
        """The finds without the targets that what stands before or near them silences."""
        if not self._silencing.search(text):
            return found
        free = self._guarded.isdisjoint
        spots: dict[str, list[Spot]] = {}  # of the targets met so far
        for number, one in enumerate(found):
            if free(one.weights):
                continue
            silenced = {
                target
                for target in self._guarded.intersection(one.weights)
                if self._silences(target, one, text, denied, spots)
            }
            if silenced:
                left = {its: one.weights[its] for its in one.weights if its not in silenced}
                found[number] = replace(one, weights=left)
        return found

    def _silences(
        self,
        target: str,
        one: Found,
        text: str,
        denied: dict[int, bool],
        spots: dict[str, list[Spot]],
    ) -> bool:
        if text.endswith(self.not_after.get(target, ()), 0, one.start):
            return True
        calm = self.calm.get(target)
        if calm is None:
            return False
        if target not in spots:
            spots[target] = calm.spots(text, denied)
        return calm.covers(spots[target], text, one.start, one.end)


_KINDS = frozenset(kind.value for kind in Kind)


def _place(found: Found) -> tuple[int, int]:
    return found.start, found.end
