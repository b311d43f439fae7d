"""Point to cell: its cost over a bare STRtree query, and whether it equals brute force.

The same points, the same tree, the same run. One point at a time against one query at a time,
many at once against one bulk query; the bare side makes its points too, but names no cell.
Brute force asks every border of a level for every point. A third of the points lie on edges or
corners, where several cells touch and the written rule decides.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from callcenter.settings import Settings
from callcenter.tickets.grid import CODE_DIGITS, Grid, Wgs84Point

POINTS = 100_000
SINGLE = 10_000  # of them, where they are asked one at a time
ROUNDS = 5
LIMIT = 1.5  # times bare
Spots = NDArray[np.float64]  # longitude, latitude


@dataclass(frozen=True)
class Cost:
    """The best of `ROUNDS`, in seconds a point."""

    name: str
    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Ours in units of bare."""
        return self.ours / self.bare


def spots_of(grid: Grid, count: int, seed: int = 12345) -> Spots:
    """Points of which a third each lie anywhere in and near the county, on edges, on corners."""
    chance = np.random.default_rng(seed)
    borders = [grid.border(cell.code) for level in CODE_DIGITS for cell in grid.cells(level)]
    west, south, east, north = shapely.total_bounds(borders)
    anywhere = chance.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (count, 2))
    corners = chance.permutation(shapely.get_coordinates(borders))
    lines = shapely.boundary(borders)[chance.integers(0, len(borders), count)]
    along = shapely.line_interpolate_point(lines, chance.uniform(size=count), normalized=True)
    third = count // 3
    spots = np.concatenate(
        [np.resize(corners, (third, 2)), shapely.get_coordinates(along)[:third], anywhere]
    )
    return np.asarray(chance.permutation(spots[:count]), np.float64)


def brute_force(grid: Grid, spots: Spots, level: int) -> list[str | None]:
    """The lowest code among all cells of the level whose border touches the point."""
    points = shapely.points(spots)
    lowest: NDArray[np.object_] = np.full(len(spots), None, dtype=object)
    for cell in reversed(grid.cells(level)):  # by code: the lowest comes last and stays
        border = grid.border(cell.code)
        shapely.prepare(border)
        lowest[shapely.intersects(border, points)] = cell.code
    return lowest.tolist()


def differing(grid: Grid, spots: Spots) -> int:
    """How many answers differ from brute force, over all levels."""
    wrong = 0
    for level in CODE_DIGITS:
        found = grid.cells_at(spots[:, 0], spots[:, 1], level)
        truth = brute_force(grid, spots, level)
        wrong += sum(
            (cell.code if cell else None) != code for cell, code in zip(found, truth, strict=True)
        )
    return wrong


def measure(grid: Grid | None = None) -> list[Cost]:
    """Ours against bare, one at a time and many at once, on each level; seconds a point."""
    grid = grid or Grid.load(Settings().county_dir / "grid.geojson")
    spots = spots_of(grid, POINTS)
    few = [(float(x), float(y)) for x, y in spots[:SINGLE]]
    asked = [Wgs84Point(*spot) for spot in few]
    costs = []
    for level in CODE_DIGITS:
        tree = shapely.STRtree([grid.border(cell.code) for cell in grid.cells(level)])

        def ours(level: int = level) -> None:
            for point in asked:
                grid.cell_at(point, level)

        def bare(tree: shapely.STRtree = tree) -> None:
            for longitude, latitude in few:
                tree.query(shapely.Point(longitude, latitude), predicate="intersects")

        def ours_bulk(level: int = level) -> None:
            grid.cells_at(spots[:, 0], spots[:, 1], level)

        def bare_bulk(tree: shapely.STRtree = tree) -> None:
            tree.query(shapely.points(spots[:, 0], spots[:, 1]), predicate="intersects")

        costs.append(_cost(f"level {level}, one at a time", ours, bare, SINGLE))
        costs.append(_cost(f"level {level}, many at once", ours_bulk, bare_bulk, POINTS))
    return costs


def main(grid_file: Path | None = None) -> int:
    """Print all of it; how many marks are missed."""
    grid = Grid.load(grid_file or Settings().county_dir / "grid.geojson")
    missed = 0
    for cost in measure(grid):
        over = cost.ratio > LIMIT
        missed += over
        print(
            f"point -> cell, {cost.name}: {cost.ours * 1e6:.2f} us, {cost.ratio:.2f} times bare "
            f"STRtree (limit {LIMIT})" + ("  OVER THE LIMIT" if over else "")
        )
    wrong = differing(grid, spots_of(grid, POINTS))
    print(f"point -> cell: {POINTS} points, {len(CODE_DIGITS)} levels, {wrong} unlike brute force")
    return missed + bool(wrong)


def _cost(name: str, ours: Callable[[], None], bare: Callable[[], None], points: int) -> Cost:
    """Both in turn, so that a busy machine is as busy for either; the best of each."""
    times = [(_seconds(ours), _seconds(bare)) for _ in range(ROUNDS)]
    best = [min(column) / points for column in zip(*times, strict=True)]
    return Cost(name, best[0], best[1])


def _seconds(run: Callable[[], None]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
