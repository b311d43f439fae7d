"""What is kept of a text so that its words are found, and what is looked for; pure.

Chinese is kept as pairs of neighbouring characters: 路灯不亮 as 路灯, 灯不, 不亮 and 亮. So
whatever was said is found by any part of it, and no dictionary has to agree today with itself of
last year. Letters and digits are kept as whole words, in small letters. What leaves here holds
letters and digits alone: no quote, no operator, nothing a query language could take for its own.
"""

import re
from collections.abc import Iterable, Iterator
from operator import add
from unicodedata import normalize

from callcenter.errors import BadInputError

RUN = re.compile(
    r"(?P<chinese>[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+)"
    r"|(?P<word>[^\W_\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+)"
)
LONGEST = 40  # characters of a word of letters or digits
MOST = 200  # characters of a question
PREFIX = "*"  # behind a piece: whatever begins with it


def kept(texts: Iterable[str]) -> str:
    """Every piece of these texts once, with spaces between."""
    return joined(map(pieces_of, texts))


def joined(pieces: Iterable[Iterable[str]]) -> str:
    """Every one of the pieces once, with spaces between."""
    return " ".join(sorted(set().union(*pieces)))


def pieces_of(text: str) -> frozenset[str]:
    """The pieces that are kept of a text."""
    found: set[str] = set()
    for run in RUN.finditer(_normal(text)):
        if run["word"]:
            found.add(run[0][:LONGEST])
        else:
            found.update(_pairs(run[0]))
            found.add(run[0][-1])  # so that a character alone begins some piece
    return frozenset(found)


def looked_for(question: str) -> list[str]:
    """The pieces that a ticket must have, all of them; a single character ends with PREFIX.

    Raises:
        BadInputError: The question is too long or has no word.
    """
    if len(question) > MOST:
        raise BadInputError(f"words are too long: at most {MOST} characters")
    found: dict[str, None] = {}
    for run in RUN.finditer(_normal(question)):
        text = run[0]
        if run["word"]:
            found[text[:LONGEST]] = None
        elif len(text) == 1:
            found[text + PREFIX] = None
        else:
            found.update(dict.fromkeys(_pairs(text)))
    if not found:
        raise BadInputError("words hold no letter, digit or character to look for: write some")
    return list(found)


def _pairs(text: str) -> Iterator[str]:
    return map(add, text, text[1:])


def _normal(text: str) -> str:
    """Full-width letters and digits as the usual ones, and small."""
    return normalize("NFKC", text).casefold()
