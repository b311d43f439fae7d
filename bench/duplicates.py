"""`python -m bench.duplicates`: how many duplicates are offered, and how many offers are right.

Each line of tests/texts/duplicates.csv is two calls and whether they are about the same matter.
Points and words were chosen on the part `seen`; `held` was looked at once meanwhile. Both
texts become tickets as they would in a call: the rules say the item, the gazetteer the place. The
second one is then looked up as the seat's page does, in a database that holds the first one alone.
Beside it the plain way: same item, same cell, within 24 hours.

Then, with --tickets, the time: the same look-up among so many made-up tickets of a year.
"""

import argparse
import csv
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session, col, select

from callcenter.classify.items import all_items
from callcenter.demo.seed.county import read_county
from callcenter.demo.seed.run import seed
from callcenter.demo.seed.shares import read_shares
from callcenter.demo.seed.year_of_tickets import Plan
from callcenter.facts import Line, Side
from callcenter.pipeline import Site, load_site, offered
from callcenter.settings import ROOT, Settings
from callcenter.store import Store
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.locating import locate
from callcenter.tickets.telling import as_fact
from callcenter.tickets.ticket import Ticket
from callcenter.tickets.written import Written

PAIRS = ROOT / "tests" / "texts" / "duplicates.csv"
NOON = datetime(2025, 11, 22, 4, tzinfo=UTC)
NEAR_IN_TIME = timedelta(hours=24)  # of the plain way
PLAIN = "same item, same cell, 24 h"
YEAR = 2025
ROUNDS = 200
WANTED_MS = 50.0  # the middle look-up, however many tickets there are


@dataclass(frozen=True)
class Pair:
    """Two calls, and whether a person says that they are about the same matter."""

    part: str  # "seen" while points were chosen, or "held" back but for one look
    one: str
    other: str
    hours: float
    same: bool


@dataclass
class Score:
    """Offers counted."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def note(self, offers: bool, same: bool) -> None:
        """One pair."""
        self.right += offers and same
        self.wrong += offers and not same
        self.missed += same and not offers

    @property
    def precision(self) -> float:
        """Of what is offered, the part that is right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Of the duplicates, the part that is offered."""
        return self.right / max(self.right + self.missed, 1)


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """The pairs of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["part"], row["one"], row["other"], float(row["hours"]), row["same"] == "yes")
            for row in csv.DictReader(file)
        ]


def ticket_of(site: Site, number: int, text: str, at: datetime) -> tuple[Ticket, Written]:
    """A text as the ticket that a call of these words would have."""
    reading = site.desk.read(f"bench-{number}-{at}", [(Side.CITIZEN, text)])
    name = f"12345-20251122-{number:04}"
    told = as_fact(locate(site.county, [text]), site.county, [text], number=name, call_id=None)
    ticket = Ticket(
        number=name,
        line=Line.SERVICE,
        opened_at=at,
        item=reading.item,
        item_name=reading.item_name,
        cell=told.cell,
        cell_name=told.cell_name,
        place=told.place,
        longitude=told.longitude,
        latitude=told.latitude,
    )
    return ticket, Written(ticket_number=name, token=name, by="bench", at=at, description=text)


def judged(session: Session, site: Site, pair: Pair) -> tuple[bool, bool]:
    """Whether the pair is offered by us, and by the plain way. Leaves the session as it was."""
    rows = [
        ticket_of(site, 1, pair.one, NOON),
        ticket_of(site, 2, pair.other, NOON + timedelta(hours=pair.hours)),
    ]
    session.add_all([ticket for ticket, _ in rows])
    session.flush()
    session.add_all([written for _, written in rows])
    session.flush()
    one, other = (ticket for ticket, _ in rows)
    ours = bool(offered(session, other, site))
    plain = one.item == other.item and one.cell == other.cell and one.cell is not None
    within = other.opened_at - one.opened_at <= NEAR_IN_TIME
    session.rollback()
    return ours, plain and within


def compare(site: Site, store: Store) -> dict[str, Score]:
    """Both ways over the pairs of each part."""
    scores: dict[str, Score] = {}
    for pair in read_pairs():
        with store.reading() as session:
            ours, plain = judged(session, site, pair)
        for way, offers in (("offered", ours), (PLAIN, plain)):
            scores.setdefault(f"{pair.part}: {way}", Score()).note(offers, pair.same)
    return scores


def time_look_ups(site: Site, store: Store, tickets: int) -> list[float]:
    """Milliseconds of a look-up each, for tickets that lie some way back from the newest."""
    seed_year(store, tickets)
    with store.reading() as session:
        known = col(Ticket.cell).is_not(None) & col(Ticket.item).is_not(None)
        newest = select(Ticket).where(known).order_by(col(Ticket.opened_at).desc())
        some = session.exec(newest.offset(50).limit(ROUNDS)).all()
        offered(session, some[0], site)  # the language's counts are read once a process
        return [_timed(lambda one=one: offered(session, one, site)) for one in some]  # type: ignore[misc]


def seed_year(store: Store, tickets: int) -> None:
    """A made-up year of so many tickets."""
    items = {code: item.name for code, item in all_items().items() if item.alias_of is None}
    county = read_county(Settings().county_dir, ROOT / "data" / "seed-texts" / "items.csv", items)
    plan = Plan(tickets, YEAR, 1, datetime(YEAR + 1, 1, 1, tzinfo=UTC), calls=False)
    seed(store, plan, county, read_shares(items), CallerKey("of this measurement"), quiet=True)


def main(tickets: int = 0, database: str = "") -> int:
    """Prints both tables; 1 where looking up is slower than wanted."""
    site = load_site(Settings())
    with TemporaryDirectory() as folder:
        store = Store(database or f"sqlite:///{Path(folder) / 'bench.db'}")
        store.prepare()
        for line in told(compare(site, store)):
            print(line)
        failed = 0
        if tickets:
            took = sorted(time_look_ups(site, store, tickets))
            middle, slow = statistics.median(took), took[int(0.99 * len(took))]
            failed = int(middle > WANTED_MS)
            print(f"  among {tickets} tickets: median {middle:.1f} ms, 99 % below {slow:.1f} ms")
            print(f"  wanted: median below {WANTED_MS:.0f} ms: {'missed' if failed else 'reached'}")
        store.close()
    return failed


def told(scores: dict[str, Score]) -> Iterator[str]:
    """The comparison as lines."""
    heads = ("precision", "recall", "right", "wrong", "missed")
    yield f"  {'pairs':34}" + "".join(f"  {head:>9}" for head in heads)
    for name, one in scores.items():
        counts = f"{one.right:9}  {one.wrong:9}  {one.missed:9}"
        yield f"  {name:34}  {one.precision:9.0%}  {one.recall:9.0%}  {counts}"


def _timed(look: Callable[[], object]) -> float:
    began = time.perf_counter()
    look()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=0, help="made-up tickets for the timing")
    parser.add_argument("--database", default="", help="an empty one; a SQLite file unless given")
    asked = parser.parse_args()
    raise SystemExit(main(asked.tickets, asked.database))
