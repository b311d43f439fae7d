"""What the API takes and tells of judged calls, in its own words."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.facts import Line
from callcenter.quality.form import Answer, Form, Note, Question
from callcenter.quality.rows import Judgement, JudgementMove, JudgementState, JudgementStep

Reason = Annotated[str, Field(min_length=1, max_length=1000)]
Answers = Annotated[list[Answer], Field(min_length=1, max_length=60)]
Notes = Annotated[list[Note], Field(max_length=100)]


class NewJudgement(BaseModel):
    """An answer to every question of the form, and notes."""

    model_config = ConfigDict(extra="forbid")

    seat_leg: Annotated[str, Field(min_length=1, max_length=80)]
    form: Annotated[str, Field(description="The revision of the form that was filled in.")]
    answers: Answers
    notes: Notes = []


class NewAppeal(BaseModel):
    """Why the judgement is not right."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class NewDecision(BaseModel):
    """Why; with answers it is judged anew, without it stands."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    answers: Answers | None = None
    notes: Notes = []


class FormShown(BaseModel):
    """The form in force."""

    revision: str  # named with each judgement, so that nobody judges by another than they saw
    appeal_days: int
    questions: list[Question]


class StepShown(BaseModel):
    """One step of a judgement's history; words are gone with the call's."""

    number: int
    move: JudgementMove
    actor: str
    at: AwareDatetime
    reason: str
    answers: list[Answer]
    notes: list[Note]
    score: float | None


class JudgementLine(BaseModel):
    """One part of one call, as it is judged now."""

    id: int
    call_id: str
    seat_leg: str
    seat: str
    agent: str
    name: str  # the agent's, for the screen
    queue: str
    line: Line
    talked_at: AwareDatetime
    judge: str
    judged_at: AwareDatetime
    appeal_until: AwareDatetime
    state: JudgementState
    points: int
    most: int
    knocked_out: bool
    score: float


class JudgementShown(JudgementLine):
    """The same with the form of then and its history."""

    questions: list[Question]
    steps: list[StepShown]


class PartShown(BaseModel):
    """One seat's part in a call, and its judgement where there is one."""

    seat_leg: str
    seat: str
    agent: str  # "" where nobody was signed in: such a part is not judged
    name: str
    began_at: AwareDatetime
    ended_at: AwareDatetime | None
    is_own: bool  # of who asks: others judge it
    judgement: JudgementShown | None


class AverageShown(BaseModel):
    """An agent's judged calls of one stretch of time, with the list behind it."""

    since: AwareDatetime
    until: AwareDatetime
    agent: str
    name: str
    judged: int
    mean: float
    knocked_out: int
    appealed: int
    changed: int
    judgements: str  # the list's address


def form_shown(form: Form) -> FormShown:
    """The form as the API tells it."""
    return FormShown(
        revision=form.revision, appeal_days=form.appeal_days, questions=list(form.question)
    )


def line_shown(row: Judgement, name: str) -> JudgementLine:
    """A judgement in a list."""
    fields = {field: getattr(row, field) for field in JudgementLine.model_fields if field != "name"}
    return JudgementLine(**fields, name=name)


def judgement_shown(row: Judgement, steps: Iterable[JudgementStep], name: str) -> JudgementShown:
    """A judgement whole."""
    return JudgementShown(
        **line_shown(row, name).model_dump(),
        questions=list(Form.model_validate(row.form).question),
        steps=[StepShown.model_validate(step, from_attributes=True) for step in steps],
    )
