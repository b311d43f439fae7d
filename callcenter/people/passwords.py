"""Passwords: what one must be, and the door to argon2.

The rules are length and a list of the commonest, and no composition: people write 1! at the end.
Source: NIST SP 800-63B-4, section 3.1.1.2 (15 characters where the password is the only factor, a
code point is a character, NFKC before hashing, no composition rules, no change by the calendar);
checked against reports of it, not against the full text. RFC 9106 (argon2id).
"""

import secrets
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from callcenter.errors import BadInputError

MOST: Final = 256  # characters; more is no better and costs us
_COMMON = Path(__file__).with_name("common_passwords.txt")
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_GROUPS: Final = 4  # of five: 99 bits


class Passwords:
    """Hashes and checks; each check costs one hash, whether there is an account or not.

    Args:
        hasher: argon2's, with the site's costs.
        least: Characters that a password must have.
    """

    def __init__(self, hasher: PasswordHasher | None = None, least: int = 15) -> None:
        self._hasher, self._least = hasher or PasswordHasher(), least
        self._nobodys = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        return self._hasher.hash(_normal(password))

    def fits(self, password: str, kept: str) -> bool:
        """Whether the password is the one of which this was kept; `kept` may be ""."""
        try:
            return self._hasher.verify(kept or self._nobodys, _normal(password)) and bool(kept)
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError):
            return False  # what was kept is no hash of ours: nobody signs in with it

    def refuse(self, password: str, name: str) -> None:
        """Nothing, where a person may take this password.

        Raises:
            BadInputError: It is too short, too long, too common, or the name again and again.
        """
        told = _normal(password)
        if len(told) < self._least:
            raise BadInputError(f"new password is too short: {self._least} characters or more")
        if len(told) > MOST:
            raise BadInputError(f"new password is too long: {MOST} characters or fewer")
        if _is_common(told.casefold(), name):
            raise BadInputError(
                "new password is one of the commonest, or one thing repeated: choose a few words "
                "that do not belong together"
            )


def generated() -> str:
    """A password that nobody has thought of, easy to read out: four groups of five."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(_GROUPS))
    return "-".join(groups)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _is_common(password: str, name: str) -> bool:
    known = {*_commonest(), name.casefold(), "callcenter", "12345", "110"}
    return any(_is_made_of(password, word) for word in known) or len(set(password)) < 4


def _is_made_of(password: str, word: str) -> bool:
    """Whether it is the word, or the word again and again, the last time perhaps in part."""
    if not word:
        return False
    times = len(password) // len(word) + 1
    return (word * times)[: len(password)] == password and len(password) >= len(word)


@cache
def _commonest() -> frozenset[str]:
    lines = _COMMON.read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
