"""Errors as a recogniser makes them: characters replaced by others of the same or a near sound."""

from collections import defaultdict
from functools import cache
from random import Random

import jieba
from pypinyin import Style, lazy_pinyin, pinyin

COMMON = 3_500  # characters that errors are written with, as many as a newspaper reader knows
NEAR_STARTS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"))
NEAR_ENDS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
SEED = 20120308  # of measurements that are to be repeated
VERY_SOUND = 0.8  # of the errors; the rest is of a near sound


def with_sound_alikes(text: str, share: float, random: Random) -> str:
    """The text with that share of its Chinese characters replaced by sound-alikes.

    A character is read as its word reads it (行 in 银行) and becomes another common one of the
    same sound, in one of five cases of a near one (zh/z, ch/c, sh/s, n/l, f/h, in/ing, en/eng,
    an/ang); tones are as chance has them. One that no common character sounds like stays, and
    another is replaced in its stead while there are any. The same random state gives the same text.
    """
    characters, sounds = list(text), _sounds(text)
    spots = [spot for spot, sound in enumerate(sounds) if sound]
    wanted = round(len(spots) * share)
    random.shuffle(spots)
    for spot in spots:
        if wanted == 0:
            break
        other = _other(characters[spot], sounds[spot], random)
        wanted -= other is not None
        characters[spot] = other or characters[spot]
    return "".join(characters)


def _other(character: str, sound: str, random: Random) -> str | None:
    """Another character for this one; None where no common one sounds like it."""
    very, near = [sound], _near(sound)
    for sounds in (very, near) if random.random() < VERY_SOUND else (near, very):
        others = [c for one in sounds for c in _common().get(one, ()) if c != character]
        if others:
            return random.choice(others)
    return None


def _sounds(text: str) -> list[str]:
    """Each character's reading in the text, without its tone; empty where it is not Chinese."""
    read = lazy_pinyin(text, style=Style.NORMAL, errors=lambda other: [""] * len(other))
    assert len(read) == len(text)
    return list(read)


def _near(sound: str) -> list[str]:
    """The sounds that differ in a near start, a near end or both."""
    starts = {sound, *(_swapped(sound, NEAR_STARTS, front=True))}
    sounds = {other for one in starts for other in (one, *_swapped(one, NEAR_ENDS, front=False))}
    return sorted(sounds - {sound})


def _swapped(sound: str, pairs: tuple[tuple[str, str], ...], *, front: bool) -> list[str]:
    """The sound with its start (or end) as another writes it; the longer of a pair comes first."""
    has = sound.startswith if front else sound.endswith
    for longer, shorter in pairs:
        old, new = (longer, shorter) if has(longer) else (shorter, longer)
        if has(old):
            return [new + sound[len(old) :] if front else sound[: -len(old)] + new]
    return []


@cache
def _common() -> dict[str, list[str]]:
    """Sound -> its common characters, the more usual first."""
    jieba.setLogLevel("CRITICAL")
    jieba.initialize()
    counts = {c: n for c, n in jieba.dt.FREQ.items() if len(c) == 1 and "一" <= c <= "鿿"}
    table: dict[str, list[str]] = defaultdict(list)
    for character in sorted(counts, key=lambda c: (-counts[c], c))[:COMMON]:
        table[pinyin(character, style=Style.NORMAL)[0][0]].append(character)
    return dict(table)
