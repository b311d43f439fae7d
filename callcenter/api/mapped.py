"""The map: what it is drawn on, tickets counted by cell and time, and one by one.

The filters are those of the list (search.py), so that whatever is seen on the map is found in it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from callcenter.api.deps import Context
from callcenter.api.me import Asking
from callcenter.api.search import Filtered
from callcenter.api.ticket_rights import visible
from callcenter.errors import BadInputError
from callcenter.facts import Urgency
from callcenter.tickets.evaluation.periods import COUNTY_TIME, midnight
from callcenter.tickets.finding.mapped import DAY, HOUR, Frame, counted, spotted, width_of
from callcenter.tickets.steps import Step

USUAL_DAYS = 30
LONGEST = timedelta(days=3660)
MOST_POINTS = 2_000
DIGITS = {"township": 9, "village": 12, "cell": 15}

Level = Literal["township", "village", "cell"]
Longitude = Annotated[float, Field(ge=-180, le=180, description="degrees, WGS-84")]
Latitude = Annotated[float, Field(ge=-90, le=90, description="degrees, WGS-84")]

router = APIRouter(tags=["tickets"])


class Tiles(BaseModel):
    """Pictures of the ground that a tile server of the site's choice gives."""

    url: str = Field(description="with {z}, {x}, {y}; Web Mercator, WGS-84 or CGCS2000")
    attribution: str
    from_zoom: int
    to_zoom: int


class MapBase(BaseModel):
    """What the map is drawn on beside the grid."""

    tiles: Tiles | None = Field(description="null: none; the grid alone is the ground")


class MapAsked(Filtered):
    """Which tickets, and by what they are counted."""

    level: Level = Field("village", description="the cells that are counted by")


class AreaCount(BaseModel):
    """Tickets of one cell; each list has a number for each stretch of `slots` named."""

    cell: str = Field(description='the code, "" where no cell is known')
    slots: list[int] = Field(description="stretches in which something was opened, from 0")
    total: list[int]
    open: list[int]
    late: list[int]
    urgent: list[int] = Field(description="of those open")


class MapCounts(BaseModel):
    """Tickets by cell and by when they were opened. Nothing in it is one citizen's."""

    begin: datetime
    end: datetime
    slot_seconds: int
    areas: list[AreaCount]


class PointsAsked(Filtered):
    """Which tickets, and the frame they lie in."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude


class Point(BaseModel):
    """One ticket on the map."""

    number: str
    longitude: float
    latitude: float
    item: str | None
    urgency: Urgency
    step: Step
    late: bool


class Points(BaseModel):
    """The newest tickets of a frame."""

    points: list[Point]
    more: bool = Field(description=f"there are others: {MOST_POINTS} at most are told")


@router.get("/map")
def map_base(context: Context) -> MapBase:
    """What the map is drawn on."""
    settings = context.settings
    if not settings.map_tiles_url:
        return MapBase(tiles=None)
    return MapBase(
        tiles=Tiles(
            url=settings.map_tiles_url,
            attribution=settings.map_tiles_attribution,
            from_zoom=settings.map_tiles_from_zoom,
            to_zoom=settings.map_tiles_to_zoom,
        )
    )


@router.post("/tickets/map")
def map_tickets(context: Context, me: Asking, asked: MapAsked) -> MapCounts:
    """Tickets that fit and that one may see, counted; of the last 30 days where none are named."""
    begin, end = period(asked)
    width = width_of(end - begin)
    wanted = replace(asked.wanted(), since=begin, until=end)
    with context.flow.store.reading() as session:
        found = counted(
            session,
            wanted,
            begin=begin,
            width=width,
            digits=DIGITS[asked.level],
            sight=visible(me),
        )
    areas: dict[str, AreaCount] = {}
    for one in sorted(found):
        area = areas.setdefault(
            one.cell, AreaCount(cell=one.cell, slots=[], total=[], open=[], late=[], urgent=[])
        )
        area.slots.append(one.slot)
        area.total.append(one.total)
        area.open.append(one.open)
        area.late.append(one.late)
        area.urgent.append(one.urgent)
    return MapCounts(
        begin=begin, end=end, slot_seconds=int(width.total_seconds()), areas=list(areas.values())
    )


@router.post("/tickets/points")
def map_points(context: Context, me: Asking, asked: PointsAsked) -> Points:
    """The newest tickets that fit, lie in the frame, and that one may see."""
    if asked.west > asked.east or asked.south > asked.north:
        raise BadInputError("west must not be above east, nor south above north: swap them")
    frame = Frame(asked.west, asked.south, asked.east, asked.north)
    with context.flow.store.reading() as session:
        found = spotted(session, asked.wanted(), frame, limit=MOST_POINTS, sight=visible(me))
    return Points(
        points=[Point(**one._asdict()) for one in found[:MOST_POINTS]],
        more=len(found) > MOST_POINTS,
    )


def period(asked: Filtered, now: datetime | None = None) -> tuple[datetime, datetime]:
    """From when to when is counted, in whole hours; the last 30 days of the county by itself.

    Raises:
        BadInputError: It ends before it begins, or is too long.
    """
    now = now or datetime.now(UTC)
    tomorrow = midnight(now.astimezone(COUNTY_TIME).date()) + DAY
    end = asked.until or max(tomorrow, asked.since or tomorrow)
    begin = asked.since or end - USUAL_DAYS * DAY
    if not HOUR <= end - begin <= LONGEST:
        raise BadInputError("until must be an hour to ten years after since: choose another period")
    return begin, end
