"""What `callcenter evaluate` does."""

from dataclasses import dataclass
from pathlib import Path

import typer

from callcenter.classify.evaluate import Judged, LabelMap, cross_validate, judge, measure
from callcenter.classify.items import all_items
from callcenter.classify.labels import label_rules
from callcenter.classify.learn import Pair
from callcenter.classify.learned import HowLearned, read_table
from callcenter.classify.lexicon import Rules
from callcenter.classify.rulefiles import load_rules
from callcenter.classify.words import cutter
from callcenter.commands.confusion import as_svg, as_text
from callcenter.commands.learn_words import pair, progress
from callcenter.commands.rows import Counts, Row, gather
from callcenter.errors import BadInputError
from callcenter.pipeline.rules import rules_in_force
from callcenter.settings import load_settings

USUAL_FOLDS = 5
REPORT_FILE, PICTURE_FILE = "report.txt", "confusion.svg"


@dataclass(frozen=True)
class Way:
    """What is measured: rules that are there, or learning."""

    rules: Path | None  # a learned table or a folder of rules; None: the site's
    folds: int | None  # learning, by so many folds
    words: int  # that a label may learn
    label_map: Path | None
    otherwise: str | None  # the label where no guess has one


def measure_sorting(
    table: Path, text_column: str, label_column: str, way: Way, out: Path | None
) -> Counts:
    """How many rows were measured, and how many were bad; prints the report.

    Args:
        table: A CSV file.
        text_column: The column that holds the texts.
        label_column: The column that holds the true labels.
        way: What is measured.
        out: A folder for report and picture; it is made where it is not there.

    Raises:
        BadInputError: A file cannot be used, or what is asked for excludes each other.
        CannotStartError: scikit-learn is not installed, which learning needs.
    """
    if way.rules and way.folds:
        raise BadInputError("--rules measures what is there, --folds what is learned; name one")
    pairs, counts = gather(table, [text_column, label_column], pair(text_column, label_column))
    scores = measure(_judged(pairs, way))
    report = as_text(scores)
    typer.echo(report)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / REPORT_FILE).write_text(report + "\n", encoding="utf-8")
        (out / PICTURE_FILE).write_text(as_svg(scores), encoding="utf-8")
    return counts


def _judged(pairs: list[Pair], way: Way) -> list[Judged]:
    folds = way.folds
    if not (way.rules or folds or way.label_map or _are_items(pairs)):
        folds = USUAL_FOLDS  # the site's rules know no such labels: only learning can be measured
    if folds:
        with progress("learning") as tell:
            return cross_validate(pairs, folds, HowLearned(words=way.words), tell)
    labels = _label_map(way.label_map, way.otherwise) if way.label_map else None
    return _sorted(_rules(way.rules), pairs, labels)


def _are_items(pairs: list[Pair]) -> bool:
    return all(pair.label in all_items() for pair in pairs)


def _sorted(rules: Rules, pairs: list[Pair], labels: LabelMap | None) -> list[Judged]:
    judged = []
    with progress("sorting") as tell:
        for one in judge(rules, pairs, labels):
            judged.append(one)
            tell(len(judged), len(pairs))
    return judged


def _rules(named: Path | None) -> Rules:
    if named and not named.is_dir():
        return label_rules(read_table(named), cutter(()))
    return load_rules(named or rules_in_force(load_settings()))


def _label_map(path: Path, otherwise: str | None) -> LabelMap:
    """The map that a file of two columns holds."""

    def read(row: Row) -> tuple[str, str]:
        if len(row) < 2:
            raise BadInputError("has no second column")
        item, label = list(row.values())[:2]
        return item, label

    pairs, counts = gather(path, [], read)
    if counts.skipped or not pairs or len(dict(pairs)) < len(pairs):
        told = "must hold rows of two columns, item and label, each item once"
        raise BadInputError(f"{path.name} {told}")
    return LabelMap(dict(pairs), otherwise)
