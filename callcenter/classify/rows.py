"""Sorting rows of a table: what `callcenter classify IN.csv` does to each of them."""

from collections.abc import Mapping

from callcenter.classify.items import all_items
from callcenter.classify.keywords import classify
from callcenter.classify.lexicon import Rules
from callcenter.errors import BadInputError
from callcenter.facts import Side

ADDED_COLUMNS = (
    "item",
    "item_name",
    "class",
    "kind",
    "urgency",
    "score",
    "runner_ups",
    "words",
    "outcome",
)


def classify_row(
    rules: Rules,
    row: Mapping[str, str | None],
    text_column: str,
    labels: Rules | None = None,
) -> dict[str, str]:
    """The row with ADDED_COLUMNS behind its own; its text counts as said by the citizen.

    Where there are rules for `labels`, those take the place of the items, with score and words;
    kind, urgency and outcome stay those of `rules`.

    `runner_ups` and `words` read `209=3;113=2`: best first, and in order of the text.

    Raises:
        BadInputError: The column is missing or empty; the caller knows which row it is.
    """
    text = row.get(text_column)
    if not text or not text.strip():
        raise BadInputError(f"column {text_column!r} is missing or empty in this row")
    said_once = [(Side.CITIZEN, text)]
    whole = classify(rules, said_once)
    reading = classify(labels, said_once) if labels else whole
    item = all_items().get(reading.item or "")
    said = {key: value or "" for key, value in row.items()}
    return said | {
        "item": reading.item or "",
        "item_name": reading.item_name,
        "class": item.class_name if item else "",
        "kind": whole.kind,
        "urgency": whole.urgency,
        "score": f"{reading.score:g}",
        "runner_ups": ";".join(f"{one.item}={one.score:g}" for one in reading.runner_ups),
        "words": ";".join(f"{word.text}={word.weight:g}" for word in reading.words),
        "outcome": whole.outcome or "",
    }
