"""Seeding a database: batch by batch, each a transaction, so that memory stays as it is."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import text
from sqlmodel import Session, select

from callcenter.demo.seed.call import GREETING
from callcenter.demo.seed.county import SeedCounty
from callcenter.demo.seed.shares import Shares
from callcenter.demo.seed.writing import Bulk
from callcenter.demo.seed.year_of_tickets import Plan, SeedTicket, year_of_tickets
from callcenter.errors import ImpossibleMoveError
from callcenter.facts import Fact, LinkWhy, write_fact
from callcenter.ivr.call import Call
from callcenter.store import LedgerRow, Store, settle_all
from callcenter.tickets.calls import TicketCall
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.tables import TicketCaller, TicketWords, place_in_time
from callcenter.tickets.finding.words import kept
from callcenter.tickets.joint import JointUnit
from callcenter.tickets.ticket import NumberSeries, Ticket, TicketStep

BATCH = 2_000  # tickets of a transaction
T = TypeVar("T")


@dataclass
class Seeded:
    """What was written."""

    tickets: int = 0
    steps: int = 0
    facts: int = 0
    seconds: float = 0.0


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
    with store.reading() as session:
        taken = {(one.line, one.day): one.last for one in session.exec(select(NumberSeries))}
    tickets = year_of_tickets(plan, county, shares, taken)
    with _progress(quiet) as progress:
        task = progress.add_task("tickets", total=plan.tickets)
        for batch in _batches(tickets, BATCH):
            with store.transaction() as session:
                _write(session, batch, plan, key, done)
                _keep_numbers(session, batch, taken)
                settle_all(session)
            progress.update(task, completed=done.tickets)
    _tell_planner(store)
    done.seconds = time.perf_counter() - began
    return done


def _write(
    session: Session, batch: list[SeedTicket], plan: Plan, key: CallerKey, done: Seeded
) -> None:
    connection = session.connection()
    rows = [one.row for one in batch]
    Bulk(connection, Ticket, rows[0]).write(rows)
    steps = [line for one in batch for line in one.steps]
    Bulk(connection, TicketStep, steps[0].keys() - {"attachments"}).write(steps)  # all have none
    links = [_opened(one) for one in batch]
    Bulk(connection, TicketCall, links[0]).write(links)
    if joined := [unit for one in batch for unit in one.joined]:
        Bulk(connection, JointUnit, joined[0]).write(joined)
    if plan.calls:
        Bulk(connection, Call, batch[0].call.row).write(one.call.row for one in batch)
    facts = sorted(((fact.at, fact) for one in batch for fact in one.facts), key=_at)
    ledger = Bulk(
        connection,
        LedgerRow,
        ("id", "name", "call_id", "ticket_number", "at", "body", "published"),
    )
    ledger.write(
        {
            "id": fact.id,
            "name": fact.fact,  # type: ignore[attr-defined]
            "call_id": getattr(fact, "call_id", None),
            "ticket_number": getattr(fact, "ticket_number", None),
            "at": at,
            "body": write_fact(fact),
            "published": True,
        }
        for at, fact in facts
    )
    _make_findable(session, batch, key)
    done.tickets += len(batch)
    done.steps += len(steps)
    done.facts += len(facts)


def _opened(one: SeedTicket) -> dict[str, object]:
    """The call that opened the ticket, as `callcenter.tickets.opening` writes it."""
    row, seat = one.row, one.call.row["answered_by"]
    link = {"ticket_number": row["number"], "call_id": row["call_id"], "at": row["opened_at"]}
    return link | {"actor": seat, "why": LinkWhy.OPENED}


def _make_findable(session: Session, batch: list[SeedTicket], key: CallerKey) -> None:
    """What `callcenter.tickets.finding.filling` would have kept."""
    connection = session.connection()
    words = [
        {
            "id": place_in_time(one.row["opened_at"], one.row["number"]),
            "ticket_number": one.row["number"],
            "words": kept(_texts(one)),
        }
        for one in batch
    ]
    Bulk(connection, TicketWords, words[0]).write(words)
    callers = [
        {"caller": key.hash(one.caller), "ticket_number": one.row["number"]} for one in batch
    ]
    Bulk(connection, TicketCaller, callers[0]).write(callers)


def _texts(one: SeedTicket) -> Iterator[str]:
    yield from (GREETING, one.text)
    yield from (one.row["place"], one.row["cell_name"], one.row["item_name"])
    yield from (line["reason"] for line in one.steps)


def _keep_numbers(
    session: Session, batch: list[SeedTicket], taken: dict[tuple[str, str], int]
) -> None:
    """The next real ticket of a day goes on behind the seeded ones."""
    for line, day in {tuple(one.row["number"].split("-")[:2]) for one in batch}:
        session.merge(NumberSeries(line=line, day=day, last=taken[line, day]))


def _tell_planner(store: Store) -> None:
    """A database that does not know what it holds plans badly."""
    with store.transaction() as session:
        session.connection().execute(text("ANALYZE"))


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    walked = iter(things)
    while batch := list(islice(walked, size)):
        yield batch


def _at(timed: tuple[datetime, Fact]) -> datetime:
    return timed[0]


def _progress(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), disable=quiet)
