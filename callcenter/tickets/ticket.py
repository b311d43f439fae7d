"""A ticket and the seven-step loop it walks (案卷): one transition table, one function that moves.

    collect  file      dispatch      handle      report back  verify      close
    DRAFT -> FILED --> DISPATCHED -> HANDLING -> REPORTED --> VERIFIED -> CLOSED

    DRAFT --answer--> CLOSED (on the spot)       REPORTED --reject--> HANDLING (not in order)
    DRAFT, FILED --discard--> VOID               VERIFIED, CLOSED --reopen--> REOPENED
    DISPATCHED --return--> FILED                 REOPENED --dispatch--> DISPATCHED

The history is appended to, never edited. Every move is a `TicketMoved` fact and a `TicketStep`
row, written in the transaction that changed the ticket. Source: domain.md's seven steps, after
GB/T 30428 (digital city management); the clause was not checked against the full text.
"""

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.errors import BadInputError, NotFoundError
from callcenter.facts import CategoryCorrected, Kind, Line, TicketLocated, TicketMoved, Urgency
from callcenter.machine import step
from callcenter.store import UtcDateTime, enum_text

COUNTY_TIME = ZoneInfo("Asia/Shanghai")


class Step(StrEnum):
    """Where a ticket stands."""

    DRAFT = "draft"  # 信息采集
    FILED = "filed"  # 案卷建立
    DISPATCHED = "dispatched"  # 任务派遣
    HANDLING = "handling"  # 任务处理
    REPORTED = "reported"  # 处理反馈
    VERIFIED = "verified"  # 核查
    CLOSED = "closed"  # 结案
    REOPENED = "reopened"  # 重办
    VOID = "void"  # 作废


class Move(StrEnum):
    """What a person or the pipeline may do to a ticket."""

    OPEN = "open"
    FILE = "file"
    ANSWER = "answer"
    DISCARD = "discard"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    RETURN = "return"
    REPORT = "report"
    VERIFY = "verify"
    REJECT = "reject"
    CLOSE = "close"
    REOPEN = "reopen"
    RELOCATE = "relocate"  # the grid changed; in no row of MOVES: it leads from no step to another


MOVES: dict[tuple[Step, Move], Step] = {
    (Step.DRAFT, Move.FILE): Step.FILED,
    (Step.DRAFT, Move.ANSWER): Step.CLOSED,  # 直接答复: closed at once, still counted
    (Step.DRAFT, Move.DISCARD): Step.VOID,
    (Step.FILED, Move.DISPATCH): Step.DISPATCHED,
    (Step.FILED, Move.DISCARD): Step.VOID,
    (Step.DISPATCHED, Move.ACCEPT): Step.HANDLING,
    (Step.DISPATCHED, Move.RETURN): Step.FILED,  # 退单: back to the dispatcher, not to the seat
    (Step.HANDLING, Move.REPORT): Step.REPORTED,
    (Step.REPORTED, Move.VERIFY): Step.VERIFIED,
    (Step.REPORTED, Move.REJECT): Step.HANDLING,  # the same unit, whose clock ran on
    (Step.VERIFIED, Move.CLOSE): Step.CLOSED,
    (Step.VERIFIED, Move.REOPEN): Step.REOPENED,
    (Step.CLOSED, Move.REOPEN): Step.REOPENED,  # a citizen who calls again is heard
    (Step.REOPENED, Move.DISPATCH): Step.DISPATCHED,
}
NEEDS_REASON = frozenset({Move.DISCARD, Move.RETURN, Move.REJECT, Move.REOPEN})


class Ticket(SQLModel, table=True):
    """One case. Everything but `step` may still be unknown while the citizen talks."""

    number: str = Field(primary_key=True)  # line-date-running number, "12345-20261121-0001"
    line: Line = Field(sa_type=enum_text(Line))
    call_id: str = Field(unique=True)  # the call that opened it
    opened_at: datetime = Field(sa_type=UtcDateTime)
    step: Step = Field(default=Step.DRAFT, sa_type=enum_text(Step))
    steps: int = 0  # length of the history
    round: int = 1  # 2 after the first reopening
    revision: int = 0  # of what the words told: item, kind, urgency, place
    item: str | None = None
    item_name: str = ""
    item_by: str = ""  # "rules", or the person who chose; the rules never overrule a person
    kind: Kind | None = Field(default=None, sa_type=enum_text(Kind))
    urgency: Urgency = Field(default=Urgency.ORDINARY, sa_type=enum_text(Urgency))
    cell: str | None = None
    cell_name: str = ""
    place: str = ""
    longitude: float | None = None  # degrees, WGS-84
    latitude: float | None = None
    unit: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rating: int | None = None  # 1 非常满意 to 4 不满意


class TicketStep(SQLModel, table=True):
    """One line of a ticket's history; never changed."""

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    move: Move = Field(sa_type=enum_text(Move))
    from_step: Step | None = Field(sa_type=enum_text(Step))
    to_step: Step = Field(sa_type=enum_text(Step))
    actor: str
    reason: str = ""
    unit: str | None = None


class NumberSeries(SQLModel, table=True):
    """The last running number of a line on a day; taken in the opening transaction: no gaps."""

    line: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    last: int


def open_draft(
    session: Session, call_id: str, line: Line, *, at: datetime, actor: str
) -> list[TicketMoved]:
    """The draft of a call, with its number; nothing where the call has one already."""
    if ticket_of_call(session, call_id):
        return []
    ticket = Ticket(
        number=_next_number(session, line, at), line=line, call_id=call_id, opened_at=at
    )
    session.add(ticket)
    session.flush()
    return [_moved(session, ticket, Move.OPEN, None, at=at, actor=actor, call_id=call_id)]


def move(
    session: Session,
    number: str,
    move: Move,
    *,
    actor: str,
    reason: str = "",
    unit: str | None = None,
    due_at: datetime | None = None,
    at: datetime | None = None,
) -> TicketMoved:
    """Take the ticket one step on; the only way a ticket's step changes.

    Args:
        session: A writing session; the ticket's row is locked until it ends.
        number: The ticket's number.
        move: What is done to it.
        actor: Who does it: a seat, "handler:UNIT", "robot", "pipeline".
        reason: Needed for discarding, returning, rejecting and reopening.
        unit: The unit a dispatch goes to.
        due_at: When a dispatched ticket must be reported.
        at: When it happened; now unless told.

    Raises:
        NotFoundError: No ticket has this number.
        ImpossibleMoveError: The ticket stands where this move is not possible.
        BadInputError: A reason or unit is missing.
    """
    ticket = locked(session, number)
    before, after = ticket.step, step(MOVES, ticket.step, move)
    if move in NEEDS_REASON and not reason.strip():
        raise BadInputError(f"reason is missing: {move} needs one")
    if move is Move.DISPATCH and not unit:
        raise BadInputError("unit is missing: a dispatch names who handles the ticket")
    ticket.step = after
    if move is Move.DISPATCH:
        ticket.unit, ticket.due_at = unit, due_at
    if move is Move.REOPEN:
        ticket.round += 1
    at = at or datetime.now(UTC)
    return _moved(session, ticket, move, before, at=at, actor=actor, reason=reason)


def correct(
    session: Session, number: str, item: str, item_name: str, actor: str
) -> CategoryCorrected:
    """A person's choice of the item; from now on the rules leave it alone.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket = locked(session, number)
    before, ticket.item, ticket.item_name, ticket.item_by = ticket.item, item, item_name, actor
    session.add(ticket)
    return CategoryCorrected(ticket_number=number, from_item=before, to_item=item, actor=actor)


def relocate(
    session: Session, located: TicketLocated, *, actor: str, reason: str
) -> list[TicketMoved | TicketLocated]:
    """The ticket lies in another cell than before, and where it stands is as it was.

    Args:
        session: A writing session; the ticket's row is locked until it ends.
        located: The new cell, and the place as it was; its revision is given here.
        actor: Who says so.
        reason: For the history: from where to where, and why.

    Raises:
        NotFoundError: No ticket has this number.
    """
    ticket = locked(session, located.ticket_number)
    ticket.cell, ticket.cell_name = located.cell, located.cell_name
    ticket.revision += 1
    now = located.model_copy(update={"revision": ticket.revision})
    return [
        _moved(session, ticket, Move.RELOCATE, ticket.step, at=now.at, actor=actor, reason=reason),
        now,
    ]


def locked(session: Session, number: str) -> Ticket:
    """The ticket, kept from everybody else until the session ends.

    Raises:
        NotFoundError: No ticket has this number.
    """
    query = select(Ticket).where(Ticket.number == number).with_for_update()
    ticket = session.exec(query.execution_options(populate_existing=True)).first()
    if ticket is None:
        raise NotFoundError(f"ticket {number!r} is not known: check the number")
    return ticket


def ticket_of_call(session: Session, call_id: str) -> Ticket | None:
    """The ticket that a call opened."""
    return session.exec(select(Ticket).where(Ticket.call_id == call_id)).first()


def history(session: Session, number: str) -> list[TicketStep]:
    """The steps a ticket went, first to last."""
    query = select(TicketStep).where(TicketStep.ticket_number == number)
    return list(session.exec(query.order_by(col(TicketStep.number))))


def _moved(
    session: Session,
    ticket: Ticket,
    move: Move,
    before: Step | None,
    *,
    at: datetime,
    actor: str,
    reason: str = "",
    call_id: str | None = None,
) -> TicketMoved:
    """The move as the history's next line and as the fact that states it."""
    ticket.steps += 1
    line = TicketStep(
        ticket_number=ticket.number,
        number=ticket.steps,
        at=at,
        move=move,
        from_step=before,
        to_step=ticket.step,
        actor=actor,
        reason=reason,
        unit=ticket.unit,
    )
    session.add(ticket)
    session.add(line)
    call_id = call_id or ticket.call_id
    return TicketMoved(**line.model_dump(), due_at=ticket.due_at, call_id=call_id)


def _next_number(session: Session, line: Line, at: datetime) -> str:
    day = at.astimezone(COUNTY_TIME).strftime("%Y%m%d")
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(NumberSeries).values(line=line.value, day=day, last=1)
    following = first.on_conflict_do_update(
        index_elements=["line", "day"], set_={"last": NumberSeries.last + 1}
    )
    running = session.connection().execute(following.returning(col(NumberSeries.last))).scalar_one()
    return f"{line.value}-{day}-{running:04d}"
