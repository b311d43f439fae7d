"""What the agent at a seat is shown: a cut of the board, and what of it is another than before.

Nothing is folded here: the board is (board.py). Of the call at the seat all is shown, of others
nothing. Which call that is: the one the seat talks in; else the one that rings there; else the last
one this agent talked in at this seat. Pure.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.api.board import Board
from callcenter.api.board_calls import CallState, CallView, Speaking, Spoken, TalkView
from callcenter.api.board_centre import AgentView
from callcenter.api.board_tickets import TicketView
from callcenter.facts import Line, Side


class CallAtSeat(BaseModel):
    """The call as `CallView` has it, without its words; `mine` is this seat's own part in it."""

    model_config = ConfigDict(frozen=True)

    call_id: str
    state: CallState
    line: Line | None
    caller: str | None  # masked
    queue: str | None
    key_pressed: str | None
    seat: str | None
    waited_seconds: float | None
    arrived_at: AwareDatetime | None
    queued_at: AwareDatetime | None
    offered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    mine: TalkView | None


class SeatNow(BaseModel):
    """Everything on the seat's page that follows from facts; each part is told whole."""

    model_config = ConfigDict(frozen=True)

    agent: AgentView | None = None
    call: CallAtSeat | None = None
    words: tuple[Spoken, ...] = ()  # both sides, in order of time
    speaking: dict[Side, Speaking] = {}
    tickets: tuple[TicketView, ...] = ()  # of the call, by number; the first is its own

    def differing(self, before: "SeatNow") -> set[str]:
        """The names of the parts that are others than before."""
        fields = SeatNow.model_fields
        return {name for name in fields if getattr(self, name) != getattr(before, name)}


def seat_now(board: Board, agent: str, since: datetime | None, *, offers: bool = True) -> SeatNow:
    """What is shown to an agent.

    Args:
        board: As it stands.
        agent: The account's name.
        since: When the agent sat down where they sit; calls before that were somebody else's.
        offers: Whether tickets of others that may be the same matter are shown.
    """
    known = board.agents.get(agent)
    call = _call_at(board, known.seat, since) if known and known.seat else None
    if known is None or call is None:
        return SeatNow(agent=known)
    tickets = tuple(board.tickets[each] for each in call.tickets if each in board.tickets)
    if not offers:
        tickets = tuple(each.model_copy(update={"duplicates": None}) for each in tickets)
    told = call.model_dump(include=set(CallAtSeat.model_fields))
    return SeatNow(
        agent=known,
        call=CallAtSeat(**told, mine=_own_part(call, known.seat or "")),
        words=call.transcript,
        speaking=call.speaking,
        tickets=tickets,
    )


class _Part(NamedTuple):
    """A seat's part in a call; one that never began is none, and a call that ended ended it."""

    began_at: datetime
    ended_at: datetime | None
    call: CallView
    talk: TalkView


def _call_at(board: Board, seat: str, since: datetime | None) -> CallView | None:
    parts = [part for call in board.calls.values() for part in _parts(call, seat)]
    going_on = [part for part in parts if part.ended_at is None]
    if going_on:
        return max(going_on, key=lambda part: part.began_at).call
    ringing = [
        (call.offered_at, call)
        for call in board.calls.values()
        if call.state == "ringing" and call.ringing_seat == seat and call.offered_at
    ]
    if ringing:
        return max(ringing, key=lambda one: one[0])[1]
    own = [part for part in parts if since and part.began_at >= since]
    return max(own, key=lambda part: part.ended_at or part.began_at).call if own else None


def _parts(call: CallView, seat: str) -> Iterator[_Part]:
    for talk in call.talks.values():
        if talk.seat == seat and talk.began_at:
            yield _Part(talk.began_at, talk.ended_at or call.ended_at, call, talk)


def _own_part(call: CallView, seat: str) -> TalkView | None:
    newest = max(_parts(call, seat), key=lambda part: part.began_at, default=None)
    return newest.talk if newest else None
