"""The audit for administrators: its lines, and whether they are as they were written."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from callcenter.api.deps import Context
from callcenter.people import audit
from callcenter.people.audit import AuditLine
from callcenter.people.head import kept_head

router = APIRouter(prefix="/audit", tags=["audit"])


class LineShown(BaseModel):
    """A line of the audit."""

    number: int
    at: AwareDatetime
    actor: str
    what: str
    subject: str
    detail: dict[str, Any]
    address: str
    hash: str


class VerdictShown(BaseModel):
    """Whether the chain fits; `broken_at` is the first line that does not."""

    lines: int
    fits: bool
    broken_at: int | None
    fault: str
    head: str | None


@router.get("")
def lines(
    context: Context,
    actor: str | None = None,
    what: str | None = None,
    subject: str | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Annotated[int | None, Query(ge=1, description="a line's number")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[LineShown]:
    """Who did what, newest first."""
    with context.flow.store.reading() as session:
        found = audit.listed(
            session, actor=actor, what=what, subject=subject,
            since=since, until=until, before=before, limit=limit,
        )  # fmt: skip
        return [_shown(line) for line in found]


@router.get("/verdict")
async def verdict(context: Context) -> VerdictShown:
    """Read the whole chain again, and compare it with the head that was kept apart."""

    def look() -> audit.Verdict:
        with context.flow.store.reading() as session:
            return audit.verify(session, kept_head(context.settings))

    found = await asyncio.to_thread(look)
    return VerdictShown(
        lines=found.lines,
        fits=found.broken_at is None,
        broken_at=found.broken_at,
        fault=found.fault,
        head=found.head.hash if found.head else None,
    )


def _shown(line: AuditLine) -> LineShown:
    told = line.model_dump() | {"detail": json.loads(line.detail)}
    return LineShown(**told)
