"""The site's form, as quality.toml says it, and what a supervisor's answers come to."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callcenter.errors import BadInputError
from callcenter.tickets.tomlfile import read_toml

MOST_POINTS = 100
REVISION_LENGTH = 12
Text = Annotated[str, Field(min_length=1, max_length=200)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$", examples=["greeting"])]


class Question(BaseModel):
    """One row of the form: worth points, or one that ends it all (`knock_out`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    section: Text
    text: Text
    points: int = Field(default=0, ge=0, le=MOST_POINTS)
    knock_out: bool = False  # where it happened, the call's score is 0
    optional: bool = False  # may not apply to a call; then its points are left out

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if self.knock_out == bool(self.points):
            raise ValueError("give it points, or knock_out = true, and not both")
        if self.knock_out and self.optional:
            raise ValueError("a knock-out question is never optional: leave optional out")
        return self


class Form(BaseModel):
    """A whole quality.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    appeal_days: int = Field(ge=1, le=365)
    question: tuple[Question, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        keys = [one.key for one in self.question]
        doubled = next((key for key in keys if keys.count(key) > 1), None)
        if doubled:
            raise ValueError(f"key {doubled!r} stands twice: each question has its own")
        if not any(one.points and not one.optional for one in self.question):
            raise ValueError("no question is always worth points: there would be calls of no score")
        return self

    @property
    def revision(self) -> str:
        """Tells one form from another, whatever the file is called."""
        told = self.model_dump_json().encode()
        return hashlib.sha256(told).hexdigest()[:REVISION_LENGTH]


class Answer(BaseModel):
    """What a supervisor says to one question."""

    model_config = ConfigDict(extra="forbid")

    question: Key
    points: int | None = Field(default=None, ge=0, le=MOST_POINTS)  # None: does not apply
    failed: bool = False  # of a knock-out question: it happened


class Note(BaseModel):
    """A supervisor's words, at a moment of the talk or to a question; they may name a citizen."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    question: Annotated[str, Field(max_length=40)] = ""  # "" of the call as a whole
    at_ms: int | None = Field(default=None, ge=0)  # since the talk began; None: of no moment


@dataclass(frozen=True)
class Score:
    """What answers come to; `value` out of 100, to a tenth, and 0 where `knocked_out`."""

    points: int
    most: int
    knocked_out: bool

    @property
    def value(self) -> float:
        """Points out of 100."""
        return 0.0 if self.knocked_out else round(100 * self.points / self.most, 1)


def read_form(path: Path) -> Form:
    """The form of a site's file.

    Raises:
        BadInputError: Names the file, the line, the key, the fault and the remedy.
    """
    return read_toml(path, Form)[0]


def scored(questions: Sequence[Question], answers: Iterable[Answer]) -> Score:
    """What the answers come to.

    Raises:
        BadInputError: A question is unanswered, answered twice or unknown, or its answer does not
            fit it.
    """
    told = list(answers)
    given = {one.question: one for one in told}
    if len(given) < len(told):
        raise BadInputError("answers: a question is answered twice: answer each once")
    unknown = sorted(set(given) - {one.key for one in questions})
    if unknown:
        raise BadInputError(f"answers: {unknown[0]!r} is no question of the form: load it again")
    for question in questions:
        _check(question, given.get(question.key))
    counted = [(one, given[one.key]) for one in questions if not one.knock_out]
    known = [(one, answer.points) for one, answer in counted if answer.points is not None]
    return Score(
        points=sum(points for _, points in known),
        most=sum(one.points for one, _ in known),
        knocked_out=any(given[one.key].failed for one in questions if one.knock_out),
    )


def check_notes(questions: Sequence[Question], notes: Iterable[Note]) -> None:
    """Nothing, where each note is to a question of the form or to none. Raises: BadInputError."""
    keys = {"", *(one.key for one in questions)}
    for note in notes:
        if note.question not in keys:
            raise BadInputError("notes: one is to no question of the form: load the form again")


def _check(question: Question, answer: Answer | None) -> None:
    where = f"answers: {question.key}"
    if answer is None:
        raise BadInputError(f"{where} is missing: answer every question")
    if question.knock_out:
        if answer.points is not None:
            raise BadInputError(f"{where} is a knock-out question: say failed, not points")
        return
    if answer.failed:
        raise BadInputError(f"{where} is worth points: say points, not failed")
    if answer.points is None and not question.optional:
        raise BadInputError(f"{where} has no points, and always applies: give it 0 or more")
    if answer.points is not None and answer.points > question.points:
        raise BadInputError(f"{where} is worth {question.points} at most: give it no more")
