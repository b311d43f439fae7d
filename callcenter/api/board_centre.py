"""The centre itself on the board: seats, agents, messages, links, call-backs, what was mended.

Each fold gives what to put where; of two views under one key the later one counts. An agent's is
folded by the numbers of their moves.
"""

from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.facts import (
    AgentMoved,
    CallbackDue,
    CallbackTried,
    Fact,
    FactParked,
    LinkLost,
    LinkRestored,
    PictureMended,
    SeatSeen,
    SeatsTold,
)

View = TypeVar("View", bound=BaseModel)


class SeatView(BaseModel):
    """A seat as Asterisk last spoke of it."""

    model_config = ConfigDict(frozen=True)

    seat: str
    status: str
    paused: bool
    at: AwareDatetime


class AgentView(BaseModel):
    """An agent as they stand by their newest move."""

    model_config = ConfigDict(frozen=True)

    agent: str
    number: int = 0  # of the newest move
    state: str = "signed_out"
    seat: str | None = None
    queues: tuple[str, ...] = ()
    until: AwareDatetime | None = None  # wrap-up ends by itself
    since: AwareDatetime | None = None  # in this state, or paused for this reason
    reason: str = ""  # of a pause
    since_number: int = 0  # of the move that began it


class MessageView(BaseModel):
    """What a supervisor told seats; no seats: all of them."""

    model_config = ConfigDict(frozen=True)

    actor: str
    seats: tuple[str, ...]
    text: str
    at: AwareDatetime


class MendedView(BaseModel):
    """A difference between our picture and Asterisk's, and which side was mended."""

    model_config = ConfigDict(frozen=True)

    node: str
    subject: str
    name: str
    ours: str
    asterisks: str
    side_mended: str
    at: AwareDatetime


class CallbackView(BaseModel):
    """A citizen who is to be rung."""

    model_config = ConfigDict(frozen=True)

    why: Literal["abandoned", "cut", "feedback", "kept_place"]
    call_id: str | None
    ticket_number: str | None
    round: int
    at: AwareDatetime


class TryView(BaseModel):
    """The newest attempt at a call-back task."""

    model_config = ConfigDict(frozen=True)

    task: int
    attempt: int
    outcome: str
    at: AwareDatetime


class LinkView(BaseModel):
    """Whether a node's Asterisk can be reached."""

    model_config = ConfigDict(frozen=True)

    node: str
    up: bool
    reason: str
    at: AwareDatetime


class ParkedView(BaseModel):
    """A fact that a handler kept failing on."""

    model_config = ConfigDict(frozen=True)

    parked_id: str
    handler: str
    error: str
    at: AwareDatetime


class Put(NamedTuple):
    """A view to be put into a part of the board under a key."""

    part: str
    key: str
    view: BaseModel


def moved(known: AgentView | None, fact: AgentMoved) -> AgentView:
    """The agent after a move; moves come in any order."""
    begins = fact.from_state != fact.to_state or fact.move == "pause"
    agent = known or AgentView(agent=fact.agent)
    if fact.number >= agent.number:
        told = {"number": fact.number, "state": fact.to_state, "seat": fact.seat}
        told |= {"queues": fact.queues, "until": fact.until}
        agent = agent.model_copy(update=told)
    if begins and fact.number >= agent.since_number:
        reason = fact.reason if fact.to_state == "paused" else ""
        began = {"since": fact.at, "reason": reason, "since_number": fact.number}
        agent = agent.model_copy(update=began)
    return agent


def seat(fact: SeatSeen) -> Put:
    """A seat's newest state."""
    return Put("seats", fact.seat, _of(SeatView, fact))


def message(fact: SeatsTold) -> Put:
    """A message to seats."""
    return Put("messages", f"{fact.actor}|{_moment(fact)}", _of(MessageView, fact))


def mended(fact: PictureMended) -> Put:
    """A difference that was mended."""
    key = f"{fact.node}|{fact.subject}|{fact.name}|{_moment(fact)}"
    return Put("mended", key, _of(MendedView, fact))


def link(fact: LinkLost | LinkRestored) -> Put:
    """A node's link, up or down."""
    reason = fact.reason if isinstance(fact, LinkLost) else ""
    view = LinkView(node=fact.node, up=isinstance(fact, LinkRestored), reason=reason, at=fact.at)
    return Put("links", fact.node, view)


def due(fact: CallbackDue) -> Put:
    """A call-back task."""
    key = f"{fact.why}|{fact.call_id or ''}|{fact.ticket_number or ''}|{fact.round}"
    return Put("callbacks", key, _of(CallbackView, fact))


def tried(fact: CallbackTried) -> Put:
    """A task's newest attempt."""
    return Put("tries", str(fact.task), _of(TryView, fact))


def parked(fact: FactParked) -> Put:
    """A fact that waits for an operator."""
    parked_id = str(fact.parked_id)
    view = ParkedView(parked_id=parked_id, handler=fact.handler, error=fact.error, at=fact.at)
    return Put("parked", f"{parked_id}|{fact.handler}", view)


def _of(view: type[View], fact: Fact) -> View:
    return view.model_validate(fact.model_dump(include=set(view.model_fields)))


def _moment(fact: Fact) -> str:
    """As the fact is written for the page, so that both make the same key of it."""
    told: dict[str, Any] = fact.model_dump(mode="json", include={"at"})
    return str(told["at"])
