"""What each ticket adds to a month is kept: a month of a hundred thousand is one question then.

A line is what one ticket adds to one month for one unit: the lists it stands in there, as a number
for all tickets that stand in just these, and its seconds. All of it follows from histories, and
none of it is ever added to: whatever of a ticket changes, its lines are made anew (keeping.py).
Source: docs/decisions/0053-what-a-ticket-adds-to-a-month-is-kept.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, select

from callcenter.store import UtcDateTime
from callcenter.tickets.evaluation.duty import Trail
from callcenter.tickets.evaluation.lists import Scope, entries

SECONDS = ("taken_seconds", "handled_seconds")  # the lists whose amounts are no ones


class KeptMonth(SQLModel, table=True):
    """A month that is kept, or is being kept for the first time."""

    __tablename__ = "evaluation_kept_month"

    month: str = Field(primary_key=True)  # 2026-10
    limits: str  # by which it was judged, JSON; with others it is kept anew
    through: int  # every fact up to this place of the ledger is in it
    made_at: datetime = Field(sa_type=UtcDateTime)  # whose keeping this is; another starts anew
    is_whole: bool = False  # all of its tickets are there


class KeptLists(SQLModel, table=True):
    """The lists in which tickets stand together, each as often as a ticket stands in it."""

    __tablename__ = "evaluation_kept_lists"

    id: int | None = Field(default=None, primary_key=True)
    names: str = Field(unique=True)  # with spaces between


class KeptLine(SQLModel, table=True):
    """What a ticket adds to a month for a unit ("": none); `lists` names none where nothing yet."""

    __tablename__ = "evaluation_kept_line"
    __table_args__ = (Index("ix_evaluation_kept_line_until", "month", "holds_until"),)

    month: str = Field(primary_key=True)
    ticket_number: str = Field(
        primary_key=True, foreign_key="ticket.number", ondelete="CASCADE", index=True
    )
    unit: str = Field(primary_key=True)
    is_joint: bool = Field(primary_key=True)  # a share of joint handling
    lists: int
    taken_seconds: float
    handled_seconds: float
    line: str
    item: str  # "": none is known
    cell: str
    seat: str
    reporter: str
    holds_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: for ever


@dataclass(frozen=True, slots=True)
class Added:
    """What a ticket adds for one unit."""

    unit: str
    is_joint: bool
    names: str
    seconds: dict[str, float]


def added(trail: Trail, scope: Scope) -> list[Added]:
    """What a ticket adds to a period, unit by unit."""
    found: dict[tuple[str, bool], tuple[list[str], dict[str, float]]] = {}
    for entry in entries(trail, scope):
        names, seconds = found.setdefault((entry.unit, entry.is_joint), ([], {}))
        names.append(entry.list)
        if entry.list in SECONDS:
            seconds[entry.list] = seconds.get(entry.list, 0.0) + entry.amount
    return [
        Added(unit, is_joint, " ".join(sorted(names)), seconds)
        for (unit, is_joint), (names, seconds) in found.items()
    ]


def holds_until(trail: Trail, end: datetime) -> datetime | None:
    """The last end of a period for which a ticket adds the same as up to this end; None: any later.

    Whatever `lists.py` asks is whether some moment lies before the end; so it is the next moment.
    """
    return min((moment for moment in _moments(trail) if moment >= end), default=None)


def lines_of(month: str, trail: Trail, scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """A ticket's rows of a month, each with the names whose number it still lacks.

    Args:
        month: As in `KeptMonth`.
        trail: The ticket's.
        scope: The month, as far as it has come.
    """
    until, found = holds_until(trail, scope.end), added(trail, scope)
    if not found and until:  # nothing yet, and something without any further fact
        found = [Added("", False, "", {})]
    for one in found:
        row = {
            "month": month,
            "ticket_number": trail.case.number,
            "unit": one.unit,
            "is_joint": one.is_joint,
            **{name: one.seconds.get(name, 0.0) for name in SECONDS},
            "line": trail.case.line,
            "item": trail.case.item or "",
            "cell": trail.case.cell or "",
            "seat": trail.seat(scope.end),
            "reporter": trail.reporter,
            "holds_until": until,
        }
        yield one.names, row


def numbered(session: Session, wanted: Iterable[str]) -> dict[str, int]:
    """The number of every set of lists; these get one where they have none.

    Args:
        session: A writing one.
        wanted: Names with spaces between.
    """
    known = {one.names: one.id or 0 for one in session.exec(select(KeptLists))}
    for names in sorted({"", *wanted} - known.keys()):
        one = KeptLists(names=names)
        session.add(one)
        session.flush()
        known[names] = one.id or 0
    return known


def _moments(trail: Trail) -> Iterator[datetime]:
    found = [trail.taken_at]
    for event in trail.events:
        found += [event.at, event.wrong_at]
    for duty in trail.duties:
        found += [duty.begun_at, duty.ended_at, duty.extended_at, duty.again_at]
        found += [duty.returned_at, duty.wrong_at]
        found += [moment for version in duty.versions for moment in (version.at, version.due_at)]
    return (moment for moment in found if moment)
