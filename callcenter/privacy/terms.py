"""How long each class is kept, as the county's retention.toml says; checked whole."""

import calendar
import re
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from callcenter.facts import Line
from callcenter.tickets.tomlfile import read_toml

_TERM = re.compile(r"([1-9]\d{0,3}) (day|month|year)s?")
FOR_EVER = "for ever"


class Kept(StrEnum):
    """A class of what is a citizen's; deleted in this order."""

    RECORDINGS = "recordings"
    WORDS = "words"
    NUMBERS = "numbers"
    ATTACHMENTS = "attachments"


class KeptFile(StrEnum):
    """A class of files that belong to no call and no ticket."""

    EXPORTS = "exports"
    ASTERISK_LOGS = "asterisk_logs"
    DATABASE_COPIES = "database_copies"


class Term(BaseModel):
    """A length of time by the calendar; `count` 0 is for ever."""

    model_config = ConfigDict(frozen=True)

    count: int = 0
    unit: str = "day"

    def __str__(self) -> str:
        several = "s" if self.count > 1 else ""
        return f"{self.count} {self.unit}{several}" if self.count else FOR_EVER

    def before(self, now: datetime) -> datetime | None:
        """What ended before this is due; None: nothing ever is."""
        if not self.count:
            return None
        if self.unit == "day":
            return now - timedelta(days=self.count)
        months = self.count * (12 if self.unit == "year" else 1)
        years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
        last = calendar.monthrange(max(years, 1), month + 1)[1]
        return now.replace(year=max(years, 1), month=month + 1, day=min(now.day, last))


def _read_term(told: Any) -> Any:
    if told == FOR_EVER:
        return Term()
    if not isinstance(told, str) or not (found := _TERM.fullmatch(told)):
        raise ValueError('must be "N days", "N months", "N years" or "for ever"')
    return Term(count=int(found[1]), unit=found[2])


Length = Annotated[Term, BeforeValidator(_read_term)]


class ByLine(BaseModel):
    """A class's terms, by line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Length = Field(alias="12345")
    police: Length = Field(alias="110")


class Files(BaseModel):
    """The terms of files that belong to no call and no ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    exports: Length
    asterisk_logs: Length
    database_copies: Length


class Terms(BaseModel):
    """A whole retention.toml; nothing may be left out: somebody decided each term."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: time
    recordings: ByLine
    words: ByLine
    numbers: ByLine
    attachments: ByLine
    files: Files

    def of(self, kept: Kept, line: Line) -> Term:
        """How long this class is kept after a matter of this line has ended."""
        by_line: ByLine = getattr(self, kept.value)
        return by_line.police if line is Line.POLICE else by_line.service

    def of_file(self, kept: KeptFile) -> Term:
        """How long such a file is kept after it was last written."""
        term: Term = getattr(self.files, kept.value)
        return term

    def of_staff_words(self) -> Term:
        """How long words of staff are kept that belong to no matter: the longest of `words`."""
        now = datetime(2000, 1, 1, tzinfo=UTC)
        terms = (self.words.service, self.words.police)
        return min(terms, key=lambda term: term.before(now) or datetime.min.replace(tzinfo=UTC))

    def rule(self, kept: Kept, line: Line) -> str:
        """The rule in one line, for the trace: "recordings 12345 1 year"."""
        return f"{kept} {line} {self.of(kept, line)}"


def read_terms(path: Path) -> Terms:
    """The terms of a county's file.

    Raises:
        BadInputError: Names the file, the line, the key, the fault and the remedy.
    """
    return read_toml(path, Terms)[0]
