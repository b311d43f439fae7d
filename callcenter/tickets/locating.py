"""From spoken words to a cell of the county's grid."""

from dataclasses import dataclass

from callcenter.tickets.county import County
from callcenter.tickets.grid import FINEST, Cell, Grid
from callcenter.tickets.places import Candidate, find_place


@dataclass(frozen=True)
class Location:
    """The place that the words name best, and its cell; the fields of TicketLocated."""

    cell: Cell
    candidate: Candidate


def locate(county: County, text: str) -> Location | None:
    """Where the words say it is, as fine as they say it; None: no place of the county is named.

    A division gives its own cell, a street or landmark the basic cell its point lies in. Where
    several places of one name are left (which 李家庄?), the cell is the finest that holds all.
    """
    candidates = find_place(county.places, text)
    if not candidates:
        return None
    best = candidates[0]
    alike = [one for one in candidates if (one.score, one.level) == (best.score, best.level)]
    alike = [one for one in alike if one.words[0].text == best.words[0].text]
    return Location(_holding(county.grid, [cell_of(county.grid, one) for one in alike]), best)


def cell_of(grid: Grid, candidate: Candidate) -> Cell:
    """The cell that a candidate reaches."""
    at_point = grid.cell_at(candidate.point) if candidate.level == FINEST else None
    return at_point or grid.cell(candidate.place.code)


def _holding(grid: Grid, cells: list[Cell]) -> Cell:
    """The finest cell that holds all of these."""
    first, *others = (grid.path(cell.code) for cell in cells)
    return [cell for cell in first if all(cell in path for path in others)][-1]
