"""Who would take a case, and why: the dispatch table's dry run; and the clocks of a ticket."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel
from sqlmodel import Session

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import require_sight
from callcenter.errors import NotFoundError
from callcenter.facts import Urgency
from callcenter.tickets.clocks import ClockKind, Clocks, Purpose
from callcenter.tickets.clocks.running import clocks_of
from callcenter.tickets.clocks.spans import refuse_far
from callcenter.tickets.clocks.turns import Running
from callcenter.tickets.dispatch import Case, DispatchTable
from callcenter.tickets.dispatch.likes import likes
from callcenter.tickets.ticket import known

LIKES_DAYS = 365

router = APIRouter(tags=["dispatch"])

Item = Annotated[str | None, Query(pattern=r"^\d{3}$", examples=["113"])]
CellCode = Annotated[
    str | None, Query(pattern=r"^(\d{6}|\d{9}|\d{12}|\d{15})$", examples=["140728100001001"])
]


class UnitShown(BaseModel):
    """A unit that handles tickets."""

    code: str
    name: str
    level: int


class Suggestion(BaseModel):
    """A unit that finished tickets of this item: how many in the township, how many in all."""

    unit: UnitShown
    here: int
    all: int


class Explained(BaseModel):
    """The unit that would take a case, the row that says so, and how like tickets went."""

    unit: UnitShown
    because: str
    version: str  # of the table
    passed: list[str]  # rows before it, and why they do not fit
    due_at: datetime  # when it would have to report
    calendar_announced: bool  # False: make-up days of the deadline's year are not known yet
    finished_by: list[Suggestion]


class ClockShown(BaseModel):
    """One clock of a ticket."""

    purpose: Purpose
    running: Running
    kind: ClockKind
    unit: str | None
    started_at: datetime
    due_at: datetime
    warned_at: datetime | None
    expired_at: datetime | None


@router.get("/dispatch/choice", responses=errors(404, 422))
def choice(
    context: Context,
    item: Item = None,
    cell: CellCode = None,
    urgency: Urgency = Urgency.ORDINARY,
    at: AwareDatetime | None = None,
) -> Explained:
    """Who would take this case; nothing moves. `at`: now, if not given."""
    if context.table is None:
        raise NotFoundError("this site has no dispatch table")
    case = Case(item, cell, urgency, at or datetime.now(UTC))
    with context.flow.store.reading() as session:
        return explained(session, context.table(), context.clocks(), case)


@router.get("/tickets/{number}/clocks", responses=errors(404))
def ticket_clocks(context: Context, me: Asking, number: str) -> list[ClockShown]:
    """A ticket's clocks by their deadlines, stopped ones included."""
    with context.flow.store.reading() as session:
        require_sight(session, me, known(session, number))
        rows = sorted(clocks_of(session, number).values(), key=lambda row: row.due_at)
        return [ClockShown.model_validate(row.model_dump()) for row in rows]


def explained(session: Session, table: DispatchTable, clocks: Clocks, case: Case) -> Explained:
    """The table's choice for a case, beside it how like tickets went.

    Raises:
        BadInputError: The time is too far away.
    """
    now = datetime.now(UTC)
    at = case.at or now
    refuse_far("at", at, now)
    chosen = table.choose(case.item, case.cell, case.urgency, case.at)
    due_at = clocks.due(
        Purpose.FEEDBACK, at, item=case.item, urgency=case.urgency, level=chosen.unit.level
    )
    since = at - timedelta(days=LIKES_DAYS)
    finished = likes(session, table.units, case.item, case.cell, since) if case.item else []
    return Explained(
        unit=_shown(table, chosen.unit.code),
        because=chosen.because,
        version=chosen.version,
        passed=list(chosen.passed),
        due_at=due_at,
        calendar_announced=clocks.calendar.is_announced(due_at.year),
        finished_by=[
            Suggestion(unit=_shown(table, one.unit), here=one.here, all=one.all) for one in finished
        ],
    )


def _shown(table: DispatchTable, code: str) -> UnitShown:
    unit = table.units[code]
    return UnitShown(code=unit.code, name=unit.name, level=unit.level)
