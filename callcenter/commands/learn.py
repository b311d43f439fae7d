"""`callcenter learn`: texts with labels, or the confirmed tickets, to a table of weighted words."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from callcenter.classify.learn import Pair
from callcenter.classify.learn import learn as learn_table
from callcenter.classify.learned import HowLearned, LearnedTable, read_table, write_table
from callcenter.commands.confirmed import confirmed_pairs, names_of_places
from callcenter.commands.rows import Counts, Row, gather
from callcenter.errors import BadInputError
from callcenter.settings import load_settings
from callcenter.tickets.ticket import COUNTY_TIME

FEW = 10  # a label with fewer texts is told of
TICKETS_AT_LEAST = 3  # that a word must stand in, so that a table tells of no single citizen
TOLD = 8  # of each label's words, the strongest


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
        bool, typer.Option("--from-tickets", help="Learn from the tickets that seats confirmed.")
    ] = False,
) -> None:
    """Learn weighted words from labelled texts. Exit code 3: some rows were bad and left out."""
    if from_tickets == (table is not None):
        raise BadInputError("name either a table or --from-tickets to learn from")
    before, today = _earlier(out, old), datetime.now(COUNTY_TIME).date()
    never: frozenset[str] = frozenset()
    if table:
        pairs, counts = gather(table, [text_column, label_column], pair(text_column, label_column))
    else:
        pairs, counts = confirmed_pairs(load_settings()), Counts()
        never, support = names_of_places(load_settings()), max(support, TICKETS_AT_LEAST)
    how = HowLearned(words=words, support=support)
    with progress("learning") as tell:
        learned = learn_table(pairs, today, how, before, never, tell)
    _write(out, write_table(learned))
    _tell(learned, out)
    sys.exit(counts.exit_code)


def pair(text_column: str, label_column: str) -> Callable[[Row], Pair]:
    """A function from a row to its pair, which refuses a row that has an empty field."""

    def read(row: Row) -> Pair:
        for column in (text_column, label_column):
            if not row[column].strip():
                raise BadInputError(f"column {column!r} is empty in this row")
        return Pair(row[text_column], row[label_column].strip())

    return read


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, told as (done, of all); without a terminal it stays silent."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _earlier(out: Path, old: Path | None) -> LearnedTable | None:
    """The earlier table; a table with a person's prunings is not overwritten unread."""
    if not out.parent.is_dir():
        raise BadInputError(f"there is no folder {out.parent} to write {out.name} to; make it")
    if old:
        return read_table(old)
    if _lists_pruned(out):
        told = f"{out.name} lists pruned words, which would come back"
        raise BadInputError(f"{told}; add --from {out} to keep them out, or remove the file")
    return None


def _lists_pruned(out: Path) -> bool:
    try:
        return bool(read_table(out).pruned)
    except BadInputError:
        return False  # nothing there, or no such table


def _write(out: Path, text: str) -> None:
    beside = out.with_name(f".{out.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _tell(learned: LearnedTable, out: Path) -> None:
    """Each label's strongest words, and labels that had too little to learn from."""
    for name, label in learned.label.items():
        strongest = sorted(label.words, key=lambda word: (-label.words[word].weight, word))
        typer.echo(
            f"{name}: {label.texts} texts, {len(label.words)} words: {' '.join(strongest[:TOLD])}"
        )
        if label.texts < FEW:
            typer.echo(f"{name}: {label.texts} texts teach little; give at least {FEW}", err=True)
    typer.echo(f"{learned.texts} texts, {len(learned.label)} labels: {out}", err=True)
