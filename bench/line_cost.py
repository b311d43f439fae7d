"""What a call costs our process beside Asterisk: its facts taken in, published, worked on, shown.

`python -m bench.line_cost` lets `--calls` ordinary calls go by, ten at a time: answered out of the
queue, talked, hung up, with what seats and recordings tell beside them. Processor time of this
process, so that a busy machine does not decide, and its ratio to the limit: the same facts written
one by one, each in a transaction, by the database's own driver.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, func, select

from callcenter.agents.seats import open_names
from callcenter.api.feed import Feed
from callcenter.bus import open_bus
from callcenter.facts import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallOffered,
    CallQueued,
    Fact,
    Line,
    RecordingStored,
    SeatSeen,
    Side,
    TalkEnded,
    write_fact,
)
from callcenter.flow import Flow
from callcenter.pipeline import LINE, WORK, Site, load_site
from callcenter.roles.seating import set_up_seats
from callcenter.settings import Settings
from callcenter.store import Claim, LedgerRow, Store

AT_ONCE = 10
WORK_GROUP = "work"
POLL_SECONDS = 0.1
LIMIT = 60.0  # times the bare writing of the same facts


def facts_of(name: str, seat: str, at: datetime) -> list[Fact]:
    """One call as Asterisk and the recorder tell it, in order."""

    def after(seconds: float) -> datetime:
        return at + timedelta(seconds=seconds)

    def seen(status: str, seconds: float) -> SeatSeen:
        told = {"seat": seat, "node": "n1", "status": status, "paused": False, "queue": "q12345"}
        return SeatSeen.model_validate({"at": after(seconds), **told})

    leg, caller = f"{name}-seat", f"PJSIP/trunk-{name}"
    channel = f"PJSIP/{seat}-{name}"
    stored = {"call_id": name, "sha256": "0" * 64, "seconds": 9.0, "talk_seconds": 9.0}
    return [
        CallArrived(
            at=at,
            call_id=name,
            line=Line.SERVICE,
            node="n1",
            caller_number=f"138{hash(name) % 10**8:08}",
            caller_channel=caller,
        ),
        CallQueued(at=after(4), call_id=name, queue="q12345", position=1),
        CallOffered(at=after(4.1), call_id=name, seat=seat, seat_leg=leg),
        seen("ringing", 4.2),
        CallAnswered(
            at=after(5),
            call_id=name,
            queue="q12345",
            seat=seat,
            seat_leg=leg,
            seat_channel=channel,
            caller_channel=caller,
            waited_seconds=1.0,
        ),
        seen("in_use", 5.1),
        TalkEnded(at=after(14), call_id=name, seat=seat, seat_leg=leg, talked_seconds=9.0),
        CallEnded(at=after(14.1), call_id=name, cause=16),
        seen("idle", 14.2),
        *(
            RecordingStored.model_validate(
                stored | {"at": after(15), "side": side, "path": f"{name}-{side}", "complete": True}
            )
            for side in Side
        ),
    ]


def stream(calls: int, seats: Sequence[str]) -> Iterator[Fact]:
    """The facts of so many calls, those of AT_ONCE calls in turn."""
    began = datetime.now(UTC) - timedelta(days=1)
    for first in range(0, calls, AT_ONCE):
        told = [
            facts_of(
                f"n1-{n}.0", seats[n % len(seats)], began + timedelta(seconds=2 * first + n / 7)
            )
            for n in range(first, min(first + AT_ONCE, calls))
        ]
        yield from (fact for step in zip(*told, strict=True) for fact in step)


async def ours(calls: int, folder: Path) -> tuple[float, list[Fact]]:
    """Processor seconds of all of it, and the facts that were told."""
    settings = Settings(var_dir=folder)
    store = Store(settings.database)
    store.prepare()
    bus = open_bus("memory://")
    site = load_site(settings)
    flow: Flow[Site] = Flow(store, bus, site)
    await flow.command(lambda session: set_up_seats(session, settings))
    with store.reading() as session:
        seats = open_names(session)
    told = list(stream(calls, seats))
    feed = Feed(store, bus)
    await bus.join(WORK_GROUP)
    tasks = [
        asyncio.create_task(running)
        for running in (flow.relay(), flow.work(WORK_GROUP, WORK), feed.run())
    ]
    await feed.ready.wait()
    began = time.process_time()
    for fact in told:
        await flow.take_in([fact], LINE)
    await _quiet(flow)
    spent = time.process_time() - began
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await bus.close()
    store.close()
    return spent, told


async def _quiet(flow: Flow[Site]) -> None:
    """Until all is published, and worked on once by each handler."""
    handlers = {fact.model_fields["fact"].default: len(table) for fact, table in WORK.items()}
    named, published = col(LedgerRow.name), col(LedgerRow.published)
    counted = select(named, published, func.count()).group_by(named, published)
    while True:
        with flow.store.reading() as session:
            rows = session.exec(counted).all()
            done = session.exec(select(func.count()).select_from(Claim)).one()
        owed = sum(count * handlers.get(name, 0) for name, _, count in rows)
        if done == owed and all(is_published for _, is_published, _ in rows):
            return
        await asyncio.sleep(POLL_SECONDS)


def bare(told: Sequence[Fact], folder: Path) -> float:
    """Processor seconds of writing the facts into a like table, one transaction each."""
    file = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("CREATE TABLE ledger (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, body TEXT)")
    began = time.process_time()
    for fact in told:
        file.execute("BEGIN IMMEDIATE")
        row = (str(fact.id), write_fact(fact))
        file.execute("INSERT INTO ledger (id, body) VALUES (?, ?)", row)
        file.execute("COMMIT")
    spent = time.process_time() - began
    file.close()
    return spent


def main() -> int:
    """Measure in a folder of its own; 1 where it is over the limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.line_cost")
    parser.add_argument("--calls", type=int, default=300)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory(prefix="line-cost-") as folder:
        spent, told = asyncio.run(ours(calls, Path(folder) / "var"))
        limit = bare(told, Path(folder))
    each, ratio = 1000 * spent / calls, spent / limit
    print(f"{calls} calls, {len(told) / calls:g} facts each, told and worked on")
    print(f"ours  {each:6.2f} ms of processor time a call")
    print(f"bare  {1000 * limit / calls:6.2f} ms to write the same facts: {ratio:.1f} times")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
