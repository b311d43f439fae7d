"""What `callcenter classify` does."""

from pathlib import Path

from callcenter.classify.labels import label_rules
from callcenter.classify.learned import read_table
from callcenter.classify.rows import ADDED_COLUMNS, classify_row
from callcenter.classify.rulefiles import load_rules
from callcenter.commands.rows import Counts, Row, convert
from callcenter.pipeline.rules import rules_in_force
from callcenter.settings import load_settings


def classify_texts(table: Path, out: Path, text_column: str, rules: Path | None) -> Counts:
    """How many rows of the table were sorted and written, and how many were bad and left out.

    Args:
        table: A CSV file.
        out: The file to write.
        text_column: The column that holds the texts.
        rules: A learned table, whose labels are then the items; or a folder; else the site's.

    Raises:
        BadInputError: The table, its column or the rules cannot be used; nothing is written.
    """
    folder = rules if rules and rules.is_dir() else rules_in_force(load_settings())
    hand = load_rules(folder)
    learned = read_table(rules) if rules and rules != folder else None
    labels = label_rules(learned, hand.cut) if learned else None

    def change(row: Row) -> Row:
        return classify_row(hand, row, text_column, labels)

    return convert(table, out, [text_column], ADDED_COLUMNS, change)
