"""A judgement of one seat's part in a call, and its history, which is only appended to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint

from callcenter.facts import Line
from callcenter.store import UtcDateTime, enum_text


class JudgementState(StrEnum):
    """How far a judgement has come."""

    JUDGED = "judged"
    SEEN = "seen"  # by the agent
    APPEALED = "appealed"
    DECIDED = "decided"


class JudgementMove(StrEnum):
    """A step of its history."""

    JUDGE = "judge"
    SEE = "see"
    APPEAL = "appeal"
    STAND = "stand"  # the appeal is decided: it stands
    CHANGE = "change"  # the appeal is decided: it is answered anew


class Judgement(SQLModel, table=True):
    """One part of one call, as it is judged now; how it came to that is in its steps."""

    __tablename__ = "quality_judgement"
    __table_args__ = (UniqueConstraint("call_id", "seat_leg", name="uq_quality_part"),)

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(index=True)
    seat_leg: str  # which part: `Talk.seat_leg`
    seat: str
    agent: str = Field(index=True)  # who sat there
    queue: str
    line: Line = Field(sa_type=enum_text(Line))
    talked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    form: dict[str, Any] = Field(sa_type=JSON)  # as it was then
    judge: str
    judged_at: datetime = Field(sa_type=UtcDateTime)
    appeal_until: datetime = Field(sa_type=UtcDateTime)
    state: JudgementState = Field(sa_type=enum_text(JudgementState))
    steps: int = 1
    points: int
    most: int
    knocked_out: bool
    score: float


class JudgementStep(SQLModel, table=True):
    """One step; `reason` and `notes` are words and go with the call's."""

    __tablename__ = "quality_step"
    __table_args__ = ({"info": {"append_only": True}},)

    judgement_id: int = Field(primary_key=True, foreign_key="quality_judgement.id")
    number: int = Field(primary_key=True)  # 1 is the judgement itself
    move: JudgementMove = Field(sa_type=enum_text(JudgementMove))
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = ""
    answers: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    notes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    score: float | None = None  # that it led to; None: of no answers
