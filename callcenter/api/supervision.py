"""Supervisors on calls: listen, whisper, barge in, take over, and the audit of all of it."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session

from callcenter.agents.orders import Order
from callcenter.agents.talks import supervision
from callcenter.agents.talks.at_seat import at_seat
from callcenter.agents.talks.supervision import Change, Supervision
from callcenter.agents.talks.targets import free_seat
from callcenter.ami.supervising import new_supervision
from callcenter.api.deps import Context
from callcenter.api.me import Asking, Me
from callcenter.api.talks import Actor, SeatName, ask
from callcenter.errors import BadInputError, NotAllowedError, NotFoundError
from callcenter.facts import SupervisionMoved
from callcenter.people.roles import Role
from callcenter.store import facts_of_call

router = APIRouter(tags=["supervision"])


class NewSupervision(BaseModel):
    """A supervisor wants to be on a call; their own telephone rings and then listens."""

    supervisor: Actor | None = None  # who is signed in
    supervisor_seat: SeatName
    seat: Annotated[SeatName | None, Field(description="whom to listen to, where several talk")] = (
        None
    )
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class NewMode(BaseModel):
    """How the supervisor is on the call from now on."""

    mode: Literal["listen", "whisper", "barge", "take_over"]


class SupervisionShown(BaseModel):
    """A supervision with every move it made; each lasts until the next."""

    supervision: Supervision
    moves: list[SupervisionMoved]


@router.post("/calls/{call_id}/supervision", status_code=202)
async def supervise(context: Context, me: Asking, call_id: str, new: NewSupervision) -> Supervision:
    """Listen to a seat's call; the reason is kept. `ended` where the telephone is not picked up."""
    now, supervisor = datetime.now(UTC), me.acting(new.supervisor)

    def keep(session: Session) -> tuple[Supervision, Order]:
        at = at_seat(session, call_id, new.seat)
        me.require_queues({at.queue or at.line.value})
        if new.supervisor_seat == at.seat:
            raise BadInputError("supervisor_seat is the seat of the call: use another telephone")
        endpoint = free_seat(session, new.supervisor_seat).endpoint
        asked = Supervision(
            id=new_supervision(context.settings.node),
            call_id=call_id,
            supervisor=supervisor,
            supervisor_seat=new.supervisor_seat,
            seat=at.seat,
            reason=new.reason.strip(),
            shown_to_agent=context.settings.supervision_shown,
            asked_at=now,
            since=now,
        )
        supervision.ask(session, asked)
        told = {"supervision": asked.id, "acting": supervisor, "seat": at.seat}
        me.note(session, "supervision_asked", call_id, **told)
        seconds = context.settings.transfer_seconds
        return asked, supervision.ring(asked, at, endpoint, seconds)

    kept: list[tuple[Supervision, Order]] = []

    def run(session: Session) -> list[SupervisionMoved]:
        kept.append(keep(session))
        return []

    await context.flow.command(run)
    asked, order = kept[-1]
    await ask(context, order)
    return asked


@router.patch("/supervision/{supervision_id}", status_code=202)
async def change_mode(
    context: Context, me: Asking, supervision_id: str, new: NewMode
) -> Supervision:
    """Whisper: only the seat hears. Barge: both do. Take over: the citizen is the supervisor's."""
    return await _change(context, me, supervision_id, Change(new.mode))


@router.delete("/supervision/{supervision_id}", status_code=202)
async def end(context: Context, me: Asking, supervision_id: str) -> Supervision:
    """The supervisor's telephone is hung up; citizen and seat talk on."""
    return await _change(context, me, supervision_id, Change.END)


@router.get("/supervision")
def listed(
    context: Context,
    me: Asking,
    call_id: str | None = None,
    supervisor: str | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[SupervisionShown]:
    """Who was on whose call, why, how and for how long; newest first. Supervisors see their own."""
    if not may_see_all(me):
        supervisor = me.acting(supervisor)
    with context.flow.store.reading() as session:
        rows = supervision.listed(
            session, call_id=call_id, supervisor=supervisor, since=since, until=until, limit=limit
        )
        return [
            SupervisionShown(supervision=row, moves=_moves(session, row.id, row.call_id))
            for row in rows
        ]


def may_see_all(me: Me) -> bool:
    """Whether they see every supervision, not just their own."""
    return me.person.is_operator or Role.ADMINISTRATOR in me.person.roles


async def _change(context: Context, me: Me, supervision_id: str, to: Change) -> Supervision:
    def look(session: Session) -> Order:
        row = session.get(Supervision, supervision_id)
        if row is not None and not me.person.is_operator and row.supervisor != me.acting(None):
            raise NotAllowedError("this is another's supervision: end it there, or ask for one")
        return supervision.change(session, supervision_id, to)

    order = await context.flow.look(look)
    await ask(context, order)
    row = await context.flow.look(lambda session: session.get(Supervision, supervision_id))
    if row is None:
        raise NotFoundError(f"supervision {supervision_id!r} is not known: check its name")
    return row


def _moves(session: Session, supervision_id: str, call_id: str) -> list[SupervisionMoved]:
    told = facts_of_call(session, call_id, "supervision_moved")
    moved = [fact for fact in told if isinstance(fact, SupervisionMoved)]
    return [fact for fact in moved if fact.supervision == supervision_id]
