"""Numbers outside: which of them may be dialled, by the patterns that the dialplan also has.

A pattern is Asterisk's: X is 0-9, Z 1-9, N 2-9, [3-9] one of these; nothing else. Whatever the
patterns say, 00 (abroad) is never dialled. Decision: docs/decisions/0024-dialling-out.md.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from callcenter.errors import BadInputError

ABROAD = "00"
_MARKS = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}


def refuse_number(number: str, patterns: Iterable[str]) -> None:
    """Nothing for a number that may be dialled; the number itself is in no message.

    Raises:
        BadInputError: It is none that this site allows.
    """
    if not re.fullmatch(r"[0-9]{3,16}", number):
        raise BadInputError("number must be 3 to 16 digits, without +, spaces or dashes")
    if number.startswith(ABROAD):
        raise BadInputError("number begins with 00: calls abroad are not allowed")
    if not any(_pattern(pattern).fullmatch(number) for pattern in patterns):
        raise BadInputError(
            "number is of no kind this site may dial: see CALLCENTER_DIAL_OUT_NUMBERS"
        )


@lru_cache(maxsize=128)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_MARKS.get(mark, mark) for mark in pattern))
