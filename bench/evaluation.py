"""What a month's evaluation costs among many tickets, against one counter by bare SQL.

Histories are made up by a seeded random, spread evenly over a year; the month asked about is the
eleventh. CPU seconds of this process; how much memory the counting itself took.

    python -m bench.evaluation [TICKETS]
"""

import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import col, func, insert, select

from callcenter.store import Store
from callcenter.tickets.evaluation.count import By, Wanted
from callcenter.tickets.evaluation.periods import COUNTY_TIME, month_of
from callcenter.tickets.evaluation.reading import evaluated, spots
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket, TicketStep

TICKETS = 100_000
BATCH = 5_000
BEGAN = datetime(2026, 1, 1, tzinfo=COUNTY_TIME)
YEAR = timedelta(days=365)
MONTH = month_of(2026, 11)
TICKET_LIMIT = 600e-6  # seconds for each ticket of the month, everything counted
MEMORY_LIMIT = 64e6  # bytes
UNITS, CELLS = 60, 300
WAY = (
    ("open", "draft", 0), ("file", "filed", 0.1), ("dispatch", "dispatched", 0.2),
    ("accept", "handling", 5), ("report", "reported", 60), ("verify", "verified", 12),
    ("close", "closed", 30),
)  # fmt: skip


def made_up(tickets: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Rows of so many tickets and their steps, oldest first."""
    chance = random.Random(1)
    for number in range(tickets):
        opened = BEGAN + YEAR * (number / tickets)
        unit, step, before = f"U{1000 + chance.randrange(UNITS)}", "draft", None
        steps, at, due = [], opened, None
        name = f"12345-{opened:%Y%m%d}-{number:07}"
        for place, (move, after, hours) in enumerate(WAY, start=1):
            at += timedelta(hours=hours * chance.expovariate(1.0))
            if chance.random() < 0.005:
                break
            due = at + timedelta(days=5) if move == "dispatch" else due
            steps.append(
                {"ticket_number": name, "number": place, "at": at, "move": move,
                 "from_step": before, "to_step": after, "actor": "seat-01", "reason": "",
                 "unit": unit if due else None, "due_at": due, "other": None}
            )  # fmt: skip
            step = before = after
        cell = f"1407281{chance.randrange(CELLS):02}001001"[:15]
        ticket = {"number": name, "line": "12345", "call_id": name, "opened_at": opened,
                  "step": step, "steps": len(steps), "item": f"1{1 + number % 14:02}",
                  "cell": cell}  # fmt: skip
        if steps:
            yield ticket, steps


def fill(store: Store, tickets: int) -> None:
    """The tables as the centre would have written them, in large strokes."""
    batch: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    for one in made_up(tickets):
        batch.append(one)
        if len(batch) >= BATCH:
            _write(store, batch)
            batch = []
    _write(store, batch)


def _write(store: Store, batch: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
    if batch:
        with store.transaction() as session:
            session.connection().execute(insert(Ticket), [ticket for ticket, _ in batch])
            rows = [row for _, steps in batch for row in steps]
            session.connection().execute(insert(TicketStep), rows)


def month(store: Store, by: By) -> float:
    """Seconds to count everything of the month."""

    def count() -> None:
        with store.reading() as session:
            for row in evaluated(session, Wanted(*MONTH, MONTH[1], by=by), Rules()).rows:
                row.values(Wanted(*MONTH, MONTH[1], by=by).figures)

    return _seconds(count)


def bare(store: Store) -> tuple[float, int]:
    """Seconds for one counter by SQL alone, and how many it counted."""
    many = 0

    def ask() -> None:
        nonlocal many
        query = select(func.count()).select_from(TicketStep).where(
            col(TicketStep.at) >= MONTH[0], col(TicketStep.at) < MONTH[1],
            col(TicketStep.move) == Move.REPORT,
        )  # fmt: skip
        with store.reading() as session:
            many = session.exec(query).one()

    return _seconds(ask), many


def memory(store: Store) -> int:
    """Most bytes that counting the month held at once."""
    tracemalloc.start()
    month(store, "unit")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def hot(store: Store) -> float:
    """Seconds to find the month's hot spots."""

    def find() -> None:
        with store.reading() as session:
            spots(session, *MONTH, 12, 0.01)

    return _seconds(find)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main(tickets: int = TICKETS) -> int:
    """Measure and print; how many limits were passed."""
    missed = 0
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'tickets.db'}")
        store.prepare()
        fill(store, tickets)
        with store.reading() as session:  # the calendar is read once a process
            evaluated(session, Wanted(BEGAN, BEGAN + timedelta(hours=1), MONTH[1]), Rules())
        alone, counted = bare(store)
        print(f"{tickets} tickets in a year, {counted} reports in the month: {alone:.3f} s by SQL")
        ways: tuple[By, ...] = ("all", "unit")
        for by in ways:
            took = month(store, by)
            each = took / max(1, counted)
            missed += each > TICKET_LIMIT
            told = f"every figure of the month by {by}: {took:.2f} s, {each * 1e6:.0f} us a ticket"
            ratio = took / max(alone, 1e-6)
            print(f"{told} (limit {TICKET_LIMIT * 1e6:.0f}), {ratio:.0f} x one counter by SQL")
        print(f"hot spots of the month: {hot(store):.2f} s")
        held = memory(store)
        missed += held > MEMORY_LIMIT
        print(f"held at most {held / 1e6:.0f} MB (limit {MEMORY_LIMIT / 1e6:.0f})")
        store.close()
    return missed


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:2])))
