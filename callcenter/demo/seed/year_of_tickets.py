"""The year itself: one ticket after the other, each with its call, its history and its facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


def year_of_tickets(
    plan: Plan, county: SeedCounty, shares: Shares, taken: dict[tuple[str, str], int]
) -> Iterator[SeedTicket]:
    """Every ticket in the order of opening.

    Args:
        plan: What is to be made.
        county: Where.
        shares: About what.
        taken: The last running number of (line, day) where there is one; kept current.
    """
    random = Random(plan.seed)
    callers, fresh = Callers(random, plan.tickets * 2 // 3), _fresh()
    for day, count in tickets_a_day(plan.year, plan.tickets, shares).items():
        stamp = f"{day:%Y%m%d}"
        for at in openings(day, count, random):
            if at >= plan.until:
                continue
            item = random.choices(shares.items, cum_weights=shares.until(day.month))[0]
            share = shares.of[item]
            line = Line.POLICE if random.random() < share.police else Line.SERVICE
            key = line.value, stamp
            taken[key] = taken.get(key, 0) + 1
            number = f"{line.value}-{stamp}-{taken[key]:04d}"
            row = SimpleNamespace(**fresh)
            row.number, row.line, row.call_id = number, line, f"seed-{number}"
            row.opened_at, row.item, row.item_name = at, item, county.items[item]
            yield _one(row, share, plan, county, callers.next(), random)


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
    call = make_call(row.call_id, row.line, caller, seat, text, row.opened_at, random)
    before = row.opened_at - timedelta(seconds=1)
    case = Walk(row, county, random, plan.until, before)
    walk(case, 1.0 if asks else 0.06)
    facts = list(call.facts) if plan.calls else [f for f in call.facts if _is_word(f)]
    facts = [fact for fact in facts if fact.at < plan.until]
    joined = [unit.model_dump() for unit in case.joined.units.values()]
    return SeedTicket(vars(row), case.steps, joined, [*facts, *case.facts], call, caller, text)


def _is_word(fact: Fact) -> bool:
    return type(fact).__name__ in ("UtteranceHeard", "TranscriptCompleted")


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
