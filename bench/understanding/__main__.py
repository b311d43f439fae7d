"""Every figure of understanding that the texts at hand allow, in one table beside the marks."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from bench.understanding.costs import costs
from bench.understanding.figures import Figure, print_table
from bench.understanding.learned import learned_labels
from bench.understanding.places import addresses
from bench.understanding.sorting import items, kinds, outcomes, seven_labels
from callcenter.classify.rulefiles import load_rules
from callcenter.settings import ROOT, load_settings

TEXTS = ROOT / "tests" / "texts"
DATA = "BENCH_DATA"  # environment: the folder of public data


def main() -> int:
    """Measures and prints; how many figures miss their marks."""
    reader = argparse.ArgumentParser(description=__doc__)
    folder = os.environ.get(DATA)
    reader.add_argument("--data", type=Path, default=folder and Path(folder), help=f"else ${DATA}")
    reader.add_argument("--no-costs", action="store_true", help="leave the costs out")
    told = reader.parse_args()
    if told.data and not told.data.is_dir():
        reader.error(f"{told.data} is no folder")
    figures = []
    with Console(stderr=True).status("measuring") as status:
        for figure in _figures(told.data, with_costs=not told.no_costs):
            figures.append(figure)
            status.update(f"measured: {figure.name.strip()}")
    missed = print_table(figures)
    if not told.data:
        sys.stdout.write("left out, for want of --data: seven labels, learning, addresses\n")
    return missed


def _figures(folder: Path | None, *, with_costs: bool) -> Iterator[Figure]:
    rules = load_rules(load_settings().rules_dir)
    yield from items(rules, TEXTS / "items.csv")
    yield from outcomes(rules, TEXTS / "needs_110.csv")
    yield from kinds(rules, TEXTS / "kinds.csv")
    tables = {"calls": TEXTS / "items.csv"}
    if folder:
        yield from seven_labels(rules, folder)
        yield from learned_labels(folder)
        yield from addresses(folder)
        tables["letters"] = folder / "hotline_dev.csv"
    if with_costs:
        yield from costs(tables)


if __name__ == "__main__":
    raise SystemExit(main())
