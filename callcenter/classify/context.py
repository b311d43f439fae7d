"""What the words around a rule's word make of it: denied, or calmed. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

DENIAL_GAP = 2  # characters that may stand between a denial and the word it denies: 不是我家停水
QUESTION = "吗"  # 不是停水了吗 asks, it does not deny
CALM_REACH = 20  # characters between a word and what calms it
SENTENCE_ENDS = re.compile("[。！？!?；;\\n]")


@dataclass(frozen=True)
class Denial:
    """What takes back the word after it (不是), unless it is part of something else (是不是)."""

    before: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()

    def ends(self, text: str) -> dict[int, bool]:
        """Where in a text a denial ends, and whether it is one."""
        spots = (at + len(word) for word in self.before for at in _places(word, text))
        return {end: not text.endswith(self.but_not, 0, end) for end in spots}

    @staticmethod
    def covers(ends: dict[int, bool], text: str, start: int, end: int) -> bool:
        """Whether the word `text[start:end]` is denied; the nearest of `ends` says so."""
        if not ends or QUESTION in text[end : end + 3]:
            return False
        gaps = (start - gap for gap in range(DENIAL_GAP + 1) if start - gap in ends)
        return next((ends[one] for one in gaps), False)


class Spot(NamedTuple):
    """Where a word stands that calms what is near it, or only what comes after it."""

    start: int
    end: int
    either_side: bool


@dataclass(frozen=True)
class Calm:
    """What near a word of danger says that the danger is not here and now.

    Near is: in the same sentence of the same utterance, at most CALM_REACH characters away.
    """

    near: tuple[str, ...] = ()  # 保险, 演练: before or behind the word
    before: tuple[str, ...] = ()  # 去年, 如果: only before it, for 着火了 去年刚装修 is a fire
    now: tuple[str, ...] = ()  # 正在, 快来: near as well, they keep the word in force

    def spots(self, text: str, denied: dict[int, bool]) -> list[Spot]:
        """Where a text has words that calm; a denied 演练 calms nothing."""
        return [
            Spot(start, end, text[start:end] in self.near)
            for start, end in self._words.spans(text)
            if not Denial.covers(denied, text, start, end)
        ]

    def covers(self, spots: list[Spot], text: str, start: int, end: int) -> bool:
        """Whether the word `text[start:end]` is calmed by one of the spots."""
        if not spots:
            return False
        first = start - len(SENTENCE_ENDS.split(text[max(start - CALM_REACH, 0) : start])[-1])
        last = end + len(SENTENCE_ENDS.split(text[end : end + CALM_REACH])[0])
        calmed = any(
            first <= spot.start and spot.end <= (last if spot.either_side else start)
            for spot in spots
        )
        return calmed and not any(word in text[first:last] for word in self.now)

    @cached_property
    def _words(self) -> "_Words":
        return _Words([*self.near, *self.before])


class _Words:
    """Words to be looked for together; a pattern of alternatives would try them one by one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._begun: dict[str, list[str]] = {}  # first character -> words, the longest first
        for word in sorted(set(words), key=lambda word: (-len(word), word)):
            self._begun.setdefault(word[0], []).append(word)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where they stand, in order; of those that overlap the first, and there the longest."""
        spans, free = [], 0
        for start, first in enumerate(text):
            if first not in self._begun or start < free:
                continue
            for word in self._begun[first]:
                if text.startswith(word, start):
                    free = start + len(word)
                    spans.append((start, free))
                    break
        return spans


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
