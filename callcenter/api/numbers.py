"""The figures of lines, queues, seats and agents, live or of the past, and the list behind each.

What each means is docs/numbers.md. Nothing is kept from one question to the next: every answer is
counted from the ledger as it is (`computed_at`, `through`).
"""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel
from sqlmodel import Session

from callcenter.agents.counting import Report, check, read, report
from callcenter.agents.numbers.count import By, Row, Wanted, rows
from callcenter.agents.numbers.figure import Figure, Value
from callcenter.agents.numbers.periods import COUNTY_TIME, Interval, midnight
from callcenter.agents.numbers.scope import Item
from callcenter.agents.numbers.shown import is_met, mark_on, rounded
from callcenter.agents.numbers.table import FIGURES
from callcenter.api.board_calls import mask
from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.figures_shown import FigureTold, RowTold, ValueTold, told_as
from callcenter.api.sheets import harmless
from callcenter.errors import BadInputError, NotFoundError
from callcenter.store import newest_seq

MOST_ITEMS = 5_000
NUMBERS_URL = "/api/v1/numbers"

Format = Literal["json", "csv"]
Which = Literal["top", "bottom"]  # of a rate: what is above and below the line

router = APIRouter(prefix="/numbers", tags=["numbers"])


class FigureShown(FigureTold):
    """A row of the table of figures."""

    is_rebuilt: bool  # False: of the time without a link to Asterisk something is not in it


class MarkShown(BaseModel):
    """What is asked for, by whom, and whether it is met; None: there is no figure."""

    share: float
    whose: str
    is_met: bool | None


class ValueShown(ValueTold):
    """A figure's value, how many items it follows from, and whether a mark is met."""

    items: int
    breakdown: dict[str, float]
    mark: MarkShown | None


class RowShown(RowTold):
    """The figures of one interval and one line, queue, seat or agent ("": of all)."""

    values: dict[str, ValueShown]
    calls: str  # the list behind a figure: with its name for {figure}


class NumbersShown(BaseModel):
    """The figures asked for."""

    computed_at: datetime
    through: int  # the place in the ledger up to which every fact is in it
    late_facts: int | None  # of this time, that came after `known_through`
    since: datetime
    until: datetime
    interval: Interval
    by: By
    figures: list[FigureShown]
    rows: list[RowShown]


class ItemShown(BaseModel):
    """One thing behind a figure; `caller` is masked."""

    at: datetime
    amount: float
    call_id: str | None
    caller: str | None
    what: str
    queue: str
    seat: str | None
    agent: str | None


class ItemsShown(BaseModel):
    """The list behind a figure: `amount` is what its items add up to."""

    computed_at: datetime
    through: int
    figure: FigureShown
    of: Which
    total: int
    amount: float
    items: list[ItemShown]


def wanted_of(
    since: Annotated[str | None, Query(alias="from", examples=["2026-03-02"])] = None,
    until: Annotated[str | None, Query(alias="to", examples=["2026-03-03"])] = None,
    last_hours: Annotated[float | None, Query(gt=0, le=9_600)] = None,
    interval: Interval = "whole",
    by: By = "all",
    line: str | None = None,
    queue: str | None = None,
    seat: str | None = None,
    agent: str | None = None,
) -> Wanted:
    """The choice: from (included) to (left out), else the last hours, else today so far.

    A day alone means its midnight in the county; a time without a zone is the county's.
    """
    now = datetime.now(UTC)
    if last_hours is not None and (since or until):
        raise BadInputError("last_hours goes with neither from nor to: leave one out")
    begin, end = midnight(now), now
    if last_hours is not None:
        begin = now - timedelta(hours=last_hours)
    if since:
        begin = moment("from", since)
    if until:
        end = moment("to", until)
    return Wanted(begin, end, now, interval, by, line, queue, seat, agent)


def moment(field: str, told: str) -> datetime:
    """The moment that a day or an ISO 8601 time means, by the county's clock where it says none.

    Raises:
        BadInputError: It is neither.
    """
    try:
        if len(told) == len("2026-03-02"):
            return datetime.combine(date.fromisoformat(told), datetime.min.time(), COUNTY_TIME)
        at = datetime.fromisoformat(told.replace(" ", "+"))  # a + in an address reads as a space
    except ValueError:
        told = f"{field} is no day and no time: write 2026-03-02 or 2026-03-02T08:00:00+08:00"
        raise BadInputError(told) from None
    return at if at.tzinfo else at.replace(tzinfo=COUNTY_TIME)


WantedNumbers = Annotated[Wanted, Depends(wanted_of)]


@router.get("", response_model=NumbersShown)
def numbers(
    context: Context,
    wanted: WantedNumbers,
    known_through: Annotated[int | None, Query(ge=0)] = None,
    format: Format = "json",
) -> NumbersShown | Response:
    """The figures of a period, by interval and line, queue, seat or agent; JSON or CSV."""
    with context.flow.store.reading() as session:
        counted = report(session, wanted, known_through)
    if format == "csv":
        return _csv("numbers.csv", csv_rows(counted))
    return shown(counted)


@router.get("/figures")
def figures() -> list[FigureShown]:
    """The table of figures: what each is called and its formula."""
    return [figure_shown(figure) for figure in FIGURES.values()]


@router.get("/calls", response_model=ItemsShown, responses=errors(404))
def calls(
    context: Context,
    wanted: WantedNumbers,
    figure: str,
    of: Which = "top",
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 1_000,
    format: Format = "json",
) -> ItemsShown | Response:
    """What stands behind a figure of the period as a whole, oldest first; JSON or CSV."""
    with context.flow.store.reading() as session:
        found = items_behind(session, wanted, figure, of, limit)
    if format == "csv":
        names = [*ItemShown.model_fields]
        lines = ([getattr(item, name) for name in names] for item in found.items)
        return _csv(f"{figure}.csv", [names, *lines])
    return found


def shown(counted: Report) -> NumbersShown:
    """A report as the API tells it."""
    wanted = counted.wanted
    return NumbersShown(
        computed_at=wanted.now,
        through=counted.through,
        late_facts=counted.late_facts,
        since=wanted.since,
        until=wanted.until,
        interval=wanted.interval,
        by=wanted.by,
        figures=[figure_shown(figure) for figure in wanted.figures],
        rows=[_row(row, wanted) for row in counted.rows],
    )


def csv_rows(counted: Report) -> Iterable[list[object]]:
    """A line a figure and row, with its formula; the first line names the columns."""
    yield ["from", "to", "key", "figure", "名称", "unit", "value", "top", "bottom", "公式"]
    for row in counted.rows:
        for name, value in row.values(counted.wanted.figures).items():
            figure = FIGURES[name]
            times = [row.since.isoformat(), row.until.astimezone(COUNTY_TIME).isoformat()]
            numbers = [rounded(figure, value.value), value.top, value.bottom]
            told = [row.key, name, figure.chinese, figure.unit]
            yield [*times, *told, *numbers, figure.formula_chinese]


def figure_shown(figure: Figure) -> FigureShown:
    """A figure's row of the table."""
    return told_as(FigureShown, figure)


def _row(row: Row, wanted: Wanted) -> RowShown:
    key: dict[str, str] = {wanted.keyed_by: row.key} if wanted.by != "all" else {}
    line = key.get("line") or key.get("queue") or wanted.line or wanted.queue
    choice: dict[str, Any] = {
        "from": row.since.isoformat(),
        "to": row.until.isoformat(),
        **{name: getattr(wanted, name) for name in ("line", "queue", "seat", "agent")},
        **key,
    }
    address = urlencode({name: value for name, value in choice.items() if value})
    values = row.values(wanted.figures).items()
    return RowShown(
        since=row.since,
        until=row.until,
        key=row.key,
        values={name: _value(FIGURES[name], value, line) for name, value in values},
        calls=f"{NUMBERS_URL}/calls?{address}&figure={{figure}}",
    )


def _value(figure: Figure, value: Value, line: str | None) -> ValueShown:
    mark = mark_on(figure, line)
    asked = mark and MarkShown(share=mark.share, whose=mark.whose, is_met=is_met(mark, value))
    return ValueShown(
        value=rounded(figure, value.value),
        top=value.top,
        bottom=value.bottom,
        items=value.items,
        breakdown=value.breakdown,
        mark=asked,
    )


def items_behind(session: Session, wanted: Wanted, name: str, of: Which, limit: int) -> ItemsShown:
    """What stands behind a figure, oldest first.

    Raises:
        NotFoundError: There is no such figure, or it has no such list.
        BadInputError: It is not known by what was chosen, or the period is none.
    """
    figure = FIGURES.get(name)
    source = (figure.top if of == "top" else figure.bottom) if figure else None
    if figure is None or source is None:
        told = f"figure {name!r} has no list {of!r}: GET {NUMBERS_URL} names the figures"
        raise NotFoundError(told)
    if not wanted.has(figure):
        raise BadInputError(f"figure {name} is not known by what was chosen: leave that out")
    check(wanted)
    through = newest_seq(session)
    every = read(session, wanted.since, wanted.until)
    found = [item for row in rows(every, wanted) for item in source(row.scope)]
    found.sort(key=lambda item: (item.at, item.call_id or ""))
    callers = {call.call_id: mask(call.caller) for call in every.calls.values()}
    return ItemsShown(
        computed_at=wanted.now,
        through=through,
        figure=figure_shown(figure),
        of=of,
        total=len(found),
        amount=sum(item.amount for item in found),
        items=[_item(item, callers) for item in found[:limit]],
    )


def _item(item: Item, callers: dict[str, str | None]) -> ItemShown:
    return ItemShown(**item._asdict(), caller=callers.get(item.call_id or ""))


def csv_text(lines: Iterable[Iterable[object]]) -> str:
    """The lines as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(harmless, row) for row in lines)
    return text.getvalue()


def _csv(name: str, lines: Iterable[Iterable[object]]) -> Response:
    """With the mark by which spreadsheets know UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + csv_text(lines), media_type="text/csv", headers=headers)
