"""Parts of the year -> rows ready to be written, in this process or in others beside it."""

import gc
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from callcenter.demo.seed.call import GREETING
from callcenter.demo.seed.county import SeedCounty
from callcenter.demo.seed.shares import Shares
from callcenter.demo.seed.writing import Form, Packed, Row, dialect_of
from callcenter.demo.seed.year_of_tickets import Part, Plan, SeedTicket, parts_of, tickets_of
from callcenter.errors import CallCenterError
from callcenter.facts import Fact, LinkWhy, write_fact
from callcenter.ivr.call import Call
from callcenter.store import LedgerRow
from callcenter.tickets.calls import TicketCall
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.tables import TicketCaller, TicketWords, place_in_time
from callcenter.tickets.finding.words import joined, pieces_of
from callcenter.tickets.joint import JointUnit
from callcenter.tickets.ticket import Ticket, TicketStep

BATCH = 2_000  # tickets that are made, and lie in memory, at a time
FEWEST_ALONE = 4_000  # tickets for which starting other processes does not pay
LEDGER = ("id", "name", "call_id", "ticket_number", "at", "body", "published")
KNOWN_TEXTS = 20_000  # places, items and reasons, of which the pieces are found once


class SeedBrokenError(CallCenterError):
    """A process beside this one ended before its tickets were made."""

    code = "seed_broken"


Tables = list[tuple[type, Sequence[Row]]]
_known = lru_cache(KNOWN_TEXTS)(pieces_of)
_made_by: list["Maker"] = []  # in another process: given once, and not with each batch


@dataclass(frozen=True, slots=True)
class Made:
    """Some tickets with all that belongs to them, in the order in which it is written."""

    packed: list[Packed]
    last: dict[tuple[str, str], int]  # the last running number of each (line, day)
    tickets: int
    steps: int
    facts: int


@dataclass
class Maker:
    """What making needs beside the parts; goes to other processes whole."""

    plan: Plan
    county: SeedCounty
    shares: Shares
    key: CallerKey
    database: str  # "sqlite" or "postgresql"

    def make(self, parts: Iterable[Part]) -> Made:
        """The rows of these parts."""
        some = [
            one
            for part in parts
            for one in tickets_of(part, BATCH, self.plan, self.county, self.shares)
        ]
        dialect = dialect_of(self.database)
        facts = _facts(some)
        packed = [
            Form(dialect, model, _named(model, rows[0])).pack(rows)
            for model, rows in _tables(some, self.key, calls=self.plan.calls)
            if rows
        ]
        packed.append(Form(dialect, LedgerRow, LEDGER).pack_columns([*zip(*facts, strict=True)]))
        last: dict[tuple[str, str], int] = {}
        for one in some:
            line, day, running = one.row["number"].split("-")
            last[line, day] = max(int(running), last.get((line, day), 0))
        return Made(packed, last, len(some), sum(len(one.steps) for one in some), len(facts))


def made(maker: Maker, taken: dict[tuple[str, str], int]) -> Iterator[Made]:
    """The whole year, batch by batch in its order, by as many processes as there are processors.

    Args:
        maker: What the year is made of.
        taken: The last running number of (line, day) where there is one.
    """
    batches = _batches(parts_of(maker.plan, maker.shares, taken, BATCH))
    if maker.plan.tickets < FEWEST_ALONE:
        yield from map(maker.make, batches)
        return
    try:
        yield from _by_others(maker, batches)
    except BrokenProcessPool as error:
        told = "a process that makes tickets ended at once, and nothing was written"
        remedy = "its own words stand above; is there memory enough, is Python whole?"
        raise SeedBrokenError(f"{told}: {remedy}") from error


def _by_others(maker: Maker, batches: Iterator[list[Part]]) -> Iterator[Made]:
    others = os.cpu_count() or 1
    spawn = get_context("spawn")  # a fork would take threads' locks along
    with TemporaryDirectory() as folder:
        # not given as an argument: Popen would wait for ever for one that died to read so much
        kept = Path(folder) / "maker"
        kept.write_bytes(pickle.dumps(maker))
        with ProcessPoolExecutor(others, spawn, _begin, (kept,)) as pool:
            waiting: deque[Future[Made]] = deque()
            for batch in batches:
                waiting.append(pool.submit(_make, batch))
                if len(waiting) > 2 * others:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


def _begin(kept: Path) -> None:
    gc.disable()  # rows and facts hold no circles; looking for some takes a third of the time
    _made_by.append(pickle.loads(kept.read_bytes()))  # noqa: S301  # our own, of a moment ago


def _make(parts: list[Part]) -> Made:
    return _made_by[0].make(parts)


def _batches(parts: Iterator[Part]) -> Iterator[list[Part]]:
    """Neighbouring parts, together about a batch."""
    batch: list[Part] = []
    tickets = 0
    for part in parts:
        batch.append(part)
        tickets += min(BATCH, part.count - part.start)
        if tickets >= BATCH:
            yield batch
            batch, tickets = [], 0
    if batch:
        yield batch


def _named(model: type, row: Row) -> Iterable[str]:
    return row.keys() - {"attachments"} if model is TicketStep else row  # all have none


def _tables(some: list[SeedTicket], key: CallerKey, *, calls: bool) -> Tables:
    words = [
        {
            "id": place_in_time(one.row["opened_at"], one.row["number"]),
            "ticket_number": one.row["number"],
            "words": joined((pieces_of(one.text), *map(_known, _texts(one)))),
        }
        for one in some
    ]
    callers = [{"caller": key.hash(one.caller), "ticket_number": one.row["number"]} for one in some]
    return [
        (Ticket, [one.row for one in some]),
        (TicketStep, [line for one in some for line in one.steps]),
        (TicketCall, [_opened(one) for one in some]),
        (JointUnit, [unit for one in some for unit in one.joined]),
        (Call, [one.call.row for one in some] if calls else []),
        (TicketWords, words),
        (TicketCaller, callers),
    ]


def _facts(some: list[SeedTicket]) -> list[tuple[Any, ...]]:
    """Rows of the ledger, their values as in LEDGER."""
    facts = sorted((fact for one in some for fact in one.facts), key=_at)
    return [
        (
            fact.id_hex,
            fact.fact,  # type: ignore[attr-defined]  # every member of AnyFact has it
            getattr(fact, "call_id", None),
            getattr(fact, "ticket_number", None),
            fact.at,
            write_fact(fact),
            True,
        )
        for fact in facts
    ]


def _opened(one: SeedTicket) -> Row:
    """The call that opened the ticket, as `callcenter.tickets.opening` writes it."""
    row, seat = one.row, one.call.row["answered_by"]
    link = {"ticket_number": row["number"], "call_id": row["call_id"], "at": row["opened_at"]}
    return link | {"actor": seat, "why": LinkWhy.OPENED}


def _texts(one: SeedTicket) -> Iterator[str]:
    """What `callcenter.tickets.finding.filling` would have kept, beside what was said."""
    yield GREETING
    yield from (one.row["place"], one.row["cell_name"], one.row["item_name"])
    yield from (line["reason"] for line in one.steps)


def _at(fact: Fact) -> datetime:
    return fact.at
