"""Unit: who is to be rung, when, how often."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from callcenter.facts import CallbackDue, CallbackTried, Line
from callcenter.ivr.call import Call, CallState
from callcenter.ivr.callback import (
    LEASE,
    PAUSE,
    CallbackState,
    CallbackTask,
    close_abandoned_tasks,
    finish_try,
    open_task,
    take_feedback_task,
)
from callcenter.roles.callback import in_hours
from callcenter.tickets.written import Written

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def call(session: Session, call_id="n1-7.0", number="13800000001", answered_at=None) -> Call:
    ended = Call(
        id=call_id,
        line=Line.SERVICE,
        caller_number=number,
        state=CallState.ENDED,
        arrived_at=NOON - MINUTE,
        answered_at=answered_at,
    )
    session.add(ended)
    session.flush()
    return ended


@pytest.mark.parametrize(
    ("hours", "quiet", "loud"),
    [("08:00-21:00", (0, 7, 21, 23), (8, 12, 20)), ("21:00-06:00", (6, 12, 20), (21, 0, 5)),
     ("00:00-24:00", (), range(24))],
)  # fmt: skip
def test_the_robot_rings_in_its_hours_of_the_countys_day(hours, quiet, loud):
    midnight = NOON - timedelta(hours=12)
    assert not any(in_hours(hours, midnight + timedelta(hours=hour)) for hour in quiet)
    assert all(in_hours(hours, midnight + timedelta(hours=hour)) for hour in loud)


def test_who_wrote_is_rung_at_the_number_they_wrote_down(session):
    told = {"call_id": None, "ticket_number": "12345-20250303-0001", "why": "feedback"}
    open_task(session, CallbackDue(at=NOON, **told), "13800000009")
    assert take_feedback_task(session, NOON).number == "13800000009"


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("13800000009", "13800000009"), ("+86 138-0000-0009", "13800000009"),
        ("(0354) 5621234", "03545621234"), ("5621234", "5621234"), ("110", None), ("12345", None),
        ("95588", None), ("4001234567", None), ("008613800000009", "13800000009"),
        ("001 212 555 0100", None), ("138000000091", None), ("", None), ("没有", None),
    ],
)  # fmt: skip
def test_of_what_was_written_only_a_citizens_number_is_rung(phone, number):
    assert Written(ticket_number="1", token="1", by="test", at=NOON, phone=phone).number == number


def due(session: Session, call_id="n1-7.0", why="feedback", at=NOON) -> CallbackTask:
    """A task opened by a fact."""
    ticket_number = "12345-20250303-0001" if why == "feedback" else None
    open_task(session, CallbackDue(at=at, why=why, call_id=call_id, ticket_number=ticket_number))
    session.flush()
    return session.exec(select(CallbackTask).where(CallbackTask.call_id == call_id)).one()


def tried(task: CallbackTask, outcome: str, at=NOON) -> CallbackTried:
    return CallbackTried(at=at, task=task.id, attempt=task.attempts, outcome=outcome)


def test_a_task_knows_the_number_the_citizen_called_from(session):
    call(session)
    task = due(session)
    assert (task.number, task.state, task.next_at) == ("13800000001", CallbackState.DUE, NOON)


def test_the_longest_due_is_rung_first(session):
    for number, minutes in enumerate([2, 1, 3]):
        call(session, f"n1-{number}.0")
        due(session, f"n1-{number}.0", at=NOON + minutes * MINUTE)
    later = NOON + 9 * MINUTE
    taken = [take_feedback_task(session, later).call_id for _ in range(3)]
    assert taken == ["n1-1.0", "n1-0.0", "n1-2.0"]
    assert take_feedback_task(session, later) is None


def test_nobody_is_rung_before_the_time(session):
    call(session)
    due(session)
    assert take_feedback_task(session, NOON - MINUTE) is None


def test_a_robot_that_died_with_a_task_leaves_it_to_the_next_when_its_lease_ends(session):
    call(session)
    due(session)
    assert take_feedback_task(session, NOON).attempts == 1
    assert take_feedback_task(session, NOON + LEASE - MINUTE) is None
    assert take_feedback_task(session, NOON + LEASE).attempts == 2


def test_the_robot_leaves_alone_who_withheld_the_number_and_who_gave_up(session):
    call(session, "n1-1.0", number=None)
    due(session, "n1-1.0")
    call(session, "n1-2.0")
    due(session, "n1-2.0", why="abandoned")
    assert take_feedback_task(session, NOON) is None


@pytest.mark.parametrize(
    ("outcomes", "state", "next_at"),
    [
        (["answered"], CallbackState.DONE, NOON + LEASE),
        (["no_answer"], CallbackState.DUE, NOON + PAUSE),
        (["failed"], CallbackState.DUE, NOON + PAUSE),
        (["no_answer", "answered"], CallbackState.DONE, None),
        (["no_answer", "no_answer"], CallbackState.FAILED, None),
        (["no_answer", "failed"], CallbackState.DUE, None),  # our fault, not the citizen's
        (["failed", "failed", "failed"], CallbackState.DUE, None),
        (["failed", "no_answer", "no_answer"], CallbackState.FAILED, None),
    ],
)
def test_a_try_ends_the_task_or_makes_it_due_again(session, outcomes, state, next_at):
    call(session)
    due(session)
    for number, outcome in enumerate(outcomes):
        task = take_feedback_task(session, NOON + number * PAUSE)
        after = finish_try(session, tried(task, outcome), most_unanswered=2)
    assert after.state is state
    assert next_at in (None, after.next_at)


def test_what_is_done_is_not_rung_again(session):
    call(session)
    task = due(session)
    take_feedback_task(session, NOON)
    finish_try(session, tried(task, "answered"), most_unanswered=2)
    assert take_feedback_task(session, NOON + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("number", "answered_at", "ended"),
    [
        ("13800000001", NOON + MINUTE, 1),
        ("13800000001", NOON - MINUTE, 0),  # was served before, and then gave up
        ("13800000002", NOON + MINUTE, 0),
        (None, NOON + MINUTE, 0),
    ],
)
def test_getting_through_later_ends_the_task_of_giving_up(session, number, answered_at, ended):
    call(session)
    due(session, why="abandoned")
    answered = call(session, "n1-9.0", number, answered_at)
    assert close_abandoned_tasks(session, answered) == ended


@pytest.mark.parametrize(
    ("number", "answered_at", "state"),
    [
        ("13800000001", NOON + MINUTE, CallbackState.DONE),
        ("13800000001", NOON - MINUTE, CallbackState.DUE),
        ("13800000002", NOON + MINUTE, CallbackState.DUE),
        (None, NOON + MINUTE, CallbackState.DUE),
    ],
)
def test_a_task_that_opens_after_the_caller_got_through_is_done(
    session, number, answered_at, state
):
    call(session)
    call(session, "n1-9.0", number, answered_at)
    assert due(session, why="abandoned").state is state


def test_two_who_withhold_their_numbers_are_two(session):
    call(session, number=None)
    task = due(session, why="abandoned")
    assert close_abandoned_tasks(session, call(session, "n1-9.0", None, NOON + MINUTE)) == 0
    assert task.state is CallbackState.DUE


def test_a_call_that_was_answered_after_all_is_not_rung_back(session):
    answered = call(session, number=None, answered_at=NOON - MINUTE)
    assert due(session, why="abandoned").state is CallbackState.DONE
    assert close_abandoned_tasks(session, answered) == 0


def test_asking_for_a_rating_has_nothing_to_do_with_getting_through(session):
    call(session, answered_at=NOON - MINUTE)
    assert due(session).state is CallbackState.DUE
    assert close_abandoned_tasks(session, call(session, "n1-9.0", answered_at=NOON + MINUTE)) == 0
