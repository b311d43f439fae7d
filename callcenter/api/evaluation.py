"""The ticket side's figures for any period, their lists, the ranking and the hot spots.

What each means is docs/evaluation.md. Every answer is counted from histories as they are, and says
up to which moment (`as_of`) and which place in the ledger (`through`).
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from callcenter.api.charts import bars, lines
from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.evaluation_names import cell_names, names_of
from callcenter.api.evaluation_shown import (
    EvaluationShown,
    FigureShown,
    HotSpotsShown,
    RankingShown,
    TicketsShown,
    figure_shown,
    formula_rows,
    line_cells,
    line_shown,
    ranked,
    shown,
    spot_shown,
    table_rows,
)
from callcenter.api.me import Asking
from callcenter.api.numbers import moment
from callcenter.api.sheets import csv_answer, xlsx_answer
from callcenter.errors import BadInputError, NotAllowedError, NotFoundError
from callcenter.tickets.evaluation.count import By, Wanted
from callcenter.tickets.evaluation.periods import COUNTY_TIME, Interval, midnight, month_of
from callcenter.tickets.evaluation.reading import check, evaluated, items_behind, spots
from callcenter.tickets.evaluation.reported import late_since
from callcenter.tickets.evaluation.rules import Rules, read_rules
from callcenter.tickets.evaluation.table import FIGURES

MOST_ITEMS = 5_000
LIST_COLUMNS = ("时间", "数额", "案卷", "步", "单位", "说明")
MOST_LINES = 5  # of a chart: more cannot be told apart
DIGITS = {"township": 9, "village": 12, "cell": 15}

Format = Literal["json", "csv", "xlsx", "svg"]
Which = Literal["top", "bottom"]
Level = Literal["township", "village", "cell"]
SVG = "image/svg+xml"

router = APIRouter(prefix="/evaluation", tags=["evaluation"], responses=errors(422))


def wanted_of(
    since: Annotated[str | None, Query(alias="from", examples=["2026-10-01"])] = None,
    until: Annotated[str | None, Query(alias="to", examples=["2026-11-01"])] = None,
    month: Annotated[str | None, Query(examples=["2026-10"])] = None,
    as_of: Annotated[str | None, Query(examples=["2026-11-08"])] = None,
    interval: Interval = "whole",
    by: By = "all",
    unit: str | None = None,
    township: str | None = None,
    cell: Annotated[str | None, Query(description="With all cells in it.")] = None,
    item: str | None = None,
    item_class: Annotated[str | None, Query(alias="class")] = None,
    seat: str | None = None,
    reporter: str | None = None,
    line: str | None = None,
) -> Wanted:
    """The choice: a month, or from (included) to (left out), else this month so far."""
    now = datetime.now(UTC)
    begin, end = period(since, until, month, now)
    only = {
        "unit": unit, "township": township, "cell": cell, "item": item, "class": item_class,
        "seat": seat, "reporter": reporter, "line": line,
    }  # fmt: skip
    chosen = {name: value for name, value in only.items() if value is not None}
    known = moment("as_of", as_of) if as_of else None
    return Wanted(begin, end, now, known, interval, by, chosen)


def period(
    since: str | None, until: str | None, month: str | None, now: datetime
) -> tuple[datetime, datetime]:
    """From when to when.

    Raises:
        BadInputError: A day, time or month is none, or both ways are used at once.
    """
    if month:
        if since or until:
            raise BadInputError("month goes with neither from nor to: leave one out")
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) or month < "1900":
            raise BadInputError("month is no month: write 2026-10")
        return month_of(int(month[:4]), int(month[5:]))
    first = midnight(now.astimezone(COUNTY_TIME).date().replace(day=1))
    return moment("from", since) if since else first, moment("to", until) if until else now


def within_reach(me: Asking, wanted: Annotated[Wanted, Depends(wanted_of)]) -> Wanted:
    """The choice, where the asker's part of the grid is all of it or more.

    Raises:
        NotAllowedError: It names a cell that lies elsewhere.
    """
    return reached(me, wanted)


def reached(me: Asking, wanted: Wanted) -> Wanted:
    """The choice narrowed to the asker's part of the grid.

    Raises:
        NotAllowedError: It names a cell that lies elsewhere.
    """
    grid, cell = me.person.grid, wanted.only.get("cell", "")
    if cell.startswith(grid):
        return wanted
    if cell and not grid.startswith(cell):
        raise NotAllowedError(f"cell {cell} is outside your grid {grid}: name one within")
    return replace(wanted, only={**wanted.only, "cell": grid})


WantedFigures = Annotated[Wanted, Depends(within_reach)]


@router.get("", response_model=EvaluationShown)
def evaluation(
    context: Context,
    wanted: WantedFigures,
    known_through: Annotated[int | None, Query(ge=0)] = None,
    figure: Annotated[str | None, Query(description="What an SVG shows.")] = None,
    format: Format = "json",
) -> EvaluationShown | Response:
    """The figures of a period; JSON, CSV, XLSX (with the formulas), or one figure as a picture."""
    rules, names = rules_of(context), names_of(context, wanted.by)
    if format == "svg" and figure not in FIGURES:
        raise BadInputError(f"figure {figure!r} is none: GET /api/v1/evaluation/figures names them")
    with context.flow.store.reading() as session:
        counted = evaluated(session, wanted, rules, known_through)
        reported = None if wanted.only else late_since(session, wanted)
    if format == "csv":
        return csv_answer("evaluation", table_rows(counted, names))
    if format == "xlsx":
        tables = {"指标": [*table_rows(counted, names)], "公式": [*formula_rows(counted)]}
        return xlsx_answer("evaluation", tables)
    told = shown(counted, names, reported)
    return told if format == "json" else Response(_picture(told, figure or ""), media_type=SVG)


@router.get("/figures")
def figures() -> list[FigureShown]:
    """The table of figures: what each is called and its formula."""
    return [figure_shown(figure) for figure in FIGURES.values()]


@router.get("/tickets", response_model=TicketsShown, responses=errors(404))
def tickets(
    context: Context,
    wanted: WantedFigures,
    figure: str,
    of: Which = "top",
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 100,
    format: Literal["json", "csv", "xlsx"] = "json",
) -> TicketsShown | Response:
    """What stands behind a figure of the period as a whole, a page at a time."""
    chosen = FIGURES.get(figure)
    name = (chosen.top if of == "top" else chosen.bottom) if chosen else None
    if chosen is None or name is None:
        raise NotFoundError(f"figure {figure!r} has no list {of!r}: see /api/v1/evaluation/figures")
    if not wanted.has(chosen):
        raise BadInputError(f"figure {figure} is not known by unit: leave unit out")
    with context.flow.store.reading() as session:
        total, amount, found = items_behind(
            session, wanted, rules_of(context), name, offset=offset, limit=limit
        )
    items = [line_shown(one) for one in found]
    if format != "json":
        rows: list[list[object]] = [[*LIST_COLUMNS], *map(line_cells, items)]
        return csv_answer(figure, rows) if format == "csv" else xlsx_answer(figure, {"list": rows})
    return TicketsShown(
        as_of=wanted.known,
        figure=figure_shown(chosen),
        of=of,
        total=total,
        amount=amount,
        offset=offset,
        items=items,
    )


@router.get("/ranking", response_model=RankingShown)
def unit_ranking(
    context: Context,
    me: Asking,
    since: Annotated[str | None, Query(alias="from")] = None,
    until: Annotated[str | None, Query(alias="to")] = None,
    month: Annotated[str | None, Query(examples=["2026-10"])] = None,
    format: Literal["json", "svg"] = "json",
) -> RankingShown | Response:
    """Departments and townships by their scores; the last three are named."""
    now = datetime.now(UTC)
    wanted = reached(me, Wanted(*period(since, until, month, now), now, by="unit"))
    rules = rules_of(context)
    with context.flow.store.reading() as session:
        found = ranked(evaluated(session, wanted, rules), rules, context.units())
    if format == "json":
        return found
    places = [*found.departments, *found.townships]
    picture = bars("承办单位得分", [(place.name or place.unit, place.score) for place in places])
    return Response(picture, media_type=SVG)


@router.get("/hot-spots")
def hot_spots(
    context: Context,
    me: Asking,
    since: Annotated[str | None, Query(alias="from")] = None,
    until: Annotated[str | None, Query(alias="to")] = None,
    month: Annotated[str | None, Query(examples=["2026-10"])] = None,
    level: Level = "village",
    marked: Annotated[bool, Query(description="Only those that are hardly chance.")] = True,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 50,
) -> HotSpotsShown:
    """Items and places with more tickets than as long before, and than a year ago."""
    now = datetime.now(UTC)
    begin, end = period(since, until, month, now)
    check(Wanted(begin, end, now))
    chance = rules_of(context).hot_spots.level
    with context.flow.store.reading() as session:
        found = spots(session, begin, end, DIGITS[level], chance)
    found = [spot for spot in found if spot.cell.startswith(me.person.grid)]
    told = [spot for spot in found if spot.marks or not marked]
    cells = cell_names(context.grid)
    return HotSpotsShown(
        since=begin,
        until=end,
        level=chance,
        compared=len(found),
        total=len(told),
        items=[spot_shown(spot, begin, end, context.items, cells) for spot in told[:limit]],
    )


def rules_of(context: ApiContext) -> Rules:
    """The site's limits and weights, as the file says them now."""
    return read_rules(context.settings.evaluation_file)


def _picture(told: EvaluationShown, name: str) -> bytes:
    """One interval: bars of all keys. Several: a line for each of the first keys."""
    figure, title = FIGURES[name], FIGURES[name].chinese
    value = {
        (row.since, row.key): row.values[name].value for row in told.rows if name in row.values
    }
    keys = list(dict.fromkeys(row.key for row in told.rows))
    names = {row.key: row.name or row.key or title for row in told.rows}
    scale = 100 if figure.kind == "rate" else 1
    moments = sorted({since for since, _ in value})
    if len(moments) <= 1:
        found = [
            (names[key], None if one is None else scale * one) for (_, key), one in value.items()
        ]
        return bars(f"{title} %" if scale > 1 else title, found)
    labels = [f"{since.astimezone(COUNTY_TIME):%Y-%m-%d}" for since in moments]
    series = {}
    for key in keys[:MOST_LINES]:
        points = [value.get((since, key)) for since in moments]
        series[names[key]] = [None if one is None else scale * one for one in points]
    return lines(f"{title} %" if scale > 1 else title, labels, series)
