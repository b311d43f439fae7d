"""The answer to a question for tickets: newest first, each page from where the last one ended.

A page is not counted from the beginning but goes on behind a ticket (its moment of opening and its
number), so tickets that come or go meanwhile neither repeat nor hide others.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, true, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from callcenter.errors import BadInputError
from callcenter.facts import Line, Urgency
from callcenter.store import UtcDateTime
from callcenter.tickets.finding.tables import TicketCaller, place_in_time
from callcenter.tickets.finding.worded import Worded
from callcenter.tickets.steps import OPEN, WITH_A_UNIT, Step
from callcenter.tickets.ticket import Ticket

WHOLE = re.compile(r"\d+-\d{8}-\d{4,}")
COUNTED = 10_000  # more are not counted: the page says "more than"


RUNNING = WITH_A_UNIT - {Step.SUSPENDED}  # steps in which the unit's own clock runs


class Standing(StrEnum):
    """What is still to be done about a ticket."""

    OPEN = "open"  # 未结
    LATE = "late"  # 超期未处置: its unit's clock runs and its deadline is over


@dataclass(frozen=True)
class Wanted:
    """What is looked for; a ticket must fit all that is given."""

    number: str = ""  # whole, or its beginning: 12345-20261122; with or without the dashes
    words: str = ""
    item: str = ""
    unit: str = ""
    step: Step | None = None
    line: Line | None = None
    urgency: Urgency | None = None
    standing: Standing | None = None
    cell: str = ""  # a cell's code or its beginning: all that lies in it
    since: datetime | None = None  # opened then or later
    until: datetime | None = None  # opened before
    caller: str = ""  # as `CallerKey.hash` gives it


@dataclass(frozen=True)
class Page:
    """Some tickets, newest first, and where the next page begins."""

    tickets: list[Ticket]
    next: str | None  # None: these are the last
    total: int | None  # only with the first page; COUNTED at most
    more: bool = False  # than `total`


def search(
    session: Session,
    wanted: Wanted,
    *,
    after: str | None,
    limit: int,
    sight: ColumnElement[bool] | None = None,
) -> Page:
    """A page of the tickets that are wanted.

    Args:
        session: For looking.
        wanted: What is looked for.
        after: `Page.next` of the page before; None begins.
        limit: Tickets of a page.
        sight: The condition on `Ticket` that the asker may see it; None: all of them.

    Raises:
        BadInputError: Words or cursor cannot be used; names which.
    """
    words, query = matching(session, wanted, sight)
    total = None
    if after is None:
        alone = words if sight is None and wanted == Wanted(words=wanted.words) else None
        total = _count(session, alone.rows() if alone else _numbers(query))
    else:
        query = query.where(_behind(words, *read_cursor(after)))
    tickets = list(session.exec(_newest_first(query, words).limit(limit + 1)))
    shown = tickets[:limit]
    following = write_cursor(shown[-1]) if len(tickets) > limit else None
    if total is None:
        return Page(shown, following, None)
    return Page(shown, following, min(total, COUNTED), total > COUNTED)


def matching(
    session: Session, wanted: Wanted, sight: ColumnElement[bool] | None
) -> tuple[Worded | None, SelectOfScalar[Ticket]]:
    """The tickets that are wanted and may be seen, in no order, and how they were asked for words.

    Raises:
        BadInputError: The words cannot be used.
    """
    words = _words(session, wanted)
    return words, _matching(wanted, words).where(true() if sight is None else sight)


def is_open() -> ColumnElement[bool]:
    """The condition that somebody has something more to do."""
    return col(Ticket.step).in_(sorted(OPEN))


def is_late(now: datetime) -> ColumnElement[bool]:
    """The condition that a ticket's unit is late with it."""
    running = col(Ticket.step).in_(sorted(RUNNING))
    return and_(running, col(Ticket.due_at) <= literal(now, UtcDateTime))


def write_cursor(ticket: Ticket) -> str:
    """Where the page behind this ticket begins."""
    told = f"{ticket.opened_at.astimezone(UTC).isoformat()} {ticket.number}"
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Opening and number of the last ticket before.

    Raises:
        BadInputError: We have not written this.
    """
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        at, number = told.split(" ")
        opened_at = datetime.fromisoformat(at)
        place_in_time(opened_at, number)
        if opened_at.tzinfo is None:
            raise ValueError("no zone")
    except (ValueError, binascii.Error, OverflowError) as error:
        raise BadInputError("after is no cursor: give `next` of the page before") from error
    return opened_at, number


def _words(session: Session, wanted: Wanted) -> Worded | None:
    if not wanted.words:
        return None
    return Worded.on(session, wanted.words, wanted.since, wanted.until)


def _matching(wanted: Wanted, words: Worded | None) -> SelectOfScalar[Ticket]:
    query: SelectOfScalar[Ticket] = select(Ticket)
    if wanted.standing:
        query = query.where(_standing(wanted.standing))
    return (words.join(query) if words else query).where(*_filters(wanted))


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column_, value in (
        (col(Ticket.item), wanted.item),
        (col(Ticket.unit), wanted.unit),
        (col(Ticket.step), wanted.step),
        (col(Ticket.line), wanted.line),
        (col(Ticket.urgency), wanted.urgency),
    ):
        if value:
            yield column_ == value
    if wanted.number:
        yield _numbered(_dashed(wanted.number))
    if wanted.cell:
        yield from _within(wanted.cell)
    if wanted.since:
        yield col(Ticket.opened_at) >= wanted.since
    if wanted.until:
        yield col(Ticket.opened_at) < wanted.until
    if wanted.caller:
        numbers = select(TicketCaller.ticket_number).where(TicketCaller.caller == wanted.caller)
        yield col(Ticket.number).in_(numbers)


def _standing(standing: Standing) -> ColumnElement[bool]:
    return is_open() if standing is Standing.OPEN else is_late(datetime.now(UTC))


def _numbered(number: str) -> ColumnElement[bool]:
    if WHOLE.fullmatch(number):
        return col(Ticket.number) == number
    return col(Ticket.number).startswith(number, autoescape=True)


def _within(cell: str) -> Iterator[ColumnElement[bool]]:
    """By comparison and not by LIKE, which a usual index does not serve."""
    yield col(Ticket.cell) >= cell
    following = str(int(cell) + 1)
    if len(following) == len(cell):  # else the code is all nines
        yield col(Ticket.cell) < following


def _dashed(number: str) -> str:
    """12345202611220001 as 12345-20261122-0001; what has dashes stays."""
    for line in Line:
        rest = number.removeprefix(line.value)
        if rest != number and rest.isdecimal():
            return f"{line.value}-{rest[:8]}" + (f"-{rest[8:]}" if rest[8:] else "")
    return number


def _behind(words: Worded | None, opened_at: datetime, number: str) -> ColumnElement[bool]:
    if words:
        return words.place < place_in_time(opened_at, number)
    here = tuple_(literal(opened_at, UtcDateTime), literal(number))
    return tuple_(col(Ticket.opened_at), col(Ticket.number)) < here


def _newest_first(query: SelectOfScalar[Ticket], words: Worded | None) -> SelectOfScalar[Ticket]:
    if words:
        return query.order_by(words.place.desc())
    return query.order_by(col(Ticket.opened_at).desc(), col(Ticket.number).desc())


def _numbers(query: SelectOfScalar[Ticket]) -> Select[Any]:
    return query.with_only_columns(col(Ticket.number))


def _count(session: Session, rows: Select[Any]) -> int:
    some = rows.limit(COUNTED + 1).subquery()
    return session.connection().execute(select(func.count()).select_from(some)).scalar_one()
