"""A caller is looked up by a keyed hash of the number; the number itself cannot be searched for."""

import hmac
import re
from dataclasses import dataclass

from callcenter.ami.passwords import caller_secret
from callcenter.errors import BadInputError
from callcenter.settings import Settings

NO_DIGIT = re.compile(r"[\s()+-]")
NUMBER = re.compile(r"\d{3,20}")
COUNTRY = "86"
MOBILE_DIGITS = 11


@dataclass(frozen=True)
class CallerKey:
    """The site's secret, without which the hashes tell nothing."""

    secret: str

    @classmethod
    def of(cls, settings: Settings) -> "CallerKey":
        """The site's, made at first need.

        Raises:
            CannotStartError: CALLCENTER_CALLER_KEY_FILE is set and cannot be read.
        """
        return cls(caller_secret(settings))

    def hash(self, number: str) -> str:
        """What is kept in place of a telephone number, however it was written.

        Raises:
            BadInputError: It is no telephone number; the text of the error does not hold it.
        """
        digits = NO_DIGIT.sub("", number)
        if not NUMBER.fullmatch(digits):
            raise BadInputError("caller is no telephone number: write 3 to 20 digits")
        bare = digits.lstrip("0")
        if bare.startswith(COUNTRY) and len(bare) == len(COUNTRY) + MOBILE_DIGITS:
            bare = bare[len(COUNTRY) :]
        return hmac.digest(self.secret.encode(), bare.encode(), "sha256").hex()
