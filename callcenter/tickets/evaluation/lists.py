"""In which lists of a period a ticket stands: each figure is the sum of one list, or of two.

An entry belongs to the period in which its moment lies. What is still owed when the period ends
stands in that period's lists too, and in those of every later one until it is done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from callcenter.tickets.evaluation.duty import Duty, Event, Trail, Version

DONE: Final = {  # a duty -> what it is when it is done, and what is told of its being in time
    "respond": ("to_respond", "responded", "responded_in_time", ""),
    "dispatch": ("to_dispatch", "dispatched", "dispatched_in_time", ""),
    "handle": ("to_handle", "handled", "handled_in_time", "handled_late"),
    "verify": ("to_verify", "verified", "verified_in_time", ""),
    "close": ("to_close", "closed", "closed_in_time", "closed_late"),
}
OPEN: Final = {  # a duty -> still owed at the end, and those of them past their deadline
    "respond": ("", ""),
    "dispatch": ("", ""),
    "handle": ("unhandled", "unhandled_overdue"),
    "verify": ("", ""),
    "close": ("unclosed", ""),
}
PLAIN: Final = {  # an event -> its list
    "open": "opened",
    "answer": "answered",
    "discard": "discarded",
    "decline": "declined",
    "merge": "merged",
    "return": "returned",
    "rework": "reworked",
    "extend": "extended",
    "suspend": "suspended",
    "forward": "forwarded",
    "supervise": "supervised",
    "urge": "urged",
    "join": "joined",
}
RATED: Final = {
    "rated_1": "very_satisfied",
    "rated_2": "satisfied",
    "rated_3": "fair",
    "rated_4": "dissatisfied",
}
SECONDS: Final = ("taken_seconds", "handled_seconds")  # whose amounts are no ones
CONTENT: Final = frozenset({"rated_1", "rated_2"})


@dataclass(frozen=True)
class Scope:
    """A period: from `since` to `end`, judged by what had happened until `as_of`."""

    since: datetime
    end: datetime  # left out; never later than `as_of`
    as_of: datetime


class Entry(NamedTuple):
    """A ticket's line in one list."""

    list: str
    at: datetime
    amount: float  # 1, or seconds
    number: int  # the move it rests on
    unit: str
    what: str = ""
    is_joint: bool = False  # counts for its unit, not in the whole


def entries(trail: Trail, scope: Scope) -> Iterator[Entry]:
    """Where the ticket stands in the period's lists."""
    for event in trail.events:
        if scope.since <= event.at < scope.end:
            yield from _of_event(event, scope)
    for duty in trail.duties:
        if duty.begun_at < scope.end and (duty.ended_at is None or duty.ended_at >= scope.since):
            yield from _of_duty(duty, scope)


def _of_event(event: Event, scope: Scope) -> Iterator[Entry]:
    names = [PLAIN[event.name]] if event.name in PLAIN else TOLD[event.name](event, scope)
    for name in names:
        amount = event.seconds if name == "taken_seconds" else 1
        yield Entry(name, event.at, amount, event.number, event.unit, event.what)


def _taken(event: Event, _scope: Scope) -> Iterator[str]:
    yield from ("taken", "taken_seconds")
    if event.due_at and event.at <= event.due_at:
        yield "taken_in_time"


def _filed(event: Event, scope: Scope) -> Iterator[str]:
    yield "filed"
    if event.due_at and event.at <= event.due_at:
        yield "filed_in_time"
    if event.wrong_at is None or event.wrong_at >= scope.as_of:
        yield "filed_rightly"


def _rated(event: Event, _scope: Scope) -> Iterator[str]:
    yield from ("called_back", RATED[event.name])
    if event.name in CONTENT:
        yield "content"
    if event.what == "solved":
        yield "solved"


TOLD: Final[dict[str, Callable[[Event, Scope], Iterator[str]]]] = {
    "take": _taken,
    "file": _filed,
    **dict.fromkeys(RATED, _rated),
}


def _of_duty(duty: Duty, scope: Scope) -> Iterator[Entry]:
    if duty.is_sent and scope.since <= duty.begun_at:
        yield from _sent(duty, scope)
    if duty.ended_at is None or duty.ended_at >= scope.end:
        yield from _open(duty, duty.as_of(scope.end), scope)
    elif duty.done:
        yield from _done(duty, duty.versions[-1], duty.ended_at, scope)
    elif duty.passed_on:
        last = duty.versions[-1]
        if duty.kind == "handle" and last.due_at and last.due_at < duty.ended_at:
            yield Entry("passed_on_late", duty.ended_at, 1, duty.end_number, last.unit)
            yield from _owed(duty, last, duty.ended_at, duty.end_number, scope)


def _sent(duty: Duty, scope: Scope) -> Iterator[Entry]:
    unit = duty.versions[0].unit
    yield Entry("sent", duty.begun_at, 1, duty.number, unit)
    if duty.returned_at and duty.returned_at < scope.as_of:
        yield Entry("sent_returned", duty.begun_at, 1, duty.number, unit)


def _open(duty: Duty, then: Version, scope: Scope) -> Iterator[Entry]:
    still, overdue = OPEN[duty.kind]
    if still:
        yield Entry(still, duty.begun_at, 1, duty.number, then.unit, "", duty.is_joint)
    if then.due_at and then.due_at < scope.end:
        if overdue:
            yield Entry(overdue, then.due_at, 1, duty.number, then.unit, "", duty.is_joint)
        yield from _owed(duty, then, then.due_at, duty.number, scope)


def _done(duty: Duty, then: Version, at: datetime, scope: Scope) -> Iterator[Entry]:
    _, done, in_time, late = DONE[duty.kind]
    number, unit, joint = duty.end_number, then.unit, duty.is_joint
    yield Entry(done, at, 1, number, unit, "", joint)
    if then.due_at is None or at <= then.due_at:
        yield Entry(in_time, at, 1, number, unit, "", joint)
    elif late:
        yield Entry(late, at, 1, number, unit, "", joint)
    if duty.kind == "handle":
        seconds = (at - duty.begun_at).total_seconds() - duty.rested_seconds
        yield Entry("handled_seconds", at, seconds, number, unit, "", joint)
    elif duty.kind == "dispatch" and (duty.wrong_at is None or duty.wrong_at >= scope.as_of):
        yield Entry("dispatched_rightly", at, 1, number, unit)
    yield from _owed(duty, then, at, number, scope)


def _owed(duty: Duty, then: Version, at: datetime, number: int, scope: Scope) -> Iterator[Entry]:
    """应: what was done, and what should have been."""
    yield Entry(DONE[duty.kind][0], at, 1, number, then.unit, "", duty.is_joint)
    if duty.kind == "handle" and duty.extended_at and duty.extended_at < scope.end:
        yield Entry("to_handle_extended", at, 1, number, then.unit, "", duty.is_joint)
    if duty.kind == "close":
        again = duty.is_again or (duty.again_at is not None and duty.again_at < scope.end)
        if again:
            yield Entry("to_close_again", at, 1, number, then.unit)
