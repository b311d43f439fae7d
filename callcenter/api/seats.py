"""Seats and queues for supervisors: the register, closing and opening, words to the seats."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session

from callcenter.agents import moves, queues, seats
from callcenter.agents.agent import all_agents, shown_state
from callcenter.agents.queues import ANNOUNCEMENT, QUEUES
from callcenter.agents.seats import PenaltyClass, Seat
from callcenter.ami.passwords import forget_seat_secret, renew_seat_secret, seat_secret
from callcenter.api.deps import ApiContext, Context
from callcenter.api.me import Asking
from callcenter.facts import QueueMoved, SeatMoved, SeatsTold

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
router = APIRouter(tags=["seats"])

Actor = Annotated[str, Field(pattern=r"^[A-Za-z0-9:._-]{1,40}$", examples=["supervisor-1"])]
QueueName = Literal["12345", "110", "dialect", "english", "business"]
Reason = Annotated[str, Field(max_length=200)]


class SeatShown(BaseModel):
    """A seat as it stands; its telephone is "sip" or "web", whichever registered last."""

    name: str
    is_open: bool
    queues: tuple[str, ...]
    penalty_class: PenaltyClass
    may_dial_out: bool
    phone: Literal["sip", "web"] | None
    phone_since: AwareDatetime | None
    state: str
    since: AwareDatetime
    agent: str | None
    agent_state: str | None
    missed: int
    number: int


class NewSeat(BaseModel):
    """A seat to be created, or a closed one to be opened again."""

    name: Annotated[str, Field(pattern=r"^seat-\d{2,3}$", examples=["seat-04"])]
    queues: tuple[QueueName, ...] = ("12345", "110")
    penalty_class: PenaltyClass = PenaltyClass.NORMAL
    may_dial_out: bool = False
    actor: Actor | None = None


class SeatChange(BaseModel):
    """What is given is changed."""

    queues: tuple[QueueName, ...] | None = None
    penalty_class: PenaltyClass | None = None
    may_dial_out: bool | None = None
    actor: Actor | None = None


class ByWhom(BaseModel):
    """Who orders it."""

    actor: Actor | None = None


class SeatWithSecret(BaseModel):
    """The telephone's password, shown this once."""

    moved: SeatMoved
    username: str
    web_username: str
    secret: str


class QueueShown(BaseModel):
    """A queue and whether callers are let in."""

    name: str
    display_name: str
    is_open: bool
    announcement: str
    reason: str
    since: AwareDatetime


class Closing(BaseModel):
    """To be told to callers: the name of a prompt."""

    announcement: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")] = ANNOUNCEMENT
    reason: Reason
    actor: Actor | None = None


class Opening(BaseModel):
    """Callers are queued again."""

    reason: Reason = ""
    actor: Actor | None = None


class MessageToSeats(BaseModel):
    """A message; to all seats where none is named."""

    seats: tuple[str, ...] = ()
    text: Annotated[str, Field(min_length=1, max_length=500)]
    actor: Actor | None = None


@router.get("/seats")
def list_seats(context: Context) -> list[SeatShown]:
    """Every seat, closed ones included, by name."""
    with context.flow.store.reading() as session:
        at_seats = {agent.seat: agent for agent in all_agents(session)}
        shown = []
        for seat in seats.all_seats(session):
            agent = at_seats.get(seat.name)
            name, state = (agent.name, shown_state(agent, seat).value) if agent else (None, None)
            shown.append(_seat_shown(seat, name, state))
        return shown


@router.post("/seats", status_code=201)
async def create_seat(context: Context, me: Asking, new: NewSeat) -> SeatWithSecret:
    """Create a seat; its password is in the answer and nowhere else but in `var/secrets`."""
    given = new.model_dump(exclude={"name"}) | {"actor": me.acting(new.actor)}

    def _run(session: Session) -> list[SeatMoved]:
        moved = seats.create(session, new.name, **given)
        seat_secret(context.settings, new.name)  # made before anybody hears of the seat
        return [moved]

    return _with_secret(context, await _seat_moved(context, _run))


@router.patch("/seats/{name}")
async def change_seat(context: Context, me: Asking, name: str, change: SeatChange) -> SeatMoved:
    """Change what the seat serves while nobody is signed in, when 110 rings it, outside calls."""
    given = change.model_dump() | {"actor": me.acting(change.actor)}
    return await _seat_moved(context, lambda session: [seats.change(session, name, **given)])


@router.post("/seats/{name}/secret", status_code=201)
async def renew_secret(context: Context, me: Asking, name: str, by: ByWhom) -> SeatWithSecret:
    """A new password; the telephone must be given it before its registration ends."""
    actor = me.acting(by.actor)

    def _run(session: Session) -> list[SeatMoved]:
        moved = seats.renew_secret(session, name, actor=actor)
        renew_seat_secret(context.settings, name)
        return [moved]

    return _with_secret(context, await _seat_moved(context, _run))


@router.post("/seats/{name}/close", status_code=201)
async def close_seat(context: Context, me: Asking, name: str, by: ByWhom) -> SeatMoved:
    """Nobody registers there any more; 409 while somebody is signed in or talks."""
    actor = me.acting(by.actor)
    moved = await _seat_moved(context, lambda s: [moves.close_seat(s, name, actor=actor)])
    forget_seat_secret(context.settings, name)
    return moved


@router.get("/queues")
def list_queues(context: Context) -> list[QueueShown]:
    """Every queue."""
    with context.flow.store.reading() as session:
        return [
            QueueShown(display_name=QUEUES[state.name], **state.model_dump(exclude={"told"}))
            for state in queues.states(session)
        ]


@router.post("/queues/{queue}/close", status_code=201)
async def close_queue(context: Context, me: Asking, queue: str, closing: Closing) -> QueueMoved:
    """Callers hear the announcement instead of waiting; 110 is never closed (409)."""
    me.require_queues({queue})
    given = closing.model_dump() | {"actor": me.acting(closing.actor)}
    facts = await context.desk.command(lambda s: [queues.close(s, queue, **given)])
    return next(fact for fact in facts if isinstance(fact, QueueMoved))


@router.post("/queues/{queue}/open", status_code=201)
async def open_queue(context: Context, me: Asking, queue: str, opening: Opening) -> QueueMoved:
    """Callers are queued again."""
    me.require_queues({queue})
    given = opening.model_dump() | {"actor": me.acting(opening.actor)}
    facts = await context.desk.command(lambda s: [queues.reopen(s, queue, **given)])
    return next(fact for fact in facts if isinstance(fact, QueueMoved))


@router.get("/messages")
def messages(
    context: Context,
    seat: Annotated[str | None, Query(description="those this seat is to read; else all")] = None,
) -> list[SeatsTold]:
    """Today's messages, oldest first, for whoever comes later."""
    today = datetime.now(COUNTY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    with context.flow.store.reading() as session:
        return list(queues.told_since(session, today, seat))


@router.post("/messages", status_code=201)
async def tell_seats(context: Context, me: Asking, message: MessageToSeats) -> SeatsTold:
    """Tell seats something; it is on their screens at once, over the live socket."""
    actor = me.acting(message.actor)

    def _run(session: Session) -> list[SeatsTold]:
        return [queues.tell_seats(session, message.seats, message.text, actor=actor)]

    facts = await context.flow.command(_run)
    return next(fact for fact in facts if isinstance(fact, SeatsTold))


async def _seat_moved(context: ApiContext, run: Callable[[Session], list[SeatMoved]]) -> SeatMoved:
    """The register needs no Asterisk: the line role sets it up when it hears of it."""
    facts = await context.flow.command(run)
    return next(fact for fact in facts if isinstance(fact, SeatMoved))


def _with_secret(context: ApiContext, moved: SeatMoved) -> SeatWithSecret:
    return SeatWithSecret(
        moved=moved,
        username=moved.seat,
        web_username=f"{moved.seat}-web",
        secret=seat_secret(context.settings, moved.seat),
    )


def _seat_shown(seat: Seat, agent: str | None, agent_state: str | None) -> SeatShown:
    since = {"sip": seat.sip_since, "web": seat.web_since}
    return SeatShown(
        agent=agent,
        agent_state=agent_state,
        queues=seat.queues,
        phone=seat.phone,
        phone_since=since.get(seat.phone or ""),
        **seat.model_dump(include=set(SeatShown.model_fields)),
    )
