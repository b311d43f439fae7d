"""`callcenter classify`: each text of a table with its item, kind, urgency and outcome."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from callcenter.classify.labels import label_rules
from callcenter.classify.learned import read_table
from callcenter.classify.rows import ADDED_COLUMNS, classify_row
from callcenter.classify.rulefiles import load_rules
from callcenter.commands.rows import convert
from callcenter.settings import load_settings


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
    folder = rules if rules and rules.is_dir() else load_settings().rules_dir
    hand = load_rules(folder)
    learned = read_table(rules) if rules and rules != folder else None
    labels = label_rules(learned, hand.cut) if learned else None
    counts = convert(
        table,
        out,
        [text_column],
        ADDED_COLUMNS,
        lambda row: dict(classify_row(hand, row, text_column, labels)),
    )
    sys.exit(counts.exit_code)
