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
        if not self._any.search(text):
            return {}
        spots = (at + len(word) for word in self.before for at in _places(word, text))
        return {end: not text.endswith(self.but_not, 0, end) for end in spots}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return any_of(self.before)

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
            Spot(*said.span(), said[0] in self.near)
            for said in self._any.finditer(text)
            if not Denial.covers(denied, text, *said.span())
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

    def __bool__(self) -> bool:
        """Whether there is anything that calms."""
        return bool(self.near or self.before)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return any_of([*self.near, *self.before])


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the words, the longest where several begin; without words, nothing."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
