"""Keeps parts of the calendar: what each ticket adds to them, first of all, then of changed ones.

One process at a time keeps; whoever finds that another has begun meanwhile leaves it to that one.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import Session, col, delete, func, select

from callcenter.errors import ConflictError
from callcenter.store import LedgerRow, Store
from callcenter.tickets.evaluation.case import Case
from callcenter.tickets.evaluation.duty import Limits
from callcenter.tickets.evaluation.histories import MOVED, chunks, needed, some_cases
from callcenter.tickets.evaluation.kept import KeptLine, KeptPart, lines_of, numbered
from callcenter.tickets.evaluation.parts import KEPT, Kind, Part, joins, kept_parts, part_named
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.evaluation.settled import settled as up_to_here
from callcenter.tickets.evaluation.summing import changed_since
from callcenter.tickets.evaluation.sums import OF_A_LINE, KeptSum, Sums
from callcenter.tickets.evaluation.trail import trail_of

Lines = list[tuple[str, dict[str, Any]]]
SUMMED: Final[list[Any]] = [col(getattr(KeptLine, name)) for name in OF_A_LINE]
MOST_BROUGHT_UP: Final = 4_000  # tickets at one stroke; with more a part is kept anew
GIVEN_UP: Final = timedelta(minutes=30)  # a first keeping that has not become whole by then


def keep(
    store: Store,
    rules: Rules,
    now: datetime,
    goes_on: Callable[[], bool] = lambda: True,
    so_many: Mapping[Kind, int] = KEPT,
) -> list[str]:
    """Bring the parts that are kept up to date; the names of those that were kept anew.

    Args:
        store: Written a thousand tickets at a time, so that nobody waits for long.
        rules: The limits to judge by.
        now: The present; up to it the open parts are kept.
        goes_on: Asked now and then; False breaks it off.
        so_many: Of each kind, with the present one.
    """
    anew, settled, parts = [], up_to_here(store), list(kept_parts(now, so_many))
    _forget(store, {part.name for part in parts})
    for part in parts:
        if not goes_on():
            break
        with store.reading() as session:
            kept = session.get(KeptPart, part.name)
        if kept and kept.is_whole and kept.limits == rules.limits.model_dump_json():
            if _bring_up(store, kept, rules, now, settled):
                continue
        elif kept and not kept.is_whole and datetime.now(UTC) - kept.made_at < GIVEN_UP:
            continue  # somebody is at it
        keep_part(store, part, rules, now, goes_on, settled)
        anew.append(part.name)
    return anew


def keep_part(
    store: Store,
    part: Part,
    rules: Rules,
    now: datetime,
    goes_on: Callable[[], bool] = lambda: True,
    settled: int | None = None,
) -> None:
    """Keep a part anew, from all its histories.

    Args:
        store: As for `keep`, like what follows.
        part: Which one.
        rules: See there.
        now: See there.
        goes_on: See there.
        settled: A place of the ledger up to which nobody is writing; found out where it is None.

    Raises:
        ConflictError: Another process has begun to keep it meanwhile.
    """
    limits, end, made_at = rules.deadlines(), min(part.after, now), datetime.now(UTC)
    through = _through(store, up_to_here(store) if settled is None else settled, part, now)
    kept = KeptPart(
        part=part.name, limits=rules.limits.model_dump_json(), made_at=made_at,
        through=through, is_whole=False,
    )  # fmt: skip
    with store.transaction() as session:
        session.merge(kept)
        _empty(session, part.name)
    sums = Sums(part.name)
    with store.reading() as reading:
        for some in needed(reading, part.since, end):
            lines = _lines(part, some_cases(reading, some, _reach(part)), end, limits)
            with store.transaction() as session:
                _ours(session, part.name, made_at)
                sums.take(_write(session, lines))
            if not goes_on():
                return
    with store.transaction() as session:
        _ours(session, part.name, made_at).is_whole = True
        sums.write(session)


def _bring_up(store: Store, kept: KeptPart, rules: Rules, now: datetime, settled: int) -> bool:
    """Make the lines of what changed anew; False where so much did that all is kept anew."""
    limits, part = rules.deadlines(), part_named(kept.part)
    through, end = _through(store, settled, part, now), min(part.after, now)
    with store.reading() as reading:
        changed = changed_since(reading, kept, part.since, end, MOST_BROUGHT_UP)
        if len(changed) > MOST_BROUGHT_UP:
            return False
        if not changed and through == kept.through:
            return True
        found = [one for some in chunks(changed) for one in some_cases(reading, some, _reach(part))]
    lines = _lines(part, found, end, limits)
    with store.transaction() as session:
        ours = _ours(session, kept.part, kept.made_at)
        if ours.through != kept.through:
            raise ConflictError(f"{kept.part} is being kept by another process")
        sums = Sums(kept.part)
        for some in chunks(changed):
            theirs = (col(KeptLine.part) == kept.part) & col(KeptLine.ticket_number).in_(some)
            sums.take(session.connection().execute(select(*SUMMED).where(theirs)).mappings(), -1)
            session.exec(delete(KeptLine).where(theirs))
        sums.take(_write(session, lines))
        sums.write(session)
        ours.through = through
    return True


def _forget(store: Store, keeping: set[str]) -> None:
    """Parts that are too long past are kept no more: they would only fall behind."""
    with store.reading() as session:
        there = session.exec(select(KeptPart.part)).all()
    for name in sorted({*there} - keeping):
        with store.transaction() as session:
            _empty(session, name)
            session.exec(delete(KeptPart).where(col(KeptPart.part) == name))


def _reach(part: Part) -> datetime:
    """Since when histories are read for it."""
    return min((earlier.since for earlier in joins(part)), default=part.since)


def _lines(part: Part, some: Iterable[Case], end: datetime, limits: Limits) -> Lines:
    """Made before anything is locked."""
    return [line for case in some for line in lines_of(part, trail_of(case, limits), end)]


def _write(session: Session, lines: Lines) -> list[dict[str, Any]]:
    """Write them; gives them with the numbers of their lists."""
    numbers = numbered(session, {names for names, _ in lines})
    rows = [row | {"lists": numbers[names]} for names, row in lines]
    if rows:
        session.connection().execute(insert(KeptLine), rows)
    return rows


def _empty(session: Session, part: str) -> None:
    session.exec(delete(KeptLine).where(col(KeptLine.part) == part))
    session.exec(delete(KeptSum).where(col(KeptSum.part) == part))


def _ours(session: Session, name: str, made_at: datetime) -> KeptPart:
    query = select(KeptPart).where(KeptPart.part == name).with_for_update()
    kept = session.exec(query).first()
    if kept is None or kept.made_at != made_at:
        raise ConflictError(f"{name} is being kept by another process")
    return kept


def _through(store: Store, settled: int, part: Part, now: datetime) -> int:
    """Up to where a part need not be looked at again.

    Of an open one, what is told of a moment to come (of two computers one clock is ahead) is.
    """
    if part.after <= now:
        return settled
    early = col(LedgerRow.name).in_(MOVED) & (col(LedgerRow.at) >= now)
    with store.reading() as session:
        first = session.exec(select(func.min(LedgerRow.seq)).where(early)).one()
    return settled if first is None else min(settled, first - 1)
