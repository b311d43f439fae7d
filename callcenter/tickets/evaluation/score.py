"""A unit's score out of its figures, and units in order of it. Weights are the site's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callcenter.tickets.evaluation.figure import Value

FEWEST = 2  # with fewer units than twice those named, everybody but the best would be named


@dataclass(frozen=True)
class Weight:
    """What a rate is worth; where `is_bad`, what counts is how far it lies under 100 %."""

    figure: str
    points: float
    is_bad: bool


@dataclass(frozen=True)
class Place:
    """A unit's place: units with equal scores share it. `is_named`: among the last."""

    rank: int
    unit: str
    score: float
    is_named: bool


def score(values: Mapping[str, Value], weights: Iterable[Weight]) -> float | None:
    """Points out of 100; None where no rate of the unit is known.

    A rate that is unknown is left out, and what the others reach is taken for 100 parts of their
    own weights.
    """
    reached = possible = 0.0
    for weight in weights:
        rate = values[weight.figure].value
        if rate is not None:
            reached += weight.points * (1 - rate if weight.is_bad else rate)
            possible += weight.points
    return round(100 * reached / possible, 6) if possible else None


def parts(values: Mapping[str, Value], weights: Sequence[Weight]) -> dict[str, float | None]:
    """What each rate brought to the score: they add up to it; None where the rate is not known."""
    known = [weight for weight in weights if values[weight.figure].value is not None]
    possible = sum(weight.points for weight in known)
    return {
        weight.figure: _brought(values[weight.figure].value, weight, possible) for weight in weights
    }


def _brought(rate: float | None, weight: Weight, possible: float) -> float | None:
    if rate is None or not possible:
        return None
    return 100 * weight.points * (1 - rate if weight.is_bad else rate) / possible


def ranking(scores: Mapping[str, float | None], named: int) -> list[Place]:
    """The units that have a score, best first, equals in order of their codes.

    Args:
        scores: By unit.
        named: How many of the last are named; all that share their place are. Where fewer than
            twice as many are ranked, nobody is.
    """
    known = {unit: value for unit, value in scores.items() if value is not None}
    order = sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))
    worst = order[-named][1] if named and len(order) >= FEWEST * named else None
    found: list[Place] = []
    for position, (unit, value) in enumerate(order, start=1):
        rank = found[-1].rank if found and found[-1].score == value else position
        found.append(Place(rank, unit, value, worst is not None and value <= worst))
    return found
