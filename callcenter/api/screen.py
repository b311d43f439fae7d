"""What the big screen shows: the centre now and the county's cases, and nothing of any citizen's.

The screen hangs where many pass by, unattended and for weeks. So it is not told what it does not
show: no number, however masked, no word, no case (decision 0065).
"""

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from callcenter.api.board import Board
from callcenter.api.board_wall import WallView
from callcenter.api.deps import Context
from callcenter.tickets.evaluation.periods import COUNTY_TIME, midnight
from callcenter.tickets.finding.overview import overview

MOST = 12  # items and units: more stand on no screen

router = APIRouter(prefix="/screen", tags=["centre"])

NOTHING_SAID: dict[str, object] = {
    "caller": None,
    "key_pressed": None,
    "transcript": (),
    "heard_at": {},
    "speaking": {},
    "recordings": {},
    "tickets": (),
}


class ScreenShown(BaseModel):
    """The centre now: board and queue wall without anything of a citizen's."""

    now: AwareDatetime
    live: bool = Field(description="the board is current")
    board: Board
    wall: WallView | None


class ScreenArea(BaseModel):
    """What was opened in a village in the last 24 hours."""

    cell: str
    total: int
    late: int


class ScreenItem(BaseModel):
    """How often an item was reported in 24 hours, and on an average day of the week before."""

    item: str
    now: int
    usual: float


class ScreenUnit(BaseModel):
    """What lies with a unit."""

    unit: str
    open: int
    late: int


class ScreenCases(BaseModel):
    """The county's cases in counts."""

    at: AwareDatetime
    opened: int = Field(description="today")
    closed: int = Field(description="today")
    open: int
    late: int
    areas: list[ScreenArea]
    items: list[ScreenItem] = Field(description="the most reported first")
    units: list[ScreenUnit] = Field(description="those with most that is late first")


@router.get("")
async def screen(context: Context) -> ScreenShown:
    """The centre as it is now."""
    feed = context.feed
    wall = await feed.wall.now()
    return ScreenShown(
        now=datetime.now(UTC),
        live=feed.ready.is_set(),
        board=bare_board(feed.board),
        wall=bare_wall(wall) if wall else None,
    )


@router.get("/cases")
def screen_cases(context: Context) -> ScreenCases:
    """The county's cases as they are now."""
    now = datetime.now(UTC)
    with context.flow.store.reading() as session:
        found = overview(session, now, midnight(now.astimezone(COUNTY_TIME).date()))
    return ScreenCases(
        at=now,
        areas=[ScreenArea(**one._asdict()) for one in found.areas if one.cell],
        items=[ScreenItem(**one._asdict()) for one in found.items[:MOST]],
        units=[ScreenUnit(**one._asdict()) for one in found.units[:MOST]],
        **{name: getattr(found, name) for name in ("opened", "closed", "open", "late")},
    )


def bare_board(board: Board) -> Board:
    """Seats, agents, links, and the calls that go on, of which only state and moments are left."""
    calls = {
        name: call.model_copy(update=NOTHING_SAID)
        for name, call in board.calls.items()
        if call.state not in ("ended", "abandoned")
    }
    return Board(calls=calls, seats=board.seats, agents=board.agents, links=board.links)


def bare_wall(wall: WallView) -> WallView:
    """The figures of the lines, and who waits without who they are."""
    waiting = tuple(one.model_copy(update={"caller": None}) for one in wall.waiting)
    return wall.model_copy(update={"waiting": waiting, "abandoned": (), "agents": {}})
