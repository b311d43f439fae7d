"""Seeding a database: made batch by batch, written in one transaction, whole or not at all."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, text
from sqlmodel import Session, func, select

from callcenter.demo.seed.county import SeedCounty
from callcenter.demo.seed.indexes import take_away
from callcenter.demo.seed.making import Made, Maker, made
from callcenter.demo.seed.shares import Shares
from callcenter.demo.seed.writing import write
from callcenter.demo.seed.year_of_tickets import Plan
from callcenter.errors import ImpossibleMoveError
from callcenter.ivr.call import Call
from callcenter.store import LedgerRow, Store, settle_all
from callcenter.tickets.calls import TicketCall
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.tables import TicketCaller, TicketWords
from callcenter.tickets.joint import JointUnit
from callcenter.tickets.ticket import NumberSeries, Ticket, TicketStep

CACHE_KIB = 400_000
TABLES = [
    str(model.__tablename__)
    for model in (
        Ticket, TicketStep, TicketCall, JointUnit, Call, TicketWords, TicketCaller, LedgerRow
    )
]  # fmt: skip


@dataclass
class Seeded:
    """What was written."""

    tickets: int = 0
    steps: int = 0
    facts: int = 0
    seconds: float = 0.0

    def add(self, some: Made) -> None:
        """These were written, too."""
        self.tickets += some.tickets
        self.steps += some.steps
        self.facts += some.facts


def refuse_real_calls(store: Store, into_filled: bool) -> None:
    """A made-up year does not belong among real cases.

    Raises:
        ImpossibleMoveError: There are calls or tickets, and nobody said that it may be.
    """
    with store.reading() as session:
        filled = session.exec(select(Call.id).limit(1)).first()
        filled = filled or session.exec(select(Ticket.number).limit(1)).first()
    if filled and not into_filled:
        raise ImpossibleMoveError(
            "the database holds calls or tickets already; a made-up year would mix with them. "
            "Name another database (CALLCENTER_DATABASE_URL), or say --into-filled"
        )


def seed(
    store: Store, plan: Plan, county: SeedCounty, shares: Shares, key: CallerKey, *, quiet: bool
) -> Seeded:
    """Write the year into the database; whatever was there stays."""
    done, began = Seeded(), time.perf_counter()
    kind = "sqlite" if store.is_sqlite else "postgresql"
    with store.transaction() as session, _progress(quiet) as progress:
        connection = session.connection()
        again = take_away(connection, TABLES) if _has_fewer(session, plan.tickets) else []
        taken = {(one.line, one.day): one.last for one in session.exec(select(NumberSeries))}
        task = progress.add_task("tickets", total=plan.tickets)
        with _roomy(connection):
            for some in made(Maker(plan, county, shares, key, kind), taken):
                for packed in some.packed:
                    write(connection, packed)
                _keep_numbers(session, some.last)
                done.add(some)
                progress.update(task, completed=done.tickets)
            for statement in progress.track(again, description="indexes"):
                connection.exec_driver_sql(statement)
        settle_all(session)
    _tell_planner(store)
    done.seconds = time.perf_counter() - began
    return done


def _has_fewer(session: Session, tickets: int) -> bool:
    """Whether making the indexes again costs less than to add to them."""
    return session.exec(select(func.count()).select_from(Ticket)).one() < tickets


@contextmanager
def _roomy(connection: Connection) -> Iterator[None]:
    """SQLite keeps more of its pages at hand meanwhile; PostgreSQL has its settings."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
    yield
    connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


def _keep_numbers(session: Session, last: dict[tuple[str, str], int]) -> None:
    """The next real ticket of a day goes on behind the seeded ones."""
    for (line, day), number in last.items():
        session.merge(NumberSeries(line=line, day=day, last=number))
    session.flush()


def _tell_planner(store: Store) -> None:
    """A database that does not know what it holds plans badly."""
    with store.transaction() as session:
        session.connection().execute(text("ANALYZE"))


def _progress(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), disable=quiet)
