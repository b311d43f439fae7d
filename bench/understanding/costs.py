"""What sorting, locating and the grid cost, each against its peer or its mark."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bench import classify_cost, locating, point_to_cell
from bench.understanding.figures import Figure


def costs(tables: Mapping[str, Path]) -> Iterator[Figure]:
    """All costs; CPU time of this process, each beside its peer in turn."""
    for name, ratio in classify_cost.measure(tables).items():
        told = f"times jieba.lcut, {name}"
        yield Figure("cost of sorting", ratio, classify_cost.LIMIT, at_least=False, rests_on=told)
    for size in locating.SIZES:
        rate = locating.measure(size).texts_a_second
        told = f"with {size:,} names"
        yield Figure("locating", rate, locating.WANTED, unit="texts/s", rests_on=told)
    for cost in point_to_cell.measure():
        told = f"times bare STRtree, {cost.name}"
        limit = point_to_cell.LIMIT
        yield Figure("point to cell", cost.ratio, limit, at_least=False, rests_on=told)
    yield Figure(
        "point to cell: unlike brute force",
        point_to_cell.wrong_cells(),
        0,
        at_least=False,
        rests_on=f"{point_to_cell.POINTS:,} points on four levels, edges and corners among them",
    )
