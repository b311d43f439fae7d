"""What figures cost: a month of calls read from the ledger and counted, and the queue wall once.

The calls are made up by a seeded random: some waits too long, one in ten given up, twenty seats.
CPU seconds of this process, so that a busy machine does not decide.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlmodel import insert

from callcenter.agents.counting import report
from callcenter.agents.numbers.count import By, Wanted
from callcenter.agents.numbers.periods import COUNTY_TIME, Interval
from callcenter.agents.numbers.wall import Wall, wall_of
from callcenter.facts import (
    AgentMoved,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallOffered,
    CallQueued,
    Line,
    TalkEnded,
    write_fact,
)
from callcenter.store import LedgerRow, Store

CALLS = 30_000
DAYS = 31
SEATS = 20
BEGAN = datetime(2026, 3, 1, tzinfo=COUNTY_TIME)
WALL_CALLS = 3_000  # of one day
MONTH_LIMIT = 15.0  # seconds
WALL_LIMIT = 0.5
WAYS: tuple[tuple[By, Interval], ...] = (("all", "day"), ("queue", "hour"), ("seat", "day"))


def calls(count: int, days: float, began: datetime = BEGAN) -> Iterator[CallFact]:
    """The facts of so many calls."""
    random = Random(1)
    for number in range(count):
        at = began + timedelta(days=random.random() * days)
        line = Line.POLICE if random.random() < 0.1 else Line.SERVICE
        yield from _call(f"n1-{number}.0", line, at, random)


def _call(name: str, line: Line, at: datetime, random: Random) -> Iterator[CallFact]:
    waited, talked = int(random.expovariate(1 / 12)), int(random.expovariate(1 / 120))
    seat = {"seat": f"seat-{random.randrange(SEATS):02}", "seat_leg": f"{name}-seat"}
    number, channel = f"138{random.randrange(10**8):08}", f"PJSIP/trunk-{name}"
    yield CallArrived(
        at=at, call_id=name, line=line, node="n1", caller_number=number, caller_channel=channel
    )
    at += timedelta(seconds=5)
    yield CallQueued(at=at, call_id=name, queue=line, position=1)
    over = at + timedelta(seconds=waited)
    if random.random() < 0.1:
        yield CallAbandoned(at=over, call_id=name, queue=line, waited_seconds=waited)
    else:
        yield CallOffered(at=at, call_id=name, **seat)
        yield CallAnswered(
            at=over, call_id=name, queue=line, seat_channel="", caller_channel=channel,
            waited_seconds=waited, **seat,
        )  # fmt: skip
        over += timedelta(seconds=talked)
        yield TalkEnded(at=over, call_id=name, talked_seconds=talked, **seat)
    yield CallEnded(at=over, call_id=name, cause=16)


def shifts() -> Iterator[AgentMoved]:
    """An agent at each seat all day, who wraps up 20 s every five minutes."""
    for seat in (f"seat-{number:02}" for number in range(SEATS)):
        for number in range(2 * 24 * 12):
            after = "wrap_up" if number % 2 else "ready"
            yield AgentMoved(
                at=BEGAN + timedelta(seconds=number // 2 * 300 + number % 2 * 280),
                agent=f"of-{seat}", number=number + 1, move="", from_state="", to_state=after,
                seat=seat, queues=("12345",), actor="system",
            )  # fmt: skip


def _fill(store: Store) -> None:
    """The ledger as the line would have written it, but at one stroke."""
    rows = [
        {"id": fact.id, "name": fact.fact, "call_id": fact.call_id, "ticket_number": None,
         "at": fact.at, "body": write_fact(fact), "published": True}
        for fact in calls(CALLS, DAYS)
    ]  # fmt: skip
    with store.transaction() as session:
        session.connection().execute(insert(LedgerRow), rows)


def month(store: Store, by: By, interval: Interval) -> float:
    """Seconds to read and count the whole month that way."""
    until = BEGAN + timedelta(days=DAYS)
    wanted = Wanted(BEGAN, until, until, interval, by)

    def count() -> None:
        with store.reading() as session:
            for row in report(session, wanted).rows:
                row.values(wanted.figures)

    return _seconds(count)


def wall() -> float:
    """Seconds to count the wall of a day once."""
    now = BEGAN + timedelta(days=1)
    shown = Wall()
    for fact in calls(WALL_CALLS, 1):
        shown.take(fact)
    for fact in shifts():
        shown.take(fact)
    folded, staff = shown.calls(now), shown.staff(now)
    return _seconds(lambda: wall_of(folded, staff, now))


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    """Measure and print; how many limits were passed."""
    missed = 0
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'ledger.db'}")
        store.prepare()
        _fill(store)
        for by, interval in WAYS:
            took = month(store, by, interval)
            missed += took > MONTH_LIMIT
            told = f"{CALLS} calls of a month, by {by} and {interval}: {took:.1f} s"
            print(f"{told} (limit {MONTH_LIMIT:g})")
        store.close()
    took = wall()
    print(f"queue wall of a day with {WALL_CALLS} calls: {took:.2f} s (limit {WALL_LIMIT})")
    return missed + (took > WALL_LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
