"""`callcenter numbers` beside the ledger: docs/numbers.md's definitions, written a second time.

Rates and means are compared by what they are made of, the sum above the line and the one below.
Seconds are as exact as Asterisk tells them (compare.py).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.calls.compare import LINES, MEAN_OFF_SECONDS, OFF_SECONDS, Figure
from bench.calls.ledger import Entry
from callcenter.settings import Settings
from tests.live.hotline import environment

SHORT_SECONDS = 5  # who gives up sooner is shown apart
SOON_SECONDS = (10, 15, 20)
PICK_UP_OFF_SECONDS = 0.3  # AMI's clock and the phone's are one; a busy machine lies between
# What a lost link leaves unknown (docs/numbers.md, the sign of a dagger): never too many, though.
OF_OFFERS = {"offers", "offers_missed", "offers_withdrawn", "mean_answer"}
Values = dict[str, dict[str, Any]]


def numbers_told(settings: Settings, by: str) -> dict[str, Values]:
    """What the command says of the last two days, a row each of `by`: name -> figure -> values.

    Raises:
        CalledProcessError: The command failed.
    """
    since = (datetime.now(UTC) - timedelta(days=1)).date()
    command = [sys.executable, "-m", "callcenter", "numbers", "--json", "--by", by]
    command += ["--from", since.isoformat(), "--to", (since + timedelta(days=3)).isoformat()]
    done = subprocess.run(
        command, env=os.environ | environment(settings), capture_output=True, check=True
    )
    return {row["key"]: row["values"] for row in json.loads(done.stdout)["rows"]}


def numbers_beside(
    lines: dict[str, Values], seats: dict[str, Values], ledger: Iterable[Entry], link_was_up: bool
) -> Iterator[Figure]:
    """Each figure that the mix can move, told by both."""
    entries = [entry for entry in ledger if entry.reached]
    for line in LINES:
        values = lines.get(line, {})
        for name, part, least, most in _line([entry for entry in entries if entry.line == line]):
            yield Figure(f"{line} {name} {part}", _value(values, name, part), least, most)
    for seat in sorted({offer.seat for entry in entries for offer in entry.offers}):
        values = seats.get(seat, {})
        for name, part, least, most in _seat(seat, entries):
            lowest = 0.0 if name in OF_OFFERS and not link_was_up else least
            yield Figure(f"{seat} {name} {part}", _value(values, name, part), lowest, most)


Row = tuple[str, str, float, float]  # figure, "top" or "bottom", the ledger's least and most


def _line(entries: list[Entry]) -> Iterator[Row]:
    queued = [entry for entry in entries if entry.outcome != "short"]
    answered = [entry.waited for entry in queued if entry.parts and entry.waited is not None]
    gave_up = [entry for entry in queued if not entry.parts]
    waits = [entry.waited for entry in gave_up if entry.waited is not None]
    yield _count("arrived", len(entries))
    yield _count("before_queue", len(entries) - len(queued))
    yield _count("offered", len(queued))
    yield _count("visits", len(queued))
    yield _count("visits_again", 0)
    yield _count("answered", len(answered))
    yield _count("abandoned", len(gave_up))
    yield _count("waiting", 0)
    yield _count("connected_rate", len(answered))
    yield _count("connected_rate", len(queued), "bottom")
    yield ("abandoned_short", "top", *_within(waits, SHORT_SECONDS))
    for seconds in SOON_SECONDS:
        yield (f"within_{seconds}", "top", *_within(answered, seconds))
        yield _count(f"within_{seconds}", len(queued), "bottom")
    yield _sum("mean_wait", answered)
    yield _count("mean_wait", len(answered), "bottom")
    yield _sum("mean_abandoned_wait", waits)
    yield _longest("longest_wait", answered + waits)
    back = [one for entry in entries for one in entry.rung_back]
    yield _count("placed", sum(one.phone.is_joined for one in back))
    reached = [entry for entry in gave_up if any(one.talk for one in entry.rung_back)]
    yield _count("abandoned_reached", len(reached))


def _seat(seat: str, entries: list[Entry]) -> Iterator[Row]:
    offers = [offer for entry in entries for offer in entry.offers if offer.seat == seat]
    parts = [part for entry in entries for part in entry.parts if part.seat == seat]
    missed = sum(offer.missed for offer in offers)
    back = [one.talk for entry in entries for one in entry.rung_back if one.phone.invited == seat]
    outbound = [end - begin for begin, end in filter(None, back) if end is not None]
    talks = [seconds for part in parts if (seconds := part.seconds()) is not None] + outbound
    picked_up = [offer.picked_up for offer in offers if offer.picked_up is not None]
    yield _count("offers", len(offers))
    yield _count("offers_missed", missed)
    yield _count("offers_withdrawn", len(offers) - missed - len(picked_up))
    yield _count("parts", len(parts))
    yield _count("outbound", sum(talk is not None for talk in back))
    yield _count("transfers", sum(part.passed_on for part in parts))
    yield _sum("talk", talks)
    off = PICK_UP_OFF_SECONDS * len(picked_up)
    yield "mean_answer", "top", max(sum(picked_up) - off, 0.0), sum(picked_up) + off


def _count(name: str, count: int, part: str = "top") -> Row:
    return name, part, count, count


def _within(waits: list[float], seconds: int) -> tuple[float, float]:
    """How many waited no longer, for certain and at most."""
    return (
        sum(wait <= seconds - OFF_SECONDS for wait in waits),
        sum(wait <= seconds + OFF_SECONDS for wait in waits),
    )


def _sum(name: str, seconds: list[float]) -> Row:
    off = OFF_SECONDS + MEAN_OFF_SECONDS * len(seconds) if seconds else 0.0
    return name, "top", max(sum(seconds) - off, 0.0), sum(seconds) + off


def _longest(name: str, seconds: list[float]) -> Row:
    longest, off = max(seconds, default=0.0), OFF_SECONDS if seconds else 0.0
    return name, "top", max(longest - off, 0.0), longest + off


def _value(values: Values, name: str, part: str) -> float:
    """What was told; -1 for a figure that was not told at all, which equals nothing."""
    told = values.get(name, {}).get(part, -1.0)
    return -1.0 if told is None else float(told)
