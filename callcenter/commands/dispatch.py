"""`callcenter dispatch ...`: who would take a case and why, and what another table would change.

Only what the help needs is imported here.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Who takes what: explain a choice, try another table. Nothing moves.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Urgency(StrEnum):
    """As `callcenter.facts.Urgency`."""

    ORDINARY = "ordinary"
    URGENT = "urgent"


@app.command("explain")
def explain(
    item: Annotated[str | None, typer.Option(help="Three digits.")] = None,
    cell: Annotated[str | None, typer.Option(help="A grid code of any level.")] = None,
    urgency: Annotated[Urgency, typer.Option()] = Urgency.ORDINARY,
    at: Annotated[
        str | None, typer.Option(help="Such as 2026-10-01T20:00, county time; now if not given.")
    ] = None,
) -> None:
    """Say which unit would take a case, which row says so, and how like tickets went."""
    from callcenter.commands.dispatch_told import tell_choice

    tell_choice(item, cell, urgency.value, at)


@app.command("try")
def try_table(
    table: Annotated[
        Path, typer.Argument(help="A dispatch.toml, or a county folder.", exists=True)
    ],
    last: Annotated[int, typer.Option(min=1, max=100_000, help="So many tickets.")] = 1000,
) -> None:
    """Say which of the last tickets would go elsewhere under another table."""
    from callcenter.commands.dispatch_told import tell_tried

    tell_tried(table, last)
