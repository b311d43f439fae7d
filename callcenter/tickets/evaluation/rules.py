"""The site's limits, weights and marks, as evaluation.toml says them."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.errors import BadInputError
from callcenter.tickets.clocks import add_working_days
from callcenter.tickets.evaluation.duty import Limits
from callcenter.tickets.evaluation.periods import COUNTY_TIME, midnight
from callcenter.tickets.evaluation.score import Weight

Length = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} (minutes?|hours?|days?|working days?)$")]
Points = Annotated[float, Field(ge=0, le=100)]
GOOD = ("handled_rate", "handled_in_time_rate")
BAD = ("rework_rate", "unhandled_overdue_rate", "extension_rate")
BEGAN_KEPT = 4_096  # days whose working days are kept at hand


class LimitsToml(BaseModel):
    """How long each may take; the deadline of handling stands in the ticket's history."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    take: Length = "30 minutes"  # from opening
    file: Length = "30 minutes"  # from opening
    dispatch: Length = "2 hours"  # from filing, reopening or an upheld return
    respond: Length = "24 hours"  # from sending to a unit
    verify: Length = "1 working day"  # from the report
    close: Length = "15 days"  # from filing or reopening


class WeightsToml(BaseModel):
    """A unit's score; of the rates in `BAD` it is 1 − rate that counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    handled_rate: Points = 30
    handled_in_time_rate: Points = 20
    rework_rate: Points = 20
    unhandled_overdue_rate: Points = 20
    extension_rate: Points = 10


class RankingToml(BaseModel):
    """How many of the last are named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    named: int = Field(3, ge=0, le=50)


class HotSpotsToml(BaseModel):
    """When a hot spot is marked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float = Field(0.01, gt=0, lt=0.5)


class Rules(BaseModel):
    """A whole evaluation.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: LimitsToml = LimitsToml()
    weights: WeightsToml = WeightsToml()
    ranking: RankingToml = RankingToml()
    hot_spots: HotSpotsToml = HotSpotsToml()

    def deadlines(self) -> Limits:
        """From each beginning to its deadline."""
        told = self.limits
        return {
            "take": _after(told.take),
            "file": _after(told.file),
            "dispatch": _after(told.dispatch),
            "respond": _after(told.respond),
            "verify": _after(told.verify),
            "close": _after(told.close),
        }

    def points(self) -> list[Weight]:
        """What each rate is worth in a unit's score."""
        return [Weight(name, getattr(self.weights, name), False) for name in GOOD] + [
            Weight(name, getattr(self.weights, name), True) for name in BAD
        ]


def read_rules(path: Path) -> Rules:
    """The rules of a file.

    Raises:
        BadInputError: Names the file, the entry and the fault.
    """
    try:
        return Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(map(str, first["loc"]))
        raise BadInputError(f"{path.name} cannot be used: {entry}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be used: {error}") from error


@lru_cache(BEGAN_KEPT)
def _working_days_on(day: date, count: int) -> datetime:
    """The national calendar is asked once a day: it takes its time."""
    return add_working_days(midnight(day), count)


def _after(length: str) -> Callable[[datetime], datetime]:
    number, _, unit = length.partition(" ")
    count, unit = int(number), unit.rstrip("s")
    if unit == "working day":
        return lambda start: _working_days_on(start.astimezone(COUNTY_TIME).date(), count)
    step = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    span = count * step[unit]
    return lambda start: start + span
