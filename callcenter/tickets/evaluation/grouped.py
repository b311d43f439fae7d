"""What is kept, grouped as a page asks: from sums where these tell it apart, else line by line."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import false
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, func, select

from callcenter.tickets.evaluation.case import township_of
from callcenter.tickets.evaluation.count import Wanted
from callcenter.tickets.evaluation.kept import KeptLine
from callcenter.tickets.evaluation.lists import SECONDS
from callcenter.tickets.evaluation.sums import KeptSum

COLUMNS: Final[dict[str, Any]] = {
    "unit": KeptLine.unit, "township": KeptLine.cell, "cell": KeptLine.cell,
    "item": KeptLine.item, "class": KeptLine.item, "seat": KeptLine.seat,
    "reporter": KeptLine.reporter, "line": KeptLine.line,
}  # fmt: skip
KEYS: Final[dict[str, Callable[[str], str]]] = {
    "township": township_of,
    "class": lambda item: item[:1],
}
WAYS: Final = {"class": "item", "all": "line"}  # of which sums a question is served; else its own
A_SECOND: Final = 1e6  # microseconds


class Grouped(NamedTuple):
    """So many lines that stand in the same lists under the same key."""

    lists: int
    many: int
    taken_seconds: float
    handled_seconds: float
    key: str = ""

    def less(self) -> "Grouped":
        """The same, to be taken away."""
        return self._replace(
            many=-self.many,
            taken_seconds=-self.taken_seconds,
            handled_seconds=-self.handled_seconds,
        )


def way_of(wanted: Wanted) -> str | None:
    """By which sums a question is answered; None: sums do not tell what it tells apart."""
    ways = {WAYS.get(name, name) for name in wanted.only}
    if wanted.by != "all" or not ways:
        ways.add(WAYS.get(wanted.by, wanted.by))
    if "cell" in ways:  # a cell tells its township
        ways.discard("township")
    return ways.pop() if len(ways) == 1 else None


def sums_of(session: Session, way: str, parts: Sequence[str], wanted: Wanted) -> Iterator[Grouped]:
    """The kept sums of all runs within these parts.

    Args:
        session: For reading.
        way: As `way_of` gives it.
        parts: One after the other.
        wanted: What is asked.
    """
    key: Any = col(KeptSum.key)
    query: Any = select(
        KeptSum.lists, func.sum(KeptSum.many), func.sum(KeptSum.taken_us),
        func.sum(KeptSum.handled_us),
    ).where(
        col(KeptSum.part).in_(parts), KeptSum.way == way, col(KeptSum.since) >= parts[0],
        *(_fits(key, name, value) for name, value in wanted.only.items()),
    )  # fmt: skip
    query = query.group_by(col(KeptSum.lists))
    if not wanted.of_units:
        query = query.where(col(KeptSum.is_joint).is_(False))
    if wanted.by != "all":
        query = query.add_columns(key).group_by(key)
    for lists, many, taken, handled, *told in session.connection().execute(query):
        # PostgreSQL sums whole numbers as decimals
        yield Grouped(lists, int(many), int(taken) / A_SECOND, int(handled) / A_SECOND, *told)


def summed_lines(session: Session, lines: ColumnElement[bool], wanted: Wanted) -> Iterator[Grouped]:
    """The same of lines that are chosen by a condition, those of them that are asked about."""
    keys = [COLUMNS[wanted.by]] if wanted.by in COLUMNS else []
    summed: list[Any] = [KeptLine.lists, func.count()]
    summed += [func.sum(getattr(KeptLine, name)) for name in SECONDS]
    query: Any = select(*summed, *keys).where(lines, chosen(wanted))
    rows = session.connection().execute(query.group_by(col(KeptLine.lists), *keys))
    return (Grouped(*row) for row in rows)


def chosen(wanted: Wanted) -> ColumnElement[bool]:
    """As `count.is_chosen` and `count.counts` choose."""
    found: ColumnElement[bool] = ~false()
    if not wanted.of_units:
        found &= col(KeptLine.is_joint).is_(False)
    for name, value in wanted.only.items():
        found &= _fits(col(COLUMNS[name]), name, value)
    return found


def _fits(column: Any, name: str, value: str) -> ColumnElement[bool]:
    """Whether a line's column, or a sum's key, is what is chosen."""
    found: ColumnElement[bool] = column == value
    if name == "township":
        found = func.substr(column, 1, 9) == value if value else func.length(column) < 9
    elif name == "class":
        found = func.substr(column, 1, 1) == value
    elif name == "cell" and value:
        found = column.startswith(value, autoescape=True)
    return found
