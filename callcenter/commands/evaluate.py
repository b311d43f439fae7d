"""`callcenter evaluate`: how well texts are sorted, in figures, as a table and as a picture."""

import sys
from pathlib import Path
from typing import Annotated

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
from callcenter.commands.learn import pair, progress
from callcenter.commands.rows import Row, gather
from callcenter.errors import BadInputError
from callcenter.settings import load_settings

USUAL_FOLDS = 5
REPORT_FILE, PICTURE_FILE = "report.txt", "confusion.svg"


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
    if rules and folds:
        raise BadInputError("--rules measures what is there, --folds what is learned; name one")
    pairs, counts = gather(table, [text_column, label_column], pair(text_column, label_column))
    if not (rules or folds or label_map or _are_items(pairs)):
        folds = USUAL_FOLDS  # the site's rules know no such labels: only learning can be measured
    if folds:
        with progress("learning") as tell:
            judged = cross_validate(pairs, folds, HowLearned(words=words), tell)
    else:
        labels = _label_map(label_map, otherwise) if label_map else None
        judged = _judged(_rules(rules), pairs, labels)
    scores = measure(judged)
    typer.echo(as_text(scores))
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / REPORT_FILE).write_text(as_text(scores) + "\n", encoding="utf-8")
        (out / PICTURE_FILE).write_text(as_svg(scores), encoding="utf-8")
    sys.exit(counts.exit_code)


def _are_items(pairs: list[Pair]) -> bool:
    return all(pair.label in all_items() for pair in pairs)


def _judged(rules: Rules, pairs: list[Pair], labels: LabelMap | None) -> list[Judged]:
    judged = []
    with progress("sorting") as tell:
        for one in judge(rules, pairs, labels):
            judged.append(one)
            tell(len(judged), len(pairs))
    return judged


def _rules(named: Path | None) -> Rules:
    if named and not named.is_dir():
        return label_rules(read_table(named), cutter(()))
    return load_rules(named or load_settings().rules_dir)


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
