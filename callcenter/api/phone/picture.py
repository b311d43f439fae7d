"""What an agent's own page shows of their telephone: the seat, the state, the call now. Read only.

The page asks every second or two, so nothing here is a citizen's but a masked number.
"""

from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel
from sqlmodel import Session

from callcenter.agents.agent import Agent, AgentState, Shown, all_agents, shown_state
from callcenter.agents.seats import Seat, SeatState, all_seats
from callcenter.agents.talks.at_seat import AtSeat, at_seat
from callcenter.api.board import Board
from callcenter.api.board_calls import CallView
from callcenter.errors import ImpossibleMoveError, NotFoundError
from callcenter.facts import Line
from callcenter.facts.line import HoldWhy


class PhoneAgent(BaseModel):
    """The agent, as they stand; `until` is when the wrap-up ends by itself."""

    name: str
    display_name: str
    skills: tuple[str, ...]
    state: AgentState
    shown: Shown
    since: AwareDatetime
    queues: tuple[str, ...]
    reason: str
    until: AwareDatetime | None
    extended: bool
    number: int


class PhoneSeat(BaseModel):
    """The seat they sit at; its telephone is "web" where the browser registered last."""

    name: str
    state: SeatState
    phone: Literal["sip", "web"] | None
    may_dial_out: bool


class PhoneCall(BaseModel):
    """The call at the seat; `caller` is masked, None where withheld; waits are in seconds."""

    call_id: str
    state: Literal["ringing", "talking"]
    line: Line | None
    queue: str | None
    caller: str | None
    waiting_since: AwareDatetime | None
    waited_seconds: float | None
    answered_at: AwareDatetime | None
    held: HoldWhy | None = None  # why the citizen waits; our own hold is a consultation of nobody
    others: tuple[str, ...] = ()  # seats that talk in it, too


class PhoneShown(BaseModel):
    """All that the page's bar shows; `agent` None: nobody registered them as an agent."""

    agent: PhoneAgent | None
    seat: PhoneSeat | None
    call: PhoneCall | None
    pause_reasons: tuple[str, ...]


class Desk(BaseModel):
    """A seat as one chooses it: to sign in at, or to send a citizen to."""

    name: str
    state: SeatState
    agent: str | None  # who sits there, as people call them
    queues: tuple[str, ...]


def agent_of(session: Session, name: str) -> Agent | None:
    """The agent of this account, if somebody registered one."""
    return session.get(Agent, name)


def picture(session: Session, name: str, board: Board, reasons: tuple[str, ...]) -> PhoneShown:
    """What the page of this account shows."""
    agent = agent_of(session, name)
    seat = session.get(Seat, agent.seat) if agent and agent.seat else None
    return PhoneShown(
        agent=_agent(agent, seat) if agent else None,
        seat=PhoneSeat(**seat.model_dump(include=set(PhoneSeat.model_fields)), phone=seat.phone)
        if seat
        else None,
        call=_call(session, board, seat.name) if seat else None,
        pause_reasons=reasons,
    )


def call_at(board: Board, seat: str) -> CallView | None:
    """The call that rings or is talked at the seat; the one that came last."""
    here = [view for view in board.calls.values() if _state_at(view, seat)]
    return max(here, key=_came, default=None)


def desks(session: Session) -> list[Desk]:
    """The seats that are open, by name."""
    sitting = {agent.seat: agent for agent in all_agents(session)}
    shown = []
    for seat in all_seats(session):
        agent = sitting.get(seat.name)
        if seat.is_open:
            queues = agent.queues if agent else seat.queues
            who = agent.display_name if agent else None
            shown.append(Desk(name=seat.name, state=seat.state, agent=who, queues=queues))
    return shown


def _agent(agent: Agent, seat: Seat | None) -> PhoneAgent:
    return PhoneAgent(
        **agent.model_dump(include=set(PhoneAgent.model_fields) - {"skills"}),
        skills=agent.may_serve,
        queues=agent.queues,
        shown=shown_state(agent, seat),
    )


def _call(session: Session, board: Board, seat: str) -> PhoneCall | None:
    view = call_at(board, seat)
    if view is None:
        return None
    at = _part(session, view, seat)
    return PhoneCall(
        call_id=view.call_id,
        state="talking" if at or _state_at(view, seat) == "talking" else "ringing",
        line=at.now_with if at else view.line,
        queue=view.queue,
        caller=view.caller,
        waiting_since=view.queued_at,
        waited_seconds=view.waited_seconds,
        answered_at=max(
            (talk.began_at for talk in view.talks.values() if talk.seat == seat and talk.began_at),
            default=None,
        ),
        held=at.held if at else None,
        others=at.others if at else (),
    )


def _part(session: Session, view: CallView, seat: str) -> AtSeat | None:
    try:
        return at_seat(session, view.call_id, seat)
    except (ImpossibleMoveError, NotFoundError):  # it rings, or has just ended
        return None


def _state_at(view: CallView, seat: str) -> Literal["ringing", "talking"] | None:
    if view.state == "ringing" and view.ringing_seat == seat:
        return "ringing"
    talks = any(talk.seat == seat and not talk.ended_at for talk in view.talks.values())
    return "talking" if view.ended_at is None and talks else None


def _came(view: CallView) -> datetime:
    moments = (view.offered_at, view.answered_at, view.arrived_at)
    return max((at for at in moments if at), default=datetime.min.replace(tzinfo=UTC))
