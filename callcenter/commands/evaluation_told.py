"""Evaluation on a terminal and in files."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from callcenter.api.evaluation import DIGITS, period
from callcenter.api.evaluation_shown import formula_rows, ranked, shown, table_rows
from callcenter.api.numbers import moment
from callcenter.api.sheets import csv_text, xlsx_bytes
from callcenter.classify.rulebook import RuleBook
from callcenter.errors import BadInputError, NotFoundError
from callcenter.pipeline.rules import rules_in_force
from callcenter.settings import Settings, load_settings
from callcenter.store import Store
from callcenter.tickets.dispatch import Unit
from callcenter.tickets.evaluation import reported
from callcenter.tickets.evaluation.count import Wanted
from callcenter.tickets.evaluation.figure import NO_FIGURE, UNITS, text_of
from callcenter.tickets.evaluation.periods import COUNTY_TIME
from callcenter.tickets.evaluation.reading import check, evaluated, items_behind, spots
from callcenter.tickets.evaluation.rules import Rules, read_rules
from callcenter.tickets.evaluation.table import FIGURES
from callcenter.tickets.inforce import CountyInForce
from callcenter.tickets.versions import Versions

MOST_LINES = 5_000
WIDE = (
    "to_handle", "handled", "handled_in_time", "unhandled_overdue", "handled_rate",
    "handled_in_time_rate", "closed", "rework_rate", "extension_rate", "satisfaction_rate",
)  # fmt: skip
PIPED_COLUMNS = 160
MARKS = ("", "★", "★★")


class Site:
    """The store, the rules and the units of this site, while a command runs."""

    def __init__(self) -> None:
        self.settings: Settings = load_settings()
        self.rules: Rules = read_rules(self.settings.evaluation_file)
        self.store = Store(self.settings.database)

    def __enter__(self) -> "Site":
        self.store.prepare()
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def units(self) -> Mapping[str, Unit]:
        """The units of the county in force."""
        return CountyInForce(Versions.of(self.settings)).edition().table.units

    def names(self, by: str) -> dict[str, str]:
        """What people call the keys of rows."""
        if by == "item":
            rules = RuleBook(rules_in_force(self.settings), frozenset).rules()
            return dict(rules.items)
        if by == "township":
            return {unit.township: unit.name for unit in self.units().values() if unit.level == 2}
        return {unit.code: unit.name for unit in self.units().values()} if by == "unit" else {}


def wanted_of(
    since: str | None,
    until: str | None,
    month: str | None,
    as_of: str | None,
    interval: Any,
    by: Any,
    unit: str | None,
) -> Wanted:
    """The choice, as the API would read it.

    Raises:
        BadInputError: A day, time or month is none.
    """
    now = datetime.now(UTC)
    known = moment("as_of", as_of) if as_of else None
    only = {"unit": unit} if unit else {}
    return Wanted(*period(since, until, month, now), now, known, interval, by, only)


def tell(wanted: Wanted, json: bool) -> None:
    """Print the figures: all with their formulas where there is one row, else the main ones."""
    with Site() as site, site.store.reading() as session:
        counted = evaluated(session, wanted, site.rules)
        late = reported.late_since(session, wanted)
        names = site.names(wanted.by)
    if json:
        sys.stdout.write(shown(counted, names, late).model_dump_json(indent=2) + "\n")
        return
    figures = wanted.figures
    if len(counted.rows) == 1:
        table = Table("", "数", "单位", "公式", "figure", box=None)
        for name, value in counted.rows[0].values(figures).items():
            figure = FIGURES[name]
            unit = "" if figure.unit in ("%", "s") or value.value is None else UNITS[figure.unit]
            table.add_row(
                figure.chinese, text_of(figure, value.value), unit, figure.formula_chinese, name
            )
    else:
        chosen = [FIGURES[name] for name in WIDE]
        table = Table("起", "", "", *(figure.chinese for figure in chosen), box=None)
        for row in counted.rows:
            values = row.values(chosen)
            texts = [text_of(figure, values[figure.name].value) for figure in chosen]
            table.add_row(_day(row.scope.since), row.key, names.get(row.key, ""), *texts)
    _print(table)
    _say(f"as of {_clock(wanted.known)}, through fact {counted.through}")
    if late and late[1]:
        _say(f"reported {_clock(late[0].reported_at)}; {late[1]} facts have come since")


def tell_tickets(wanted: Wanted, name: str) -> None:
    """Print the tickets behind a figure.

    Raises:
        NotFoundError: There is no such figure.
    """
    if name not in FIGURES:
        raise NotFoundError(f"figure {name!r} is none: see docs/evaluation.md")
    with Site() as site, site.store.reading() as session:
        total, amount, found = items_behind(
            session, wanted, site.rules, FIGURES[name].top, offset=0, limit=MOST_LINES
        )
    table = Table("时间", "案卷", "步", "单位", "数额", "说明", box=None)
    for case, entry in found:
        told = (str(entry.number), entry.unit, f"{entry.amount:g}", entry.what)
        table.add_row(_clock(entry.at), case.number, *told)
    _print(table)
    _say(f"{total} lines, together {amount:g}")


def tell_ranking(wanted: Wanted, json: bool) -> None:
    """Print units by their scores."""
    with Site() as site, site.store.reading() as session:
        found = ranked(evaluated(session, wanted, site.rules), site.rules, site.units())
    if json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
        return
    names = list(found.weights)
    for title, places in (("部门", found.departments), ("乡镇", found.townships)):
        heads = (FIGURES[name].chinese for name in names)
        table = Table("名次", "单位", "", "得分", *heads, "", box=None, title=title)
        for place in places:
            rates = [text_of(FIGURES[name], place.values[name].value) for name in names]
            named = "通报" if place.is_named else ""
            told = (str(place.rank), place.unit, place.name, f"{place.score:.2f}")
            table.add_row(*told, *rates, named)
        _print(table)
    _say(f"as of {_clock(wanted.known)}, through fact {found.through}")


def tell_hot_spots(wanted: Wanted, level: str, *, every: bool) -> None:
    """Print what is reported more than before."""
    check(wanted)
    with Site() as site, site.store.reading() as session:
        chance = site.rules.hot_spots.level
        found = spots(session, wanted.since, wanted.until, DIGITS[level], chance)
        names = site.names("item")
    table = Table("类别", "", "网格", "件", "前期", "", "去年", "", "偶然概率", box=None)
    for spot in found:
        if spot.marks or every:
            marks = (MARKS[spot.marks], MARKS[spot.marks_last_year])
            told = (spot.item, names.get(spot.item, ""), spot.cell, str(spot.count))
            before = (str(spot.before), marks[0], str(spot.last_year), marks[1])
            table.add_row(*told, *before, f"{spot.chance:.2g}")
    _print(table)
    _say(f"{len(found)} pairs compared; ★: less than {chance:g} by chance alone")


def write(wanted: Wanted, file: Path) -> None:
    """Write the figures into a CSV or XLSX file.

    Raises:
        BadInputError: The file's name says neither.
    """
    if file.suffix not in (".csv", ".xlsx"):
        raise BadInputError(f"file {file.name!r} is neither .csv nor .xlsx: name it so")
    with Site() as site, site.store.reading() as session:
        counted = evaluated(session, wanted, site.rules)
        names = site.names(wanted.by)
    rows = [*table_rows(counted, names)]
    if file.suffix == ".csv":
        file.write_bytes(csv_text(rows).encode())
    else:
        file.write_bytes(xlsx_bytes({"指标": rows, "公式": [*formula_rows(counted)]}))
    _say(f"{len(rows) - 1} rows in {file}")


def report(month: str, *, again: bool) -> int:
    """Keep a month as reported, or tell what has changed since it was; 1 where something has.

    Raises:
        BadInputError: It is no month, or it is not over.
    """
    wanted = wanted_of(None, None, month, None, "whole", "all", None)
    if wanted.until > wanted.now:
        raise BadInputError(f"month {month} is not over: report it when it is")
    with Site() as site:
        with site.store.reading() as session:
            before = reported.last_report(session, wanted.since, wanted.until)
            found = before and reported.compared(session, before, site.rules, wanted.now)
        if found is None or again:
            with site.store.transaction() as session:
                kept = reported.keep(session, wanted, site.rules)
                _say(f"kept {month} as of {_clock(kept.as_of)}, through fact {kept.through}")
    if found:
        _tell_differences(found)
    return int(bool(found and found.differences))


def _tell_differences(found: reported.Compared) -> None:
    told = f"reported {_clock(found.report.reported_at)}, through fact {found.report.through}"
    _say(f"{told}; {found.late_facts} facts have come since")
    if found.other_rules:
        _say("limits or weights have been changed since")
    if not found.differences:
        _say("nothing has changed")
        return
    table = Table("", "代码", "指标", "figure", "已报", "现为", box=None)
    for one in found.differences:
        figure = FIGURES.get(one.figure)
        texts = [_text(figure, one.reported), _text(figure, one.now)]
        name = figure.chinese if figure else ""
        table.add_row(one.by, one.key, name, one.figure, *texts)
    _print(table)


def _text(figure: Any, value: float | None) -> str:
    return text_of(figure, value) if figure else NO_FIGURE if value is None else f"{value:g}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(COUNTY_TIME):%Y-%m-%d}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M:%S}"


def _say(told: str) -> None:
    sys.stderr.write(told + "\n")


def _print(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else PIPED_COLUMNS).print(table)
