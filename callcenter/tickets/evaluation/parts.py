"""The parts of which periods are put together: months, weeks, days; and which of them are kept.

    months           |   September   |    October    |   November   |     a quarter is three of them
    weeks     |  |  |  |  | |  |  |  |   cut where a month begins, too: then a week is two of them
    days      ||||||||||||||||||||||||   one by one

Of months any run of at most fourteen is put together, of weeks the two that one week was cut into.
Source: docs/decisions/0072-periods-are-put-together-from-parts.md.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from callcenter.tickets.evaluation.periods import COUNTY_TIME, NEXT, midnight, month_of

Kind = Literal["month", "week", "day"]
KEPT: Final[dict[Kind, int]] = {"month": 14, "week": 33, "day": 62}  # with the present one
NAMES: Final[dict[Kind, str]] = {"month": "%Y-%m", "week": "%Y-%m-%dw", "day": "%Y-%m-%d"}


class Part(NamedTuple):
    """From its first moment to the first one after it; named so that later ones sort later."""

    kind: Kind
    since: datetime
    after: datetime

    @property
    def name(self) -> str:
        """2026-10; 2026-10-05w of the week's part that begins then; 2026-10-05 of the day."""
        return f"{self.since:{NAMES[self.kind]}}"

    def before(self) -> "Part":
        """The part of its kind just before it."""
        return part_at(self.kind, self.since - timedelta(microseconds=1))


def part_at(kind: Kind, at: datetime) -> Part:
    """The part in which a moment lies."""
    local = at.astimezone(COUNTY_TIME)
    month, day = month_of(local.year, local.month), midnight(local.date())
    if kind == "month":
        return Part(kind, *month)
    if kind == "day":
        return Part(kind, day, NEXT["day"](day))
    monday = midnight(local.date() - timedelta(days=local.weekday()))
    return Part(kind, max(monday, month[0]), min(NEXT["week"](day), month[1]))


def part_named(name: str) -> Part:
    """The part that has this name."""
    kind: Kind = "week" if name.endswith("w") else "day" if len(name) > 7 else "month"
    first = f"{name}-01" if kind == "month" else name.removesuffix("w")
    return part_at(kind, datetime.fromisoformat(first).replace(tzinfo=COUNTY_TIME))


def joins(part: Part) -> Iterator[Part]:
    """The earlier parts from which on a run may go up to this one; the nearest first."""
    if part.kind == "week" and part.since.weekday() != 0:
        yield part.before()
    if part.kind == "month":
        for _ in range(KEPT["month"] - 1):
            part = part.before()
            yield part


def run_of(since: datetime, end: datetime, now: datetime) -> list[Part] | None:
    """The parts that a period is, whole or the last one as far as it has come; None: it is none."""
    for kind in KEPT:
        part = part_at(kind, end - timedelta(microseconds=1))
        if min(part.after, now) == end:
            run = [part]
            for earlier in () if part.since <= since else joins(part):
                run.insert(0, earlier)
                if earlier.since <= since:
                    break
            if run[0].since == since:
                return run
    return None


def kept_parts(now: datetime, so_many: Mapping[Kind, int] = KEPT) -> Iterator[Part]:
    """Those that are kept: months, then weeks, then days, the newest first."""
    for kind, many in so_many.items():
        part = part_at(kind, now)
        for _ in range(many):
            yield part
            part = part.before()
