"""For people on the spot, on a phone that is often without a network: what there is to do, reports.

Everything that a phone needs to act without us comes in one answer. How near a task is, the phone
finds out by itself: where it is leaves it only with what its owner reports. Source: decision
record 0070.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from sqlmodel import Session, col, select

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking, Me
from callcenter.api.ticket_rights import offered, opener, require_sight, visible_at
from callcenter.errors import BadInputError, NotFoundError
from callcenter.facts import Fact, TicketMoved, Urgency
from callcenter.intake import Matter, take_in_writing
from callcenter.people.roles import Role
from callcenter.tickets.attachments import Attachment
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.joint import joint_units
from callcenter.tickets.possible import Possible
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep, known
from callcenter.tickets.written import written_of

MOST_TASKS = 200
LONGEST_WORDS = 2_000
CAME = "巡查上报"  # how it came, for the dispatcher
_TO_VERIFY: Final = (Step.REPORTED, Step.VERIFIED)
WORK: Final[dict[Role, tuple[Step, ...]]] = {  # where a ticket waits for somebody on the spot
    Role.HANDLER: (Step.DISPATCHED, Step.HANDLING, Step.SUSPENDED),
    Role.VERIFIER: _TO_VERIFY,
    Role.PATROLLER: _TO_VERIFY,
}
EXAMPLE: dict[str, JsonValue] = {
    "item": "113",
    "words": "南大街东口路灯不亮",
    "longitude": 112.174,
    "latitude": 37.189,
}

Row = TypeVar("Row", TicketStep, Attachment)

router = APIRouter(prefix="/field", tags=["field"])


class Task(BaseModel):
    """A ticket that waits for who asks, with all that they need to act on it."""

    ticket: Ticket
    words: str = Field(description="of a patroller who reported it from the spot; else empty")
    history: list[TicketStep]
    attachments: list[Attachment]
    moves: list[Possible]
    then: dict[Move, list[Possible]] = Field(
        description="what could be done after each move that leads on; for who is offline meanwhile"
    )


class Tasks(BaseModel):
    """What waits for who asks, the nearest deadline first."""

    tasks: list[Task]
    more: bool = Field(description=f"there are more than {MOST_TASKS}")


class SpotReport(BaseModel):
    """Something seen on the spot, by whoever is on duty there."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    item: str = Field(pattern=r"^\d{3}$")
    words: str = Field(min_length=1, max_length=LONGEST_WORDS)
    address: str = Field("", max_length=200)
    longitude: float | None = Field(None, ge=-180, le=180, description="degrees, WGS-84")
    latitude: float | None = Field(None, ge=-90, le=90)
    cell: str | None = Field(
        None,
        pattern=r"^(\d{6}|\d{9}|\d{12}|\d{15})$",
        description="where the phone does not know its place",
    )
    urgency: Urgency = Urgency.ORDINARY


@router.get("/tasks")
def tasks(context: Context, me: Asking) -> Tasks:
    """What waits for who asks, on the spot; nothing for who works at a desk."""
    due = col(Ticket.due_at)
    query = (
        select(Ticket)
        .where(visible_at(me, WORK))
        .order_by(due.is_(None), due, col(Ticket.number))
        .limit(MOST_TASKS + 1)
    )
    with context.flow.store.reading() as session:
        found = list(session.exec(query))
        return Tasks(tasks=_tasks(session, me, found[:MOST_TASKS]), more=len(found) > MOST_TASKS)


@router.get("/tasks/{number}", responses=errors(404))
def one_task(context: Context, me: Asking, number: str) -> Task:
    """A ticket as it stands now, for whom it may no longer wait: after a conflict."""
    with context.flow.store.reading() as session:
        ticket = known(session, number)
        require_sight(session, me, ticket)
        return _tasks(session, me, [ticket])[0]


@router.post("/reports", status_code=201, responses=errors(404, 422))
async def report(context: Context, me: Asking, told: SpotReport) -> TicketMoved:
    """File what was seen; photographs are attached to it afterwards.

    Who reports must be able to see it then: what lies elsewhere is reported by telephone.
    """
    actor = opener(me, None)
    matter, now = _matter(context, told, actor), datetime.now(UTC)

    def _run(session: Session) -> list[Fact]:
        stated = take_in_writing(session, context.flow.site, matter, now)
        number = next(fact.ticket_number for fact in stated if isinstance(fact, TicketMoved))
        _refuse_elsewhere(session, me, number)
        me.note(session, "ticket_moved", number, move="open", actor=actor)
        return stated

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, TicketMoved))


def _matter(context: ApiContext, told: SpotReport, actor: str) -> Matter:
    name = context.items.get(told.item)
    if name is None:
        raise BadInputError("item is not known: choose one of GET /api/v1/names")
    if (told.longitude is None) != (told.latitude is None):
        raise BadInputError("longitude and latitude go together: send both or neither")
    if told.longitude is None and not (told.cell or told.address):
        raise BadInputError("the place is missing: send longitude and latitude, cell, or address")
    is_point = told.longitude is not None and told.latitude is not None
    return Matter(
        by=actor,
        item=told.item,
        item_name=name,
        description=told.words,
        address=told.address,
        point=Wgs84Point(told.longitude or 0.0, told.latitude or 0.0) if is_point else None,
        cell=context.flow.site.county.grid.cell(told.cell) if told.cell else None,
        urgency=told.urgency if told.urgency is Urgency.URGENT else None,  # else by the words
        came=CAME,
    )


def _refuse_elsewhere(session: Session, me: Me, number: str) -> None:
    try:
        require_sight(session, me, known(session, number))
    except NotFoundError:
        raise BadInputError(
            "the place is not known, or lies outside your part of the grid: send the phone's place "
            "or your cell; what lies elsewhere is reported by telephone, 12345"
        ) from None


def _tasks(session: Session, me: Me, found: list[Ticket]) -> list[Task]:
    numbers = [ticket.number for ticket in found]
    steps = select(TicketStep).where(col(TicketStep.ticket_number).in_(numbers))
    files = select(Attachment).where(col(Attachment.ticket_number).in_(numbers))
    history = _by_ticket(session.exec(steps.order_by(col(TicketStep.number))))
    attachments = _by_ticket(session.exec(files.order_by(col(Attachment.number))))
    words = {
        one.ticket_number: "\n".join(text for text in (one.description, one.address) if text)
        for one in written_of(session, numbers)
        if one.by.startswith(f"{Role.PATROLLER}:")  # a citizen's own words are not for units
    }
    return [
        Task(
            ticket=ticket,
            words=words.get(ticket.number, ""),
            history=history[ticket.number],
            attachments=[one for one in attachments[ticket.number] if one.name],
            **_moves(session, me, ticket),
        )
        for ticket in found
    ]


def _by_ticket(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.ticket_number].append(row)
    return found


def _moves(session: Session, me: Me, ticket: Ticket) -> dict[str, Any]:
    beside = joint_units(session, ticket.number)
    roles = me.sees(ticket, (one.unit for one in beside))

    def _at(step: Step) -> list[Possible]:
        there = Ticket(**ticket.model_dump(exclude={"step"}), step=step)
        return offered(me, roles, there, beside)

    now = _at(ticket.step)
    on = [one for one in now if one.to_step and one.to_step != ticket.step]
    return {"moves": now, "then": {one.move: _at(one.to_step) for one in on if one.to_step}}
