"""What a likeness is worth, from when it is offered, and how far to look: duplicates.toml."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callcenter.tickets.tomlfile import read_toml

Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[int, Field(ge=0, le=100)]
Item = Annotated[str, Field(pattern=r"^\d{3}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class PointsToml(_Part):
    """The most that each likeness is worth; 100 together."""

    item: Points = 15
    place: Points = 25
    time: Points = 10
    words: Points = 50

    @model_validator(mode="after")
    def _are_a_hundred(self) -> Self:
        whole = self.item + self.place + self.time + self.words
        if whole != 100:
            raise ValueError(f"item, place, time and words add up to {whole}: make it 100")
        return self


class ItemToml(_Part):
    """What another item is worth: words lead to a wrong one often enough."""

    akin: Share = Field(0.5, description="of the points, for another item of the same group")
    groups: tuple[tuple[Item, ...], ...] = ()

    def are_akin(self, item: str, other: str) -> bool:
        """Whether a group has both."""
        return any(item in group and other in group for group in self.groups)


class PlaceToml(_Part):
    """Of the points: by metres where both points are known, else by the cells of the grid."""

    full_metres: float = Field(100, ge=0, description="as near as this is the same place")
    none_metres: float = Field(1500, gt=0, le=5000, description="as far as this is elsewhere")
    same_cell: Share = 0.8
    beside: Share = Field(0.4, description="basic cells that touch")
    within: Share = Field(0.5, description="of one only the village or township is known")
    same_village: Share = 0.3

    @model_validator(mode="after")
    def _are_in_order(self) -> Self:
        if self.none_metres <= self.full_metres:
            raise ValueError("none_metres must be above full_metres")
        return self


class TimeToml(_Part):
    """How old a ticket may be."""

    half_hours: float = Field(72, gt=0, description="apart: half of the points")
    days: int = Field(30, ge=1, le=366, description="opened at most so long before or after")
    other_item_days: int = Field(3, ge=0, le=366, description="the same, of an item not akin")
    closed_days: int = Field(7, ge=0, le=366, description="closed at most so long before")


class WordsToml(_Part):
    """What shared words are worth, and which count as the same."""

    half: float = Field(0.1, gt=0, le=1, description="shared of all words: half of the points")
    same: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def meaning(self) -> dict[str, tuple[str, ...]]:
        """Each word of a row with its row, whose first word stands for all."""
        return {word: row for row in self.same for word in row}


class DuplicateRules(_Part):
    """A whole duplicates.toml."""

    offer_from: Points = 50
    most: int = Field(5, ge=1, le=20)
    points: PointsToml = PointsToml()
    item: ItemToml = ItemToml()
    place: PlaceToml = PlaceToml()
    time: TimeToml = TimeToml()
    words: WordsToml = WordsToml()

    @model_validator(mode="after")
    def _names_no_row_twice(self) -> Self:
        for row in self.words.same:
            if len(row) < 2:
                raise ValueError("words: same: a row has two words or more")
        if word := _twice(word for row in self.words.same for word in row):
            raise ValueError(f"words: same: {word} stands in two rows: put them into one")
        return self


def read_duplicate_rules(path: Path) -> DuplicateRules:
    """The rules of a file.

    Raises:
        BadInputError: Names the file, the line, the entry and the fault.
    """
    return read_toml(path, DuplicateRules)[0]


def _twice(words: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return None
