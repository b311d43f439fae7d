"""What callers say about their own words: 不对, 是城西; 我家住古陶, 我说的是城西那边的路.

Simple, stated cues that stand right before or behind a name; the place of the problem counts more
than the caller's home, and what was taken back counts for nothing.
"""

import re
from enum import StrEnum

from callcenter.tickets.spoken.mention import Mention


class Stance(StrEnum):
    """What the caller said of a name."""

    PLAIN = "plain"
    DENIED = "denied"  # 不是城东
    HOME = "home"  # 我家住古陶
    MEANT = "meant"  # 我说的是城西


# Right before a name, with at most these fillers between.
FILLERS = r"(?:[\s,，。、]|那个|这个|我们|咱们|我们这|在|的|说|到|呃|嗯|啊|就是){0,3}$"
BEFORE = (
    (Stance.DENIED, r"(?<!是)(?:不是|不在|没在|并不是|并非|不属于|不归)"),
    (
        Stance.HOME,
        r"(?:我家住|我家|我们家|我住|我现在住|我人在|家住|家在|家是|老家是|老家|户口|我是|住在|人在)",
    ),
    (
        Stance.MEANT,
        r"(?:我说的是|我要说的是|我指的是|我反映的是|反映的是|问题在|问题出在|出事的|出事地点"
        r"|地点|位置|发生在|应该是|其实是|而是|改成|说的是|事情在|事儿在|不对是|不是是|坏的是)",
    ),
)
# Takes back the name before it, if another of its level follows within REACH characters.
TAKEN_BACK = re.compile(r"不对|说错了?|讲错了?|记错了?|搞错了?|弄错了?|口误|错了|更正一?下")
REACH = 12

_BEFORE = [(stance, re.compile(cue + FILLERS)) for stance, cue in BEFORE]
_ANY = re.compile("|".join([*(cue for _, cue in BEFORE), TAKEN_BACK.pattern]))
LONGEST_CUE = 14  # characters with its fillers


def stances(text: str, mentions: list[Mention]) -> dict[int, Stance]:
    """The stance to the name that begins at each place of the text; plain ones are left out."""
    if not _ANY.search(text):
        return {}
    told = {}
    for start in {one.start for one in mentions}:
        before = text[max(0, start - LONGEST_CUE) : start]
        first = next((stance for stance, cue in _BEFORE if cue.search(before)), None)
        if first:
            told[start] = first
    _carry_on(mentions, told)
    for cue in TAKEN_BACK.finditer(text):
        _take_back(cue.start(), cue.end(), mentions, told)
    return told


def _carry_on(mentions: list[Mention], told: dict[int, Stance]) -> None:
    """A name right behind another is of one breath with it: 我家住古陶镇李家庄."""
    for one in sorted(mentions, key=lambda mention: mention.start):
        if one.start in told:
            told.setdefault(one.end, told[one.start])


def _take_back(start: int, end: int, mentions: list[Mention], told: dict[int, Stance]) -> None:
    before = [one for one in mentions if one.end <= start]
    behind = [one for one in mentions if end <= one.start <= end + REACH]
    if not before or not behind:
        return
    meant = min(one.start for one in behind)
    levels = {one.place.level for one in behind if one.start == meant}
    of_its_level = [one for one in before if one.place.level in levels]
    if of_its_level:
        told[max(one.start for one in of_its_level)] = Stance.DENIED
        told[meant] = Stance.MEANT
