"""A location as the fact that states it."""

from collections.abc import Sequence
from itertools import accumulate

from callcenter.facts import PlaceGuess, PlaceWord, TicketLocated
from callcenter.tickets.county import County
from callcenter.tickets.locating import Location, cell_of
from callcenter.tickets.spoken.finding import Candidate
from callcenter.tickets.spoken.mention import Mention
from callcenter.tickets.spoken.pinpoint import Spot


def as_fact(
    found: Location, county: County, said: Sequence[str], *, number: str, call_id: str | None
) -> TicketLocated:
    """What is known of where a ticket's matter is; the revision is still to be set.

    Args:
        found: What `locate` makes of what was said.
        county: The county it was looked for in.
        said: The citizen's utterances.
        number: The ticket's.
        call_id: The call in which it was said.
    """
    best = found.candidate
    others = [_guess(county, one) for one in found.candidates if one is not best and one.score]
    fact = TicketLocated(
        ticket_number=number,
        call_id=call_id,
        revision=0,
        cell=None,
        candidates=tuple(one for one in others if one),
        question=found.question,
    )
    if found.forward_to:
        where = {"place": found.forward_to.name, "forward_to": _centre(found)}
        return fact.model_copy(update=where)
    if found.cell is None or best is None:
        return fact
    return fact.model_copy(
        update={
            "cell": found.cell.code,
            "cell_name": found.cell.name,
            "place": best.place.name,
            "detail": _detail(best.spot),
            "longitude": best.point.longitude if best.point else None,
            "latitude": best.point.latitude if best.point else None,
            "score": best.score,
            "level": best.level,
            "words": tuple(_word(one, said) for one in best.words),
        }
    )


def _centre(found: Location) -> str:
    centre = found.forward_to
    return f"{centre.name} {centre.hotline}" if centre else ""


def _guess(county: County, one: Candidate) -> PlaceGuess | None:
    if one.point is None:
        return None
    cell = cell_of(county.grid, one)
    return PlaceGuess(
        place=one.place.name,
        level=one.level,
        cell=cell.code,
        cell_name=cell.name,
        longitude=one.point.longitude,
        latitude=one.point.latitude,
        score=one.score,
    )


def _detail(spot: Spot) -> str:
    """House number, crossing and what was said of where from there: 130号 对面."""
    crossing = f"与{spot.crossing.name}路口" if spot.crossing else ""
    told = (str(spot.house or ""), crossing, spot.beside.words if spot.beside else "")
    return " ".join(one for one in told if one)


def _word(mention: Mention, said: Sequence[str]) -> PlaceWord:
    """The mention by utterance; `locate` joins utterances with a space."""
    starts = list(accumulate((len(one) + 1 for one in said), initial=0))
    utterance = next(n for n in range(len(said)) if mention.start < starts[n + 1])
    return PlaceWord(
        text=mention.place.name,
        certainty=round(mention.certainty, 3),
        utterance=utterance,
        start=mention.start - starts[utterance],
        end=mention.end - starts[utterance],
    )
