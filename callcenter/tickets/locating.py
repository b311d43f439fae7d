"""From what a citizen said to a cell of the county's grid, or to the question to ask next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from callcenter.tickets.county import County
from callcenter.tickets.grid import FINEST, Cell, Grid
from callcenter.tickets.outside import Around, Centre, outside
from callcenter.tickets.place import Place, PlaceKind
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import Candidate, find_place
from callcenter.tickets.spoken.questions import namesakes, question_about

TOP = 5  # candidates that are told
SITES = 4  # counties whose neighbours are kept ready


@dataclass(frozen=True)
class Location:
    """Where the words say it is, as fine as they say it."""

    cell: Cell | None  # None: no place of the county is named
    candidates: tuple[Candidate, ...]  # best first, those taken back last; TOP at most
    question: str  # for the seat; empty: nothing would narrow it
    forward_to: Centre | None = None  # a neighbour was named, or the words lead out of the county

    @property
    def candidate(self) -> Candidate | None:
        """The place that the words name best; None: none is named."""
        best = self.candidates[:1]
        return best[0] if best and best[0].score else None


def locate(county: County, utterances: Sequence[str]) -> Location:
    """Where the citizen's words so far say it is.

    A division gives its own cell, a street or landmark the basic cell its point lies in. Where
    several places of one name are left (which 李家庄?), the cell is the finest that holds all.
    """
    text = " ".join(utterances)
    candidates = tuple(find_place(county.places, text)[:TOP])
    beyond = _neighbour(county.around, text)
    if not candidates or not candidates[0].score:
        return Location(None, candidates, "" if beyond else question_about(candidates), beyond)
    if beyond and candidates[0].words[0].by_sound:
        return Location(None, candidates, "", beyond)
    if moved_to := _moved_out(county, candidates[0]):
        return Location(None, candidates, "", moved_to)
    cells = [cell_of(county.grid, one) for one in namesakes(candidates)]
    return Location(_holding(county.grid, cells), candidates, question_about(candidates))


def cell_of(grid: Grid, candidate: Candidate) -> Cell:
    """The cell that a candidate reaches."""
    finest = candidate.point if candidate.level == FINEST else None
    return (finest and grid.cell_at(finest)) or grid.cell(candidate.place.code)


def _moved_out(county: County, best: Candidate) -> Centre | None:
    """Who is to have what lies so far from a place that it is outside: 往西五十公里."""
    if best.point is None or best.point == best.place.point:
        return None
    beyond = outside(county.grid, county.around, best.point)
    return beyond.forward_to if beyond else None


def _holding(grid: Grid, cells: list[Cell]) -> Cell:
    """The finest cell that holds all of these."""
    first, *others = (grid.path(cell.code) for cell in cells)
    return [cell for cell in first if all(cell in path for path in others)][-1]


def _neighbour(around: Around, text: str) -> Centre | None:
    """The neighbour that the words name as it is written."""
    named = find_place(_names(around), text)
    if not named or not named[0].score or named[0].words[0].by_sound:
        return None
    return next(one for one in around.neighbour if one.code == named[0].place.code)


@lru_cache(maxsize=SITES)
def _names(around: Around) -> Places:
    return Places(Place(one.name, PlaceKind.COUNTY, one.code, None) for one in around.neighbour)
