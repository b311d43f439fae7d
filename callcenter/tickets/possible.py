"""Which commands a ticket can be given as it stands, and what each must bring along."""

from dataclasses import dataclass

from callcenter.tickets.effects import DISSATISFIED
from callcenter.tickets.steps import (
    BACK,
    COMMANDS,
    MOVES,
    NEEDS_DUE,
    NEEDS_OTHER,
    NEEDS_REASON,
    NEEDS_UNIT,
    Move,
    Step,
)
from callcenter.tickets.ticket import Ticket


@dataclass(frozen=True)
class Possible:
    """A command that the ticket can be given.

    Args:
        move: What is done.
        to_step: Where it leads; None: back to where a merge came from.
        reason: It must say why.
        unit: It must name whom the ticket goes to.
        due: It must name a day.
        other: It must name another ticket, unit or leader.
    """

    move: Move
    to_step: Step | None
    reason: bool
    unit: bool
    due: bool
    other: bool


def possible(ticket: Ticket) -> list[Possible]:
    """What can be done to the ticket as it stands, in the order of `Move`.

    What hangs on other tickets (a merge's other end) or on the hour (a deadline that passes) shows
    only when it is tried.
    """
    found = {move: after for (step, move), after in MOVES.items() if step == ticket.step}
    told: list[Possible] = []
    for move in Move:
        is_back = (ticket.step, move) == BACK
        if move in COMMANDS and (is_back or (move in found and _fits(ticket, move))):
            told.append(_needing(ticket, move, None if is_back else found[move]))
    return told


def _fits(ticket: Ticket, move: Move) -> bool:
    """One extension is asked for at a time, and only one that was asked for is judged."""
    if move is Move.ASK_EXTENSION:
        return ticket.extension_to is None and ticket.due_at is not None
    if move in (Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION):
        return ticket.extension_to is not None
    return True


def _needing(ticket: Ticket, move: Move, to_step: Step | None) -> Possible:
    content = ticket.rating is not None and ticket.rating < DISSATISFIED
    return Possible(
        move=move,
        to_step=to_step,
        reason=move in NEEDS_REASON or (move is Move.CLOSE and not content),
        unit=move in NEEDS_UNIT and move is not Move.ESCALATE,  # the table knows the level above
        due=move in NEEDS_DUE,
        other=move in NEEDS_OTHER,
    )
