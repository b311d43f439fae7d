"""The demo county's borders: rectangles on one bent lattice, so that they meet exactly.

Every border runs along lattice points, and every neighbour writes down the same points: cells of
one level therefore neither overlap nor leave gaps, and the cells of a parent fill it, to the bit.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

COLUMNS, ROWS = 96, 72  # lattice steps from west to east and from south to north
WEST, SOUTH = 112.0, 37.02  # degrees, WGS-84
STEP = 0.00375  # degrees; about 333 m east-west and 416 m north-south
BEND = 0.28  # how far a lattice point may lie from its place, in steps

Point = tuple[float, float]


class Block(NamedTuple):
    """A rectangle of lattice steps: `west <= x <= east`, `south <= y <= north`."""

    west: int
    south: int
    east: int
    north: int

    def columns(self, shares: Sequence[float]) -> list["Block"]:
        """This block cut into columns, from west to east, by shares of its width."""
        edges = _edges(self.west, self.east, shares)
        return [Block(a, self.south, b, self.north) for a, b in pairwise(edges)]

    def rows(self, shares: Sequence[float]) -> list["Block"]:
        """This block cut into rows, from north to south, by shares of its height."""
        edges = [self.north + self.south - edge for edge in _edges(self.south, self.north, shares)]
        return [Block(self.west, b, self.east, a) for a, b in pairwise(edges)]

    def pieces(self, count: int) -> list["Block"]:
        """This block cut into equal pieces across its longer side."""
        wide = self.east - self.west >= self.north - self.south
        return (self.columns if wide else self.rows)([1] * count)


WHOLE = Block(0, 0, COLUMNS, ROWS)


def ring(block: Block) -> list[Point]:
    """The block's border, anticlockwise and closed, as (longitude, latitude)."""
    west, south, east, north = block
    steps = [(x, south) for x in range(west, east)]
    steps += [(east, y) for y in range(south, north)]
    steps += [(x, north) for x in range(east, west, -1)]
    steps += [(west, y) for y in range(north, south, -1)]
    return [corner(x, y) for x, y in [*steps, steps[0]]]


def middle(block: Block) -> Point:
    """A point well inside the block: the middle of its most central lattice step."""
    x, y = (block.west + block.east - 1) // 2, (block.south + block.north - 1) // 2
    corners = [corner(x + right, y + up) for right in (0, 1) for up in (0, 1)]
    return tuple(round(math.fsum(part) / 4, 6) for part in zip(*corners, strict=True))  # type: ignore[return-value]


def corner(x: int, y: int) -> Point:
    """The bent lattice's point (x, y), rounded to 5 decimals: about a metre."""
    east = WEST + (x + BEND * _noise(x, y, 1)) * STEP
    north = SOUTH + (y + BEND * _noise(x, y, 2)) * STEP
    return round(east, 5), round(north, 5)


def _noise(x: int, y: int, which: int) -> float:
    """Between -1 and 1, the same everywhere and for ever (no library's generator)."""
    mixed = (x * 73856093) ^ (y * 19349663) ^ (which * 83492791)
    mixed = (mixed ^ (mixed >> 13)) * 1274126177 & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFF) / 32767.5 - 1


def _edges(start: int, end: int, shares: Sequence[float]) -> list[int]:
    # fsum: Python 3.12 changed how sum() rounds, and the files must not depend on the version.
    edges, taken = [start], 0.0
    for share in shares:
        taken += share
        edges.append(start + round((end - start) * taken / math.fsum(shares)))
    return edges
