"""What a citizen said of the outcome, recorded by the seat that rang them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlmodel import Session

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import mover
from callcenter.api.tickets import Actor
from callcenter.facts import CallbackTried, Fact
from callcenter.ivr.callback import feedback_task
from callcenter.pipeline import feedback_told
from callcenter.tickets.ticket import known

router = APIRouter(prefix="/tickets", tags=["tickets"])


class Feedback(BaseModel):
    """How asking went. Answered without a rating, the ticket is closed and says so."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"actor": "seat-01", "rating": 2, "solved": True},
                {"actor": "seat-01", "outcome": "no_answer"},
            ]
        }
    )

    actor: Actor | None = Field(None, description="who is signed in; a program may name another")
    outcome: Literal["answered", "no_answer"] = "answered"
    rating: Annotated[int, Field(ge=1, le=4)] | None = Field(
        None, description="1 非常满意, 2 满意, 3 一般, 4 不满意"
    )
    solved: bool | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.rating is None) != (self.solved is None):
            raise ValueError("rating and solved belong together: give both or neither")
        if self.rating is not None and self.outcome == "no_answer":
            raise ValueError("outcome is no_answer: who did not answer has not rated")
        return self


@router.post("/{number}/feedback", status_code=201, responses=errors(404, 409, 422))
async def record_feedback(
    context: Context, me: Asking, number: str, told: Feedback
) -> CallbackTried:
    """Record a try: rated well and solved closes the ticket, else it is reopened."""
    now = datetime.now(UTC)
    most = context.settings.callback_attempts

    def _run(session: Session) -> Iterable[Fact]:
        actor = mover(session, me, "close", known(session, number), told.actor)
        task = feedback_task(session, number, now)
        task.attempts += 1
        tried = CallbackTried(
            at=now, task=task.id or 0, attempt=task.attempts, outcome=told.outcome, by=actor
        )
        me.note(session, "feedback_recorded", number, actor=actor)
        return feedback_told(
            session,
            task,
            tried,
            rating=told.rating,
            solved=bool(told.solved),
            most_unanswered=most,
        )

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, CallbackTried))
