"""Point to cell: its cost over a bare STRtree query, and whether it equals brute force.

The same points, the same tree, the same run. One point at a time against one query at a time,
many at once against one bulk query. Ours starts from longitude and latitude and gives cells; the
bare side starts from there too and gives indices, or has its points as geometries already.
Brute force asks every border of a level for every point. A third of the points lie on edges or
corners, where several cells touch and the written rule decides.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
    ready: float  # bare, its points being geometries already

    @property
    def ratio(self) -> float:
        """Ours in units of bare."""
        return self.ours / self.bare

    @property
    def ratio_ready(self) -> float:
        """Ours in units of a bare query that is spared making its points."""
        return self.ours / self.ready


@dataclass(frozen=True)
class Sides:
    """The same question, asked in three ways."""

    ours: Callable[[], object]
    bare: Callable[[], object]
    ready: Callable[[], object]


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
    few = spots[:SINGLE].tolist()
    asked = [Wgs84Point(*spot) for spot in few]
    many = shapely.points(spots)
    made = many[:SINGLE].tolist()
    costs = []
    for level in CODE_DIGITS:
        tree = shapely.STRtree([grid.border(cell.code) for cell in grid.cells(level)])
        query = partial(tree.query, predicate="intersects")
        single = Sides(
            ours=lambda level=level: [grid.cell_at(point, level) for point in asked],
            bare=lambda query=query: [query(shapely.Point(*spot)) for spot in few],
            ready=lambda query=query: [query(point) for point in made],
        )
        bulk = Sides(
            ours=lambda level=level: grid.cells_at(spots[:, 0], spots[:, 1], level),
            bare=lambda query=query: query(shapely.points(spots[:, 0], spots[:, 1])),
            ready=lambda query=query: query(many),
        )
        costs.append(_cost(f"level {level}, one at a time", single, SINGLE))
        costs.append(_cost(f"level {level}, many at once", bulk, POINTS))
    return costs


def wrong_cells(grid: Grid | None = None) -> int:
    """How many of POINTS points, on all levels, get another cell than by brute force."""
    grid = grid or Grid.load(Settings().county_dir / "grid.geojson")
    return differing(grid, spots_of(grid, POINTS))


def main(grid_file: Path | None = None) -> int:
    """Print all of it; how many marks are missed."""
    grid = Grid.load(grid_file or Settings().county_dir / "grid.geojson")
    missed = 0
    for cost in measure(grid):
        over = cost.ratio > LIMIT
        missed += over
        print(
            f"point -> cell, {cost.name}: {cost.ours * 1e6:.2f} us, {cost.ratio:.2f} times bare "
            f"STRtree (limit {LIMIT}), {cost.ratio_ready:.2f} with its points ready"
            + ("  OVER THE LIMIT" if over else "")
        )
    wrong = wrong_cells(grid)
    print(f"point -> cell: {POINTS} points, {len(CODE_DIGITS)} levels, {wrong} unlike brute force")
    return missed + bool(wrong)


def _cost(name: str, sides: Sides, points: int) -> Cost:
    """All in turn, so that a busy machine is as busy for each; the best of each."""
    runs = (sides.ours, sides.bare, sides.ready)
    times = [[_seconds(run) for run in runs] for _ in range(ROUNDS)]
    return Cost(name, *(min(column) / points for column in zip(*times, strict=True)))


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
