"""The demo county's borders: rectangles on one bent lattice, so that they meet exactly.

Every border runs along lattice points, and every neighbour writes down the same points: cells of
one level therefore neither overlap nor leave gaps, and the cells of a parent fill it, to the bit.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

COLUMNS, ROWS = 192, 144  # lattice steps from west to east and from south to north
WEST, SOUTH = 112.0, 37.02  # degrees, WGS-84
STEP = 0.001875  # degrees; about 167 m east-west and 208 m north-south
BEND = 0.28  # how far a lattice point may lie from its place, in steps
GOLDEN = 0.618034  # multiples of it, without their whole part, lie spread over 0 to 1

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

    def pieces(self, shares: Sequence[float]) -> list["Block"]:
        """This block cut into as many pieces as shares, their areas about as the shares.

        It is halved across its longer side, and the halves again: neighbours in the list lie near.
        """
        if len(shares) == 1:
            return [self]
        so_far = list(accumulate(shares))
        half = min(range(1, len(shares)), key=lambda n: abs(so_far[n - 1] - so_far[-1] / 2))
        wide = self.east - self.west >= self.north - self.south
        first, second = (self.columns if wide else self.rows)(
            [so_far[half - 1], so_far[-1] - so_far[half - 1]]
        )
        return [*first.pieces(shares[:half]), *second.pieces(shares[half:])]

    def middle(self) -> Point:
        """A point well inside: the middle of the most central lattice step."""
        return _middle((self.west + self.east - 1) // 2, (self.south + self.north - 1) // 2)

    def spot(self, turn: int) -> Point:
        """A point inside, the middle of some lattice step; another one for each of some turns."""
        width, height = self.east - self.west, self.north - self.south
        up, right = divmod(int(turn * GOLDEN % 1 * width * height), width)
        return _middle(self.west + right, self.south + up)


WHOLE = Block(0, 0, COLUMNS, ROWS)


def ring(block: Block) -> list[Point]:
    """The block's border, anticlockwise and closed, as (longitude, latitude)."""
    west, south, east, north = block
    steps = [(x, south) for x in range(west, east)]
    steps += [(east, y) for y in range(south, north)]
    steps += [(x, north) for x in range(east, west, -1)]
    steps += [(west, y) for y in range(north, south, -1)]
    return [corner(x, y) for x, y in [*steps, steps[0]]]


@cache
def corner(x: int, y: int) -> Point:
    """The bent lattice's point (x, y), rounded to 5 decimals: about a metre."""
    east = WEST + (x + BEND * _noise(x, y, 1)) * STEP
    north = SOUTH + (y + BEND * _noise(x, y, 2)) * STEP
    return round(east, 5), round(north, 5)


def _middle(x: int, y: int) -> Point:
    """The middle of the lattice step whose south-western corner is (x, y)."""
    corners = [corner(x + right, y + up) for right in (0, 1) for up in (0, 1)]
    east, north = (round(math.fsum(part) / 4, 5) for part in zip(*corners, strict=True))
    return east, north


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
