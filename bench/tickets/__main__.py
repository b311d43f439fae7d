"""`python -m bench.tickets --tickets N --database URL`: list, search, open, move against bare SQL.

The database is filled with made-up tickets step by step (10 thousand, 100 thousand ... N), and at
each size every operation is timed as our code does it and as statements written by hand do: also
the evaluation page of a month, by unit, against counting the month's moves by unit. What is
printed is the median of many rounds, both ways, and their ratio. It begins with an empty database,
a SQLite file of its own unless --database names one; --filled measures one as it is.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlmodel import Session, func, select

from bench.tickets.bare import Bare
from callcenter.classify.items import all_items
from callcenter.demo.seed.county import read_county
from callcenter.demo.seed.run import seed
from callcenter.demo.seed.shares import read_shares
from callcenter.demo.seed.year_of_tickets import Plan
from callcenter.facts import Line
from callcenter.settings import ROOT, Settings
from callcenter.store import Store, record
from callcenter.tickets.evaluation.count import Wanted as Evaluation
from callcenter.tickets.evaluation.keeping import keep_month
from callcenter.tickets.evaluation.periods import month_of
from callcenter.tickets.evaluation.reading import evaluated
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.looking import Wanted, search
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, history

ROUNDS = 40
YEAR = 2025
MONTH = month_of(YEAR, 11)
RULES = Rules()
KEY = CallerKey("of this measurement")
QUESTIONS = ("暖气不热", "路灯", "噪音扰民", "医保", "停水 三天")
LIMIT = 20.0  # times bare SQL: a row becomes an object, a fact is written, a count is made
Work = Callable[[Session], object]


def sizes(most: int) -> Iterator[int]:
    """10 thousand, 100 thousand and so on, and the most."""
    size = 10_000
    while size < most:
        yield size
        size *= 10
    yield most


def pairs(numbers: list[str]) -> dict[str, tuple[Callable[[], Work], Callable[[], Work], bool]]:
    """Each operation: ours, by hand, and whether it writes."""
    random, calls = Random(1), count(1)
    number = partial(random.choice, numbers)
    words = partial(random.choice, QUESTIONS)

    def ours_search() -> Work:
        asked = words()
        return lambda session: search(session, Wanted(words=asked), after=None, limit=50)

    def bare_search() -> Work:
        asked = words()
        return lambda session: Bare(session).words(asked)

    return {
        "list": (lambda: _listed, lambda: lambda s: Bare(s).newest("closed"), False),
        "search": (ours_search, bare_search, False),
        "open": (partial(_shown, number), partial(_shown_bare, number), False),
        "new": (lambda: partial(_drafted, next(calls)), partial(_drafted_bare, number), True),
        "move": (partial(_noted, number), partial(_noted_bare, number), True),
        "month": (lambda: _month, lambda: lambda s: Bare(s).month(*MONTH), False),
    }


def _month(session: Session) -> object:
    wanted = Evaluation(*MONTH, MONTH[1], by="unit")
    counted = evaluated(session, wanted, RULES)
    return [row.values(wanted.figures) for row in counted.rows]


def _listed(session: Session) -> object:
    return search(session, Wanted(step=Step.CLOSED), after=None, limit=50)


def _shown(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: (session.get(Ticket, asked), history(session, asked))


def _shown_bare(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: Bare(session).one(asked)


def _noted(number: Callable[[], str]) -> Work:
    asked = number()

    def note(session: Session) -> None:
        record(session, move(session, asked, Move.NOTE, actor="bench", reason="x"))

    return note


def _noted_bare(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: Bare(session).note(asked, "bench")


def _drafted(call: int, session: Session) -> None:
    made = open_draft(
        session, f"bench-{time.time_ns()}-{call}", Line.SERVICE, at=datetime.now(UTC), actor="bench"
    )
    for fact in made:
        record(session, fact)


def _drafted_bare(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: Bare(session).opened(asked, f"bare-{time.time_ns()}")


def median_ms(store: Store, make: Callable[[], Work], writes: bool) -> float:
    """Milliseconds of a round, session and commit included."""
    took = []
    for _ in range(ROUNDS):
        work = make()
        began = time.perf_counter()
        with store.transaction() if writes else store.reading() as session:
            work(session)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def measure(store: Store, size: int) -> int:
    """Print a line for each operation; how many are over the limit."""
    with store.reading() as session:
        found = session.exec(select(Ticket.number).order_by(Ticket.number)).all()
    numbers, over = list(found[:: max(1, len(found) // 5_000)]), 0
    began = time.perf_counter()
    keep_month(store, f"{YEAR}-11", RULES, datetime.now(UTC))
    print(f"{size:>9} tickets  a month kept in {time.perf_counter() - began:.1f} s", flush=True)
    for name, (ours, bare, writes) in pairs(numbers).items():
        limit = median_ms(store, bare, writes)
        took = median_ms(store, ours, writes)
        over += took > LIMIT * limit
        told = f"{size:>9} tickets  {name:<7}{took:9.2f} ms   bare SQL {limit:8.2f} ms"
        print(f"{told}   {took / limit:5.1f} times (limit {LIMIT:g})", flush=True)
    return over


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
