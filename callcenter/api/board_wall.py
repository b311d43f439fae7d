"""The queue wall as the page gets it: small, whole, callers masked; the newest one counts."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.agents.numbers.figure import Value
from callcenter.agents.numbers.shown import is_met, mark_on, rounded
from callcenter.agents.numbers.table import FIGURES
from callcenter.agents.numbers.told import Told
from callcenter.agents.numbers.wall import GivenUp, Waiting, WallNow
from callcenter.api.board_calls import mask


class WallFigure(BaseModel):
    """A figure's value and what it was divided from; `met` None: no mark, or no figure."""

    model_config = ConfigDict(frozen=True)

    value: float | int | None
    top: float
    bottom: float | None
    met: bool | None


class WallCaller(BaseModel):
    """A caller who waits, or who gave up; `caller` is masked."""

    model_config = ConfigDict(frozen=True)

    call_id: str
    caller: str | None
    line: str | None
    queue: str
    at: AwareDatetime  # since when they wait; when the call that was given up arrived
    waited: float | None = None
    reached: bool = False
    kept: bool = False  # not on the line: their place is kept, to be rung in turn


class WallView(BaseModel):
    """All of the wall. `stretches` of a line: today, the last hour, the last day (24 hours)."""

    model_config = ConfigDict(frozen=True)

    computed_at: AwareDatetime
    through: int  # every fact up to this place of the ledger is in it
    lines: dict[str, dict[str, dict[str, WallFigure]]] = {}
    waiting: tuple[WallCaller, ...] = ()
    abandoned: tuple[WallCaller, ...] = ()
    agents: dict[str, dict[str, WallFigure]] = {}  # of today, by agent

    def says_the_same(self, other: "WallView") -> bool:
        """Whether nobody could tell the two apart but by when they were computed."""
        told = {"computed_at": other.computed_at, "through": other.through}
        return self.model_copy(update=told) == other


def view_of(wall: WallNow, computed_at: datetime, through: int) -> WallView:
    """The wall as it may leave for the page."""
    lines = {
        line: {
            stretch: {name: _figure(name, value, line) for name, value in values.items()}
            for stretch, values in stretches.items()
        }
        for line, stretches in wall.lines.items()
    }
    return WallView(
        computed_at=computed_at,
        through=through,
        lines=lines,
        waiting=tuple(_waiting(one) for one in wall.waiting),
        abandoned=tuple(_given_up(one) for one in wall.abandoned),
        agents={
            agent: {name: _figure(name, value) for name, value in values.items()}
            for agent, values in wall.agents.items()
        },
    )


def newer(known: WallView | None, told: WallView) -> WallView:
    """The one computed later; the same in static/live_board.js."""
    return told if known is None or told.computed_at >= known.computed_at else known


def _figure(name: str, value: Value, line: str | None = None) -> WallFigure:
    figure = FIGURES[name]
    mark = mark_on(figure, line) if line else None
    met = is_met(mark, value) if mark else None
    shown = rounded(figure, value.value)
    return WallFigure(value=shown, top=value.top, bottom=value.bottom, met=met)


def _waiting(one: Waiting) -> WallCaller:
    told = {"queue": one.queue, "at": one.since, "kept": bool(one.call.placed)}
    return WallCaller.model_validate({**_who(one.call), **told})


def _given_up(one: GivenUp) -> WallCaller:
    told = {"queue": one.queue, "at": one.call.at, "waited": one.waited, "reached": one.is_reached}
    return WallCaller.model_validate({**_who(one.call), **told})


def _who(call: Told) -> dict[str, str | None]:
    line = str(call.line) if call.line else None
    return {"call_id": call.call_id, "caller": mask(call.caller), "line": line}
