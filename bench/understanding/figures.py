"""A measured figure beside its mark, and the table of all of them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measurement; a share unless `unit` says otherwise."""

    name: str
    value: float
    mark: float
    at_least: bool = True  # False: at most
    unit: str = ""
    rests_on: str = ""  # which texts, how many

    @property
    def is_met(self) -> bool:
        """Whether the figure reaches its mark."""
        return self.value >= self.mark if self.at_least else self.value <= self.mark


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def print_table(figures: Sequence[Figure]) -> int:
    """Prints the figures; gives back how many miss their marks."""
    table = Table("measured", "figure", "mark", "met", "rests on")
    for one in figures:
        bound = "≥" if one.at_least else "≤"
        table.add_row(
            one.name,
            _number(one.value, one.unit),
            f"{bound} {_number(one.mark, one.unit)}",
            "yes" if one.is_met else "NO",
            one.rests_on,
        )
    Console().print(table)
    return sum(not one.is_met for one in figures)


def _number(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3f} {unit}".rstrip()
