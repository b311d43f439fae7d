"""A point outside the county: how far, on which side, and who is to be rung instead.

The side is the compass direction from the county's middle, for so people say it: the county in
the east. The neighbour is the one whose side is nearest to it; beyond the width of one county, or
where county.toml names no neighbour on that side, it is the centre above, which knows them all.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.errors import BadInputError
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.grid import Grid
from callcenter.tickets.metres import area_m2, bearing, distance_m

ONE_SIDE = 67.5  # degrees that a side reaches either way: over the next of eight, no further


class Direction(StrEnum):
    """The eight sides, clockwise from the north."""

    NORTH = "北"
    NORTH_EAST = "东北"
    EAST = "东"
    SOUTH_EAST = "东南"
    SOUTH = "南"
    SOUTH_WEST = "西南"
    WEST = "西"
    NORTH_WEST = "西北"

    @property
    def degrees(self) -> float:
        """0 north, 90 east."""
        return 45.0 * list(Direction).index(self)


class Centre(BaseModel):
    """Another hotline centre that a call can be forwarded to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    hotline: Annotated[str, Field(min_length=1)]


class Neighbour(Centre):
    """A county that ours borders on, and on which side."""

    side: Direction


class Around(BaseModel):
    """Who is there beside us and above us, of county.toml; both may be missing."""

    model_config = ConfigDict(frozen=True)

    neighbour: tuple[Neighbour, ...] = ()
    above: Centre | None = None


@dataclass(frozen=True)
class Outside:
    """Where a point lies that is not in the county, and which way to forward."""

    distance_m: float  # to the border
    direction: Direction  # from the county's middle
    forward_to: Centre | None  # None: county.toml does not say

    def __str__(self) -> str:
        far = (
            f"{self.distance_m:.0f}米"
            if self.distance_m < 1000
            else f"{self.distance_m / 1000:.1f}公里"
        )
        told = f"在县界以外,{self.direction}面{far}"
        if self.forward_to is None:
            return told
        return f"{told},请转{self.forward_to.name}:{self.forward_to.hotline}"


def outside(grid: Grid, around: Around, point: Wgs84Point) -> Outside | None:
    """The answer for a point outside the county; None: it lies inside, or on the border."""
    border = grid.border(grid.county.code)
    metres = distance_m(border, point)
    if metres == 0.0:
        return None
    middle = border.centroid
    angle = bearing(Wgs84Point(middle.x, middle.y), point)
    width = math.sqrt(area_m2(border))
    beside = _on_side(around.neighbour, angle) if metres <= width else None
    return Outside(metres, list(Direction)[round(angle / 45) % 8], beside or around.above)


def read_around(path: Path) -> Around:
    """The tables `[[neighbour]]` and `[above]` of a county.toml.

    Raises:
        BadInputError: Names the file, the entry and the fault.
    """
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Around.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"{path.name}: {name}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be read: {error}") from error


def _on_side(neighbours: Sequence[Neighbour], angle: float) -> Neighbour | None:
    """The neighbour whose side is nearest to the direction; of two, the one named first."""
    apart = [abs((one.side.degrees - angle + 180) % 360 - 180) for one in neighbours]
    nearest = min(apart, default=360.0)
    return neighbours[apart.index(nearest)] if nearest <= ONE_SIDE else None
