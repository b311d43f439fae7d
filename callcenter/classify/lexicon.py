"""The rules in memory: which word speaks for what, and finding those words in a text. Pure.

A *target* is what a word speaks for: an item ("113"), a kind ("求助"), `URGENT`, an outcome, or
`NOT` + a target, which rules that target out. Weights are whole thousandths, so sums are exact.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from callcenter.facts import Kind

URGENT = "urgent"
NEEDS_110 = "needs_110"
BELONGS_TO_12345 = "belongs_to_12345"
NOT = "!"
BETWEEN = "…"  # between the words of a combination, where it is shown
REACH = 15  # characters within which the words of a combination must begin
DENIAL_GAP = 2  # characters that may stand between a denial and the word it denies: 不是我家停水
QUESTION = "吗"  # 不是停水了吗 asks, it does not deny
CALM_REACH = 20  # characters between a word and what calms it
SENTENCE_ENDS = re.compile("[。！？!?；;\n]")
REMEMBERED = 50_000  # different tokens whose rule words are kept at hand

Weights = Mapping[str, int]  # target -> thousandths, below 0 where the word speaks against it


@dataclass(frozen=True)
class Together:
    """Words that mean more when they stand close to one another in one utterance."""

    words: tuple[tuple[str, ...], ...]  # for each place in it, the words that may fill it
    weights: Weights


@dataclass(frozen=True)
class Denial:
    """What takes back the word after it (不是), unless it is part of something else (是不是)."""

    before: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()

    def covers(self, text: str, start: int, end: int) -> bool:
        """Whether the word `text[start:end]` is denied."""
        if QUESTION in text[end : end + 3]:
            return False
        for gap in range(DENIAL_GAP + 1):
            said = text[: max(start - gap, 0)]
            if said.endswith(self.before):
                return not said.endswith(self.but_not)
        return False


@dataclass(frozen=True)
class Calm:
    """What near a word of danger says that the danger is not here and now.

    Near is: in the same sentence of the same utterance, at most CALM_REACH characters away.
    """

    near: tuple[str, ...] = ()  # 保险, 演练: before or behind the word
    before: tuple[str, ...] = ()  # 去年, 如果: only before it, for 着火了 去年刚装修 is a fire
    now: tuple[str, ...] = ()  # 正在, 快来: near as well, they keep the word in force

    def covers(self, text: str, start: int, end: int, denial: Denial) -> bool:
        """Whether the word `text[start:end]` is calmed; a denied 演练 calms nothing."""
        before = SENTENCE_ENDS.split(text[max(start - CALM_REACH, 0) : start])[-1]
        behind = SENTENCE_ENDS.split(text[end : end + CALM_REACH])[0]
        window = before + text[start:end] + behind
        if any(word in window for word in self.now):
            return False
        left = start - len(before)
        spots = [(left + before.find(word), word) for word in self.before if word in before]
        spots += [(left + window.find(word), word) for word in self.near if word in window]
        return any(not denial.covers(text, at, at + len(word)) for at, word in spots)


@dataclass(frozen=True)
class Found:
    """A rule's word, or a combination, in a text; `text[start:end]` holds it."""

    word: str
    start: int
    end: int
    weights: Weights


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
    silent: frozenset[str] = frozenset()  # names that say nothing: 车站社区 is not about a 车站

    def find(self, text: str) -> list[Found]:
        """The rules' words in a text that stand undenied, in order, then the combinations."""
        found: list[Found] = []
        start = 0
        for token in self.cut(text):
            for word, offset, weights in self._inside(token):
                at = start + offset
                if not self.denial.covers(text, at, at + len(word)):
                    found.append(Found(word, at, at + len(word), weights))
            start += len(token)
        found += self._combined(found)
        return [self._allowed(one, text) for one in found]

    @cached_property
    def _inside(self) -> Callable[[str], tuple[tuple[str, int, Weights], ...]]:
        return lru_cache(REMEMBERED)(self._words_inside)

    def _words_inside(self, token: str) -> tuple[tuple[str, int, Weights], ...]:
        """(word, offset, weights) of the token itself and of words it begins or ends with.

        A rule for the longer word replaces those inside it that speak for the same sort of
        target: 医疗保险 is not about 医疗. Words in the middle never count: 人民政府 has no 民政.
        """
        if token in self.silent:
            return ()
        own = self.words.get(token)
        inside = [] if own is None else [(token, 0, own)]
        shorter = range(len(token) - 1, 1, -1)
        for ends in ([(token[:n], 0) for n in shorter], [(token[-n:], -n) for n in shorter]):
            taken = {self._sort(target) for target in own or ()}
            for word, offset in ends:
                weights = self.words.get(word, {})
                left = {one: its for one, its in weights.items() if self._sort(one) not in taken}
                if left:
                    inside.append((word, offset % len(token), left))
                    taken |= {self._sort(target) for target in left}
        return tuple(inside)

    def _sort(self, target: str) -> str:
        if target in self.items:
            return "item"
        return "kind" if target in _KINDS else target

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int]]]:
        """For each word the combinations and the places in them that it may fill."""
        index: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, rule in enumerate(self.together):
            for place, words in enumerate(rule.words):
                for word in words:
                    index[word].append((number, place))
        return index

    def _combined(self, found: list[Found]) -> list[Found]:
        """Combinations all of whose places are filled within REACH; each once, in their order."""
        filled: dict[int, dict[int, list[Found]]] = defaultdict(lambda: defaultdict(list))
        for one in found:
            for number, place in self._places.get(one.word, ()):
                filled[number][place].append(one)
        combined = []
        for number in sorted(filled):
            rule = self.together[number]
            if len(filled[number]) == len(rule.words) and (spots := _close(filled[number])):
                start, end = min(one.start for one in spots), max(one.end for one in spots)
                word = BETWEEN.join(one.word for one in spots)
                combined.append(Found(word, start, end, rule.weights))
        return combined

    def _allowed(self, found: Found, text: str) -> Found:
        """The find without the targets that what stands before or near it silences."""
        silenced = {one for one in found.weights if self._silences(one, found, text)}
        if not silenced:
            return found
        weights = {one: weight for one, weight in found.weights.items() if one not in silenced}
        return Found(found.word, found.start, found.end, weights)

    def _silences(self, target: str, found: Found, text: str) -> bool:
        if text[: found.start].endswith(self.not_after.get(target, ())):
            return True
        calm = self.calm.get(target)
        return calm is not None and calm.covers(text, found.start, found.end, self.denial)


_KINDS = frozenset(Kind)


def _close(filled: Mapping[int, list[Found]]) -> list[Found]:
    """One find a place, the first whose others stand beside it within REACH; [] without any."""
    first, *others = (filled[place] for place in sorted(filled))
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
