"""What sorting a text costs, over bare `jieba.lcut` of it: same texts, same process, in turn.

The texts are our own test texts, and whatever tables are given beside them; each as written and
with a quarter of its characters misheard. Ours is all of it: cutting, rules, sounds, and the
reading with its deciding words. Rounds alternate and of each text the best time counts, so that a
busy machine does not decide.
"""

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import jieba

from bench.noise import with_sound_alikes
from callcenter.classify.keywords import classify
from callcenter.classify.rulefiles import load_rules
from callcenter.facts import Side
from callcenter.settings import ROOT, Settings

LIMIT = 1.3  # times lcut
ROUNDS = 15
MOST = 600  # texts of one table, taken evenly
MISHEARD = 0.25
TABLES = {"calls": ROOT / "tests" / "texts" / "items.csv"}


def measure(tables: Mapping[str, Path] = TABLES) -> dict[str, float]:
    """Name of a set of texts -> its time as a multiple of lcut's."""
    jieba.setLogLevel("CRITICAL")
    jieba.initialize()
    rules = load_rules(Settings().rules_dir)

    def sort(text: str) -> object:
        return classify(rules, [(Side.CITIZEN, text)])

    ratios = {}
    for name, texts in _sets(tables).items():
        theirs = ours = [float("inf")] * len(texts)
        for _ in range(ROUNDS):
            theirs = list(map(min, theirs, _seconds(jieba.lcut, texts)))
            ours = list(map(min, ours, _seconds(sort, texts)))
        ratios[name] = sum(ours) / sum(theirs)
    return ratios


def _sets(tables: Mapping[str, Path]) -> dict[str, Sequence[str]]:
    sets: dict[str, Sequence[str]] = {}
    for name, path in tables.items():
        sets[name] = texts = _texts(path)
        random = Random(1)
        sets[f"{name}, misheard"] = [with_sound_alikes(t, MISHEARD, random) for t in texts]
    return sets


def _texts(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    return texts[:: max(len(texts) // MOST, 1)]


def _seconds(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """How long the work takes with each of the texts."""
    seconds = []
    for text in texts:
        began = time.perf_counter()
        work(text)
        seconds.append(time.perf_counter() - began)
    return seconds


def main() -> int:
    """Measure and print; the number of sets over the limit."""
    ratios = measure()
    for name, ratio in ratios.items():
        over = "" if ratio <= LIMIT else "  OVER THE LIMIT"
        print(f"sorting {name}: {ratio:.2f} times lcut, limit {LIMIT:g}{over}")
    return sum(ratio > LIMIT for ratio in ratios.values())


if __name__ == "__main__":
    raise SystemExit(main())
