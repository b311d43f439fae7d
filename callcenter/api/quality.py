"""How calls were handled: supervisors judge by the site's form, agents see and may appeal.

Supervisors judge calls of the queues that they supervise; an agent sees judgements of their own
calls and nobody else's. Source: docs/quality.md, decision record 0066.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlmodel import Session, select

from callcenter.agents.agent import Agent
from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.evaluation import period
from callcenter.api.me import Asking, Me
from callcenter.api.quality_shown import (
    AverageShown,
    FormShown,
    JudgementLine,
    JudgementShown,
    NewAppeal,
    NewDecision,
    NewJudgement,
    PartShown,
    form_shown,
    judgement_shown,
    line_shown,
)
from callcenter.errors import BadInputError, ImpossibleMoveError, NotAllowedError, NotFoundError
from callcenter.facts import Fact
from callcenter.ivr.call import Call
from callcenter.privacy.rows import Deletion, Subject
from callcenter.privacy.terms import Kept
from callcenter.quality import judging
from callcenter.quality.form import Form, read_form
from callcenter.quality.judging import Given
from callcenter.quality.reading import Average, Part, averages, judged, parts_of, steps_of
from callcenter.quality.rows import Judgement, JudgementState
from callcenter.tickets.evaluation.periods import Interval

MOST_ROWS = 500
MOST_MINE = 100

router = APIRouter(prefix="/quality", tags=["quality"], responses=errors(422))


@router.get("/form")
def form(context: Context) -> FormShown:
    """The form in force."""
    return form_shown(_form(context))


@router.get("/calls/{call_id}", responses=errors(403, 404))
def judged_call(context: Context, me: Asking, call_id: str) -> list[PartShown]:
    """The parts of a call, with their judgements; for who supervises its queue."""
    with context.flow.store.reading() as session:
        _call(session, me, call_id)
        rows = {row.seat_leg: row for row in judged(session, call_id=call_id)}
        whole = _whole(session, rows.values())
        names = _names(session)
        return [
            PartShown(
                seat_leg=part.seat_leg,
                seat=part.seat,
                agent=part.agent,
                name=names.get(part.agent, part.agent),
                began_at=part.began_at,
                ended_at=part.ended_at,
                is_own=part.agent == me.person.name,
                judgement=whole.get(rows[part.seat_leg].id) if part.seat_leg in rows else None,
            )
            for part in parts_of(session, call_id)
        ]


@router.post("/calls/{call_id}", status_code=201, responses=errors(403, 404, 409))
async def judge(context: Context, me: Asking, call_id: str, new: NewJudgement) -> JudgementShown:
    """Judge one part of a call by the form in force."""
    given, now = Given(new.answers, new.notes), datetime.now(UTC)

    def run(session: Session) -> Judgement:
        call = _call(session, me, call_id)
        if session.get(Deletion, (Kept.WORDS, Subject.CALL, call_id, 0)):
            raise ImpossibleMoveError(
                "the call's words are deleted: nothing is left to judge it by"
            )
        told = _form(context)
        judging.require_form(told, new.form)
        part = _part(session, call_id, new.seat_leg)
        if part.agent == me.person.name:
            raise NotAllowedError("this is your own call: another supervisor judges it")
        return judging.judge(session, call, part, told, given, actor=me.acting(None), at=now)

    return await _done(context, me, "call_judged", run)


@router.get("/judgements", responses=errors(403))
def judgements(
    context: Context,
    me: Asking,
    since: Annotated[str | None, Query(alias="from", examples=["2026-11-01"])] = None,
    until: Annotated[str | None, Query(alias="to", examples=["2026-12-01"])] = None,
    month: Annotated[str | None, Query(examples=["2026-11"])] = None,
    agent: str | None = None,
    state: JudgementState | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = MOST_ROWS,
) -> list[JudgementLine]:
    """Judged calls of a period, by when they were; newest first."""
    first, last = period(since, until, month, datetime.now(UTC))
    with context.flow.store.reading() as session:
        names = _names(session)
        rows = judged(
            session, queues=_queues(me), agent=agent, state=state, since=first, until=last,
            limit=limit,
        )  # fmt: skip
        return [line_shown(row, names.get(row.agent, row.agent)) for row in rows]


@router.get("/averages", responses=errors(403))
def quality_averages(
    context: Context,
    me: Asking,
    since: Annotated[str | None, Query(alias="from")] = None,
    until: Annotated[str | None, Query(alias="to")] = None,
    month: Annotated[str | None, Query(examples=["2026-11"])] = None,
    interval: Interval = "whole",
) -> list[AverageShown]:
    """The mean score of each agent's judged calls; by name, for it is no ranking."""
    first, last = period(since, until, month, datetime.now(UTC))
    if first >= last:
        raise BadInputError("to is not after from: choose a later day")
    with context.flow.store.reading() as session:
        names = _names(session)
        rows = averages(session, first, last, interval, _queues(me))
    return [
        AverageShown(
            since=row.since,
            until=row.until,
            agent=row.agent,
            name=names.get(row.agent, row.agent),
            judged=row.judged,
            mean=row.mean,
            knocked_out=row.knocked_out,
            appealed=row.appealed,
            changed=row.changed,
            judgements=_list_of(row),
        )
        for row in rows
    ]


@router.post("/judgements/{judgement}/decision", responses=errors(403, 404, 409))
async def decide(context: Context, me: Asking, judgement: int, new: NewDecision) -> JudgementShown:
    """Decide an appeal against another supervisor's judgement."""
    given, now = Given(new.answers, new.notes) if new.answers else None, datetime.now(UTC)

    def run(session: Session) -> Judgement:
        row = judging.known(session, judgement)
        me.require_queues({row.queue})
        if row.agent == me.person.name:
            raise NotAllowedError("this is your own call: another supervisor decides")
        judging.decide(session, row, new.reason, given, actor=me.acting(None), at=now)
        return row

    return await _done(context, me, "judgement_decided", run)


@router.get("/mine")
def mine(context: Context, me: Asking) -> list[JudgementShown]:
    """Judgements of one's own calls, newest first."""
    with context.flow.store.reading() as session:
        rows = judged(session, agent=me.person.name, limit=MOST_MINE)
        return list(_whole(session, rows).values())


@router.post("/judgements/{judgement}/seen", responses=errors(404))
async def seen(context: Context, me: Asking, judgement: int) -> JudgementShown:
    """Note that its agent has seen it; a second time changes nothing."""
    now = datetime.now(UTC)

    def run(session: Session) -> Judgement:
        row = _own(session, me, judgement)
        judging.see(session, row, actor=me.person.name, at=now)
        return row

    return await _done(context, me, "judgement_seen", run)


@router.post("/judgements/{judgement}/appeal", responses=errors(404, 409))
async def appeal(context: Context, me: Asking, judgement: int, new: NewAppeal) -> JudgementShown:
    """Appeal against the judgement of one's own call, once."""
    now = datetime.now(UTC)

    def run(session: Session) -> Judgement:
        row = _own(session, me, judgement)
        judging.appeal(session, row, new.reason, actor=me.person.name, at=now)
        return row

    return await _done(context, me, "judgement_appealed", run)


def _list_of(row: Average) -> str:
    told = {"from": row.since.isoformat(), "to": row.until.isoformat(), "agent": row.agent}
    return f"/api/v1/quality/judgements?{urlencode(told)}"


async def _done(
    context: ApiContext, me: Me, what: str, run: Callable[[Session], Judgement]
) -> JudgementShown:
    """The judgement after a command, which stands in the audit."""
    done: list[JudgementShown] = []

    def command(session: Session) -> list[Fact]:
        row = run(session)
        me.note(session, what, row.call_id, judgement=str(row.id), seat=row.seat)
        session.flush()
        done.append(_whole(session, [row])[row.id])
        return []

    await context.flow.command(command)
    return done[-1]


def _form(context: ApiContext) -> Form:
    return read_form(context.settings.quality_file)


def _call(session: Session, me: Me, call_id: str) -> Call:
    """The call. Raises: NotFoundError; NotAllowedError: its queue is none of theirs."""
    call = session.get(Call, call_id)
    if call is None:
        raise NotFoundError(f"call {call_id!r} is not known: check its id")
    me.require_queues({call.queue or call.line.value})
    return call


def _part(session: Session, call_id: str, seat_leg: str) -> Part:
    found = next((one for one in parts_of(session, call_id) if one.seat_leg == seat_leg), None)
    if found is None:
        raise NotFoundError("seat_leg is no part of this call: list the call's parts")
    return found


def _own(session: Session, me: Me, judgement: int) -> Judgement:
    """Their own; another's is as good as none. Raises: NotFoundError."""
    row = judging.known(session, judgement)
    if row.agent != me.person.name:
        raise NotFoundError(f"judgement {judgement} is not known: check its number")
    return row


def _whole(session: Session, rows: Iterable[Judgement]) -> dict[int | None, JudgementShown]:
    """Judgements with their forms and histories, by their numbers, in the order given."""
    those = list(rows)
    steps, names = steps_of(session, [row.id for row in those]), _names(session)
    return {
        row.id: judgement_shown(row, steps[row.id or 0], names.get(row.agent, row.agent))
        for row in those
    }


def _names(session: Session) -> Mapping[str, str]:
    return dict(session.exec(select(Agent.name, Agent.display_name)).all())


def _queues(me: Me) -> frozenset[str] | None:
    """Whose judgements they see: of the queues supervised; our own programs see all."""
    return None if me.person.is_operator else me.person.queues
