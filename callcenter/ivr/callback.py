"""Citizens who are to be rung: who gave up, who keeps a place, and whose case is verified.

    DUE -> RINGING -> DONE            a feedback call is made by the robot (or a seat)
     ^        |                       an abandoned call is rung back by a seat
     |        |                       a kept place is rung in its turn, by Asterisk itself
     `--- no answer, until FAILED; where the robot could not ring at all, for ever

A task that a robot took and never finished (its process died) is due again when its lease ends.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import Field, Session, SQLModel, and_, col, false, or_, select

from callcenter.errors import ImpossibleMoveError, NotReadyError
from callcenter.facts import (
    CallbackDue,
    CallbackTried,
    CallerLocated,
    PlaceReleased,
    PlaceTried,
)
from callcenter.ivr import kept
from callcenter.ivr.call import Call
from callcenter.store import UtcDateTime, enum_text, facts_of_call

LEASE = timedelta(minutes=3)
PAUSE = timedelta(seconds=20)
# Q.850 causes by which no person ended the call; 0: nobody saw its end, as when Asterisk dies.
CUT = frozenset({0, 27, 38, 41, 102, 111, 127})
LOST = ("abandoned", "cut")  # a later call that gets through settles these


class CallbackState(StrEnum):
    """Where a call-back task stands."""

    DUE = "due"
    RINGING = "ringing"
    DONE = "done"
    FAILED = "failed"


class CallbackTask(SQLModel, table=True):
    """One citizen to ring."""

    id: int | None = Field(default=None, primary_key=True)
    why: str  # "abandoned", "cut", "feedback" or "kept_place"
    call_id: str | None = Field(default=None, index=True)
    ticket_number: str | None = None
    round: int = 1
    number: str | None = Field(
        default=None, index=True
    )  # the citizen's, None where it was withheld
    place: str = ""  # where the network said the caller of 110 was: a cell, a URI
    state: CallbackState = Field(
        default=CallbackState.DUE, sa_type=enum_text(CallbackState), index=True
    )
    attempts: int = 0
    unanswered: int = 0  # attempts that rang in vain
    next_at: datetime = Field(sa_type=UtcDateTime)


def open_task(session: Session, due: CallbackDue, written: str | None = None) -> None:
    """A task for a citizen who is to be rung at the number they called from, or wrote down.

    It is done already where the facts came late and the citizen got through meanwhile.
    """
    call = session.get(Call, due.call_id) if due.call_id else None
    number = call.caller_number if call else written
    if due.why == "kept_place" and due.call_id:
        number = kept.number_to_ring(session, due.call_id)
    reached = due.why in LOST and _got_through(session, due, number)
    session.add(
        CallbackTask(
            why=due.why,
            call_id=due.call_id,
            ticket_number=due.ticket_number,
            round=due.round,
            number=number,
            place=_place(session, due.call_id),
            state=CallbackState.DONE if reached else CallbackState.DUE,
            next_at=due.at,
        )
    )


def take_feedback_task(session: Session, now: datetime) -> CallbackTask | None:
    """The longest due feedback call with a number, taken for LEASE; None where there is none."""
    open_states = [CallbackState.DUE, CallbackState.RINGING]
    task = session.exec(
        select(CallbackTask)
        .where(CallbackTask.why == "feedback", col(CallbackTask.state).in_(open_states))
        .where(CallbackTask.next_at <= now, col(CallbackTask.number).is_not(None))
        .order_by(col(CallbackTask.next_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if task:
        task.state, task.next_at = CallbackState.RINGING, now + LEASE
        task.attempts += 1
        session.add(task)
    return task


def feedback_task(session: Session, ticket_number: str, now: datetime) -> CallbackTask:
    """The task of asking about this ticket, kept from others, for a seat that has asked.

    Raises:
        ImpossibleMoveError: Nobody is to be asked, or the robot is on the telephone with them.
    """
    query = (
        select(CallbackTask)
        .where(CallbackTask.why == "feedback", CallbackTask.ticket_number == ticket_number)
        .order_by(col(CallbackTask.round).desc())
        .limit(1)
        .with_for_update()
    )
    task = session.exec(query.execution_options(populate_existing=True)).first()
    if task is None or task.state in (CallbackState.DONE, CallbackState.FAILED):
        raise ImpossibleMoveError(
            "feedback is not possible: nobody is to be asked about this ticket now"
        )
    if task.state is CallbackState.RINGING and task.next_at > now:
        raise ImpossibleMoveError(
            "feedback is not possible: the robot is ringing the citizen; wait for its end"
        )
    return task


def finish_try(session: Session, tried: CallbackTried, most_unanswered: int) -> CallbackTask:
    """Note how a try went: done, due again after PAUSE, or failed after the last try.

    A try that failed on our side is none of the citizen's: it ends no task.
    """
    task = session.exec(select(CallbackTask).where(CallbackTask.id == tried.task)).one()
    task.unanswered += tried.outcome == "no_answer"
    if tried.outcome in ("answered", "settled"):
        task.state = CallbackState.DONE
    elif task.unanswered >= most_unanswered:
        task.state = CallbackState.FAILED
    else:
        task.state, task.next_at = CallbackState.DUE, tried.at + PAUSE
    session.add(task)
    return task


def finish_turn(session: Session, tried: PlaceTried) -> CallbackTried:
    """Note how the turn of a kept place went; the fact for its task.

    Raises:
        NotReadyError: The task is not opened yet.
    """
    task = _turn(session, tried.call_id)
    task.attempts = max(task.attempts, tried.attempt)
    task.unanswered += tried.outcome == "no_answer"
    if tried.outcome == "answered":
        task.state = CallbackState.DONE
    elif task.state is not CallbackState.DONE and kept.is_last(tried):
        task.state = CallbackState.FAILED
    session.add(task)
    return CallbackTried(
        at=tried.at, task=task.id or 0, attempt=tried.attempt, outcome=tried.outcome
    )


def settle_turn(session: Session, released: PlaceReleased) -> list[CallbackTried]:
    """The citizen got through otherwise; the fact for the task, none where it is over already.

    Raises:
        NotReadyError: The task is not opened yet.
    """
    task = _turn(session, released.call_id)
    if task.state in (CallbackState.DONE, CallbackState.FAILED):
        return []
    task.state, task.attempts = CallbackState.DONE, task.attempts + 1
    session.add(task)
    attempt = task.attempts
    return [
        CallbackTried(
            at=released.at, task=task.id or 0, attempt=attempt, outcome="settled", by="system"
        )
    ]


def _turn(session: Session, call_id: str) -> CallbackTask:
    """The task of the place that was kept in this call."""
    of_call = (CallbackTask.why == "kept_place", CallbackTask.call_id == call_id)
    task = session.exec(select(CallbackTask).where(*of_call).with_for_update()).first()
    if task is None:
        raise NotReadyError("the task of the kept place is not opened yet")
    return task


# Asked at every answer. A number that is withheld is NULL, which is the same as no other.
_LOST_BEFORE: Final = (
    select(CallbackTask)
    .where(col(CallbackTask.why).in_(LOST), col(CallbackTask.state) == CallbackState.DUE)
    .where(
        or_(
            and_(
                col(CallbackTask.call_id) == bindparam("of_call"),
                col(CallbackTask.why) == "abandoned",
            ),
            and_(
                col(CallbackTask.number) == bindparam("caller"),
                col(CallbackTask.next_at) <= bindparam("at"),
            ),
        )
    )
    .with_for_update()
)


def close_abandoned_tasks(session: Session, answered: Call) -> int:
    """A caller who gave up and got through later need not be rung; how many tasks that ends.

    So does a task of the answered call itself: its end was told before its answer.
    """
    asked = {"of_call": answered.id, "at": answered.answered_at, "caller": answered.caller_number}
    waiting = session.exec(_LOST_BEFORE, params=asked).all()
    for task in waiting:
        task.state = CallbackState.DONE
        session.add(task)
    return len(waiting)


def _got_through(session: Session, due: CallbackDue, number: str | None) -> bool:
    """Whether a seat answered that call after all, or a later one of the same number."""
    later = and_(_same(Call.caller_number, number), col(Call.answered_at) >= due.at)
    own = and_(
        col(Call.id) == due.call_id, due.why == "abandoned"
    )  # a call that was cut was answered
    answered = select(Call.id).where(col(Call.answered_at).is_not(None)).where(or_(own, later))
    return session.exec(answered.limit(1)).first() is not None


def _place(session: Session, call_id: str | None) -> str:
    """Where the network said the caller was, "" where it did not."""
    told = facts_of_call(session, call_id, "caller_located") if call_id else []
    located = [fact for fact in told if isinstance(fact, CallerLocated)]
    return (located[-1].geolocation or located[-1].network) if located else ""


def _same(column: str | None, number: str | None) -> ColumnElement[bool]:
    """Two callers who withhold their numbers are not the same caller."""
    return col(column) == number if number else false()
