"""Which move starts, stops and holds which of a ticket's clocks: a table, folded over the history.

    purpose    starts with                   ends with
    file       open                          file
    dispatch   file, reopen, return          dispatch, overrule_return
    accept     whatever sends it to a unit   accept, return
    return     the same                      accept, return
    hand_over  the same, below the county    accept, return
    feedback   the same                      report, uphold_return; stands still while suspended
    review     suspend                       resume
    verify     report                        verify, reject
    call_back  report                        close, reopen, reject

What ends a ticket ends all its clocks. A merge taken back lets those run on that it ended: the time
in between counts. Moves that are not in the table leave all clocks alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from callcenter.tickets.clocks.limits import Purpose
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import TicketStep


class Running(StrEnum):
    """Whether a clock runs."""

    RUNS = "runs"
    STANDS_STILL = "stands_still"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Turned:
    """A clock as the moves so far left it."""

    started: int  # number of the step that started it
    started_at: datetime
    unit: str | None
    due_at: datetime | None  # the deadline that the ticket's own history tells
    running: Running
    turned: int  # number of the step that turned it last


class Turn(StrEnum):
    """What a move does to a clock."""

    START = "start"
    STOP = "stop"
    HOLD = "hold"
    GO_ON = "go_on"  # by the deadline that the history tells now


P, M, T = Purpose, Move, Turn
_AT_A_UNIT = {
    P.DISPATCH: T.STOP,
    P.ACCEPT: T.START,
    P.RETURN: T.START,
    P.HAND_OVER: T.START,
    P.FEEDBACK: T.START,
    P.REVIEW: T.STOP,
}
_OVER = dict.fromkeys(Purpose, T.STOP)
TURNS: Mapping[Move, Mapping[Purpose, Turn]] = {
    M.OPEN: {P.FILE: T.START},
    M.FILE: {P.FILE: T.STOP, P.DISPATCH: T.START},
    M.DISPATCH: _AT_A_UNIT,
    M.FORWARD: _AT_A_UNIT,
    M.ESCALATE: _AT_A_UNIT,
    M.ACCEPT: {P.ACCEPT: T.STOP, P.RETURN: T.STOP, P.HAND_OVER: T.STOP},
    # The unit's own deadline runs on until the dispatcher has judged: a return wins no time.
    M.RETURN: {P.ACCEPT: T.STOP, P.RETURN: T.STOP, P.HAND_OVER: T.STOP, P.DISPATCH: T.START},
    M.UPHOLD_RETURN: {P.FEEDBACK: T.STOP},  # the dispatcher's clock goes on to the next dispatch
    M.OVERRULE_RETURN: {P.DISPATCH: T.STOP, P.ACCEPT: T.START},  # not RETURN: it was judged
    M.GRANT_EXTENSION: {P.FEEDBACK: T.GO_ON},
    M.SUSPEND: {P.FEEDBACK: T.HOLD, P.REVIEW: T.START},
    M.RESUME: {P.FEEDBACK: T.GO_ON, P.REVIEW: T.STOP},
    M.REPORT: {P.FEEDBACK: T.STOP, P.VERIFY: T.START, P.CALL_BACK: T.START},
    M.REJECT: {P.FEEDBACK: T.GO_ON, P.VERIFY: T.STOP, P.CALL_BACK: T.STOP},  # it ran on
    M.VERIFY: {P.VERIFY: T.STOP},
    M.REOPEN: {P.CALL_BACK: T.STOP, P.DISPATCH: T.START},
    M.CLOSE: _OVER,
    M.ANSWER: _OVER,
    M.DECLINE: _OVER,
    M.DISCARD: _OVER,
    M.MERGE: _OVER,
}


def turned(history: Iterable[TicketStep]) -> dict[Purpose, Turned]:
    """A ticket's clocks, those that were ever started, as its history leaves them."""
    clocks: dict[Purpose, Turned] = {}
    before_merge: dict[Purpose, Turned] = {}
    for step in history:
        if step.move is Move.MERGE:
            before_merge = dict(clocks)
        if step.move is Move.UNMERGE:
            clocks = before_merge
        for purpose, turn in TURNS.get(step.move, {}).items():
            after = _DO[turn](clocks.get(purpose), step)
            if after:
                clocks[purpose] = after
    return clocks


def _start(_: Turned | None, step: TicketStep) -> Turned:
    return Turned(step.number, step.at, step.unit, step.due_at, Running.RUNS, step.number)


def _stop(clock: Turned | None, step: TicketStep) -> Turned | None:
    if clock is None or clock.running is Running.STOPPED:
        return clock
    return replace(clock, running=Running.STOPPED, turned=step.number)


def _hold(clock: Turned | None, step: TicketStep) -> Turned | None:
    return clock and replace(clock, running=Running.STANDS_STILL, turned=step.number)


def _go_on(clock: Turned | None, step: TicketStep) -> Turned | None:
    if clock is None:
        return None
    due_at = step.due_at or clock.due_at
    return replace(clock, running=Running.RUNS, due_at=due_at, turned=step.number)


_DO: dict[Turn, Callable[[Turned | None, TicketStep], Turned | None]] = {
    Turn.START: _start,
    Turn.STOP: _stop,
    Turn.HOLD: _hold,
    Turn.GO_ON: _go_on,
}
