"""What the centre says in the open: how to reach it, and its notices; public.toml."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callcenter.tickets.tomlfile import read_toml


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Part):
    """A text in Chinese, and in English where somebody wrote one."""

    zh: Annotated[str, Field(min_length=1, max_length=2_000)]
    en: Annotated[str, Field(max_length=4_000)] = ""


class Way(_Part):
    """A way to reach the centre; `call` may be dialled by pressing it."""

    name: Said
    told: Said
    call: Annotated[str, Field(pattern=r"^[0-9-]{0,20}$")] = ""


class Notice(_Part):
    """What the centre makes known, shown from one day to another (both included)."""

    title: Said
    text: Said
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Notice":
        if self.until and self.until < self.since:
            raise ValueError("until is before since: write the last day on which it is shown")
        return self

    def is_shown(self, day: date) -> bool:
        """Whether it is shown on this day of the county."""
        return self.since <= day and (self.until is None or day <= self.until)


class PublicBook(_Part):
    """A whole public.toml."""

    name: Said
    way: tuple[Way, ...] = ()
    notice: tuple[Notice, ...] = ()

    def notices(self, day: date) -> list[Notice]:
        """Those shown on this day, newest first."""
        shown = [one for one in self.notice if one.is_shown(day)]
        return sorted(shown, key=lambda one: one.since, reverse=True)


def read_public(path: Path) -> PublicBook:
    """The file as it is now.

    Raises:
        BadInputError: Names the file, the line, the key, the fault and the remedy.
    """
    return read_toml(path, PublicBook)[0]
