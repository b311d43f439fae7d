"""What the API tells of evaluation, in its own words."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

from pydantic import BaseModel

from callcenter.api.figures_shown import FigureTold, RowTold, ValueTold, told_as
from callcenter.tickets.dispatch import Unit
from callcenter.tickets.evaluation.count import Behind, By, Row, Wanted
from callcenter.tickets.evaluation.figure import Figure, Value, rounded
from callcenter.tickets.evaluation.hotspots import HotSpot
from callcenter.tickets.evaluation.periods import COUNTY_TIME, Interval
from callcenter.tickets.evaluation.reading import Evaluated
from callcenter.tickets.evaluation.reported import EvaluationReport
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.evaluation.score import Place, parts, ranking, score
from callcenter.tickets.evaluation.table import FIGURES

URL = "/api/v1/evaluation"
LEVELS = {1: "departments", 2: "townships"}  # what a unit's grid level makes it in the ranking


class FigureShown(FigureTold):
    """A row of the table of figures."""

    of_units: bool  # False: it happens before any unit is named


class RowShown(RowTold):
    """The figures of one interval and one unit, township and so on ("": of all, or unknown)."""

    name: str
    values: dict[str, ValueTold]
    tickets: str  # the list behind a figure: with its name for {figure}


class ReportedShown(BaseModel):
    """The newest report of exactly this period, and what has come in since."""

    reported_at: datetime
    as_of: datetime
    through: int
    late_facts: int  # that this period rests on, taken in after the report; 0: it still holds


class EvaluationShown(BaseModel):
    """The figures asked for."""

    computed_at: datetime
    as_of: datetime  # what happened from then on is not in it
    through: int  # the place in the ledger up to which every fact is in it
    late_facts: int | None  # of this time, that came after `known_through`
    reported: ReportedShown | None
    since: datetime
    until: datetime
    interval: Interval
    by: By
    figures: list[FigureShown]
    rows: list[RowShown]


class TicketLine(BaseModel):
    """A line of the list behind a figure: one ticket, by one of its moves."""

    at: datetime
    amount: float  # 1, or seconds
    ticket: str
    move: int  # the number in its history; 0: a rating
    unit: str
    what: str


class TicketsShown(BaseModel):
    """A page of the list behind a figure, in order of ticket numbers."""

    as_of: datetime
    figure: FigureShown
    of: str
    total: int
    amount: float  # what all of it adds up to
    offset: int
    items: list[TicketLine]


class PlaceShown(BaseModel):
    """A unit's place."""

    rank: int
    unit: str
    name: str
    score: float
    is_named: bool  # among the last
    parts: dict[str, float | None]  # what each rate brought to the score; they add up to it
    values: dict[str, ValueTold]


class RankingShown(BaseModel):
    """Departments and townships in order of their scores."""

    as_of: datetime
    through: int
    since: datetime
    until: datetime
    weights: dict[str, float]
    bad: list[str]  # of these rates counts how far they lie under 100 %
    departments: list[PlaceShown]
    townships: list[PlaceShown]
    others: list[PlaceShown]  # villages and grids


class HotSpotShown(BaseModel):
    """An item in a place, now, as long before, and the same time last year."""

    item: str
    name: str
    cell: str
    place: str  # the cell's name, within those that hold it
    count: int
    before: int
    last_year: int
    chance: float
    chance_last_year: float
    marks: int  # 0: may be chance; 1, 2: hardly, next to never
    marks_last_year: int
    tickets: str


class HotSpotsShown(BaseModel):
    """What is reported more than before, the least likely chance first."""

    since: datetime
    until: datetime
    level: float
    compared: int  # so many pairs were looked at: `level` of them are marked by chance alone
    total: int
    items: list[HotSpotShown]


def figure_shown(figure: Figure) -> FigureShown:
    """A figure's row of the table."""
    return told_as(FigureShown, figure)


def value_shown(figure: Figure, value: Value) -> ValueTold:
    """A value, rounded."""
    return ValueTold(value=rounded(figure, value.value), top=value.top, bottom=value.bottom)


def shown(
    counted: Evaluated, names: Mapping[str, str], reported: tuple[EvaluationReport, int] | None
) -> EvaluationShown:
    """An evaluation as the API tells it.

    Args:
        counted: The rows.
        names: Of the keys, as people read them.
        reported: The period's newest report and the facts since.
    """
    wanted = counted.wanted
    return EvaluationShown(
        computed_at=wanted.now,
        as_of=wanted.known,
        through=counted.through,
        late_facts=counted.late_facts,
        reported=_reported(*reported) if reported else None,
        since=wanted.since,
        until=wanted.until,
        interval=wanted.interval,
        by=wanted.by,
        figures=[figure_shown(figure) for figure in wanted.figures],
        rows=[_row(row, wanted, names) for row in counted.rows],
    )


def ranked(counted: Evaluated, rules: Rules, units: Mapping[str, Unit]) -> RankingShown:
    """Units by their scores, departments and townships apart."""
    values = {row.key: row.values(counted.wanted.figures) for row in counted.rows if row.key}
    groups: dict[str, list[PlaceShown]] = {"departments": [], "townships": [], "others": []}
    of = {unit: LEVELS.get(units[unit].level, "others") for unit in values if unit in units}
    for group in groups:
        scores = {
            unit: score(values[unit], rules.points())
            for unit in values
            if of.get(unit, "others") == group
        }
        places = ranking(scores, rules.ranking.named)
        groups[group] = [_place(place, values[place.unit], rules, units) for place in places]
    wanted = counted.wanted
    return RankingShown(
        as_of=wanted.known,
        through=counted.through,
        since=wanted.since,
        until=wanted.until,
        weights={weight.figure: weight.points for weight in rules.points()},
        bad=[weight.figure for weight in rules.points() if weight.is_bad],
        **groups,
    )


def line_shown(one: Behind) -> TicketLine:
    """A line of a list."""
    entry = one.entry
    return TicketLine(
        at=entry.at,
        amount=entry.amount,
        ticket=one.case.number,
        move=entry.number,
        unit=entry.unit,
        what=entry.what,
    )


def line_cells(line: TicketLine) -> list[object]:
    """A line of a list as cells of a table."""
    return [_clock(line.at), line.amount, line.ticket, line.move, line.unit, line.what]


def spot_shown(
    spot: HotSpot,
    since: datetime,
    until: datetime,
    items: Mapping[str, str],
    cells: Mapping[str, str],
) -> HotSpotShown:
    """A hot spot with the list behind it."""
    choice = {"from": since.isoformat(), "to": until.isoformat(), "figure": "taken"}
    address = urlencode({**choice, "item": spot.item, "cell": spot.cell})
    fields = {name: getattr(spot, name) for name in spot.__dataclass_fields__}
    name = items.get(spot.item, "")
    place = cells.get(spot.cell, "")
    return HotSpotShown(**fields, name=name, place=place, tickets=f"{URL}/tickets?{address}")


def table_rows(counted: Evaluated, names: Mapping[str, str]) -> Iterator[list[object]]:
    """A line an interval and key, a column a figure; the first line names the columns."""
    figures = counted.wanted.figures
    yield ["起", "止", "代码", "名称", *(figure.chinese for figure in figures)]
    for row in counted.rows:
        values = row.values(figures)
        times = [_clock(row.scope.since), _clock(row.scope.end)]
        told = [rounded(figure, values[figure.name].value) for figure in figures]
        yield [*times, row.key, names.get(row.key, ""), *told]


def formula_rows(counted: Evaluated) -> Iterator[list[object]]:
    """What each column means, and as of when it was counted."""
    yield ["指标", "figure", "单位", "公式", "formula"]
    for figure in counted.wanted.figures:
        told = [figure.unit, figure.formula_chinese, figure.formula]
        yield [figure.chinese, figure.name, *told]
    yield ["截至", "as_of", "", _clock(counted.wanted.known), f"through {counted.through}"]


def _place(
    place: Place, values: Mapping[str, Value], rules: Rules, units: Mapping[str, Unit]
) -> PlaceShown:
    weighed = [weight.figure for weight in rules.points()] + ["to_handle", "to_close"]
    return PlaceShown(
        rank=place.rank,
        unit=place.unit,
        name=units[place.unit].name if place.unit in units else "",
        score=round(place.score, 2),
        is_named=place.is_named,
        parts={
            name: None if brought is None else round(brought, 2)
            for name, brought in parts(values, rules.points()).items()
        },
        values={name: value_shown(FIGURES[name], values[name]) for name in weighed},
    )


def _reported(report: EvaluationReport, late: int) -> ReportedShown:
    return ReportedShown(
        reported_at=report.reported_at,
        as_of=report.as_of,
        through=report.through,
        late_facts=late,
    )


def _row(row: Row, wanted: Wanted, names: Mapping[str, str]) -> RowShown:
    choice = {"from": row.scope.since.isoformat(), "to": row.scope.end.isoformat()}
    if wanted.as_of:
        choice["as_of"] = row.scope.as_of.isoformat()
    choice |= wanted.only
    if wanted.by != "all":
        choice[wanted.by] = row.key
    values = row.values(wanted.figures).items()
    return RowShown(
        since=row.scope.since,
        until=row.scope.end,
        key=row.key,
        name=names.get(row.key, ""),
        values={name: value_shown(FIGURES[name], value) for name, value in values},
        tickets=f"{URL}/tickets?{urlencode(choice)}&figure={{figure}}",
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}"
