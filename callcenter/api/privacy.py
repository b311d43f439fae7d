"""Retention for administrators: what is held and due, deleting it now, and holds."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlmodel import Session

from callcenter.api.deps import ApiContext, Context, RowNumber
from callcenter.api.documented import errors
from callcenter.api.me import Asking, Me
from callcenter.privacy import holds
from callcenter.privacy.reporting import Report
from callcenter.privacy.reporting import report as read_report
from callcenter.privacy.rows import Held, Hold
from callcenter.privacy.running import Retention
from callcenter.privacy.terms import read_terms
from callcenter.tickets.finding.callers import CallerKey

router = APIRouter(prefix="/privacy", tags=["privacy"])
Reason = Annotated[str, Field(min_length=1, max_length=500, examples=["法院调取,文号另附"])]


class NewHold(BaseModel):
    """What is kept from deletion, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "ticket", "subject": "12345-20261122-0001", "reason": "法院调取"}]
        }
    )

    kind: Held
    subject: str = Field(min_length=1, max_length=80, description="a call, a ticket, or a number")
    reason: Reason


class Release(BaseModel):
    """Why it need not be held any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "案件已审结"}]})

    reason: Reason


class HoldShown(BaseModel):
    """A hold; of a number only that it is one."""

    id: int
    kind: Held
    subject: str | None
    reason: str
    placed_by: str
    placed_at: AwareDatetime
    released_by: str
    released_at: AwareDatetime | None
    release_reason: str


class Run(BaseModel):
    """Whether to delete, or only to look."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"dry_run": True}]})

    dry_run: bool = True


class RanShown(BaseModel):
    """What was deleted, or would be: calls, tickets and files by rule; and what holds keep."""

    dry_run: bool
    subjects: dict[str, int]
    held: dict[str, int]
    skipped: list[str] = Field(description="classes whose files the API does not reach")


@router.get("/report", responses=errors(422))
async def report(context: Context) -> Report:
    """What is held, how old, what is due, and what was deleted by which rule; counts only."""
    return await asyncio.to_thread(lambda: read_report(_retention(context), datetime.now(UTC)))


@router.post("/deletions", status_code=201, responses=errors(422))
async def delete(context: Context, me: Asking, wanted: Run) -> RanShown:
    """Delete all that is due now, or only say what it is; deleting may take its time."""

    def run() -> RanShown:
        retention, now = _retention(context), datetime.now(UTC)
        ran = retention.due(now) if wanted.dry_run else retention.run(now, _who(me))
        told = {"subjects": ran.subjects, "held": ran.held, "skipped": ran.skipped}
        return RanShown(dry_run=wanted.dry_run, **told)

    return await asyncio.to_thread(run)


@router.get("/holds")
def list_holds(
    context: Context, released: Annotated[bool, Query(description="those, too")] = False
) -> list[HoldShown]:
    """The holds, oldest first."""
    with context.flow.store.reading() as session:
        return [_shown(hold) for hold in holds.listed(session, released=released)]


@router.post("/holds", status_code=201, responses=errors(404, 409, 422))
async def place_hold(context: Context, me: Asking, new: NewHold) -> HoldShown:
    """Keep a call, a ticket or a number's calls from deletion, until the hold is released."""
    key = _retention(context).key

    def place(session: Session) -> Hold:
        now = datetime.now(UTC)
        return holds.place(session, new.kind, new.subject, new.reason, _who(me), key, now)

    return _shown(await context.write(place))


@router.post("/holds/{hold_id}/release", status_code=201, responses=errors(404, 409, 422))
async def release_hold(context: Context, me: Asking, hold_id: RowNumber, why: Release) -> HoldShown:
    """What was held becomes due by its term again."""

    def release(session: Session) -> Hold:
        return holds.release(session, hold_id, why.reason, _who(me), datetime.now(UTC))

    return _shown(await context.write(release))


def _retention(context: ApiContext) -> Retention:
    """By the terms as they stand now. Raises: BadInputError, where the file is faulty since."""
    settings = context.settings
    terms, key = read_terms(settings.retention_file), CallerKey.of(settings)
    return Retention(context.flow.store, settings, terms, key)


def _who(me: Me) -> holds.Who:
    return holds.Who(me.person.name, me.address)


def _shown(hold: Hold) -> HoldShown:
    told = hold.model_dump() | ({"subject": None} if hold.kind is Held.NUMBER else {})
    return HoldShown(**told)
