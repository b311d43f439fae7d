"""What people call about, by item and month; read from shares.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from pydantic import BaseModel, Field

FILE = Path(__file__).with_name("shares.toml")
MONTHS = range(1, 13)
EVEN = (1.0,) * 12


class Season(BaseModel):
    """Which words an item's texts hold in some months."""

    months: frozenset[int]
    any: tuple[str, ...]


class Share(BaseModel):
    """How often an item comes, and how it comes."""

    share: float
    asks: int = Field(3, ge=0, le=10)  # of ten
    months: tuple[float, ...] = EVEN
    urgent: float = 0.004
    police: float = 0.0
    words: tuple[Season, ...] = ()

    def words_in(self, month: int) -> tuple[str, ...]:
        """What most texts of this month hold one of; empty: anything."""
        return next((season.any for season in self.words if month in season.months), ())


@dataclass(frozen=True, eq=False)
class Shares:
    """All items of the hotline, each with its share."""

    of: Mapping[str, Share]

    @property
    def items(self) -> tuple[str, ...]:
        """The items' codes, in order."""
        return tuple(self.of)

    @cache  # noqa: B019  # there is one of these
    def until(self, month: int) -> tuple[float, ...]:
        """The items' weights in this month, added up one after the other."""
        return tuple(accumulate(one.share * one.months[month - 1] for one in self.of.values()))

    def of_month(self, month: int) -> float:
        """How busy the month is; an average one is near 1000."""
        return self.until(month)[-1]


def read_shares(items: Mapping[str, str]) -> Shares:
    """The shares of these items; what shares.toml does not list has its `rest`."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    listed = {code: Share.model_validate(one) for code, one in told["item"].items()}
    rest = Share(share=told["rest"])
    return Shares({code: listed.get(code, rest) for code in sorted(items)})
