"""An agent's moves: each a row of MOVES, numbered, stated once; the only way a state changes.

What people order may be refused, and then nothing has changed. The queues and the pause that follow
are Asterisk's to carry out (`membership.desired`, `desk.Desk`).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from callcenter.agents import seats
from callcenter.agents.agent import MOVES, SYSTEM, Agent, AgentState, Move, agent_at, find
from callcenter.agents.seats import IN_A_CALL, Seat, opened
from callcenter.agents.seen import note_attended
from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.facts import AgentMoved, SeatMoved
from callcenter.machine import step

REGISTER = "register"
OTHERS = frozenset({Move.MOVE, Move.FORCE_SIGN_OUT})  # by a supervisor: the agent may be away
S, M = AgentState, Move


def register(
    session: Session, name: str, display_name: str, skills: Sequence[str], actor: str
) -> AgentMoved:
    """A new agent, or another name and other skills for a known one.

    Raises:
        ImpossibleMoveError: The agent is signed in; skills change between shifts.
    """
    agent = find(session, name)
    if agent is None:
        agent = Agent(name=name, display_name=display_name, since=datetime.now(UTC))
    elif agent.state is not S.SIGNED_OUT:
        raise ImpossibleMoveError(f"{name} is signed in: change skills after signing out")
    agent.display_name, agent.skills = display_name, ",".join(dict.fromkeys(skills))
    return _moved(session, agent, REGISTER, agent.state, actor=actor)


# --- what people order ---------------------------------------------------------------------------


def sign_in(
    session: Session, agent: Agent, seat: str, queues: Sequence[str] | None = None, *, actor: str
) -> AgentMoved:
    """The agent serves these queues at the seat from now on, or all they have the skill for.

    Raises:
        NotFoundError: There is no such seat.
        ImpossibleMoveError: The agent is signed in, or somebody else is at the seat.
        BadInputError: A queue is none the agent has the skill for.
    """
    before, agent.state = agent.state, step(MOVES, agent.state, M.SIGN_IN)
    _sit_down(session, agent, seat)
    _serve(agent, queues or agent.may_serve)
    return _moved(session, agent, M.SIGN_IN, before, actor=actor)


def sign_out(
    session: Session, agent: Agent, *, actor: str, forced: bool = False, reason: str = ""
) -> AgentMoved:
    """The agent leaves the seat: now, or when the call that goes on has ended.

    Raises:
        ImpossibleMoveError: The agent is signed out, or on the way.
    """
    seat = session.get(Seat, agent.seat) if agent.seat else None
    move = M.FORCE_SIGN_OUT if forced else M.SIGN_OUT
    if seat is not None and seat.state in IN_A_CALL:
        move = M.LEAVE
    return _go(session, agent, move, actor=actor, reason=reason)


def pause(session: Session, agent: Agent, reason: str, *, actor: str) -> AgentMoved:
    """Nothing rings until `resume`; a talk goes on. Raises: ImpossibleMoveError."""
    return _go(session, agent, M.PAUSE, actor=actor, reason=reason)


def resume(session: Session, agent: Agent, *, actor: str) -> AgentMoved:
    """The agent is ready again, or does not sign out after all. Raises: ImpossibleMoveError."""
    return _go(session, agent, M.RESUME, actor=actor)


def extend_wrap_up(session: Session, agent: Agent, seconds: float, *, actor: str) -> AgentMoved:
    """The wrap-up lasts longer, once. Raises: ImpossibleMoveError."""
    step(MOVES, agent.state, M.EXTEND_WRAP_UP)
    if agent.extended or agent.until is None:
        raise ImpossibleMoveError("wrap-up was extended already: pause if more time is needed")
    until, call_id = agent.until + timedelta(seconds=seconds), agent.call_id
    return _go(session, agent, M.EXTEND_WRAP_UP, actor=actor, until=until, call_id=call_id)


def end_wrap_up(session: Session, agent: Agent, *, actor: str) -> AgentMoved:
    """The agent is done before the time is over. Raises: ImpossibleMoveError."""
    return _go(session, agent, M.END_WRAP_UP, actor=actor)


def move(
    session: Session,
    agent: Agent,
    *,
    seat: str | None = None,
    queues: Sequence[str] | None = None,
    actor: str,
    reason: str,
) -> AgentMoved:
    """A supervisor has the agent serve other queues, or sit at another seat.

    Raises:
        BadInputError: Neither is named, or a queue is none the agent has the skill for.
        NotFoundError: There is no such seat.
        ImpossibleMoveError: The agent is signed out or in a call, or the seat is taken.
    """
    if seat is None and queues is None:
        raise BadInputError("seat and queues are both missing: name one")
    before = step(MOVES, agent.state, M.MOVE)
    old = session.get(Seat, agent.seat) if agent.seat else None
    if seat and seat != agent.seat:
        if old is not None and old.state in IN_A_CALL:
            raise ImpossibleMoveError(f"{agent.name} is in a call: move them to a seat afterwards")
        _sit_down(session, agent, seat)
    _serve(agent, queues or agent.queues)
    until, call_id = agent.until, agent.call_id
    return _moved(
        session, agent, M.MOVE, before,
        actor=actor, reason=reason, until=until, call_id=call_id,
    )  # fmt: skip


# --- what happens --------------------------------------------------------------------------------


def wrap_up(
    session: Session, agent: Agent, call_id: str, at: datetime, seconds: float
) -> AgentMoved:
    """A talk has ended at the agent's seat."""
    until = at + timedelta(seconds=seconds)
    return _go(session, agent, M.WRAP_UP, actor=SYSTEM, at=at, until=until, call_id=call_id)


def let_go(session: Session, agent: Agent, move: Move, reason: str = "") -> AgentMoved:
    """Wrap-up is over, the leaving one's call has ended, or nobody picks up."""
    return _go(session, agent, move, actor=SYSTEM, reason=reason)


def close_seat(session: Session, name: str, *, actor: str) -> SeatMoved:
    """As `seats.close`, but not under an agent's hands.

    Raises:
        NotFoundError: There is no such open seat.
        ImpossibleMoveError: Somebody is signed in there, or it is in a call.
    """
    agent = agent_at(session, name)
    if agent is not None:
        raise ImpossibleMoveError(f"{agent.name} is signed in at {name}: sign them out first")
    return seats.close(session, name, actor=actor)


# --- inside --------------------------------------------------------------------------------------


def _sit_down(session: Session, agent: Agent, seat: str) -> None:
    opened(session, seat)
    other = agent_at(session, seat)
    if other is not None and other.name != agent.name:
        raise ImpossibleMoveError(f"{other.name} is signed in at {seat}: choose another seat")
    agent.seat = seat


def _serve(agent: Agent, queues: Sequence[str]) -> None:
    lacking = [queue for queue in queues if queue not in agent.may_serve]
    if lacking:
        raise BadInputError(f"queues: {agent.name} has not the skill for {', '.join(lacking)}")
    if not queues:
        raise BadInputError(f"queues: {agent.name} has no skill yet; give some first")
    agent.serves = ",".join(dict.fromkeys(queues))


def _go(
    session: Session,
    agent: Agent,
    move: Move,
    *,
    actor: str,
    reason: str = "",
    at: datetime | None = None,
    until: datetime | None = None,
    call_id: str | None = None,
) -> AgentMoved:
    before, agent.state = agent.state, step(MOVES, agent.state, move)
    agent.extended = move is M.EXTEND_WRAP_UP
    return _moved(
        session, agent, move, before,
        actor=actor, reason=reason, at=at, until=until, call_id=call_id,
    )  # fmt: skip


def _moved(
    session: Session,
    agent: Agent,
    move: str,
    before: AgentState,
    *,
    actor: str,
    reason: str = "",
    at: datetime | None = None,
    until: datetime | None = None,
    call_id: str | None = None,
) -> AgentMoved:
    """The agent as moved, and the fact that states it; who signs out leaves the seat it names."""
    at = at or datetime.now(UTC)
    if agent.state is not before:
        agent.since = at
    if move not in (M.MOVE, REGISTER):
        agent.reason = reason if agent.state is S.PAUSED else ""
    agent.until, agent.call_id = until, call_id
    agent.number += 1
    seat = agent.seat
    if seat and actor != SYSTEM and move not in OTHERS:
        note_attended(session, seat, at)
    if agent.state is S.SIGNED_OUT:
        agent.seat, agent.serves = None, ""
    session.add(agent)
    return AgentMoved(
        at=at,
        agent=agent.name,
        number=agent.number,
        move=str(move),
        from_state=before.value,
        to_state=agent.state.value,
        seat=seat,
        queues=agent.queues,
        reason=reason,
        call_id=call_id,
        until=until,
        actor=actor,
    )
