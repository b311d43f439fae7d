"""What seats may answer on the spot: a site's answers.toml, and what of it fits a question."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from callcenter.classify.items import all_items
from callcenter.tickets.duplicates.wording import Bag, Wording
from callcenter.tickets.tomlfile import read_toml

ASKED = 2.0  # a word of the question counts so much more than one of the answer
AS_WRITTEN = 3.0  # what was typed stands there as it is: also half a word does
MOST = 1_000
Text = Annotated[str, Field(min_length=2, max_length=100)]


class Answer(BaseModel):
    """One question that citizens ask, and what they are told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^\d{3}-\d{1,4}$", examples=["209-1"])]
    question: Text
    also: tuple[Text, ...] = ()
    answer: Annotated[str, Field(min_length=2, max_length=600)]
    source: Annotated[str, Field(max_length=100)] = ""
    until: date | None = None

    @field_validator("key")
    @classmethod
    def _begins_with_an_item(cls, key: str) -> str:
        item = all_items().get(key[:3])
        if item is None or item.alias_of:
            told = "a key is an item's code, a dash and a number"
            raise ValueError(f"{key[:3]} is no item of its own: {told}")
        return key

    @property
    def item(self) -> str:
        """The code of the item it belongs to."""
        return self.key[:3]

    @property
    def questions(self) -> tuple[str, ...]:
        """All ways to ask for it."""
        return (self.question, *self.also)


class AnswerBook(BaseModel):
    """A whole answers.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: tuple[Answer, ...] = Field(default=(), max_length=MOST)

    @model_validator(mode="after")
    def _has_each_key_once(self) -> "AnswerBook":
        keys = [one.key for one in self.answer]
        doubled = next((key for key in keys if keys.count(key) > 1), None)
        if doubled:
            raise ValueError(f"key {doubled!r} stands twice: cases that cite it would tell of two")
        return self

    def shown(self, day: date, item: str = "") -> Iterator[Answer]:
        """Those that count on this day of the county, of one item or of all."""
        for one in self.answer:
            if (one.until is None or day <= one.until) and item in ("", one.item):
                yield one

    def fitting(self, day: date, words: str, item: str, wording: Wording) -> list[Answer]:
        """Those that fit the words, the best first.

        An item's are all given, in the file's order where the words tell nothing.

        Args:
            day: Of the county.
            words: What a seat looks for, or what a citizen said; "": nothing.
            item: Only this item's; "": every item's that have a word in common.
            wording: Cuts and weighs words.
        """
        asked = wording.bag([words])
        found = [(_score(one, words.strip(), asked, wording), one) for one in self.shown(day, item)]
        if not item:
            found = [each for each in found if each[0] > 0]
        return [one for _, one in sorted(found, key=lambda each: -each[0])]


def read_answers(path: Path) -> AnswerBook:
    """The file as it is now.

    Raises:
        BadInputError: Names the file, the line, the key, the fault and the remedy.
    """
    return read_toml(path, AnswerBook)[0]


def _score(one: Answer, words: str, asked: Bag, wording: Wording) -> float:
    questions, answer = wording.bag(one.questions), wording.bag([one.answer])
    weight = sum(
        asked[word] * (ASKED if word in questions else 1.0)
        for word in asked.keys() & (questions.keys() | answer.keys())
    )
    is_there = words != "" and any(words in text for text in (*one.questions, one.answer, one.key))
    return weight + (AS_WRITTEN if is_there else 0.0)
