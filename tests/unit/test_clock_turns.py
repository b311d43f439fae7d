"""Unit: which clocks run after which moves, by pasted walks of a ticket."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.tickets.clocks import Purpose
from callcenter.tickets.clocks.turns import TURNS, Running, Turn, turned
from callcenter.tickets.steps import COMMANDS, OVER, Move, Step
from callcenter.tickets.ticket import TicketStep

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
AT_A_UNIT = {"accept", "return", "hand_over", "feedback"}


def walk(moves: str) -> list[TicketStep]:
    return [
        TicketStep(
            ticket_number="12345-20260302-0001",
            number=number,
            at=NOON + number * timedelta(hours=1),
            move=Move(move),
            from_step=None,
            to_step=Step.FILED,
            actor="tester",
            unit="U1",
            due_at=NOON + timedelta(days=number),
        )
        for number, move in enumerate(moves.split(), 1)
    ]


def running(moves: str, state: Running = Running.RUNS) -> set[str]:
    return {name.value for name, clock in turned(walk(moves)).items() if clock.running is state}


@pytest.mark.parametrize(
    ("moves", "clocks"),
    [
        ("open", {"file"}),
        ("open file", {"dispatch"}),
        ("open answer", set()),
        ("open file dispatch", AT_A_UNIT),
        ("open file dispatch accept", {"feedback"}),
        ("open file dispatch accept urge supervise note join", {"feedback"}),
        ("open file dispatch return", {"feedback", "dispatch"}),  # a return wins no time
        ("open file dispatch return uphold_return", {"dispatch"}),
        ("open file dispatch return overrule_return", {"feedback", "accept"}),
        ("open file dispatch accept suspend", {"review"}),
        ("open file dispatch accept suspend resume", {"feedback"}),
        ("open file dispatch accept report", {"verify", "call_back"}),
        ("open file dispatch accept report reject", {"feedback"}),
        ("open file dispatch accept report verify", {"call_back"}),
        ("open file dispatch accept report verify close", set()),
        ("open file dispatch accept report verify reopen", {"dispatch"}),
        ("open file dispatch accept report verify reopen dispatch", AT_A_UNIT),
        ("open file dispatch accept escalate", AT_A_UNIT),
        ("open file dispatch forward", AT_A_UNIT),
        ("open file dispatch merge", set()),
        ("open file dispatch merge unmerge", AT_A_UNIT),
        ("open file dispatch accept merge unmerge", {"feedback"}),
        ("open merge", set()),
    ],
)
def test_these_clocks_run_after_these_moves(moves, clocks):
    assert running(moves) == clocks


def test_a_suspended_tickets_clock_stands_still():
    assert running("open file dispatch accept suspend", Running.STANDS_STILL) == {"feedback"}


def test_the_deadline_is_the_one_that_the_history_tells_last():
    extended = walk("open file dispatch accept grant_extension")
    assert turned(extended)[Purpose.FEEDBACK].due_at == extended[-1].due_at
    assert turned(extended)[Purpose.FEEDBACK].started == 3


def test_a_clock_that_starts_again_is_another():
    first = turned(walk("open file dispatch"))[Purpose.FEEDBACK]
    again = turned(walk("open file dispatch accept forward"))[Purpose.FEEDBACK]
    assert (first.started, again.started) == (3, 5)


@pytest.mark.parametrize("move", sorted(COMMANDS))
def test_nothing_runs_when_a_ticket_is_over(move):
    ends = {Move.CLOSE, Move.ANSWER, Move.DECLINE, Move.DISCARD, Move.MERGE}
    stops_all = set(TURNS.get(move, {}).values()) == {Turn.STOP} and len(TURNS[move]) > 3
    assert stops_all is (move in ends)
    assert len(OVER) == 4
