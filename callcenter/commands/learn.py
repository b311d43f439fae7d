"""`callcenter learn`: texts with labels, and the confirmed tickets, to a table of weighted words.

Only what the help needs is imported here.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer


def learn(
    out: Annotated[Path, typer.Option(help="The table to write (TOML, a line a word).")],
    table: Annotated[
        Path | None, typer.Argument(help="A CSV file in UTF-8; its first line names columns.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="The column that holds the texts.")] = "text",
    label_column: Annotated[str, typer.Option(help="The column of labels.")] = "label",
    old: Annotated[
        Path | None,
        typer.Option("--from", help="An earlier table: its pruned words and unchanged lines stay."),
    ] = None,
    words: Annotated[int, typer.Option(min=1, help="Words a label may have.")] = 3000,
    support: Annotated[int, typer.Option(min=1, help="Texts a word must stand in.")] = 3,
    from_tickets: Annotated[
        bool,
        typer.Option(
            "--from-tickets",
            help="Learn from the tickets that seats confirmed; from a table of items too, if one "
            "is named.",
        ),
    ] = False,
) -> None:
    """Learn weighted words from labelled texts. Exit code 3: some rows were bad and left out."""
    from callcenter.commands.learn_words import Lessons, learn_words

    lessons = Lessons(table, text_column, label_column, from_tickets, words, support)
    sys.exit(learn_words(lessons, out, old).exit_code)
