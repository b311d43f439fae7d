"""The board: the cases of each step, those first whose deadlines come first.

The filters are those of the list (search.py). Counts alone are nothing of a citizen's: a page that
is open asks for them, and for the cases again only when a count is another one.
"""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from callcenter.api.deps import Context
from callcenter.api.me import Asking
from callcenter.api.search import Filtered
from callcenter.api.ticket_rights import visible
from callcenter.errors import BadInputError
from callcenter.tickets.finding.boarded import by_step, next_due
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

router = APIRouter(prefix="/tickets", tags=["tickets"])


class StepCount(BaseModel):
    """How many tickets stand in a step."""

    step: Step
    total: int
    late: int = Field(description="their units are late")
    moves: int = Field(description="another number as soon as one of them has moved")


class BoardAsked(Filtered):
    """Which tickets, and how many of each step are shown."""

    limit: int = Field(20, ge=1, le=100, description="tickets of a step")


class StepShown(StepCount):
    """A step with the tickets that come first in it."""

    tickets: list[Ticket]


class BoardShown(BaseModel):
    """The steps that have tickets."""

    steps: list[StepShown]


class StepCounts(BaseModel):
    """How many stand in each step that has any."""

    steps: list[StepCount]


@router.post("/counts")
def count_tickets(context: Context, me: Asking, asked: Filtered) -> StepCounts:
    """How many tickets that one may see stand in each step; counts only, so no words are taken."""
    if asked.words or asked.number:
        raise BadInputError("words and number are not counted without being audited: ask the board")
    with context.flow.store.reading() as session:
        found = by_step(session, asked.wanted(), visible(me))
    return StepCounts(steps=[StepCount(**one._asdict()) for one in found])


@router.post("/board")
def board_of_tickets(context: Context, me: Asking, asked: BoardAsked) -> BoardShown:
    """The tickets of each step that come first: by deadline, and the newest where they are over."""
    sight, wanted = visible(me), asked.wanted()
    with context.flow.store.reading() as session:
        steps = [
            StepShown(
                **one._asdict(),
                tickets=next_due(session, wanted, one.step, limit=asked.limit, sight=sight),
            )
            for one in by_step(session, wanted, sight)
        ]
    return BoardShown(steps=steps)
