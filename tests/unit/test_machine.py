"""Unit: state machines are tables; these tables hold together."""

from enum import StrEnum

import pytest
from structlog.testing import capture_logs

from callcenter.errors import ImpossibleMoveError
from callcenter.ivr.call import MOVES as CALL_MOVES
from callcenter.ivr.call import CallState
from callcenter.machine import follow, step
from callcenter.tickets.steps import COMMANDS, Move, Step
from callcenter.tickets.steps import MOVES as TICKET_MOVES


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


MOVES = {(Door.OPEN, "push"): Door.SHUT, (Door.SHUT, "pull"): Door.OPEN}
MACHINES = [
    pytest.param(
        CALL_MOVES,
        {CallState.ARRIVED, CallState.PLACED},  # a citizen rang us, or we them
        {CallState.ENDED, CallState.ABANDONED},
        id="call",
    ),
    pytest.param(TICKET_MOVES, {Step.DRAFT}, {Step.DECLINED, Step.MERGED, Step.VOID}, id="ticket"),
]


def ways_out(moves, state):
    return {after for (before, _), after in moves.items() if before == state} - {state}


def reachable(moves, starts):
    found, new = set(), set(starts)
    while new:
        found |= new
        new = {after for state in new for after in ways_out(moves, state)} - found
    return found


def test_a_command_leads_to_the_listed_state():
    assert step(MOVES, Door.OPEN, "push") is Door.SHUT


def test_an_unlisted_command_is_refused_by_its_name():
    with pytest.raises(ImpossibleMoveError, match="pull is not possible in state open"):
        step(MOVES, Door.OPEN, "pull")


def test_a_fact_leads_to_the_listed_state():
    assert follow(MOVES, Door.OPEN, "push") is Door.SHUT


def test_an_unlisted_fact_is_logged_and_the_state_stays():
    with capture_logs() as logs:
        assert follow(MOVES, Door.SHUT, "push") is Door.SHUT
    assert [(entry["state"], entry["trigger"]) for entry in logs] == [("shut", "push")]


@pytest.mark.parametrize(("moves", "starts", "final"), MACHINES)
def test_every_state_is_reachable(moves, starts, final):
    assert reachable(moves, starts) == set(type(next(iter(starts))))


@pytest.mark.parametrize(("moves", "starts", "final"), MACHINES)
def test_only_final_states_have_no_way_back(moves, starts, final):
    states = type(next(iter(starts)))
    assert {state for state in states if not ways_out(moves, state) - final} == final


@pytest.mark.parametrize(("moves", "starts", "final"), MACHINES)
def test_every_state_leads_to_an_end(moves, starts, final):
    ends = final | {Step.CLOSED}
    assert all(reachable(moves, {state}) & ends for state in type(next(iter(starts))))


def test_every_move_of_a_ticket_is_possible_somewhere():
    assert {move for _, move in TICKET_MOVES} == COMMANDS - {Move.UNMERGE}
