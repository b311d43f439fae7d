"""What a seat does with its call: transfer, consult, hold, hand over, hang up; ringing out.

Each command is looked at against the call as the ledger tells of it, then Asterisk is asked once.
409: the call or a seat is not in a state for it. 422: a field is wrong. 503: no link to Asterisk.
What then happened comes as facts of the call, over `/live` and GET `/board`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session

from callcenter.agents.orders import Order
from callcenter.agents.talks import moves
from callcenter.agents.talks.at_seat import AtSeat, at_seat
from callcenter.agents.talks.outside import refuse_number
from callcenter.agents.talks.placing import new_call_id, place
from callcenter.agents.talks.targets import free_seat, refuse_dialling_out, refuse_target
from callcenter.ami.connection import ActionRefusedError
from callcenter.api.deps import ApiContext, Context, RowNumber
from callcenter.api.me import Asking, Me
from callcenter.api.ticket_rights import require_sight
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import CallbackTried, CallHandedOver, Line
from callcenter.ivr.call import Call
from callcenter.ivr.callback import CallbackState, CallbackTask, finish_try
from callcenter.tickets.ticket import Ticket, ticket_of_call

router = APIRouter(tags=["talks"])

Actor = Annotated[str, Field(pattern=r"^[A-Za-z0-9:._-]{1,40}$", examples=["seat-01"])]
SeatName = Annotated[str, Field(pattern=r"^seat-\d{2,3}$", examples=["seat-02"])]
Reason = Annotated[str, Field(max_length=500)]


class ByWhom(BaseModel):
    """Who orders it, and which of the call's seats it is for; needed where several talk."""

    actor: Actor | None = None  # who is signed in
    seat: SeatName | None = None


class Target(ByWhom):
    """Where the citizen is to go: `seat-02`; a queue such as `110`; a number outside."""

    kind: moves.TargetKind
    to: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,20}$", examples=["seat-02"])]


class HandOver(ByWhom):
    """To the other line: `direct`, or by a consultation that may become a three-way call."""

    to_line: Line
    form: moves.Form = "direct"
    reason: Reason = ""


class Ordered(BaseModel):
    """Asterisk has taken the order."""

    call_id: str
    seat: str


class NewCall(BaseModel):
    """A citizen to be rung for a ticket; the seat's telephone rings first."""

    actor: Actor | None = None  # who is signed in
    seat: SeatName
    ticket_number: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]
    number: Annotated[
        str | None, Field(pattern=r"^[0-9]{3,16}$", description="else the ticket's caller")
    ] = None


class Ring(BaseModel):
    """The seat that rings a citizen of the task list."""

    actor: Actor | None = None  # who is signed in
    seat: SeatName


class Finish(BaseModel):
    """How a task of the list ended: rung in vain, or no call is needed any more."""

    actor: Actor | None = None  # who is signed in
    outcome: Literal["answered", "no_answer", "settled"]


@router.post("/calls/{call_id}/transfer", status_code=202)
async def transfer(context: Context, me: Asking, call_id: str, target: Target) -> Ordered:
    """Blind: the citizen goes at once, and comes back to this seat where nobody answers."""
    return await _send(context, me, call_id, target, moves.transfer)


@router.post("/calls/{call_id}/consult", status_code=202)
async def consult(context: Context, me: Asking, call_id: str, target: Target) -> Ordered:
    """The seat rings somebody while the citizen hears music; then complete, three-way or abort."""
    return await _send(context, me, call_id, target, moves.consult)


@router.post("/calls/{call_id}/complete", status_code=202)
async def complete(context: Context, me: Asking, call_id: str, by: ByWhom) -> Ordered:
    """The citizen goes to whom the seat consults."""
    return await _order(context, me, call_id, by, moves.complete)


@router.post("/calls/{call_id}/abort", status_code=202)
async def abort(context: Context, me: Asking, call_id: str, by: ByWhom) -> Ordered:
    """The consultation ends; the seat is back with the citizen."""
    return await _order(context, me, call_id, by, moves.abort)


@router.post("/calls/{call_id}/three-way", status_code=202)
async def three_way(context: Context, me: Asking, call_id: str, by: ByWhom) -> Ordered:
    """Citizen, seat and whom it consults hear each other; whoever hangs up leaves the others."""
    return await _order(context, me, call_id, by, moves.three_way)


@router.post("/calls/{call_id}/hold", status_code=202)
async def hold(context: Context, me: Asking, call_id: str, by: ByWhom) -> Ordered:
    """The citizen hears music; for telephones without a key for it."""
    return await _order(context, me, call_id, by, moves.hold)


@router.post("/calls/{call_id}/resume", status_code=202)
async def resume(context: Context, me: Asking, call_id: str, by: ByWhom) -> Ordered:
    """Back from hold; 409 where the telephone's own key put the citizen there."""
    return await _order(context, me, call_id, by, moves.resume)


@router.post("/calls/{call_id}/hang-up", status_code=202)
async def hang_up(context: Context, me: Asking, call_id: str, by: ByWhom) -> Ordered:
    """The seat hangs up; citizens still hear their ticket's number."""
    return await _order(context, me, call_id, by, moves.hang_up)


@router.post("/calls/{call_id}/hand-over", status_code=202)
async def hand_over(context: Context, me: Asking, call_id: str, wanted: HandOver) -> CallHandedOver:
    """12345 <-> 110 with ticket, words and recording: the same call. Back where nobody takes it."""

    def look(session: Session) -> tuple[AtSeat, str | None]:
        ticket = ticket_of_call(session, call_id)
        return at_seat(session, call_id, wanted.seat), ticket.number if ticket else None

    at, ticket_number = await context.flow.look(look)
    me.require_seat(at.seat)
    actor = me.acting(wanted.actor)
    ordered_at = datetime.now(UTC)  # Asterisk's own word of it comes before its answer to us
    await ask(context, moves.hand_over(at, wanted.to_line, wanted.form))
    fact = CallHandedOver(
        at=ordered_at,
        call_id=call_id,
        from_line=at.now_with,
        to_line=wanted.to_line,
        form=wanted.form,
        actor=actor,
        reason=wanted.reason,
        ticket_number=ticket_number,
    )
    await context.flow.command(lambda _: [fact])
    return fact


@router.post("/calls", status_code=202)
async def place_call(context: Context, me: Asking, new: NewCall) -> Ordered:
    """Ring a citizen for a ticket: the seat first, then the citizen; recorded and heard."""

    def look(session: Session) -> Order:
        ticket = session.get(Ticket, new.ticket_number)
        if ticket is None:
            raise NotFoundError(f"ticket {new.ticket_number!r} is not known: check the number")
        require_sight(session, me, ticket)
        call = session.get(Call, ticket.call_id) if ticket.call_id else None
        number = new.number or (call.caller_number if call else None)
        if not number:
            raise BadInputError("number is missing: the ticket's caller withheld theirs")
        return _placed(
            context, session, call_id, new.seat, number,
            line=ticket.line, why="ticket", ticket_number=ticket.number,
            origin_call_id=ticket.call_id,
        )  # fmt: skip

    me.require_seat(new.seat)
    me.acting(new.actor)
    call_id = new_call_id(context.settings.node)
    await ask(context, await context.flow.look(look))
    return Ordered(call_id=call_id, seat=new.seat)


@router.post("/callbacks/{task}/call", status_code=202)
async def ring_back(context: Context, me: Asking, task: RowNumber, ring: Ring) -> Ordered:
    """Ring a caller who gave up waiting; answered, the task is done."""

    def look(session: Session) -> Order:
        due = _open_task(session, task)
        if not due.number:
            raise BadInputError("the caller withheld the number: finish the task instead")
        call = session.get(Call, due.call_id) if due.call_id else None
        return _placed(
            context, session, call_id, ring.seat, due.number,
            line=call.line if call else Line.SERVICE, why="abandoned",
            ticket_number=due.ticket_number, origin_call_id=due.call_id,
        )  # fmt: skip

    me.require_seat(ring.seat)
    me.acting(ring.actor)
    call_id = new_call_id(context.settings.node)
    await ask(context, await context.flow.look(look))
    return Ordered(call_id=call_id, seat=ring.seat)


@router.post("/callbacks/{task}/finish", status_code=201)
async def finish_task(
    context: Context, me: Asking, task: RowNumber, finish: Finish
) -> CallbackTried:
    """Say how ringing ended, or that no call is needed; rung in vain too often, it has failed."""
    most, actor = context.settings.callback_attempts, me.acting(finish.actor)

    def run(session: Session) -> list[CallbackTried]:
        due = _open_task(session, task)
        due.attempts += 1
        tried = CallbackTried(task=task, attempt=due.attempts, outcome=finish.outcome, by=actor)
        finish_try(session, tried, most)
        return [tried]

    stated = await context.flow.command(run)
    return next(fact for fact in stated if isinstance(fact, CallbackTried))


async def ask(context: ApiContext, order: Order) -> None:
    """Asterisk carries it out. Raises: LinkDownError, ImpossibleMoveError where it refuses."""
    try:
        await context.switch.action(order.action, **dict[str, Any](order.headers))
    except ActionRefusedError as error:
        raise ImpossibleMoveError(
            "Asterisk refused: the call has changed meanwhile; look again and repeat"
        ) from error


async def _order(
    context: ApiContext, me: Me, call_id: str, by: ByWhom, move: Callable[[AtSeat], Order]
) -> Ordered:
    me.acting(by.actor)
    at = await context.flow.look(lambda session: at_seat(session, call_id, by.seat))
    me.require_seat(at.seat)
    await ask(context, move(at))
    return Ordered(call_id=call_id, seat=at.seat)


async def _send(
    context: ApiContext,
    me: Me,
    call_id: str,
    target: Target,
    move: Callable[[AtSeat, moves.TargetKind, str], Order],
) -> Ordered:
    patterns = context.settings.dial_patterns
    me.acting(target.actor)

    def look(session: Session) -> AtSeat:
        at = at_seat(session, call_id, target.seat)
        me.require_seat(at.seat)
        refuse_target(session, at.seat, target.kind, target.to, patterns)
        return at

    at = await context.flow.look(look)
    await ask(context, move(at, target.kind, target.to))
    return Ordered(call_id=call_id, seat=at.seat)


def _placed(
    context: ApiContext,
    session: Session,
    call_id: str,
    seat: str,
    number: str,
    *,
    line: Line,
    why: Literal["ticket", "abandoned"],
    ticket_number: str | None,
    origin_call_id: str | None,
) -> Order:
    """The order that rings the seat and then the citizen, once all of it is checked."""
    refuse_dialling_out(session, seat)
    refuse_number(number, context.settings.dial_patterns)
    return place(
        call_id,
        free_seat(session, seat).endpoint,
        number,
        line=line,
        why=why,
        seat=seat,
        ticket_number=ticket_number,
        origin_call_id=origin_call_id,
        ring_seconds=context.settings.transfer_seconds,
    )


def _open_task(session: Session, number: int) -> CallbackTask:
    """The task, which is not finished; a feedback call is the robot's."""
    task = session.get(CallbackTask, number)
    if task is None:
        raise NotFoundError(f"call-back task {number} is not known: see GET /api/v1/callbacks")
    if task.why != "abandoned" or task.state not in (CallbackState.DUE, CallbackState.RINGING):
        raise ImpossibleMoveError(f"call-back task {number} is {task.state}, for {task.why}")
    return task
