"""Agents: who works at the seats, and the state each one is in.

What people order is a row of MOVES; what Asterisk tells (rings, talks, telephone gone) is the
seat's own state. `shown_state` puts both together, for whoever looks.

                        sign_in                      talk ended
    SIGNED_OUT --------------------------> READY <-------------> WRAP_UP
        ^  ^                              |  ^  |   over, ended   |   `-- extended once
        |  |                        pause |  |  | no_answer       | pause
        |  |        sign_out              v  |  v                 v
        |  `--------------------------- PAUSED <------------------'
        |                                    (resume leads back to READY)
        |  the call has ended
        `--------------- LEAVING <--- sign_out or force_sign_out while a call goes on

Shown besides: unknown (until Asterisk has told us), ringing, talking, phone_lost. A talk is never
cut by a move: pausing and being moved let it go on, signing out waits for its end.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.agents.seats import IN_A_CALL, Seat, SeatState
from callcenter.errors import ImpossibleMoveError, NotFoundError
from callcenter.store import UtcDateTime, enum_text

NO_ANSWER: Final = "no_answer"  # the reason of the pause we give to who does not pick up
SYSTEM: Final = "system"


class AgentState(StrEnum):
    """What an agent has ordered, or we for them."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    PAUSED = "paused"
    WRAP_UP = "wrap_up"
    LEAVING = "leaving"  # signs out when the call has ended


class Move(StrEnum):
    """What is done to an agent's state."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    FORCE_SIGN_OUT = "force_sign_out"  # by a supervisor
    LEAVE = "leave"  # signing out, ordered while in a call
    PAUSE = "pause"
    RESUME = "resume"
    MOVE = "move"  # to other queues or another seat, by a supervisor
    WRAP_UP = "wrap_up"
    EXTEND_WRAP_UP = "extend_wrap_up"
    END_WRAP_UP = "end_wrap_up"
    WRAP_UP_OVER = "wrap_up_over"  # its time is
    NO_ANSWER = "no_answer"
    CALL_OVER = "call_over"  # of one who leaves


class Shown(StrEnum):
    """What a supervisor sees of an agent."""

    SIGNED_OUT = "signed_out"
    UNKNOWN = "unknown"
    PHONE_LOST = "phone_lost"
    RINGING = "ringing"
    TALKING = "talking"
    READY = "ready"
    PAUSED = "paused"
    WRAP_UP = "wrap_up"
    LEAVING = "leaving"


S, M = AgentState, Move
MOVES: dict[tuple[AgentState, Move], AgentState] = {
    (S.SIGNED_OUT, M.SIGN_IN): S.READY,
    (S.READY, M.PAUSE): S.PAUSED,
    (S.READY, M.WRAP_UP): S.WRAP_UP,
    (S.READY, M.NO_ANSWER): S.PAUSED,
    (S.READY, M.MOVE): S.READY,
    (S.PAUSED, M.PAUSE): S.PAUSED,  # for another reason
    (S.PAUSED, M.RESUME): S.READY,
    (S.PAUSED, M.MOVE): S.PAUSED,
    (S.WRAP_UP, M.WRAP_UP): S.WRAP_UP,  # 110 broke in; the time begins anew
    (S.WRAP_UP, M.EXTEND_WRAP_UP): S.WRAP_UP,
    (S.WRAP_UP, M.END_WRAP_UP): S.READY,
    (S.WRAP_UP, M.WRAP_UP_OVER): S.READY,
    (S.WRAP_UP, M.PAUSE): S.PAUSED,
    (S.WRAP_UP, M.NO_ANSWER): S.PAUSED,  # 110 rang in vain
    (S.WRAP_UP, M.MOVE): S.WRAP_UP,
    (S.LEAVING, M.RESUME): S.READY,  # thought better of it
    (S.LEAVING, M.CALL_OVER): S.SIGNED_OUT,
    **{
        (state, move): to
        for state in (S.READY, S.PAUSED, S.WRAP_UP)
        for move, to in (
            (M.SIGN_OUT, S.SIGNED_OUT),
            (M.FORCE_SIGN_OUT, S.SIGNED_OUT),
            (M.LEAVE, S.LEAVING),
        )
    },
}


class Agent(SQLModel, table=True):
    """One agent as they stand."""

    name: str = Field(primary_key=True)  # what they sign in with
    display_name: str
    skills: str = ""  # queues, joined by commas
    state: AgentState = Field(default=S.SIGNED_OUT, sa_type=enum_text(AgentState))
    since: datetime = Field(sa_type=UtcDateTime)  # in this state
    number: int = 0  # moves so far
    seat: str | None = Field(default=None, index=True)
    serves: str = ""  # queues now, joined by commas
    reason: str = ""  # of a pause
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # wrap-up ends by itself
    extended: bool = False
    call_id: str | None = None  # wrapped up

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues the agent serves now."""
        return tuple(queue for queue in self.serves.split(",") if queue)

    @property
    def may_serve(self) -> tuple[str, ...]:
        """The queues the agent has the skill for."""
        return tuple(queue for queue in self.skills.split(",") if queue)


def shown_state(agent: Agent, seat: Seat | None) -> Shown:
    """What an agent is doing: Asterisk's word on the telephone first, then what was ordered."""
    if agent.state is S.SIGNED_OUT or seat is None:
        return Shown.SIGNED_OUT
    if seat.state is SeatState.UNKNOWN:
        return Shown.UNKNOWN
    if seat.state in (SeatState.AWAY, SeatState.PHONE_LOST) or seat.phone is None:
        return Shown.PHONE_LOST  # also in mid-call: the channel lives on for a while without it
    if seat.state in IN_A_CALL:
        return Shown(seat.state.value)
    return Shown(agent.state.value)


# --- who is there ---------------------------------------------------------------------------------


def known(session: Session, name: str, number: int | None = None) -> Agent:
    """The agent, kept from everybody else until the session ends.

    Args:
        session: A writing session.
        name: The agent's.
        number: The agent's last move that the caller knows of.

    Raises:
        NotFoundError: There is no such agent.
        ImpossibleMoveError: Somebody else was faster: `number` is not the last move any more.
    """
    agent = find(session, name)
    if agent is None:
        raise NotFoundError(f"agent {name!r} is not known: list the agents, or register this one")
    if number is not None and number != agent.number:
        raise ImpossibleMoveError(f"{name} was moved by somebody else meanwhile: look again")
    return agent


_AT_SEAT: Final = select(Agent).where(Agent.seat == bindparam("at_seat")).with_for_update()


def agent_at(session: Session, seat: str) -> Agent | None:
    """Who is signed in at a seat."""
    return session.exec(_AT_SEAT, params={"at_seat": seat}).first()


def all_agents(session: Session) -> list[Agent]:
    """Every agent, by name."""
    return list(session.exec(select(Agent).order_by(col(Agent.name))))


def due_wrap_ups(session: Session, now: datetime) -> list[Agent]:
    """Agents whose wrap-up is over."""
    query = select(Agent).where(Agent.state == S.WRAP_UP, col(Agent.until) <= now)
    return list(session.exec(query.with_for_update()))


def next_wrap_up(session: Session) -> datetime | None:
    """When the next wrap-up is over, as far as is known now."""
    query = select(Agent.until).where(Agent.state == S.WRAP_UP).order_by(col(Agent.until))
    return session.exec(query).first()


def find(session: Session, name: str) -> Agent | None:
    """The agent of this name, kept from everybody else until the session ends."""
    query = select(Agent).where(Agent.name == name).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()
