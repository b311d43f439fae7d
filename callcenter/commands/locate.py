"""`callcenter locate`: a column of texts to townships, villages, cells and points.

Only what the help needs is imported here.
"""

from pathlib import Path
from typing import Annotated

import typer


def locate_rows(
    source: Annotated[Path, typer.Argument(help="CSV, UTF-8.", exists=True, dir_okay=False)],
    text_column: Annotated[str, typer.Option(help="The column that holds the words.")],
    out: Annotated[Path, typer.Option(help="The table with the answers: CSV.")],
    gazetteer: Annotated[
        list[Path] | None,
        typer.Option(
            help="Names to find instead of the county's: CSV with name, kind, code, longitude, "
            "latitude, aliases. May be given several times.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Say where each text is about: township, village, cell, point, and the words that say so.

    What is not known stays empty: the cell with a gazetteer, which has no grid; a point that the
    gazetteer does not have. Of namesakes that nothing tells apart the first is given, with a low
    score. Exit code 3: some rows were bad and left out.
    """
    from callcenter.commands.locate_texts import locate_texts

    counts = locate_texts(source, text_column, out, gazetteer or [])
    raise typer.Exit(counts.exit_code)
