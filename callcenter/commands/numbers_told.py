"""Figures on a terminal, as CSV or as JSON."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from callcenter.agents.counting import Report, report
from callcenter.agents.numbers.count import Row, Wanted
from callcenter.agents.numbers.figure import UNITS
from callcenter.agents.numbers.periods import COUNTY_TIME
from callcenter.agents.numbers.shown import NO_FIGURE, text_of, word_of
from callcenter.agents.numbers.table import FIGURES
from callcenter.api.numbers import (
    MOST_ITEMS,
    ItemShown,
    csv_rows,
    csv_text,
    items_behind,
    shown,
)
from callcenter.settings import load_settings
from callcenter.store import Store

Form = Literal["table", "csv", "json"]
WIDE = {  # the figures of a table with many rows
    "line": (
        "offered", "answered", "abandoned", "kept", "left", "waiting", "connected_rate",
        "within_15", "mean_wait", "longest_wait",
    ),
    "seat": (
        "offers", "offers_missed", "parts", "outbound", "talk", "mean_talk", "hold", "wrap_up",
        "paused", "signed_in", "occupancy",
    ),
}  # fmt: skip
PIPED_COLUMNS = 160


def tell(wanted: Wanted, form: Form) -> None:
    """Print the figures: all with their formulas where there is one row, else the main ones."""
    with _reading() as session:
        counted = report(session, wanted)
    if form == "json":
        sys.stdout.write(shown(counted).model_dump_json(indent=2) + "\n")
    elif form == "csv":
        sys.stdout.write(csv_text(csv_rows(counted)))
    else:
        rows = counted.rows
        _print(_long(rows[0], counted) if len(rows) == 1 else _wide(rows, wanted))
        sys.stderr.write(f"computed at {_clock(wanted.now)}, through fact {counted.through}\n")


def tell_items(wanted: Wanted, name: str, form: Form) -> None:
    """Print what stands behind a figure.

    Raises:
        CallCenterError: No such figure, or not of what was chosen.
    """
    with _reading() as session:
        found = items_behind(session, wanted, name, "top", MOST_ITEMS)
    if form == "json":
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
        return
    names = [*ItemShown.model_fields]
    lines = [[getattr(item, name) for name in names] for item in found.items]
    if form == "csv":
        sys.stdout.write(csv_text([names, *lines]))
        return
    table = Table("时间", "数额", "来电", "号码", "说明", "队列", "坐席", "话务员", box=None)
    for item, line in zip(found.items, lines, strict=True):
        table.add_row(_clock(item.at), f"{item.amount:g}", *(str(one or "") for one in line[2:]))
    _print(table)
    sys.stderr.write(f"{found.total} items, together {found.amount:g}\n")


def _long(row: Row, counted: Report) -> Table:
    title = f"{_clock(row.since)} – {_clock(row.until)} {row.key}"
    table = Table("", "数", "单位", "公式", "figure", box=None, title=title)
    for name, value in row.values(counted.wanted.figures).items():
        figure = FIGURES[name]
        parts = " ".join(f"{word_of(what)} {amount:g}" for what, amount in value.breakdown.items())
        unit = "" if figure.unit == "%" or value.value is None else UNITS[figure.unit]
        text = text_of(figure, value.value) + (f" ({parts})" if parts else "")
        table.add_row(figure.chinese, text, unit, figure.formula_chinese, name)
    return table


def _wide(rows: list[Row], wanted: Wanted) -> Table:
    about = "line" if wanted.has(FIGURES["offered"]) else "seat"
    figures = [FIGURES[name] for name in WIDE[about]]
    table = Table("起", "", *(figure.chinese for figure in figures), box=None)
    for row in rows:
        values = row.values(figures)
        texts = [text_of(figure, values[figure.name].value) for figure in figures]
        table.add_row(_clock(row.since), row.key, *texts)
    if not rows:
        table.add_row(_clock(wanted.since), "", *[NO_FIGURE] * len(figures))
    return table


def _clock(at: datetime) -> str:
    return f"{at.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M:%S}"


def _print(table: Table) -> None:
    width = None if sys.stdout.isatty() else PIPED_COLUMNS
    Console(width=width).print(table)


@contextmanager
def _reading() -> Iterator[Session]:
    store = Store(load_settings().database)
    try:
        store.prepare()
        with store.reading() as session:
            yield session
    finally:
        store.close()
