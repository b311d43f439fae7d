"""Which commands a ticket can be given as it stands, and what each must bring along."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callcenter.tickets.effects import DISSATISFIED
from callcenter.tickets.joint import JointUnit, Share
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

SHARES: Final = {  # how the share of a unit stands that the move can name
    Move.CONTRIBUTE: (Share.JOINED,),
    Move.PART: (Share.JOINED, Share.CONTRIBUTED),
}


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
        others: The units that `other` can name, where these are not all units.
    """

    move: Move
    to_step: Step | None
    reason: bool
    unit: bool
    due: bool
    other: bool
    others: tuple[str, ...] = ()


def possible(ticket: Ticket, beside: Sequence[JointUnit] = ()) -> list[Possible]:
    """What can be done to the ticket as it stands, in the order of `Move`.

    `beside` are the units that handle it with the lead: only they report a share, or leave.

    What hangs on other tickets (a merge's other end) or on the hour (a deadline that passes) shows
    only when it is tried.
    """
    found = {move: after for (step, move), after in MOVES.items() if step == ticket.step}
    told: list[Possible] = []
    for move in Move:
        is_back = (ticket.step, move) == BACK
        others = tuple(one.unit for one in beside if one.share in SHARES.get(move, ()))
        fits = _fits(ticket, move) and (move not in SHARES or others)
        if move in COMMANDS and (is_back or (move in found and fits)):
            told.append(_needing(ticket, move, None if is_back else found[move], others))
    return told


def _fits(ticket: Ticket, move: Move) -> bool:
    """One extension is asked for at a time, and only one that was asked for is judged."""
    if move is Move.ASK_EXTENSION:
        return ticket.extension_to is None and ticket.due_at is not None
    if move in (Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION):
        return ticket.extension_to is not None
    return True


def _needing(ticket: Ticket, move: Move, to_step: Step | None, others: tuple[str, ...]) -> Possible:
    content = ticket.rating is not None and ticket.rating < DISSATISFIED
    return Possible(
        move=move,
        to_step=to_step,
        reason=move in NEEDS_REASON or (move is Move.CLOSE and not content),
        unit=move in NEEDS_UNIT and move is not Move.ESCALATE,  # the table knows the level above
        due=move in NEEDS_DUE,
        other=move in NEEDS_OTHER,
        others=others,
    )
