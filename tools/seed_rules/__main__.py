"""Writes the learned tables that are shipped: `python -m tools.seed_rules [FOLDER]`."""

import csv
import sys
from datetime import date
from pathlib import Path

from callcenter.classify.learn import Pair, learn
from callcenter.classify.learned import (
    DANGER_FILE,
    LEARNED_FILE,
    HowLearned,
    LearnedTable,
    read_table,
    write_table,
)
from callcenter.classify.lexicon import NEEDS_110
from callcenter.settings import ROOT, load_settings

TEXTS = ROOT / "data" / "seed-texts"
FOR_ITEMS = HowLearned(words=600, support=2)
FOR_DANGER = HowLearned(words=1500, support=2)


def main(folder: Path) -> None:
    """Learns both tables and writes them into a folder; lines that hardly changed stay."""
    _write(folder / LEARNED_FILE, learned_items(folder / LEARNED_FILE))
    _write(folder / DANGER_FILE, learned_danger(folder / DANGER_FILE))


def learned_items(path: Path) -> LearnedTable:
    """The words of the items; with the prunings and unchanged lines of an earlier file."""
    return _learned(path, seed_pairs("items.csv", "item"), FOR_ITEMS)


def learned_danger(path: Path) -> LearnedTable:
    """The words of danger; with the prunings and unchanged lines of an earlier file."""
    table = _learned(path, seed_pairs("danger.csv", "label"), FOR_DANGER)
    # Of two labels the other's words are these with their signs turned.
    return table.model_copy(update={"label": {NEEDS_110: table.label[NEEDS_110]}})


def seed_pairs(file: str, label: str) -> list[Pair]:
    """The seed texts of a file, each with what its column of labels says."""
    with (TEXTS / file).open(encoding="utf-8", newline="") as rows:
        return [Pair(row["text"], row[label]) for row in csv.DictReader(rows)]


def _learned(path: Path, pairs: list[Pair], how: HowLearned) -> LearnedTable:
    old = read_table(path) if path.exists() else None
    return learn(pairs, old.learned if old else date.today(), how, old)  # noqa: DTZ011


def _write(path: Path, table: LearnedTable) -> None:
    path.write_text(write_table(table), encoding="utf-8", newline="\n")
    words = sum(len(label.words) for label in table.label.values())
    print(f"{path.name:20} {table.texts:5} texts, {words:6} weights")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else load_settings().rules_dir)
