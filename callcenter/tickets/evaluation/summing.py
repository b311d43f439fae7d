"""A period's figures and lists from what is kept of its tickets, and from those that changed since.

What is kept may be behind: then the tickets that something happened to since are folded from
their histories, here and now, in place of their lines. So the answer is always that of all
histories; keeping.py only sees to it that few are left to fold.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, func, union
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callcenter.store import LedgerRow
from callcenter.tickets.evaluation.case import Case
from callcenter.tickets.evaluation.count import Behind, Count, Wanted, behind
from callcenter.tickets.evaluation.grouped import (
    KEYS,
    Grouped,
    chosen,
    summed_lines,
    sums_of,
    way_of,
)
from callcenter.tickets.evaluation.histories import CHANGED, MOVED, chunks, some_cases
from callcenter.tickets.evaluation.kept import KeptLine, KeptLists, KeptPart, listed
from callcenter.tickets.evaluation.lists import SECONDS, Scope
from callcenter.tickets.evaluation.parts import run_of
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

MOST_CHANGED: Final = 20_000  # tickets to fold beside what is kept; more are counted without it


@dataclass(frozen=True)
class Kept:
    """A period as its parts are kept, and the tickets whose lines of it are not to be used."""

    parts: list[str]
    scope: Scope
    changed: list[str]

    def every_line(self, *, in_order: bool = False) -> ColumnElement[bool]:
        """Its lines: of all runs within it; `in_order`: to be read ticket by ticket."""
        part: Any = col(KeptLine.part)
        if in_order and len(self.parts) > 1:
            part = part.concat("")  # no index of parts serves that: all lines would be sorted first
        return part.in_(self.parts) & (col(KeptLine.since) >= self.parts[0])  # type: ignore[no-any-return]

    def lines(self, *, in_order: bool = False) -> ColumnElement[bool]:
        """Its lines that hold."""
        ours = self.every_line(in_order=in_order)
        return ours & col(KeptLine.ticket_number).not_in(self.changed) if self.changed else ours


def kept_period(session: Session, scope: Scope, now: datetime, rules: Rules) -> Kept | None:
    """A period as it is kept; None where a part of it is not, or too much has changed."""
    changed: set[str] = set()
    run = run_of(scope.since, scope.end, now) or []
    for part in run:
        kept = session.get(KeptPart, part.name)
        if not kept or not kept.is_whole or kept.limits != rules.limits.model_dump_json():
            return None
        end = min(part.after, now)
        changed.update(changed_since(session, kept, part.since, end, MOST_CHANGED))
        if scope.as_of > scope.end:  # up to its end the lines of runs say it
            changed.update(_judged_again(session, kept, scope.as_of))
        if len(changed) > MOST_CHANGED:
            return None
    return Kept([part.name for part in run], scope, sorted(changed)) if run else None


def changed_since(
    session: Session, kept: KeptPart, since: datetime, end: datetime, most: int
) -> list[str]:
    """Tickets whose lines may be others by now; one more than `most` at most.

    Those of which a fact came in that the part rests on, those of which a deadline passed, and
    drafts, whose item and place change with every word.

    Args:
        session: For reading.
        kept: The part.
        since: Its first moment.
        end: Its end, or how far it has come.
        most: So many and one more.
    """
    name, at = col(LedgerRow.name), col(LedgerRow.at)
    told = select(LedgerRow.ticket_number).where(
        col(LedgerRow.seq) > kept.through,
        (name.in_(MOVED) & (at < end)) | name.in_(CHANGED),
        col(LedgerRow.ticket_number).is_not(None),
    )
    passed = select(KeptLine.ticket_number).where(
        KeptLine.part == kept.part, col(KeptLine.holds_until) < end
    )
    drafts = select(Ticket.number).where(
        Ticket.step == Step.DRAFT, Ticket.opened_at >= since, Ticket.opened_at < end
    )
    every: Any = union(told, passed, drafts).limit(most + 1)
    return list(session.connection().execute(every).scalars())


def sum_kept(session: Session, periods: Mapping[int, Kept], wanted: Wanted, count: Count) -> None:
    """Add periods to a count: what is kept by one question, the rest from histories.

    Args:
        session: For reading.
        periods: Each by its place among the intervals.
        wanted: What is asked.
        count: Added to.
    """
    names, shown = _names(session), KEYS.get(wanted.by, str)
    changed: defaultdict[str, set[int]] = defaultdict(set)
    for place, kept in periods.items():
        for one in _grouped(session, kept, wanted):
            seconds = {"taken_seconds": one.taken_seconds, "handled_seconds": one.handled_seconds}
            count.add(place, shown(one.key), listed(names[one.lists]), one.many, seconds)
        for number in kept.changed:
            changed[number].add(place)
    if changed:
        since = min(kept.scope.since for kept in periods.values())
        for one_case in _cases(session, sorted(changed), since):
            count.take(one_case, changed[one_case.number])


def list_kept(
    session: Session, kept: Kept, wanted: Wanted, rules: Rules, name: str, offset: int, limit: int
) -> tuple[int, float, list[Behind]]:
    """As `reading.items_behind`: only the page's tickets are folded, and those that changed."""
    limits = rules.deadlines()
    often = {number: listed(names)[name] for number, names in _names(session).items()}
    total, amount = 0, 0.0
    for one in _grouped(session, kept, replace(wanted, by="unit" if wanted.of_units else "all")):
        total += one.many * often[one.lists]
        amount += getattr(one, name) if name in SECONDS else one.many * often[one.lists]
    times: Counter[str] = Counter()
    for found in behind(_cases(session, kept.changed, kept.scope.since), wanted, limits, name):
        times[found.case.number] += 1
        amount += found.entry.amount
    total += times.total()
    times.update(_first(session, kept, wanted, often, offset + limit))
    page: list[str] = []
    passed = first = 0
    for number in sorted(times):
        if passed >= offset + limit:
            break
        if passed + times[number] > offset:
            first = first if page else passed
            page.append(number)
        passed += times[number]
    shown = list(behind(_cases(session, page, kept.scope.since), wanted, limits, name))
    return total, amount, shown[offset - first :][:limit]


def _grouped(session: Session, kept: Kept, wanted: Wanted) -> Iterator[Grouped]:
    """What is kept of a period and holds, by sums where they tell enough."""
    way = way_of(wanted)
    if way is None:
        yield from summed_lines(session, kept.lines(), wanted)
        return
    yield from sums_of(session, way, kept.parts, wanted)
    for some in chunks(kept.changed):
        theirs = kept.every_line() & col(KeptLine.ticket_number).in_(some)
        yield from (one.less() for one in summed_lines(session, theirs, wanted))


def _first(
    session: Session, kept: Kept, wanted: Wanted, often: Mapping[int, int], many: int
) -> dict[str, int]:
    """The first tickets of a list, by their numbers, each with how often it stands in it."""
    within = {number: times for number, times in often.items() if times}
    if not within:
        return {}
    lists, number = col(KeptLine.lists), col(KeptLine.ticket_number)
    stands = func.sum(case(within, value=lists))
    lines = kept.lines(in_order=True)
    query: Any = select(number, stands).where(lines, chosen(wanted), lists.in_(within))
    query = query.group_by(number).having(stands != 0).order_by(number).limit(many)
    return {name: int(times) for name, times in session.connection().execute(query)}


def _names(session: Session) -> dict[int, str]:
    query = select(col(KeptLists.id), KeptLists.names)
    return {number or 0: names for number, names in session.exec(query)}


def _judged_again(session: Session, kept: KeptPart, as_of: datetime) -> Iterator[str]:
    """Tickets of which something that was done in a part is judged otherwise by then."""
    query = select(KeptLine.ticket_number).where(
        KeptLine.part == kept.part, col(KeptLine.judged_until) < as_of
    )
    return iter(session.exec(query.limit(MOST_CHANGED + 1)))


def _cases(session: Session, numbers: list[str], since: datetime) -> Iterator[Case]:
    for some in chunks(numbers):
        yield from some_cases(session, some, since)
