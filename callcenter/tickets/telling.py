"""A location as the fact that states it, and the last such fact of a ticket."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from sqlmodel import Session, col, select

from callcenter.facts import PlaceGuess, PlaceWord, TicketLocated, read_fact
from callcenter.store import LedgerRow
from callcenter.tickets.county import County
from callcenter.tickets.grid import Cell, Grid
from callcenter.tickets.locating import Location, cell_of
from callcenter.tickets.outside import Centre
from callcenter.tickets.spoken.finding import Candidate
from callcenter.tickets.spoken.mention import Mention
from callcenter.tickets.spoken.pinpoint import Spot

TOWNSHIP = 2  # the level


def as_fact(
    found: Location, county: County, said: Sequence[str], *, number: str, call_id: str | None
) -> TicketLocated:
    """What is known of where a ticket's matter is; the revision is still to be set.

    Of namesakes that nothing tells apart the name is stated and the cell that holds all of them,
    but no point: each of them is a candidate.

    Args:
        found: What `locate` made of `said`.
        county: The county it was looked for in.
        said: The citizen's utterances, in order.
        number: The ticket's.
        call_id: The call in which it was said.
    """
    best, cell = found.candidate, found.cell
    settled = best if best and cell == cell_of(county.grid, best) else None
    others = [one for one in found.candidates if one.score and not _is_told(one, settled)]
    fact = TicketLocated(
        ticket_number=number,
        call_id=call_id,
        revision=0,
        cell=None,
        candidates=tuple(_guesses(others, county.grid)),
        question=found.question,
    )
    if found.forward_to:
        return _forwarded(fact, found.forward_to)
    if cell is None or best is None:
        return fact
    return _pointed(_placed(fact, cell, best, said), settled)


def last_located(session: Session, number: str) -> TicketLocated | None:
    """What was stated of a ticket's place last."""
    of_ticket = (LedgerRow.ticket_number == number, LedgerRow.name == "ticket_located")
    newest = select(LedgerRow).where(*of_ticket).order_by(col(LedgerRow.seq).desc()).limit(1)
    row = session.exec(newest).first()
    told = read_fact(row.body) if row else None
    return told if isinstance(told, TicketLocated) else None


def _is_told(one: Candidate, settled: Candidate | None) -> bool:
    """Whether a candidate is the place that is stated, or a division that holds it."""
    if settled is None or one is settled:
        return one is settled
    return one.level < settled.level and settled.place.code.startswith(one.place.code)


def _forwarded(fact: TicketLocated, centre: Centre) -> TicketLocated:
    told = f"{centre.name} {centre.hotline}"
    return fact.model_copy(update={"place": centre.name, "forward_to": told})


def _placed(fact: TicketLocated, cell: Cell, best: Candidate, said: Sequence[str]) -> TicketLocated:
    return fact.model_copy(
        update={
            "cell": cell.code,
            "cell_name": cell.name,
            "level": cell.level,
            "place": best.place.name,
            "detail": _detail(best.spot),
            "score": best.score,
            "words": tuple(_words(best.words, said)),
        }
    )


def _pointed(fact: TicketLocated, settled: Candidate | None) -> TicketLocated:
    if settled is None or settled.point is None:
        return fact
    point = settled.point
    return fact.model_copy(update={"longitude": point.longitude, "latitude": point.latitude})


def _guesses(candidates: Sequence[Candidate], grid: Grid) -> Iterator[PlaceGuess]:
    """Those that a map can show."""
    for one in candidates:
        if one.point is None:
            continue
        cell = cell_of(grid, one)
        yield PlaceGuess(
            place=one.place.name,
            level=one.level,
            cell=cell.code,
            cell_name=_named(grid, cell),
            longitude=one.point.longitude,
            latitude=one.point.latitude,
            score=one.score,
        )


def _named(grid: Grid, cell: Cell) -> str:
    """A cell with its township: villages of one name are told apart by it."""
    township = next((one.name for one in grid.path(cell.code) if one.level == TOWNSHIP), "")
    return cell.name if cell.level <= TOWNSHIP else township + cell.name


def _detail(spot: Spot) -> str:
    """House number, crossing and what was said of where from there: 130号 对面."""
    crossing = f"与{spot.crossing.name}路口" if spot.crossing else ""
    told = (str(spot.house or ""), crossing, spot.beside.words if spot.beside else "")
    return " ".join(one for one in told if one)


def _words(mentions: Sequence[Mention], said: Sequence[str]) -> Iterator[PlaceWord]:
    """The mentions by utterance; `locate` joins utterances with a space."""
    starts = list(accumulate((len(one) + 1 for one in said[:-1]), initial=0))
    for mention in mentions:
        utterance = bisect_right(starts, mention.start) - 1
        yield PlaceWord(
            text=mention.place.name,
            certainty=round(mention.certainty, 3),
            utterance=utterance,
            start=mention.start - starts[utterance],
            end=mention.end - starts[utterance],
        )
