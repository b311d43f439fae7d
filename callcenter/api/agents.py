"""Agents for themselves and their supervisors: sign in, pause, wrap up, be moved.

Every command may carry `number`, the agent's last move its sender knows of: where somebody else was
faster it is refused with 409. Without Asterisk it is refused with 503. Nothing has changed then.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session

from callcenter.agents import moves, seats
from callcenter.agents.agent import Agent, AgentState, Shown, all_agents, known, shown_state
from callcenter.api.deps import ApiContext, Context
from callcenter.api.me import Asking, Me
from callcenter.api.seats import Actor, QueueName, Reason
from callcenter.errors import BadInputError
from callcenter.facts import AgentMoved

router = APIRouter(prefix="/agents", tags=["agents"])


class AgentShown(BaseModel):
    """An agent as they stand; `shown` says what they do, `state` what was ordered."""

    name: str
    display_name: str
    skills: tuple[str, ...]
    state: AgentState
    shown: Shown
    since: AwareDatetime
    seat: str | None
    queues: tuple[str, ...]
    reason: str
    until: AwareDatetime | None
    extended: bool
    call_id: str | None
    number: int


class AgentFile(BaseModel):
    """What is known of an agent."""

    display_name: Annotated[str, Field(min_length=1, max_length=40)]
    skills: tuple[QueueName, ...]
    actor: Actor | None = None


class Command(BaseModel):
    """Who orders it, and what they saw."""

    actor: Actor | None = None  # who is signed in
    number: int | None = Field(None, ge=0, description="of the agent's last move, as seen")


class SignIn(Command):
    """Where, and for which queues; all the agent has the skill for, unless said."""

    seat: str
    queues: tuple[QueueName, ...] | None = None


class Pause(Command):
    """Why: one of the site's reasons."""

    reason: str


class Transfer(Command):
    """To another seat, to other queues, or both."""

    seat: str | None = None
    queues: tuple[QueueName, ...] | None = None
    reason: Reason


class Forced(Command):
    """Why somebody else signs the agent out."""

    reason: Reason


@router.get("")
def list_agents(context: Context) -> list[AgentShown]:
    """Every agent, by name."""
    with context.flow.store.reading() as session:
        at = {seat.name: seat for seat in seats.all_seats(session)}
        return [
            AgentShown(
                **agent.model_dump(exclude={"skills", "serves"}),
                skills=agent.may_serve,
                queues=agent.queues,
                shown=shown_state(agent, at.get(agent.seat or "")),
            )
            for agent in all_agents(session)
        ]


@router.get("/pause-reasons")
def pause_reasons(context: Context) -> tuple[str, ...]:
    """What a pause may be for."""
    return context.settings.may_pause_for


@router.put("/{name}")
async def register(
    context: Context,
    me: Asking,
    name: Annotated[str, Field(pattern=r"^[a-z0-9._-]{1,40}$")],
    file: AgentFile,
) -> AgentMoved:
    """A new agent, or another name and other skills; 409 while signed in."""
    actor = me.acting(file.actor)

    def _run(session: Session) -> list[AgentMoved]:
        return [moves.register(session, name, file.display_name, file.skills, actor)]

    facts = await context.flow.command(_run)
    return next(fact for fact in facts if isinstance(fact, AgentMoved))


@router.post("/{name}/sign-in", status_code=201)
async def sign_in(context: Context, me: Asking, name: str, by: SignIn) -> AgentMoved:
    """Serve queues at a seat."""

    def _move(session: Session, agent: Agent, actor: str) -> AgentMoved:
        return moves.sign_in(session, agent, by.seat, by.queues, actor=actor)

    return await _command(context, me, name, by, _move)


@router.post("/{name}/sign-out", status_code=201)
async def sign_out(context: Context, me: Asking, name: str, by: Command) -> AgentMoved:
    """Leave the seat; during a call, when it has ended."""
    return await _command(
        context, me, name, by, lambda s, a, actor: moves.sign_out(s, a, actor=actor)
    )


@router.post("/{name}/force-sign-out", status_code=201)
async def force_sign_out(context: Context, me: Asking, name: str, by: Forced) -> AgentMoved:
    """A supervisor signs the agent out; a call goes on to its end."""

    def _move(session: Session, agent: Agent, actor: str) -> AgentMoved:
        return moves.sign_out(session, agent, actor=actor, forced=True, reason=by.reason)

    return await _command(context, me, name, by, _move)


@router.post("/{name}/pause", status_code=201)
async def pause(context: Context, me: Asking, name: str, by: Pause) -> AgentMoved:
    """Nothing rings until resumed."""
    if by.reason not in context.settings.may_pause_for:
        allowed = " ".join(context.settings.may_pause_for)
        raise BadInputError(f"reason is not one of the site's: {allowed}")
    return await _command(
        context, me, name, by, lambda s, a, actor: moves.pause(s, a, by.reason, actor=actor)
    )


@router.post("/{name}/resume", status_code=201)
async def resume(context: Context, me: Asking, name: str, by: Command) -> AgentMoved:
    """Ready again; or not signing out after all."""
    return await _command(
        context, me, name, by, lambda s, a, actor: moves.resume(s, a, actor=actor)
    )


@router.post("/{name}/wrap-up/extend", status_code=201)
async def extend_wrap_up(context: Context, me: Asking, name: str, by: Command) -> AgentMoved:
    """More time to finish the ticket, once."""
    seconds = context.settings.wrap_up_extension_seconds
    return await _command(
        context, me, name, by, lambda s, a, actor: moves.extend_wrap_up(s, a, seconds, actor=actor)
    )


@router.post("/{name}/wrap-up/end", status_code=201)
async def end_wrap_up(context: Context, me: Asking, name: str, by: Command) -> AgentMoved:
    """Done before the time is over."""
    return await _command(
        context, me, name, by, lambda s, a, actor: moves.end_wrap_up(s, a, actor=actor)
    )


@router.post("/{name}/move", status_code=201)
async def move(context: Context, me: Asking, name: str, by: Transfer) -> AgentMoved:
    """A supervisor has the agent sit or serve elsewhere."""

    def _move(session: Session, agent: Agent, actor: str) -> AgentMoved:
        return moves.move(
            session, agent, seat=by.seat, queues=by.queues, actor=actor, reason=by.reason
        )

    return await _command(context, me, name, by, _move)


async def _command(
    context: ApiContext,
    me: Me,
    name: str,
    by: Command,
    run: Callable[[Session, Agent, str], AgentMoved],
) -> AgentMoved:
    actor = me.acting_on(name, by.actor)
    await context.flow.look(lambda s: me.require_agent(known(s, name)))  # before Asterisk matters

    def ordered(session: Session) -> list[AgentMoved]:
        agent = known(session, name, by.number)
        me.require_agent(agent)
        return [run(session, agent, actor)]

    facts = await context.desk.command(ordered)
    return next(fact for fact in facts if isinstance(fact, AgentMoved))
