"""`callcenter classify`: each text of a table with its item, kind, urgency and outcome."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def classify(
    table: Annotated[
        Path, typer.Argument(help="A CSV file in UTF-8; its first line names columns.")
    ],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    text_column: Annotated[str, typer.Option(help="The column that holds the texts.")] = "text",
    rules: Annotated[
        Path | None,
        typer.Option(
            help="A learned table, whose labels are then the items; or another folder of rules."
        ),
    ] = None,
) -> None:
    """Sort the texts of a table. Exit code 3: some rows were bad and left out."""
    from callcenter.commands.classify_texts import classify_texts

    sys.exit(classify_texts(table, out, text_column, rules).exit_code)
