"""Open figures: whole months, by item; what is so rare that it could tell of one is left out."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field
from sqlmodel import Session

from callcenter.tickets.evaluation.count import Row, Wanted
from callcenter.tickets.evaluation.figure import Value, rounded
from callcenter.tickets.evaluation.periods import COUNTY_TIME, midnight
from callcenter.tickets.evaluation.reading import evaluated
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.evaluation.table import FIGURES

MONTHS: Final = 6
KEPT: Final = timedelta(hours=1)  # counted anew at most so often, however many ask
IN_TIME, CONTENT, TAKEN = "handled_in_time_rate", "satisfaction_rate", "taken"


class ItemShown(BaseModel):
    """How many cases of an item were taken in; null: so few that the number is left out."""

    item: str
    name: str
    taken: int | None


class MonthShown(BaseModel):
    """A month's figures; null where there are none, or so few that they are left out."""

    month: str = Field(examples=["2026-10"])
    taken: int | None
    in_time: float | None = Field(description="handled in time, of what was to be handled")
    content: float | None = Field(description="very satisfied and satisfied, of who was asked")
    items: list[ItemShown]


class FiguresShown(BaseModel):
    """The last whole months, newest first."""

    least: int = Field(description="a number below this is left out")
    months: list[MonthShown]


def thinned(counts: Mapping[str, int], least: int) -> dict[str, int | None]:
    """The counts without those below `least`.

    Where only one would be missing, the next smallest goes too: the total would tell the one.
    """
    few = {key for key, count in counts.items() if 0 < count < least}
    rest = {key: count for key, count in counts.items() if count >= least}
    if len(few) == 1 and rest:
        few.add(min(rest, key=lambda key: (rest[key], key)))
    return {key: None if key in few else count for key, count in counts.items()}


@dataclass
class OpenFigures:
    """Counted once an hour, for everybody."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at: datetime | None = None
    _told: FiguresShown | None = None

    def get(
        self, session: Session, rules: Rules, names: Mapping[str, str], least: int
    ) -> FiguresShown:
        """The figures. Blocks while they are counted."""
        with self._lock:
            now = datetime.now(UTC)
            if self._told is None or self._at is None or now - self._at >= KEPT:
                self._told, self._at = count(session, rules, names, least, now), now
            return self._told


def count(
    session: Session, rules: Rules, names: Mapping[str, str], least: int, now: datetime
) -> FiguresShown:
    """The figures of the whole months before this one."""
    since, until = _months(now)
    whole = evaluated(session, Wanted(since, until, now, interval="month"), rules).rows
    by_item = evaluated(session, Wanted(since, until, now, interval="month", by="item"), rules).rows
    months = [_month(row, by_item, names, least) for row in whole]
    return FiguresShown(least=least, months=months[::-1])


def _months(now: datetime) -> tuple[datetime, datetime]:
    until = midnight(now.astimezone(COUNTY_TIME).date().replace(day=1))
    months = until.year * 12 + until.month - 1 - MONTHS
    first = until.date().replace(year=months // 12, month=months % 12 + 1)
    return midnight(first), until


def _month(row: Row, by_item: list[Row], names: Mapping[str, str], least: int) -> MonthShown:
    values = row.values([FIGURES[name] for name in (TAKEN, IN_TIME, CONTENT)])
    counts = {
        one.key: int(one.values([FIGURES[TAKEN]])[TAKEN].top)
        for one in by_item
        if one.scope.since == row.scope.since and one.key in names
    }
    shown = thinned({item: many for item, many in counts.items() if many}, least)
    items = [ItemShown(item=item, name=names[item], taken=many) for item, many in shown.items()]
    total = int(values[TAKEN].top)
    return MonthShown(
        month=f"{row.scope.since.astimezone(COUNTY_TIME):%Y-%m}",
        taken=None if 0 < total < least else total,
        in_time=_rate(IN_TIME, values[IN_TIME], least),
        content=_rate(CONTENT, values[CONTENT], least),
        items=sorted(items, key=lambda one: (one.taken is None, -(one.taken or 0), one.item)),
    )


def _rate(name: str, value: Value, least: int) -> float | None:
    """The rate, where it is of enough cases that none can be told."""
    told = rounded(FIGURES[name], value.value)
    return None if told is None or (value.bottom or 0) < least else round(float(told), 2)
