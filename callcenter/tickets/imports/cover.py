"""Whether the cells of each level fill those above without overlaps or gaps: every place where not.

Borders that run together are first given each other's corners (`joined`): a township's long edge
and the two village edges along it then are one line, whatever is rounded or converted later.
What is left of `ROUNDING_M2` or less is rounding and no fault.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from callcenter.tickets.cells import CODE_DIGITS, Cell
from callcenter.tickets.imports.faults import Fault
from callcenter.tickets.metres import area_m2

ROUNDING_M2 = 1.0
JOIN_DEGREES = 1e-6  # a tenth of a metre; files are often rounded to six decimals
WITH_AREA = ("Polygon", "MultiPolygon")
INTERIORS_MEET = "T********"  # DE-9IM

Ring = NDArray[np.float64]


def joined(borders: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The borders, each with the corners of all that lie on its edges; in the same order."""
    corners = np.unique(shapely.get_coordinates([one for one in borders if one.is_valid]), axis=0)
    tree = shapely.STRtree(shapely.points(corners))
    return [_with_corners(border, corners, tree) for border in borders]


def cover_faults(
    cells: Sequence[Cell], borders: Sequence[BaseGeometry], where: Sequence[str]
) -> Iterator[Fault]:
    """Overlaps, cells that reach out of their parent, gaps; each with a point in it and its area.

    Args:
        cells: As a file gives them; whatever is wrong with their codes.
        borders: Theirs, as `joined` gives them. Broken ones are looked at as if mended.
        where: The cells' places in the file.
    """
    shapes = [_mended(border) for border in borders]
    for level in CODE_DIGITS:
        here = [n for n, cell in enumerate(cells) if cell.level == level]
        yield from _overlaps(here, cells, shapes, where)
    family: dict[str, list[int]] = {}
    for n, cell in enumerate(cells):
        if cell.parent:
            family.setdefault(cell.parent, []).append(n)
    for n, cell in enumerate(cells):
        children = family.pop(cell.code, [])  # popped: of a code that stands twice, once
        yield from _misfits(n, children, cells, shapes, where)


def _overlaps(
    here: list[int],
    cells: Sequence[Cell],
    shapes: Sequence[BaseGeometry],
    where: Sequence[str],
) -> Iterator[Fault]:
    level = np.array([shapes[n] for n in here], dtype=object)
    first, second = shapely.STRtree(level).query(level, predicate="intersects")
    each_once = first < second
    first, second = first[each_once], second[each_once]
    meet = shapely.relate_pattern(level[first], level[second], INTERIORS_MEET)
    for one, other in zip(first[meet], second[meet], strict=True):
        common = level[one].intersection(level[other])
        if area_m2(common) > ROUNDING_M2:
            said = f"overlaps {cells[here[other]].code}"
            yield _fault(where[here[one]], said, common)


def _misfits(
    parent: int,
    children: list[int],
    cells: Sequence[Cell],
    shapes: Sequence[BaseGeometry],
    where: Sequence[str],
) -> Iterator[Fault]:
    """Children that reach out of their parent, and what of it they leave empty."""
    if not children:
        return
    border, code = shapes[parent], cells[parent].code
    shapely.prepare(border)
    for child in children:
        if border.covers(shapes[child]):
            continue
        out = shapes[child].difference(border)
        if area_m2(out) > ROUNDING_M2:
            wholly = area_m2(shapes[child]) - area_m2(out) <= ROUNDING_M2
            said = "lies outside" if wholly else "reaches out of"
            yield _fault(where[child], f"{said} its parent {code}", out)
    rest = border.difference(shapely.union_all([shapes[child] for child in children]))
    for gap in sorted(shapely.get_parts(rest), key=lambda part: part.bounds):
        if area_m2(gap) > ROUNDING_M2:
            yield _fault(where[parent], f"the cells of {code} leave a gap", gap)


def _fault(where: str, said: str, place: BaseGeometry) -> Fault:
    largest = max(shapely.get_parts(place), key=lambda part: part.area)
    inside = largest.centroid
    if not largest.contains(inside):
        inside = largest.point_on_surface()
    return Fault(where, said, inside.x, inside.y, area_m2(place))


def _mended(border: BaseGeometry) -> BaseGeometry:
    if border.geom_type not in WITH_AREA or not np.isfinite(border.bounds).all():
        return Polygon()
    if border.is_valid:
        return border
    return shapely.make_valid(border, method="structure", keep_collapsed=False)


def _with_corners(border: BaseGeometry, corners: Ring, tree: shapely.STRtree) -> BaseGeometry:
    if border.geom_type not in WITH_AREA or not border.is_valid:
        return border
    parts = [
        Polygon(
            _ring_with_corners(part.exterior, corners, tree),
            [_ring_with_corners(hole, corners, tree) for hole in part.interiors],
        )
        for part in shapely.get_parts(border)
    ]
    dense = parts[0] if border.geom_type == "Polygon" else MultiPolygon(parts)
    return dense if dense.is_valid else border


def _ring_with_corners(ring: BaseGeometry, corners: Ring, tree: shapely.STRtree) -> Ring:
    own: Ring = shapely.get_coordinates(ring)
    edges = shapely.linestrings(np.stack([own[:-1], own[1:]], axis=1))
    edge, corner = tree.query(edges, predicate="dwithin", distance=JOIN_DEGREES)
    along = shapely.line_locate_point(edges[edge], tree.geometries[corner])
    between = (along > JOIN_DEGREES) & (along < shapely.length(edges)[edge] - JOIN_DEGREES)
    edge, corner, along = edge[between], corner[between], along[between]
    order = np.lexsort((along, edge))
    return np.insert(own, edge[order] + 1, corners[corner[order]], axis=0)
