"""`callcenter agents ...` and `callcenter queues ...`: what a supervisor orders, without the API.

Only what the help needs is imported here; the database comes with the command that is run.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from callcenter.agents.agent import Agent
    from callcenter.facts import AgentMoved

app = typer.Typer(
    help="Agents: register, sign in and out, pause, wrap up, move.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
queues_app = typer.Typer(
    help="Queues: list, close with an announcement, open.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ACTOR = "command-line"

Name = Annotated[str, typer.Argument(help="What the agent signs in with.")]
Seat = Annotated[str, typer.Argument(help="seat-01 to seat-999.")]
Queues = Annotated[
    list[str] | None, typer.Option("--queue", help="A queue; several times for several.")
]
Reason = Annotated[str, typer.Option("--reason", help="Kept with the move.")]
Queue = Annotated[str, typer.Argument(help="As `queues list` names it.")]


@app.command("list")
def list_agents() -> None:
    """Every agent: what they do, seat, queues, skills."""
    from callcenter.agents.agent import all_agents, shown_state
    from callcenter.agents.seats import all_seats
    from callcenter.commands.register import opened_store

    typer.echo("\t".join(("agent", "name", "state", "seat", "queues", "skills")))
    with opened_store() as store, store.reading() as session:
        at = {seat.name: seat for seat in all_seats(session)}
        for agent in all_agents(session):
            shown = shown_state(agent, at.get(agent.seat or ""))
            fields = (agent.name, agent.display_name, shown.value, agent.seat or "-")
            typer.echo("\t".join([*fields, agent.serves or "-", agent.skills or "-"]))


@app.command("register")
def register(
    name: Name,
    display_name: Annotated[
        str, typer.Option("--display-name", help="What people call them; if not given, NAME.")
    ] = "",
    skill: Queues = None,
) -> None:
    """A new agent, or another name and other skills (--queue) for a known one."""
    from callcenter.agents import moves
    from callcenter.agents.agent import find
    from callcenter.commands.register import order, queues_of

    skills = queues_of(skill or [])

    def run(session: "Session") -> "list[AgentMoved]":
        known = find(session, name)
        called = display_name or (known.display_name if known else name)
        return [moves.register(session, name, called, skills, ACTOR)]

    order(run)


@app.command("sign-in")
def sign_in(name: Name, seat: Seat, queue: Queues = None) -> None:
    """Serve queues at a seat; all the agent has the skill for, unless said."""
    from callcenter.agents import moves

    _order(name, lambda session, agent: moves.sign_in(session, agent, seat, queue, actor=ACTOR))


@app.command("sign-out")
def sign_out(name: Name, reason: Reason = "") -> None:
    """Sign the agent out; during a call, when it has ended."""
    from callcenter.agents import moves

    def run(session: "Session", agent: "Agent") -> "AgentMoved":
        return moves.sign_out(session, agent, actor=ACTOR, forced=True, reason=reason)

    _order(name, run)


@app.command("pause")
def pause(name: Name, reason: Reason) -> None:
    """Nothing rings until resumed; the reason is one of CALLCENTER_PAUSE_REASONS."""
    from callcenter.agents import moves
    from callcenter.errors import BadInputError
    from callcenter.settings import load_settings

    reasons = load_settings().may_pause_for
    if reason not in reasons:
        raise BadInputError(f"reason is not one of the site's: {' '.join(reasons)}")
    _order(name, lambda session, agent: moves.pause(session, agent, reason, actor=ACTOR))


@app.command("resume")
def resume(name: Name) -> None:
    """Ready again; or not signing out after all."""
    from callcenter.agents import moves

    _order(name, lambda session, agent: moves.resume(session, agent, actor=ACTOR))


@app.command("extend-wrap-up")
def extend_wrap_up(name: Name) -> None:
    """More time to finish the ticket, once."""
    from callcenter.agents import moves
    from callcenter.settings import load_settings

    seconds = load_settings().wrap_up_extension_seconds
    _order(name, lambda session, agent: moves.extend_wrap_up(session, agent, seconds, actor=ACTOR))


@app.command("end-wrap-up")
def end_wrap_up(name: Name) -> None:
    """Done before the time is over."""
    from callcenter.agents import moves

    _order(name, lambda session, agent: moves.end_wrap_up(session, agent, actor=ACTOR))


@app.command("move")
def move(
    name: Name,
    reason: Reason,
    seat: Annotated[str | None, typer.Option("--seat", help="Another seat.")] = None,
    queue: Queues = None,
) -> None:
    """Have the agent sit at another seat or serve other queues."""
    from callcenter.agents import moves

    def run(session: "Session", agent: "Agent") -> "AgentMoved":
        return moves.move(session, agent, seat=seat, queues=queue, actor=ACTOR, reason=reason)

    _order(name, run)


@queues_app.command("list")
def list_queues() -> None:
    """Every queue, and what callers of a closed one hear."""
    from callcenter.agents.queues import QUEUES, states
    from callcenter.commands.register import opened_store

    typer.echo("\t".join(("queue", "name", "state", "announcement", "reason")))
    with opened_store() as store, store.reading() as session:
        for state in states(session):
            told = ("open", "-", "-")
            if not state.is_open:
                told = ("closed", state.announcement, state.reason)
            typer.echo("\t".join((state.name, QUEUES[state.name], *told)))


@queues_app.command("close")
def close_queue(
    queue: Queue,
    reason: Reason,
    announcement: Annotated[
        str, typer.Option("--announcement", help="A prompt's name.")
    ] = "plan-closed",
) -> None:
    """Callers hear the announcement from now on; 110 is never closed."""
    from callcenter.agents import queues
    from callcenter.commands.register import order_at_once

    said = {"announcement": announcement, "reason": reason}
    order_at_once(lambda session: [queues.close(session, queue, actor=ACTOR, **said)])


@queues_app.command("open")
def open_queue(queue: Queue, reason: Reason = "") -> None:
    """Callers are queued again."""
    from callcenter.agents import queues
    from callcenter.commands.register import order_at_once

    order_at_once(lambda session: [queues.reopen(session, queue, reason=reason, actor=ACTOR)])


def _order(name: str, run: "Callable[[Session, Agent], AgentMoved]") -> None:
    from callcenter.agents.agent import known
    from callcenter.commands.register import order_at_once
    from callcenter.facts import AgentMoved

    for fact in order_at_once(lambda session: [run(session, known(session, name))]):
        if isinstance(fact, AgentMoved):
            typer.echo(f"{fact.agent}\t{fact.from_state} -> {fact.to_state}\t{fact.seat or '-'}")
