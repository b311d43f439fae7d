"""Keeps months: what each ticket adds to them, at first of all tickets, then of those that change.

One process at a time keeps; whoever finds that another has begun meanwhile leaves it to that one.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import insert, text
from sqlmodel import Session, col, delete, func, select

from callcenter.errors import ConflictError
from callcenter.store import LedgerRow, Store, newest_seq
from callcenter.tickets.evaluation.case import Case
from callcenter.tickets.evaluation.duty import Limits
from callcenter.tickets.evaluation.histories import CHUNK, MOVED, cases, some_cases
from callcenter.tickets.evaluation.kept import KeptLine, KeptMonth, lines_of, numbered
from callcenter.tickets.evaluation.lists import Scope
from callcenter.tickets.evaluation.periods import COUNTY_TIME, month_of
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.evaluation.summing import MOST_CHANGED, changed_since
from callcenter.tickets.evaluation.trail import trail_of

KEPT_BACK: Final = 13  # months before this one
Lines = list[tuple[str, dict[str, Any]]]
GIVEN_UP: Final = timedelta(minutes=30)  # a first keeping that has not become whole by then


def keep(
    store: Store, rules: Rules, now: datetime, goes_on: Callable[[], bool] = lambda: True
) -> list[str]:
    """Bring this month and those before it up to date; the names of those that were kept anew.

    Args:
        store: Written a thousand tickets at a time, so that nobody waits for long.
        rules: The limits to judge by.
        now: The present; up to it the open month is kept.
        goes_on: Asked now and then; False breaks it off.
    """
    anew, settled = [], _settled(store)
    for name in _names(now):
        if not goes_on():
            break
        with store.reading() as session:
            month = session.get(KeptMonth, name)
        if month and month.is_whole and month.limits == rules.limits.model_dump_json():
            if _bring_up(store, month, rules, now, settled):
                continue
        elif month and not month.is_whole and datetime.now(UTC) - month.made_at < GIVEN_UP:
            continue  # somebody is at it
        keep_month(store, name, rules, now, goes_on)
        anew.append(name)
    return anew


def keep_month(
    store: Store,
    name: str,
    rules: Rules,
    now: datetime,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Keep a month anew, from all its histories; arguments as for `keep`.

    Raises:
        ConflictError: Another process has begun to keep it meanwhile.
    """
    limits, scope, made_at = rules.deadlines(), scope_of(name, now), datetime.now(UTC)
    month = KeptMonth(
        month=name, limits=rules.limits.model_dump_json(), made_at=made_at,
        through=_through(store, _settled(store), scope), is_whole=False,
    )  # fmt: skip
    with store.transaction() as session:
        session.merge(month)
        session.exec(delete(KeptLine).where(col(KeptLine.month) == name))
    with store.reading() as reading:
        found = cases(reading, scope.since, scope.end)
        while some := list(islice(found, CHUNK)):
            lines = _lines(name, some, scope, limits)
            with store.transaction() as session:
                _ours(session, name, made_at)
                _write(session, lines)
            if not goes_on():
                return
    with store.transaction() as session:
        _ours(session, name, made_at).is_whole = True


def scope_of(name: str, now: datetime) -> Scope:
    """A month as far as it has come, judged as of its own end."""
    since, after = month_of(*map(int, name.split("-")))
    end = min(after, now)
    return Scope(since, end, end)


def _bring_up(store: Store, month: KeptMonth, rules: Rules, now: datetime, settled: int) -> bool:
    """Make the lines of what changed anew; False where so much did that all is kept anew."""
    limits, scope = rules.deadlines(), scope_of(month.month, now)
    through = _through(store, settled, scope)
    with store.reading() as reading:
        changed = changed_since(reading, month, scope, MOST_CHANGED)
        if len(changed) > MOST_CHANGED:
            return False
        if not changed and through == month.through:
            return True
        found = [one for part in _parts(changed) for one in some_cases(reading, part, scope.since)]
    lines = _lines(month.month, found, scope, limits)
    with store.transaction() as session:
        ours = _ours(session, month.month, month.made_at)
        if ours.through != month.through:
            raise ConflictError(f"{month.month} is being kept by another process")
        for part in _parts(changed):
            theirs = col(KeptLine.ticket_number).in_(part)
            session.exec(delete(KeptLine).where(col(KeptLine.month) == month.month, theirs))
        _write(session, lines)
        ours.through = through
    return True


def _lines(name: str, some: Iterable[Case], scope: Scope, limits: Limits) -> Lines:
    """Made before anything is locked."""
    return [line for case in some for line in lines_of(name, trail_of(case, limits), scope)]


def _write(session: Session, lines: Lines) -> None:
    numbers = numbered(session, {names for names, _ in lines})
    if lines:
        rows = [row | {"lists": numbers[names]} for names, row in lines]
        session.connection().execute(insert(KeptLine), rows)


def _ours(session: Session, name: str, made_at: datetime) -> KeptMonth:
    query = select(KeptMonth).where(KeptMonth.month == name).with_for_update()
    month = session.exec(query).one()
    if month.made_at != made_at:
        raise ConflictError(f"{name} is being kept by another process")
    return month


def _settled(store: Store) -> int:
    """A place of the ledger up to which nobody is still writing: whatever is read next has it all.

    PostgreSQL gives places out before they are committed; so those that write now are waited for,
    two seconds at most.
    """
    with store.transaction() as session:
        if not store.is_sqlite:
            session.connection().execute(text("SET LOCAL lock_timeout = '2s'"))
            session.connection().execute(text("LOCK TABLE ledger IN SHARE MODE"))
        return newest_seq(session)


def _through(store: Store, settled: int, scope: Scope) -> int:
    """Up to where a month need not be looked at again.

    Of the open one, what is told of a moment to come (of two computers one clock is ahead) is.
    """
    if scope.end == month_of(scope.since.year, scope.since.month)[1]:
        return settled
    early = col(LedgerRow.name).in_(MOVED) & (col(LedgerRow.at) >= scope.end)
    with store.reading() as session:
        first = session.exec(select(func.min(LedgerRow.seq)).where(early)).one()
    return settled if first is None else min(settled, first - 1)


def _names(now: datetime) -> Iterator[str]:
    local = now.astimezone(COUNTY_TIME)
    newest = local.year * 12 + local.month - 1
    for month in range(newest, newest - KEPT_BACK - 1, -1):
        yield f"{month // 12}-{month % 12 + 1:02}"


def _parts(numbers: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]
