"""`python -m bench.tickets --tickets N --database URL`: list, search, open, move against bare SQL.

The database is filled with made-up tickets step by step (10 thousand, 100 thousand ... N), and at
each size every operation is timed as our code does it and as statements written by hand do: also
lists by item, place and caller, hot spots, and the evaluation pages of a month, its weeks, a
quarter and the year, by unit, against counting the time's moves by unit. What is printed is the
median of 5 to 40 rounds, both ways, and their ratio. It begins with an empty database, a SQLite
file of its own unless --database names one; --filled measures one as it is, and again.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import col, func, select

from bench.tickets.operations import AFTER, RULES, YEAR, Known, Work, operations
from callcenter.app import keep_what_is_there
from callcenter.classify.items import all_items
from callcenter.demo.seed.county import read_county
from callcenter.demo.seed.run import seed
from callcenter.demo.seed.shares import read_shares
from callcenter.demo.seed.year_of_tickets import Plan
from callcenter.settings import ROOT, Settings
from callcenter.store import Store
from callcenter.tickets.evaluation.keeping import keep
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.tables import TicketCaller
from callcenter.tickets.ticket import Ticket

ROUNDS, FEWEST_ROUNDS, MOST_SECONDS = 40, 5, 15.0  # the slower, the fewer
SOON, MONTHS, WEEKS = timedelta(days=30), 13, 18  # kept: the year, and a month after it
KEY = CallerKey("of this measurement")
SOME = 5_000  # tickets, cells and callers to ask for, at most
LIMIT = 20.0  # times bare SQL: a row becomes an object, a fact is written, a count is made


def sizes(most: int) -> Iterator[int]:
    """10 thousand, 100 thousand and so on, and the most."""
    size = 10_000
    while size < most:
        yield size
        size *= 10
    yield most


def median_ms(store: Store, make: Callable[[], Work], writes: bool) -> float:
    """Milliseconds of a round, session and commit included."""
    took: list[float] = []
    while len(took) < ROUNDS and (len(took) < FEWEST_ROUNDS or sum(took) < MOST_SECONDS):
        work = make()
        began = time.perf_counter()
        with store.transaction() if writes else store.reading() as session:
            work(session)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def measure(store: Store, size: int) -> int:
    """Print a line for each operation; how many are over the limit."""
    known, over = known_of(store), 0
    began = time.perf_counter()
    # A little after the year, when nearly all of it has ended: later parts hold none of the pages.
    anew = keep(store, RULES, AFTER + SOON, so_many={"month": MONTHS, "week": WEEKS})
    took = time.perf_counter() - began
    keep_what_is_there()  # as the running system does
    print(f"{size:>9} tickets  {len(anew)} parts kept in {took:.1f} s", flush=True)
    for name, one in operations(known).items():
        limit = median_ms(store, one.bare, one.writes)
        took = median_ms(store, one.ours, one.writes)
        over += took > LIMIT * limit
        told = f"{size:>9} tickets  {name:<11}{took:9.2f} ms   bare SQL {limit:8.2f} ms"
        print(f"{told}   {took / limit:5.1f} times (limit {LIMIT:g})", flush=True)
    return over


def known_of(store: Store) -> Known:
    """Some of what there is, evenly spread."""

    def some(column: Any) -> list[str]:
        there = select(column).where(col(column).is_not(None)).distinct().order_by(column)
        found = list(session.exec(there))
        return found[:: max(1, len(found) // SOME)]

    with store.reading() as session:
        return Known(some(Ticket.number), some(Ticket.cell), some(TicketCaller.caller))


def measure_filled(url: str) -> int:
    """Measure a database as it is; how many figures are over the limit."""
    store = Store(url)
    store.prepare()
    with store.reading() as session:
        size = session.exec(select(func.count()).select_from(Ticket)).one()
    over = measure(store, size)
    store.close()
    return over


def run(url: str, most: int) -> int:
    """Fill and measure; how many figures are over the limit."""
    items = {code: one.name for code, one in all_items().items() if not one.alias_of}
    texts = ROOT / "data" / "seed-texts" / "items.csv"
    county, shares = read_county(Settings().county_dir, texts, items), read_shares(items)
    store, there, over = Store(url), 0, 0
    store.prepare()
    for number, size in enumerate(sizes(most)):
        plan = Plan(size - there, YEAR, number, datetime(YEAR + 1, 1, 1, tzinfo=UTC), calls=False)
        done = seed(store, plan, county, shares, KEY, quiet=True)
        there += done.tickets
        print(
            f"{there:>9} tickets  seeded at {done.tickets / done.seconds:.0f} a second", flush=True
        )
        over += measure(store, there)
    store.close()
    return over


def main() -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.tickets")
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--database", help="of an empty database, or one that is --filled")
    parser.add_argument("--filled", action="store_true", help="with a seeded year; adds to it")
    asked = parser.parse_args()
    if asked.filled and not asked.database:
        parser.error("--filled measures what --database names: name it")
    if asked.filled:
        return measure_filled(asked.database)
    return measured(asked.database, asked.tickets)


def measured(url: str | None, most: int) -> int:
    """Fill and measure an empty database, or a SQLite file of its own where none is named."""
    if url:
        return run(url, most)
    with TemporaryDirectory() as folder:
        return run(f"sqlite:///{Path(folder) / 'bench.db'}", most)


if __name__ == "__main__":
    raise SystemExit(main())
