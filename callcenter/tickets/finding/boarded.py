"""Tickets step by step: how many stand in each, and those whose deadlines come first."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col

from callcenter.tickets.finding.looking import RUNNING, Wanted, is_late, matching
from callcenter.tickets.steps import OVER, Step
from callcenter.tickets.ticket import Ticket


class InStep(NamedTuple):
    """The tickets of one step."""

    step: Step
    total: int
    late: int  # with their units
    moves: int  # lines of their histories together: another number as soon as one has moved


def by_step(
    session: Session,
    wanted: Wanted,
    sight: ColumnElement[bool] | None = None,
    now: datetime | None = None,
) -> list[InStep]:
    """How many of the tickets that are wanted stand in each step; steps without any are left out.

    Raises:
        BadInputError: The words cannot be used.
    """
    _, query = matching(session, wanted, sight)
    late = func.sum(case((is_late(now or datetime.now(UTC)), 1), else_=0))
    rows = query.with_only_columns(
        col(Ticket.step), func.count(), late, func.sum(col(Ticket.steps))
    ).group_by(col(Ticket.step))
    found = session.connection().execute(rows)
    return [InStep(step, total, int(late), int(moves)) for step, total, late, moves in found]


def next_due(
    session: Session,
    wanted: Wanted,
    step: Step,
    *,
    limit: int,
    sight: ColumnElement[bool] | None = None,
) -> list[Ticket]:
    """Those of a step that come first.

    With a unit, whose deadline comes first; suspended, whose review does; before and after that,
    who has waited longest; and where nothing is to be done, the newest.

    Raises:
        BadInputError: The words cannot be used.
    """
    _, query = matching(session, wanted, sight)
    opened, number = col(Ticket.opened_at), col(Ticket.number)
    if step in OVER:
        query = query.order_by(opened.desc(), number.desc())
    else:
        query = query.order_by(*_due(step), opened, number)
    return list(session.exec(query.where(col(Ticket.step) == step).limit(limit)))


def _due(step: Step) -> list[ColumnElement[Any]]:
    if step is Step.SUSPENDED:
        return [col(Ticket.review_at).asc().nulls_last()]
    return [col(Ticket.due_at).asc().nulls_last()] if step in RUNNING else []
