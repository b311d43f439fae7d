"""The year itself, in parts: each ticket with its call, its history and its facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from callcenter.demo.seed.call import SEATS, Callers, SeedCall, make_call
from callcenter.demo.seed.county import SeedCounty, Spot
from callcenter.demo.seed.shares import Share, Shares
from callcenter.demo.seed.walk import Walk, walk
from callcenter.demo.seed.year import openings, tickets_a_day
from callcenter.facts import Fact, Kind, Line, Urgency
from callcenter.tickets.ticket import Ticket

KINDS = (Kind.REQUEST, Kind.COMPLAINT, Kind.REPORT, Kind.SUGGESTION, Kind.PRAISE, Kind.INVALID)
KINDS_UNTIL = (0.48, 0.88, 0.92, 0.96, 0.975, 1.0)
CELL_UNKNOWN = 0.06
LINES = (Line.SERVICE, Line.POLICE)


@dataclass(frozen=True)
class Plan:
    """What is to be made.

    Args:
        tickets: How many.
        year: Of the county's calendar.
        seed: The same seed makes the same year.
        until: Nothing happens at this moment or later; what is under way then stays open.
        calls: Whether the calls are made, too, and not only what was said in them.
    """

    tickets: int
    year: int
    seed: int
    until: datetime
    calls: bool


@dataclass(frozen=True, slots=True)
class SeedTicket:
    """All that there is of one ticket."""

    row: dict[str, Any]
    steps: list[dict[str, Any]]
    joined: list[dict[str, Any]]
    facts: list[Fact]
    call: SeedCall
    caller: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a day's tickets, made without knowing of any other part."""

    day: date
    count: int  # of the whole day
    before: int  # tickets of the year before this day
    start: int  # of the day's tickets, the first of this part
    taken: tuple[int, int]  # the last running number of each line that was there before


def parts_of(
    plan: Plan, shares: Shares, taken: Mapping[tuple[str, str], int], size: int
) -> Iterator[Part]:
    """The year in parts of at most so many tickets, in order.

    Args:
        plan: What is to be made.
        shares: About what.
        taken: The last running number of (line, day) where there is one.
        size: Of a part.
    """
    before = 0
    for day, count in tickets_a_day(plan.year, plan.tickets, shares).items():
        there = tuple(taken.get((line.value, f"{day:%Y%m%d}"), 0) for line in LINES)
        for start in range(0, count, size):
            yield Part(day, count, before, start, (there[0], there[1]))
        before += count


def tickets_of(
    part: Part, size: int, plan: Plan, county: SeedCounty, shares: Shares
) -> Iterator[SeedTicket]:
    """A part's tickets in the order of opening; the same whoever makes them, and beside what."""
    callers, fresh = Callers(plan.seed, plan.tickets * 2 // 3), _fresh()
    random = Random(f"{plan.seed} {part.day} {part.start}")
    opened = _openings(part, plan, shares)[part.start : part.start + size]
    for place, (at, line, item, number) in enumerate(opened, part.before + part.start):
        row = SimpleNamespace(**fresh)
        row.number, row.line, row.call_id = number, line, f"seed-{number}"
        row.opened_at, row.item, row.item_name = at, item, county.items[item]
        yield _one(row, shares.of[item], plan, county, callers.of(place), random)


def _openings(part: Part, plan: Plan, shares: Shares) -> list[tuple[datetime, Line, str, str]]:
    """When each ticket of the day is opened, on which line, about what, with its number."""
    random = Random(f"{plan.seed} {part.day}")
    last, found = dict(zip(LINES, part.taken, strict=True)), []
    for at in openings(part.day, part.count, random):
        item = random.choices(shares.items, cum_weights=shares.until(part.day.month))[0]
        line = Line.POLICE if random.random() < shares.of[item].police else Line.SERVICE
        if at < plan.until:
            last[line] += 1
            number = f"{line.value}-{part.day:%Y%m%d}-{last[line]:04d}"
            found.append((at, line, item, number))
    return found


def _one(
    row: Any, share: Share, plan: Plan, county: SeedCounty, caller: str, random: Random
) -> SeedTicket:
    spot = county.spot(random)
    place = _place(row, spot, random)
    said = county.text(row.item, share.words_in(row.opened_at.month), random)
    text = f"我在{place},{said}" if place else said
    seat = random.choice(SEATS)
    asks = random.random() < share.asks / 10
    row.kind = Kind.CONSULTATION if asks else random.choices(KINDS, cum_weights=KINDS_UNTIL)[0]
    if not asks and random.random() < share.urgent:
        row.urgency = Urgency.URGENT
    row.revision, row.item_by = 2, seat
    call = make_call(
        row.call_id, row.line, caller, seat, text, row.opened_at, random, whole=plan.calls
    )
    before = row.opened_at - timedelta(seconds=1)
    case = Walk(row, county, random, plan.until, before)
    walk(case, 1.0 if asks else 0.06)
    facts = [fact for fact in call.facts if fact.at < plan.until]
    joined = [unit.model_dump() for unit in case.joined.units.values()]
    return SeedTicket(vars(row), case.steps, joined, [*facts, *case.facts], call, caller, text)


def _place(row: Any, spot: Spot, random: Random) -> str:
    """Where it is, as far as the citizen says."""
    if random.random() < CELL_UNKNOWN:
        return ""
    row.cell, row.cell_name = spot.code, spot.name
    if not spot.places:
        return spot.name
    name, longitude, latitude = random.choice(spot.places)
    row.place, row.longitude, row.latitude = name, longitude, latitude
    return name


def _fresh() -> dict[str, Any]:
    """A ticket of which nothing is known yet, as the model has it."""
    at = datetime(2000, 1, 1, tzinfo=UTC)
    return Ticket(number="", line=Line.SERVICE, call_id="", opened_at=at).model_dump()
