"""`callcenter evaluation ...`: figures of tickets, ranking, hot spots, export, kept reports.

Only what the help needs is imported here.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The ticket side's figures; what each means is docs/evaluation.md.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Interval(StrEnum):
    """As the figures are cut; `callcenter.tickets.evaluation.periods.Interval`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WHOLE = "whole"


class By(StrEnum):
    """A row for each of these; `callcenter.tickets.evaluation.count.By`."""

    ALL = "all"
    UNIT = "unit"
    TOWNSHIP = "township"
    CELL = "cell"
    ITEM = "item"
    CLASS = "class"
    SEAT = "seat"
    REPORTER = "reporter"
    LINE = "line"


class Level(StrEnum):
    """How closely places are told apart."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    CELL = "cell"


From = Annotated[str | None, typer.Option("--from", help="A day or time.")]
To = Annotated[str | None, typer.Option("--to", help="The first moment left out.")]
Month = Annotated[str | None, typer.Option(help="A month: 2026-10. This month if nothing is told.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Judge by what was known then; else at its end.")
]
Cut = Annotated[Interval, typer.Option(help="A row for each.")]
Rows = Annotated[By, typer.Option(help="A row for each.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]


@app.command()
def show(
    since: From = None,
    until: To = None,
    month: Month = None,
    as_of: AsOf = None,
    interval: Cut = Interval.WHOLE,
    by: Rows = By.ALL,
    unit: Annotated[str | None, typer.Option(help="Of this unit only.")] = None,
    tickets: Annotated[
        str | None, typer.Option(metavar="FIGURE", help="The list behind this figure instead.")
    ] = None,
    json: Json = False,
) -> None:
    """Print figures with their formulas, or the tickets behind one."""
    from callcenter.commands import evaluation_told as told

    wanted = told.wanted_of(since, until, month, as_of, interval.value, by.value, unit)
    told.tell_tickets(wanted, tickets) if tickets else told.tell(wanted, json)


@app.command()
def ranking(since: From = None, until: To = None, month: Month = None, json: Json = False) -> None:
    """Print departments and townships by their scores; the last are named."""
    from callcenter.commands import evaluation_told as told

    told.tell_ranking(told.wanted_of(since, until, month, None, "whole", "unit", None), json)


@app.command("hot-spots")
def hot_spots(
    since: From = None,
    until: To = None,
    month: Month = None,
    level: Annotated[Level, typer.Option(help="How closely.")] = Level.VILLAGE,
    every: Annotated[bool, typer.Option("--all", help="Also what may be chance.")] = False,
) -> None:
    """Print items and places with more tickets than before."""
    from callcenter.commands import evaluation_told as told

    wanted = told.wanted_of(since, until, month, None, "whole", "all", None)
    told.tell_hot_spots(wanted, level.value, every=every)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Ends in .csv or .xlsx.", dir_okay=False)],
    since: From = None,
    until: To = None,
    month: Month = None,
    as_of: AsOf = None,
    interval: Cut = Interval.WHOLE,
    by: Rows = By.UNIT,
) -> None:
    """Write the figures into a file."""
    from callcenter.commands import evaluation_told as told

    wanted = told.wanted_of(since, until, month, as_of, interval.value, by.value, None)
    told.write(wanted, file)


@app.command()
def report(
    month: Annotated[str, typer.Option(help="The month: 2026-10.")],
    again: Annotated[
        bool, typer.Option("--again", help="Keep it anew, beside what was reported.")
    ] = False,
) -> None:
    """Keep a month's figures as reported; later tell what has changed since. Exit 1 if it has."""
    from callcenter.commands import evaluation_told as told

    raise typer.Exit(told.report(month, again=again))
