"""Notices: what was sent, to whom in general, how it ended; and what a person decides in doubt."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import require_sight, visible
from callcenter.api.tickets import Actor
from callcenter.facts import NoticeDecided
from callcenter.tickets.notices.rows import Notice, NoticeState, NoticeTry, Trigger
from callcenter.tickets.notices.sending import decide, find
from callcenter.tickets.ticket import Ticket, known

router = APIRouter(tags=["notices"])


class TryShown(BaseModel):
    """One attempt."""

    attempt: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str = Field(description="under_way, sent, again, refused, doubt")
    detail: str = Field(examples=["HTTP 503"])


class NoticeShown(BaseModel):
    """A notice and its tries; never the address."""

    id: str
    ticket_number: str
    occasion: str
    template: str
    port: str | None
    to: str = Field(description="citizen, a unit's code, or dispatcher")
    text: str
    state: NoticeState
    owed_at: datetime
    next_at: datetime | None = Field(description="of one that is due")
    settled_at: datetime | None
    tries: list[TryShown]


class Decision(BaseModel):
    """What becomes of a notice that is in doubt, or that failed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "arrived", "actor": "seat-01"}]}
    )

    decision: Literal["again", "arrived", "lost"]
    actor: Actor | None = Field(None, description="who is signed in; a program may name another")
    reason: str = Field("", max_length=500)


@router.get("/notices")
def list_notices(
    context: Context,
    me: Asking,
    state: NoticeState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[NoticeShown]:
    """Notices of a state or all, newest first; `unknown` are those that wait for a person."""
    query = (
        select(Notice)
        .join(Ticket, col(Ticket.number) == col(Notice.ticket_number))
        .where(visible(me))
        .order_by(col(Notice.owed_at).desc(), col(Notice.id))
        .limit(limit)
    )
    if state:
        query = query.where(Notice.state == state)
    with context.flow.store.reading() as session:
        return _shown(session, list(session.exec(query)))


@router.get("/tickets/{number}/notices", responses=errors(404))
def notices_of_ticket(context: Context, me: Asking, number: str) -> list[NoticeShown]:
    """Who was told of the ticket, in order of time."""
    query = select(Notice).where(Notice.ticket_number == number)
    with context.flow.store.reading() as session:
        require_sight(session, me, known(session, number))
        ordered = query.order_by(col(Notice.owed_at), col(Notice.id))
        return _shown(session, list(session.exec(ordered)))


@router.post("/notices/{notice_id}/decision", status_code=201, responses=errors(404, 409, 422))
async def decide_notice(
    context: Context, me: Asking, notice_id: str, told: Decision
) -> NoticeDecided:
    """Say what becomes of a notice of which nobody knows whether it left."""

    def _run(session: Session) -> list[NoticeDecided]:
        ticket = known(session, find(session, notice_id).ticket_number)
        actor = me.acting(told.actor, require_sight(session, me, ticket))
        me.note(session, "notice_decided", notice_id, decision=told.decision, actor=actor)
        return decide(
            session,
            notice_id,
            Trigger(told.decision),
            actor=actor,
            reason=told.reason,
            at=datetime.now(UTC),
        )

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, NoticeDecided))


def _shown(session: Session, notices: list[Notice]) -> list[NoticeShown]:
    ids = [notice.id for notice in notices]
    query = select(NoticeTry).where(col(NoticeTry.notice_id).in_(ids))
    tries: dict[str, list[TryShown]] = {one: [] for one in ids}
    for row in session.exec(query.order_by(col(NoticeTry.attempt))):
        tries[row.notice_id].append(TryShown.model_validate(row, from_attributes=True))
    return [_one(notice, tries[notice.id]) for notice in notices]


def _one(notice: Notice, tries: list[TryShown]) -> NoticeShown:
    return NoticeShown(
        id=notice.id,
        ticket_number=notice.ticket_number,
        occasion=notice.occasion,
        template=notice.template,
        port=notice.port,
        to=notice.to_contact or "citizen",
        text=notice.text,
        state=notice.state,
        owed_at=notice.owed_at,
        next_at=notice.next_at if notice.state is NoticeState.DUE else None,
        settled_at=notice.settled_at,
        tries=tries,
    )
