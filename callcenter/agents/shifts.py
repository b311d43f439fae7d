"""What happens at a seat and moves the agent there: a talk ends, a call rings in vain, idle again.

Each takes a fact of the line and gives the agent's own move, or nothing. A fact that is older than
the agent's last move changes nothing: after an outage the past is told late.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from callcenter.agents import moves, seen
from callcenter.agents.agent import NO_ANSWER, Agent, AgentState, Move, agent_at, due_wrap_ups
from callcenter.agents.seats import IN_A_CALL, SeatState
from callcenter.agents.seen import STATES
from callcenter.facts import AgentMoved, OfferMissed, SeatSeen, TalkEnded


def talk_ended(session: Session, fact: TalkEnded, wrap_up_seconds: float) -> Iterable[AgentMoved]:
    """A talk is wrapped up, unless the agent has paused or leaves, or the site wants none."""
    agent = _present(session, fact.seat, fact.at, AgentState.READY, AgentState.WRAP_UP)
    if agent and wrap_up_seconds:
        yield moves.wrap_up(session, agent, fact.call_id, fact.at, wrap_up_seconds)


def offer_missed(session: Session, fact: OfferMissed, limit: int) -> Iterable[AgentMoved]:
    """Who lets it ring too often is paused; 110 goes on ringing there, after all others."""
    seat = seen.note_missed(session, fact)
    if seat is None or seat.missed < limit:
        return
    agent = _present(session, fact.seat, fact.at, AgentState.READY, AgentState.WRAP_UP)
    if agent:
        yield moves.let_go(session, agent, Move.NO_ANSWER, NO_ANSWER)


def seat_seen(session: Session, fact: SeatSeen) -> Iterable[AgentMoved]:
    """Who signed out during a call has left as soon as the telephone is idle, or gone."""
    state = STATES[fact.status]
    if state in IN_A_CALL or state is SeatState.UNKNOWN:
        return
    agent = _present(session, fact.seat, fact.at, AgentState.LEAVING)
    if agent:
        yield moves.let_go(session, agent, Move.CALL_OVER)


def wrap_ups_over(session: Session, now: datetime) -> Iterable[AgentMoved]:
    """Whose time is over is ready again."""
    for agent in due_wrap_ups(session, now):
        yield moves.let_go(session, agent, Move.WRAP_UP_OVER)


def _present(session: Session, seat: str, at: datetime, *states: AgentState) -> Agent | None:
    agent = agent_at(session, seat)
    return agent if agent and agent.state in states and at >= agent.since else None
