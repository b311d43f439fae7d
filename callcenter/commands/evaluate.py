"""`callcenter evaluate`: how well texts are sorted, in figures, as a table and as a picture.

Only what the help needs is imported here.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    table: Annotated[
        Path, typer.Argument(help="A CSV file in UTF-8; its first line names columns.")
    ],
    text_column: Annotated[str, typer.Option(help="The column that holds the texts.")] = "text",
    label_column: Annotated[str, typer.Option(help="The column of true labels.")] = "label",
    rules: Annotated[
        Path | None,
        typer.Option(help="Measure this learned table, or folder of rules, as it is."),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="Measure learning: learn from all folds but one, sort that one. 5 where labels "
            "are no codes of items and neither --rules nor --map is given; else the site's rules.",
        ),
    ] = None,
    words: Annotated[int, typer.Option(min=1, help="With --folds: words of a label.")] = 3000,
    label_map: Annotated[
        Path | None,
        typer.Option("--map", help="A CSV file (item, label): items count as their labels."),
    ] = None,
    otherwise: Annotated[
        str | None, typer.Option(help="With --map: the label where no guess has one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A folder for the report and the picture.")
    ] = None,
) -> None:
    """Measure the sorting of labelled texts. Exit code 3: some rows were bad and left out."""
    from callcenter.commands.measure_sorting import Way, measure_sorting

    way = Way(rules, folds, words, label_map, otherwise)
    sys.exit(measure_sorting(table, text_column, label_column, way, out).exit_code)
