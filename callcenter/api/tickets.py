"""Tickets for whoever may see the case: the list, one with its history, moves and corrections."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue
from sqlmodel import Session, col, select

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import (
    mover,
    offered,
    require_own_share,
    require_sight,
    visible,
)
from callcenter.errors import BadInputError
from callcenter.facts import CategoryCorrected, Kind, TicketLocated, TicketMoved, Urgency
from callcenter.tickets import moving
from callcenter.tickets import ticket as tickets
from callcenter.tickets.correcting import correct, put_right
from callcenter.tickets.dispatch import Unit
from callcenter.tickets.dispatch.sending import filled
from callcenter.tickets.joint import JointUnit, joint_units
from callcenter.tickets.possible import Possible
from callcenter.tickets.steps import LONGEST_REASON, Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep

router = APIRouter(prefix="/tickets", tags=["tickets"])

Actor = Annotated[str, Field(pattern=r"^[A-Za-z0-9:._-]{1,40}$", examples=["seat-01"])]


MOST = 1_000_000  # no history and no list of files is longer; databases bound their numbers
FileNumber = Annotated[int, Field(ge=1, le=MOST)]
EXAMPLES: list[JsonValue] = [
    {"move": "file", "actor": "seat-01", "expected": 1},
    {"move": "return", "actor": "handler:U1002", "reason": "不属本单位职责", "expected": 3},
    {"move": "merge", "actor": "seat-01", "other": "12345-20261121-0001"},
    {
        "move": "ask_extension",
        "actor": "handler:U1002",
        "reason": "等待配件",
        "due_at": "2026-12-01T10:00:00Z",
    },
]


class TicketWithHistory(BaseModel):
    """A ticket and the steps it went, first to last."""

    ticket: Ticket
    history: list[TicketStep]
    joint: list[JointUnit]  # beside the lead, which is the ticket's unit


class PossibleMoves(BaseModel):
    """What may be done, and how many steps the ticket had then: give it as `expected`."""

    steps: int
    moves: list[Possible]


class PlaceChosen(BaseModel):
    """One of the candidates that the ticket's place has."""

    place: str = Field(max_length=200)
    cell: str = Field(pattern=r"^[0-9]{6,15}$")


class PutRight(BaseModel):
    """What a person says otherwise than it was heard; what is left out stays as it was heard."""

    kind: Kind | None = None
    urgency: Urgency | None = None
    place: PlaceChosen | None = None


class MoveCommand(BaseModel):
    """What is to be done to a ticket, and by whom; `expected` guards against a stale look."""

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES})

    move: Move
    actor: Actor | None = Field(None, description="who is signed in; a program may name another")
    reason: str = Field("", max_length=LONGEST_REASON)
    unit: str | None = Field(
        None,
        max_length=40,
        description="the unit that a ticket is sent to; escalating: if not given, that above",
    )
    due_at: AwareDatetime | None = Field(
        None,
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        le=datetime(2100, 1, 1, tzinfo=UTC),
        description="when that unit must report, else its usual limit; the new deadline that is "
        "asked for; when a suspended ticket is reviewed",
    )
    other: str | None = Field(
        None, max_length=40, description="the other ticket, unit or leader that the move names"
    )
    attachments: tuple[FileNumber, ...] = Field(
        (), max_length=20, description="numbers of the ticket's attachments that belong to it"
    )
    put_right: PutRight | None = Field(
        None, description="only with `file` and `answer`: from then on the words change nothing"
    )
    expected: int | None = Field(
        None,
        ge=1,
        le=MOST,
        description="the ticket's `steps` when it was looked at; 409 if it has moved",
    )


class CategoryCommand(BaseModel):
    """The item a person chose; the rules leave the ticket alone from now on."""

    item: str = Field(pattern=r"^\d{3}$", examples=["113"])
    actor: Actor | None = Field(None, description="who is signed in; a program may name another")


@router.get("")
def list_tickets(
    context: Context,
    me: Asking,
    step: Step | None = None,
    unit: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[Ticket]:
    """Tickets, newest first."""
    query = select(Ticket).where(visible(me)).order_by(col(Ticket.opened_at).desc())
    if step:
        query = query.where(Ticket.step == step)
    if unit:
        query = query.where(Ticket.unit == unit)
    with context.flow.store.reading() as session:
        return list(session.exec(query.limit(limit)))


@router.get("/{number}", responses=errors(404))
def one_ticket(context: Context, me: Asking, number: str) -> TicketWithHistory:
    """One ticket with its history."""
    with context.flow.store.reading() as session:
        ticket = tickets.known(session, number)
        require_sight(session, me, ticket)
        return TicketWithHistory(
            ticket=ticket,
            history=tickets.history(session, number),
            joint=joint_units(session, number),
        )


@router.get("/{number}/moves", responses=errors(404))
def possible_moves(context: Context, me: Asking, number: str) -> PossibleMoves:
    """What may be done to the ticket now by who is signed in, and what each move must name."""
    with context.flow.store.reading() as session:
        ticket = tickets.known(session, number)
        roles = require_sight(session, me, ticket)
        moves = offered(me, roles, ticket, joint_units(session, number))
        return PossibleMoves(steps=ticket.steps, moves=moves)


@router.post("/{number}/moves", status_code=201, responses=errors(404, 409, 422))
async def move_ticket(
    context: Context, me: Asking, number: str, command: MoveCommand
) -> TicketMoved:
    """Take the ticket one step on; 409 where it stands elsewhere, and nothing has changed.

    Two who move one ticket at once: one does, the other is told how it stands now. A unit that
    escalates may name one of the level above; if it does not, the dispatch table does.
    """
    unit = context.units().get(command.unit) if command.unit else None
    if command.unit and unit is None:
        raise BadInputError("unit is not known: choose one of GET /api/v1/names")

    if command.put_right and command.move not in (Move.FILE, Move.ANSWER):
        raise BadInputError(f"put_right goes with file or answer, not with {command.move}")

    def _run(session: Session) -> list[TicketMoved | TicketLocated]:
        case = _locked(session, number, command)
        actor = mover(session, me, command.move, case, command.actor)
        require_own_share(me, command.move, command.other)
        if unit:
            _refuse_level(context, command, case, unit)
        to, limit = filled(
            session,
            number,
            command.move,
            unit,
            command.due_at,
            table=context.table() if context.table else None,
            clocks=context.clocks(),
            at=datetime.now(UTC),
        )
        given = command.model_dump(exclude={"put_right"})
        given |= {"unit": to, "due_at": limit, "actor": actor}
        moved = moving.move(session, number, **given)
        located = _put_right(session, number, command)
        me.note(session, "ticket_moved", number, move=command.move, actor=actor)
        return [moved, *located]

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, TicketMoved))


@router.post("/{number}/category", status_code=201, responses=errors(404, 422))
async def correct_category(
    context: Context, me: Asking, number: str, command: CategoryCommand
) -> CategoryCorrected:
    """Choose another item than the rules did."""
    name = context.items.get(command.item)
    if name is None:
        raise BadInputError("item is not known: choose one of GET /api/v1/names")

    def _run(session: Session) -> list[CategoryCorrected]:
        roles = require_sight(session, me, tickets.locked(session, number))
        actor = me.acting(command.actor, roles)
        return [correct(session, number, command.item, name, actor)]

    stated = await context.flow.command(_run)
    return next(fact for fact in stated if isinstance(fact, CategoryCorrected))


def _locked(session: Session, number: str, command: MoveCommand) -> Ticket:
    """The ticket, and with it the one it is merged into, in the order that `move` takes them."""
    also = {command.other} if command.move is Move.MERGE and command.other else set()
    return {each: tickets.locked(session, each) for each in sorted({number} | also)}[number]


def _put_right(session: Session, number: str, command: MoveCommand) -> list[TicketLocated]:
    told = command.put_right
    if told is None:
        return []
    place = (told.place.place, told.place.cell) if told.place else None
    return put_right(session, number, told.kind, told.urgency, place)


def _refuse_level(context: ApiContext, command: MoveCommand, ticket: Ticket, unit: Unit) -> None:
    """Escalating goes one level up, never across or down."""
    now = context.units().get(ticket.unit or "")
    if command.move is Move.ESCALATE and now and unit.level >= now.level:
        raise BadInputError(
            f"unit is of level {unit.level}: escalating from level {now.level} names one above"
        )
