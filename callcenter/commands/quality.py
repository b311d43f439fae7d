"""`callcenter quality ...`: the form checked, and averages of judged calls."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

app = typer.Typer(
    help="How calls were handled: the form of quality.toml, and averages of judged calls.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
COLUMNS = ("since", "until", "agent", "judged", "mean", "knocked_out", "appealed", "changed")


@app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The form; the site's own if not given.")
    ] = None,
) -> None:
    """Read the form and say what it adds up to; a fault is told with line, key and remedy."""
    from callcenter.quality.form import read_form
    from callcenter.settings import load_settings

    form = read_form(file or load_settings().quality_file)
    points = sum(one.points for one in form.question)
    knock_outs = sum(one.knock_out for one in form.question)
    typer.echo(
        f"{len(form.question)} questions, {points} points, {knock_outs} knock-out questions, "
        f"{form.appeal_days} days for an appeal, revision {form.revision}"
    )


@app.command("averages")
def averages(
    month: Annotated[str | None, typer.Option(help="2026-10; this month so far if not given.")] = (
        None
    ),
    since: Annotated[str | None, typer.Option("--from", help="A day or time.")] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="The first moment left out; now if not given.")
    ] = None,
) -> None:
    """The mean score of each agent's judged calls, by name, with the names of the columns."""
    from callcenter.api.evaluation import period
    from callcenter.commands.register import look
    from callcenter.quality.reading import averages as counted

    first, last = period(since, until, month, datetime.now(UTC))

    def see(session: "Session") -> "Iterable[tuple[object, ...]]":
        rows = counted(session, first, last, "whole")
        return [tuple(getattr(row, name) for name in COLUMNS) for row in rows]

    typer.echo("\t".join(COLUMNS))
    for row in look(see):
        typer.echo("\t".join(str(field) for field in row))
