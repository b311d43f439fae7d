"""What `callcenter learn` does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from callcenter.classify.items import all_items, canonical
from callcenter.classify.learn import Pair, learn
from callcenter.classify.learned import HowLearned, LearnedTable, read_table, write_table
from callcenter.commands.confirmed import confirmed_pairs, names_of_places
from callcenter.commands.rows import Counts, Row, gather
from callcenter.errors import BadInputError
from callcenter.settings import load_settings
from callcenter.tickets.ticket import COUNTY_TIME

FEW = 10  # a label with fewer texts is told of
TEXTS_AT_LEAST = 3  # that a word must stand in where tickets teach: none is of one citizen alone
TOLD = 8  # of each label's words, the strongest
FEWEST_TICKETS = 50  # learned from by themselves; fewer would replace much by little


@dataclass(frozen=True)
class Lessons:
    """What is learned from, and how much of it: a table, the confirmed tickets, or both."""

    table: Path | None
    text_column: str
    label_column: str
    from_tickets: bool
    words: int  # a label has at most
    support: int  # texts a word must stand in

    @property
    def how(self) -> HowLearned:
        """The settings of learning; of tickets no word of fewer than three texts is learned."""
        least = TEXTS_AT_LEAST if self.from_tickets else 1
        return HowLearned(words=self.words, support=max(self.support, least))


def learn_words(lessons: Lessons, out: Path, old: Path | None) -> Counts:
    """How many rows of the table taught, and how many were bad; what was learned is written.

    Args:
        lessons: What to learn from.
        out: The table to write.
        old: An earlier one: what a person pruned there stays out.

    Raises:
        BadInputError: There is nothing to learn from, a file cannot be used, or `out` would lose
            what a person pruned; nothing is written.
        CannotStartError: scikit-learn is not installed, or the database cannot be used.
    """
    if not (lessons.table or lessons.from_tickets):
        raise BadInputError("there is nothing to learn from: name a table, --from-tickets or both")
    before, today = _earlier(out, old), datetime.now(COUNTY_TIME).date()
    pairs, counts = _of_table(lessons)
    never: frozenset[str] = frozenset()
    if lessons.from_tickets:
        confirmed = confirmed_pairs(load_settings())
        if len(confirmed) < FEWEST_TICKETS and lessons.table is None:
            raise BadInputError(
                f"{len(confirmed)} confirmed tickets teach little, {FEWEST_TICKETS} are needed: "
                "give a table beside them, such as data/seed-texts/items.csv"
            )
        pairs += confirmed
        never = names_of_places(load_settings())
    with progress("learning") as tell:
        learned = learn(pairs, today, lessons.how, before, never, tell)
    _write(out, write_table(learned))
    _tell(learned, out)
    return counts


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


def _of_table(lessons: Lessons) -> tuple[list[Pair], Counts]:
    """The table's pairs; beside tickets its labels must be items, as theirs are."""
    if lessons.table is None:
        return [], Counts()
    columns = (lessons.text_column, lessons.label_column)
    pairs, counts = gather(lessons.table, columns, pair(*columns))
    if not lessons.from_tickets:
        return pairs, counts
    if any(one.label not in all_items() for one in pairs):
        told = f"{lessons.table.name}: column {lessons.label_column!r} has labels that are no items"
        raise BadInputError(f"{told}; beside --from-tickets each must be a code of items.toml")
    return [Pair(one.text, canonical(one.label)) for one in pairs], counts


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
