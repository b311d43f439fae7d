"""One step of a table-driven state machine: people's commands may be refused, facts never."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import structlog

from callcenter.errors import ImpossibleMoveError

State = TypeVar("State", bound=StrEnum)
Trigger = TypeVar("Trigger")

log = structlog.get_logger()


def step(table: Mapping[tuple[State, Trigger], State], state: State, trigger: Trigger) -> State:
    """The state that a person's command leads to.

    Raises:
        ImpossibleMoveError: The table has no such move; nothing has changed.
    """
    try:
        return table[state, trigger]
    except KeyError:
        raise ImpossibleMoveError(f"{_word(trigger)} is not possible in state {state}") from None


def follow(table: Mapping[tuple[State, Trigger], State], state: State, trigger: Trigger) -> State:
    """The state that a fact leads to; an unlisted move is logged and the state stays.

    What Asterisk says has happened. Refusing it would make us wrong, not it.
    """
    after = table.get((state, trigger))
    if after is None:
        log.warning("unlisted move", state=str(state), trigger=_word(trigger))
        return state
    return after


def _word(trigger: object) -> str:
    return trigger.__name__ if isinstance(trigger, type) else str(trigger)
