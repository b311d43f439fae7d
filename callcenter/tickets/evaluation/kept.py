"""What each ticket adds to a part of the calendar is kept: a month is one question then.

A line is what one ticket adds to one part for one unit: the lists it stands in there, as a number
for all tickets that stand in just these, and its seconds. All of it follows from histories, and
none of it is ever added to: whatever of a ticket changes, its lines are made anew (keeping.py).

A quarter is not the sum of its months: what is open at the end of one is no more in the next, and
what was right as of one's end may have proved wrong by the other's. So a line may also say what a
ticket adds to a run of parts beyond what it adds to the shorter runs in it (`since` is the first
part of the run, `part` the last); most tickets add nothing of the kind to most runs. A run is then
the sum of all lines of the runs in it.
Source: docs/decisions/0053-what-a-ticket-adds-to-a-month-is-kept.md,
docs/decisions/0072-periods-are-put-together-from-parts.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, select

from callcenter.store import UtcDateTime
from callcenter.tickets.evaluation.duty import Trail
from callcenter.tickets.evaluation.lists import SECONDS, Scope, entries
from callcenter.tickets.evaluation.parts import Part, joins

SETS = 20_000  # of lists, whose names are read once
JUDGED = text("judged_until IS NOT NULL")  # few are
LESS = "-"  # before a list's name: it stands in it once less


class KeptPart(SQLModel, table=True):
    """A part of the calendar that is kept, or is being kept for the first time."""

    __tablename__ = "evaluation_kept_part"

    part: str = Field(primary_key=True)  # 2026-10; see parts.py
    limits: str  # by which it was judged, JSON; with others it is kept anew
    through: int  # every fact up to this place of the ledger is in it
    made_at: datetime = Field(sa_type=UtcDateTime)  # whose keeping this is; another starts anew
    is_whole: bool = False  # all of its tickets are there


class KeptLists(SQLModel, table=True):
    """The lists in which tickets stand together, each as often as a ticket stands in it."""

    __tablename__ = "evaluation_kept_lists"

    id: int | None = Field(default=None, primary_key=True)
    names: str = Field(unique=True)  # with spaces between; as `listed` reads them


class KeptLine(SQLModel, table=True):
    """What a ticket adds for a unit ("": none); `lists` names none where nothing yet."""

    __tablename__ = "evaluation_kept_line"
    __table_args__ = (
        Index("ix_evaluation_kept_line_until", "part", "holds_until"),
        Index(
            "ix_evaluation_kept_line_judged",
            "part",
            "judged_until",
            sqlite_where=JUDGED,
            postgresql_where=JUDGED,
        ),
        {"sqlite_with_rowid": False},  # a part's lines lie together, by tickets
    )

    part: str = Field(primary_key=True)
    ticket_number: str = Field(
        primary_key=True, foreign_key="ticket.number", ondelete="CASCADE", index=True
    )
    since: str = Field(primary_key=True)  # the run's first part; `part` itself: of it alone
    unit: str = Field(primary_key=True)
    is_joint: bool = Field(primary_key=True)  # a share of joint handling
    seat: str = Field(primary_key=True)  # at the end of the run, or of what is taken from it
    lists: int
    taken_seconds: float
    handled_seconds: float
    line: str
    item: str  # "": none is known
    cell: str
    reporter: str
    holds_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: for ever
    judged_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by a later `as_of`


class Whose(NamedTuple):
    """Under whom something stands."""

    unit: str
    is_joint: bool
    seat: str


@dataclass(slots=True)
class Added:
    """The lists, how often a ticket stands in each, and its seconds."""

    times: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def names(self) -> str:
        """All lists that are left, each as often as it counts."""
        return " ".join(
            (name if many > 0 else LESS + name)
            for name, many in sorted(self.times.items())
            for _ in range(abs(many))
        )

    def add(self, name: str, many: int, amount: float) -> None:
        """So many more, or fewer."""
        self.times[name] += many
        if name in SECONDS:
            self.seconds[name] = self.seconds.get(name, 0.0) + many * amount


Adding = dict[Whose, Added]


@lru_cache(SETS)
def listed(names: str) -> Counter[str]:
    """The names of `KeptLists`, each with how often it counts; to be read only."""
    found: Counter[str] = Counter()
    for name in names.split():
        found[name.removeprefix(LESS)] += -1 if name.startswith(LESS) else 1
    return found


def add_all(to: Adding, trail: Trail, scope: Scope, many: int) -> None:
    """Add so many times what a ticket adds to a period."""
    seat = trail.seat(scope.end)
    for entry in entries(trail, scope):
        whose = Whose(entry.unit, entry.is_joint, seat)
        to.setdefault(whose, Added()).add(entry.list, many, entry.amount)


def adds(part: Part, trail: Trail, end: datetime) -> Iterator[tuple[Part, Adding]]:
    """What a ticket adds to a part, and to the longer runs up to it, by their first parts.

    Args:
        part: The last one of the runs.
        trail: The ticket's.
        end: Of the part, or how far it has come.
    """
    found: Adding = {}
    add_all(found, trail, Scope(part.since, end, end), 1)
    yield part, found
    first, later = _first(trail), part
    for earlier in joins(part):
        if first is None or first >= later.since:
            return
        found = {}
        for begin, sign in ((earlier, 1), (later, -1)):
            add_all(found, trail, Scope(begin.since, end, end), sign)
            if begin is not part:
                add_all(found, trail, Scope(begin.since, part.since, part.since), -sign)
        yield earlier, found
        later = earlier


def holds_until(trail: Trail, end: datetime) -> datetime | None:
    """The last end of a period for which a ticket adds the same as up to this end; None: any later.

    Whatever `lists.py` asks is whether some moment lies before the end; so it is the next moment.
    """
    return min((moment for moment in _moments(trail) if moment >= end), default=None)


def judged_until(trail: Trail, end: datetime) -> datetime | None:
    """The last `as_of` for which what was done before this end is judged as it is at the end."""
    found = [event.wrong_at for event in trail.events]
    found += [moment for duty in trail.duties for moment in (duty.wrong_at, duty.returned_at)]
    return min((moment for moment in found if moment and moment >= end), default=None)


def lines_of(part: Part, trail: Trail, end: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """A ticket's rows of a part, each with the names whose number it still lacks.

    Args:
        part: As in `adds`.
        trail: The ticket's.
        end: As in `adds`.
    """
    until, judged = holds_until(trail, end), judged_until(trail, end)
    case = trail.case
    found = [
        (since.name, whose, one)
        for since, adding in adds(part, trail, end)
        for whose, one in adding.items()
        if any(one.times.values())
    ]
    if not found and until:  # nothing yet, and something without any further fact
        found = [(part.name, Whose("", False, trail.seat(end)), Added())]
    for since, whose, one in found:
        row = {
            "part": part.name,
            "since": since,
            "ticket_number": case.number,
            **whose._asdict(),
            **{name: one.seconds[name] if one.times[name] else 0.0 for name in SECONDS},
            "line": case.line,
            "item": case.item or "",
            "cell": case.cell or "",
            "reporter": trail.reporter,
            "holds_until": until,
            "judged_until": judged,
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


def _first(trail: Trail) -> datetime | None:
    moments = [event.at for event in trail.events] + [duty.begun_at for duty in trail.duties]
    return min(moments, default=None)


def _moments(trail: Trail) -> Iterator[datetime]:
    found = [trail.taken_at]
    for event in trail.events:
        found += [event.at, event.wrong_at]
    for duty in trail.duties:
        found += [duty.begun_at, duty.ended_at, duty.extended_at, duty.again_at]
        found += [duty.returned_at, duty.wrong_at]
        found += [moment for version in duty.versions for moment in (version.at, version.due_at)]
    return (moment for moment in found if moment)
