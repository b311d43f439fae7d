"""How words sound: the door to pypinyin. Pure but for reading its own table of costs once.

A recogniser writes what it heard with characters of the same or a near sound (南大街 as 兰打街).
`alike` gives every text a shape that such errors leave unchanged, so that names and rule words
can be looked up by it as fast as by their characters; `cost` then says how far what was said is
from what was meant. The costs are data: sounds.toml.
"""

import tomllib
from functools import cache, lru_cache
from itertools import islice, product
from math import inf
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT

COSTS_FILE = Path(__file__).with_name("sounds.toml")
MOST_FORMS = 8  # of one name; names with more than three characters of several readings are rare
FIRST_CODE = 0xE000  # of Unicode's private use area: no text of anybody's holds these
FINALS_APIECE = 64

INITIALS = (
    *("b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x"),
    *("zh", "ch", "sh", "r", "z", "c", "s", "y", "w", ""),
)
FINALS = (
    *("a", "o", "e", "i", "u", "v", "ai", "ei", "ui", "ao", "ou", "iu", "ie", "ue", "ve", "er"),
    *("an", "en", "in", "un", "vn", "ang", "eng", "ing", "ong", "ia", "iao", "ian", "iang"),
    *("iong", "ua", "uo", "uai", "uan", "uang", "ueng", "io", "m", "n", "ng", "ê", "van"),
)

# Behind h, what the same syllable is written as behind f: hui is fei, hong is feng.
WITHOUT_GLIDE = {
    **{"ua": "a", "uo": "o", "uai": "ai", "ui": "ei", "uan": "an", "un": "en"},
    **{"uang": "ang", "ong": "eng"},
}

Syllable = tuple[str, str, str]  # initial, final, tone as a digit ("5": none)


def alike(text: str) -> str:
    """The text's shape: as long as the text, one code for each character's class of sounds.

    Characters of one class may be taken for one another; tones do not count, nor do the pairs of
    sounds.toml. A character of several readings has the code of its most usual one. What has no
    Chinese reading stays as it is.
    """
    return "".join(map(_CODES.__getitem__, text))


def alike_forms(name: str) -> tuple[str, ...]:
    """The shapes that a name may be heard in, `alike(name)` first.

    A character may be heard as it is read in this name (行 in 银行) or be written right and so
    have the code of its usual reading; any mixture of the two is a form.
    """
    usual = alike(name)
    if not _has_words(name):
        return (usual,)  # most names: to read them would take a hundred times as long
    read = "".join(_code_of(_parsed(one)) or one for one in _read(name))
    if len(read) != len(usual) or read == usual:
        return (usual,)
    choices = [(u,) if u == r else (u, r) for u, r in zip(usual, read, strict=True)]
    return tuple("".join(form) for form in islice(product(*choices), MOST_FORMS))


def cost(said: str, written: str) -> float:
    """How unlike two texts sound: 0 where equal, else the mean of their characters' costs.

    Infinite where lengths differ or a character of one cannot be taken for that of the other.
    """
    if len(said) != len(written):
        return inf
    if said == written:
        return 0.0
    return sum(map(_character_cost, said, written)) / len(said)


@lru_cache(maxsize=100_000)
def _character_cost(said: str, written: str) -> float:
    if said == written:
        return 0.0
    pairs = product(_readings(said), _readings(written))
    return min((_syllable_cost(one, other) for one, other in pairs), default=inf)


def _syllable_cost(one: Syllable, other: Syllable) -> float:
    table = _costs()
    finals = (one[1], other[1])
    if {one[0], other[0]} == {"f", "h"}:
        finals = (WITHOUT_GLIDE.get(one[1], one[1]), WITHOUT_GLIDE.get(other[1], other[1]))
    tone = table["other_tone"] if one[2] != other[2] else 0.0
    initials = _part_cost("initials", one[0], other[0])
    return float(table["same_sound"]) + tone + initials + _part_cost("finals", *finals)


def _part_cost(kind: str, one: str, other: str) -> float:
    """0 where the parts are equal; for finals the glide in front (i, u) must be the same."""
    if one == other:
        return 0.0
    if kind == "finals" and len(one) > 2 and len(other) > 2 and one[0] == other[0]:
        one, other = (one[1:], other[1:]) if one[0] in "iuv" else (one, other)
    near = _costs()[kind]
    return float(near.get(f"{one} {other}", near.get(f"{other} {one}", inf)))


@cache
def _readings(character: str) -> tuple[Syllable, ...]:
    """Every reading of a character; none where it has no Chinese one."""
    told = pinyin(character, style=Style.TONE3, heteronym=True, errors="ignore")
    return tuple(_parsed(one) for one in told[0]) if told else ()


def _has_words(text: str) -> bool:
    """Whether pypinyin has a word in the text, by which it may read a character unusually."""
    size = len(text)
    return any(
        text[at:end] in PHRASES_DICT for at in range(size - 1) for end in range(at + 2, size + 1)
    )


def _read(text: str) -> list[str]:
    """Each character's reading in this text; what has none stands for itself."""
    apart: Any = list  # pypinyin takes a list's items as readings of their own; its types do not
    return lazy_pinyin(text, style=Style.TONE3, errors=apart)


def _parsed(reading: str) -> Syllable:
    """A reading as pypinyin writes it (zhong4) in its parts."""
    tone = reading[-1:] if reading[-1:].isdigit() else "5"
    plain = reading.rstrip("012345").replace("ü", "v")
    initial = next((one for one in _LONGEST_FIRST if plain.startswith(one)), "")
    final = plain[len(initial) :]
    if initial in ("j", "q", "x", "y") and final.startswith("u"):
        final = "v" + final[1:]
    return initial, final, tone


def _code_of(syllable: Syllable) -> str | None:
    """The code of a syllable's class; None where it is no syllable."""
    initial, final = syllable[0], syllable[1]
    if initial in ("f", "h"):
        initial, final = "f", WITHOUT_GLIDE.get(final, final)
    classes = _classes()
    initial, final = classes.get(initial, initial), classes.get(final, final)
    if initial not in INITIALS or final not in FINALS:
        return None
    where = INITIALS.index(initial) * FINALS_APIECE + FINALS.index(final)
    return chr(FIRST_CODE + where)


@cache
def _classes() -> dict[str, str]:
    """Each sound that may be taken for another -> the one that stands for both."""
    table = _costs()
    classes = {}
    for pair in [*table["initials"], *table["finals"]]:
        one, other = pair.split()
        classes[one] = other
        if pair in table["finals"]:
            classes |= {g + one: g + other for g in "iuv" if g + other in FINALS}
    return classes


@cache
def _costs() -> dict[str, Any]:
    return tomllib.loads(COSTS_FILE.read_text(encoding="utf-8"))


class _Codes(dict[str, str]):
    """Characters -> codes, filled as characters are met."""

    def __missing__(self, character: str) -> str:
        readings = _readings(character)
        self[character] = (_code_of(readings[0]) if readings else None) or character
        return self[character]


_CODES = _Codes()
_LONGEST_FIRST = sorted((one for one in INITIALS if one), key=len, reverse=True)
