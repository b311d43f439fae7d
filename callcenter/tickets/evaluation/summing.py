"""A month's figures and lists from what is kept of its tickets, and from those that changed since.

What is kept may be behind: then the tickets that something happened to since are folded from
their histories, here and now, in place of their lines. So the answer is always that of all
histories; keeping.py only sees to it that few are left to fold.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import false, union
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, func, select

from callcenter.store import LedgerRow
from callcenter.tickets.evaluation.case import Case, township_of
from callcenter.tickets.evaluation.count import Behind, Count, Wanted, behind
from callcenter.tickets.evaluation.histories import CHANGED, CHUNK, MOVED, some_cases
from callcenter.tickets.evaluation.kept import SECONDS, KeptLine, KeptLists, KeptMonth
from callcenter.tickets.evaluation.lists import Scope
from callcenter.tickets.evaluation.periods import COUNTY_TIME, month_of
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

MOST_CHANGED: Final = 4_000  # tickets to fold beside what is kept; more are counted without it
COLUMNS: Final[dict[str, Any]] = {
    "unit": KeptLine.unit, "township": KeptLine.cell, "cell": KeptLine.cell,
    "item": KeptLine.item, "class": KeptLine.item, "seat": KeptLine.seat,
    "reporter": KeptLine.reporter, "line": KeptLine.line,
}  # fmt: skip
KEYS: Final[dict[str, Callable[[str], str]]] = {
    "township": township_of,
    "class": lambda item: item[:1],
}


@dataclass(frozen=True)
class Kept:
    """A month as it is kept, and the tickets whose lines of it are not to be used."""

    month: KeptMonth
    scope: Scope
    changed: list[str]

    @property
    def lines(self) -> ColumnElement[bool]:
        """Its lines that hold."""
        ours = col(KeptLine.month) == self.month.month
        return ours & col(KeptLine.ticket_number).not_in(self.changed) if self.changed else ours


def month_named(scope: Scope, now: datetime) -> str | None:
    """The month that a period is, whole or as far as it has come; judged as of its own end."""
    local = scope.since.astimezone(COUNTY_TIME)
    first, after = month_of(local.year, local.month)
    is_month = scope.since == first and scope.end == min(after, now) == scope.as_of
    return f"{local:%Y-%m}" if is_month else None


def kept_months(session: Session, wanted: Wanted, rules: Rules) -> list[Kept] | None:
    """Every interval as it is kept; None where one of them is not, or too much has changed."""
    found = []
    for scope in wanted.scopes():
        name = month_named(scope, wanted.now)
        month = session.get(KeptMonth, name) if name else None
        if not month or not month.is_whole or month.limits != rules.limits.model_dump_json():
            return None
        changed = changed_since(session, month, scope, MOST_CHANGED)
        if len(changed) > MOST_CHANGED:
            return None
        found.append(Kept(month, scope, changed))
    return found


def changed_since(session: Session, month: KeptMonth, scope: Scope, most: int) -> list[str]:
    """Tickets whose lines may be others by now; one more than `most` at most.

    Those of which a fact came in that the month rests on, those of which a deadline passed, and
    drafts, whose item and place change with every word.
    """
    name, at = col(LedgerRow.name), col(LedgerRow.at)
    told = select(LedgerRow.ticket_number).where(
        col(LedgerRow.seq) > month.through,
        (name.in_(MOVED) & (at < scope.end)) | name.in_(CHANGED),
        col(LedgerRow.ticket_number).is_not(None),
    )
    passed = select(KeptLine.ticket_number).where(
        KeptLine.month == month.month, col(KeptLine.holds_until) < scope.end
    )
    drafts = select(Ticket.number).where(
        Ticket.step == Step.DRAFT, Ticket.opened_at >= scope.since, Ticket.opened_at < scope.end
    )
    every: Any = union(told, passed, drafts).limit(most + 1)
    return sorted(session.connection().execute(every).scalars())


def sum_kept(session: Session, months: list[Kept], wanted: Wanted, count: Count) -> None:
    """Add every month to a count: what is kept by one question, the rest from histories."""
    names = _names(session)
    for place, kept in enumerate(months):
        keys = [COLUMNS[wanted.by]] if wanted.by in COLUMNS else []
        summed: list[Any] = [KeptLine.lists, func.count()]
        summed += [func.sum(getattr(KeptLine, name)) for name in SECONDS]
        query: Any = select(*summed, *keys).where(kept.lines, _chosen(wanted))
        query = query.group_by(col(KeptLine.lists), *keys)
        shown = KEYS.get(wanted.by, str)
        for lists, many, taken, handled, *told in session.connection().execute(query):
            seconds = dict(zip(SECONDS, (taken, handled), strict=True))
            for name, times in names[lists].items():
                amount = seconds.get(name, many * times)
                count.add(place, shown(told[0]) if told else "", name, many * times, amount)
        for case in _changed(session, kept):
            count.take(case, range(place, place + 1))


def list_kept(
    session: Session, kept: Kept, wanted: Wanted, rules: Rules, name: str, offset: int, limit: int
) -> tuple[int, float, list[Behind]]:
    """As `reading.items_behind`: only the page's tickets are folded, and those that changed."""
    names, limits = _names(session), rules.deadlines()
    within = [number for number, lists in names.items() if name in lists]
    seconds = getattr(KeptLine, name) if name in SECONDS else None
    query: Any = select(KeptLine.ticket_number, KeptLine.lists).where(
        kept.lines, _chosen(wanted), col(KeptLine.lists).in_(within)
    )
    if seconds is not None:
        query = query.add_columns(seconds)
    times: Counter[str] = Counter()
    amount = 0.0
    for number, lists, *told in session.connection().execute(query):
        times[number] += names[lists][name]
        amount += told[0] if told else names[lists][name]
    for one in behind(_changed(session, kept), wanted, limits, name):
        times[one.case.number] += 1
        amount += one.entry.amount
    page: list[str] = []
    passed = first = 0
    for number in sorted(times):
        if passed < offset + limit and passed + times[number] > offset:
            first = first if page else passed
            page.append(number)
        passed += times[number]
    shown = list(behind(_cases(session, page, kept.scope), wanted, limits, name))
    return passed, amount, shown[offset - first :][:limit]


def _names(session: Session) -> dict[int, Counter[str]]:
    return {one.id or 0: Counter(one.names.split()) for one in session.exec(select(KeptLists))}


def _changed(session: Session, kept: Kept) -> Iterator[Case]:
    return _cases(session, kept.changed, kept.scope)


def _cases(session: Session, numbers: list[str], scope: Scope) -> Iterator[Case]:
    for start in range(0, len(numbers), CHUNK):
        yield from some_cases(session, numbers[start : start + CHUNK], scope.since)


def _chosen(wanted: Wanted) -> ColumnElement[bool]:
    """As `count.is_chosen` and `count.counts` choose."""
    found: ColumnElement[bool] = ~false()
    if not wanted.of_units:
        found &= col(KeptLine.is_joint).is_(False)
    for name, value in wanted.only.items():
        column = col(COLUMNS[name])
        if name == "township":
            at_home = func.substr(column, 1, 9) == value
            found &= at_home if value else func.length(column) < 9
        elif name == "class":
            found &= func.substr(column, 1, 1) == value
        elif name == "cell" and value:
            found &= column.startswith(value, autoescape=True)
        else:
            found &= column == value
    return found
