"""Kill -9 at random moments during a thousand moves and the notices they lead to.

    python -m bench.notices [--tickets N] [--seed S] [--url postgresql://...]

A worker moves tickets from draft to closed and sends what is owed, to a gateway and a mail server
outside our border that fail in every way they can; again and again it is killed and another takes
its place. In the end every history must be whole, nothing may be stuck, and nothing may have
reached anybody twice.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session, col, func, select

from bench.fake_gateway import FakeGateway, Seen
from callcenter.facts import Line, TicketMoved
from callcenter.ivr.call import Call
from callcenter.settings import ROOT
from callcenter.store import LedgerRow, Parked, Store, record
from callcenter.tickets.notices.rows import Notice, NoticeState, NoticeTry
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket, TicketStep

WALK = ["open", "file", "dispatch", "accept", "urge", "report", "verify", "close"]
OWED = 8  # filed 1, dispatched 2, urged 4 (two ports of the unit, two of the dispatcher), result 1
FIRST_WINDOW = 2.5  # seconds within which a worker is killed
MOST_IDLE = 12  # workers in a row that change nothing: stuck
UNIT = "U1000"  # what is unclear goes there
BOOK = """
[port.sms]
url = "http://127.0.0.1:{http}/sms"
body = {{ to = "{{address}}", text = "{{text}}", id = "{{key}}" }}
{pauses}
[port.webhook]
{pauses}
[port.email]
host = "127.0.0.1"
port = {smtp}
security = "none"
sender = "hotline@county.example"
{pauses}
[contact.{unit}]
sms = "13900000000"
email = "unit@county.example"
[contact.dispatcher]
webhook = "http://127.0.0.1:{http}/hook"
email = "dispatcher@county.example"
"""
PAUSES = "attempts = 20\npause_seconds = 0.05\nlongest_pause_seconds = 0.2\ntimeout_seconds = 0.4"


@dataclass
class Run:
    """What a run came to."""

    moves: int = 0
    kills: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


async def run(folder: Path, url: str, tickets: int, seed: int, trouble: float = 0.15) -> Run:
    """One run.

    Args:
        folder: Empty; the worker's.
        url: Of an empty database.
        tickets: Each goes eight moves.
        seed: Of kills and trouble.
        trouble: The share of requests that go wrong outside.
    """
    began, told = time.monotonic(), Run()
    store = Store(url)
    store.prepare()
    _fill(store, tickets)
    async with FakeGateway(seed, trouble, slow_seconds=1.0) as gateway:
        book = _book(folder, gateway)
        await _kill_until_done(folder, url, book, store, random.Random(seed), told)
        _look(store, gateway.seen, tickets, told)
    store.close()
    told.seconds = time.monotonic() - began
    return told


def _fill(store: Store, tickets: int) -> None:
    """Drafts, each of a caller of its own."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        for index in range(tickets):
            call = Call(
                id=f"n1-{index}.0",
                line=Line.SERVICE,
                node="n1",
                caller_number=f"138{index:08}",
                arrived_at=now,
            )
            session.add(call)
            session.flush()
            for fact in open_draft(session, call.id, Line.SERVICE, at=now, actor="seat-01"):
                record(session, fact)


def _book(folder: Path, gateway: FakeGateway) -> Path:
    words = (ROOT / "data" / "demo-county" / "notices.toml").read_text("utf-8")
    subject, template = words.index("[subject]"), words.index("[template.")
    ports = BOOK.format(http=gateway.http_port, smtp=gateway.smtp_port, pauses=PAUSES, unit=UNIT)
    path = folder / "notices.toml"
    subjects = words[subject : words.index("# ---", subject)]
    path.write_text(subjects + ports + words[template:], "utf-8")
    return path


async def _kill_until_done(
    folder: Path, url: str, book: Path, store: Store, dice: random.Random, told: Run
) -> None:
    """Begin a worker, kill it, begin another, until all is done or nothing goes on any more."""
    nursery = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.notices_worker", str(folder / "var"), url, str(book),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        cwd=ROOT, env={**os.environ, "CALLCENTER_LOG": "critical"},
    )  # fmt: skip
    assert nursery.stdin
    assert nursery.stdout
    window, idle, before = FIRST_WINDOW, 0, (0, 0)
    try:
        while idle < MOST_IDLE:
            nursery.stdin.write(b"go\n")
            said = [(await nursery.stdout.readline()).strip() for _ in range(2)]  # in any order
            pid = int(next(line for line in said if line.isdigit()))
            await asyncio.sleep(dice.uniform(0.05, window))
            os.kill(pid, signal.SIGKILL)
            await nursery.stdout.readline()
            told.kills += 1
            now = await asyncio.to_thread(_progress, store)
            if now[1] == 0:
                return
            idle = idle + 1 if now == before else 0
            window, before = FIRST_WINDOW * (1 + idle), now  # a busy machine needs longer
        told.faults.append(f"{now[1]} tickets, facts or notices are stuck")
    finally:
        nursery.kill()
        await nursery.wait()


def _progress(store: Store) -> tuple[int, int]:
    """Moves made; and what is still to be done: open tickets, unpublished facts, open notices."""
    with store.reading() as session:
        moves = _count(session, select(func.count()).select_from(TicketStep))
        still = select(func.count()).select_from(Ticket).where(col(Ticket.step) != Step.CLOSED)
        facts = select(func.count()).select_from(LedgerRow).where(~col(LedgerRow.published))
        open_ = col(Notice.state).in_([NoticeState.DUE, NoticeState.SENDING])
        notices = select(func.count()).select_from(Notice).where(open_)
        closing = select(func.count()).select_from(Notice).where(Notice.occasion == "result")
        tickets = _count(session, select(func.count()).select_from(Ticket))
        left = [_count(session, query) for query in (still, facts, notices)]
        return moves, sum(left) + tickets - _count(session, closing)


def _count(session: Session, query: object) -> int:
    return int(session.exec(query).one())  # type: ignore[call-overload]


def _look(store: Store, seen: Seen, tickets: int, told: Run) -> None:
    with store.reading() as session:
        told.moves = _count(session, select(func.count()).select_from(TicketStep))
        notices = list(session.exec(select(Notice)))
        told.states = Counter(notice.state.value for notice in notices)
        told.faults += _history_faults(session, tickets)
        told.faults += _notice_faults(notices, tickets, seen)
        tries = Counter(session.exec(select(NoticeTry.notice_id)))
        told.faults += [
            f"notice {n.id} has {tries[n.id]} tries, not {n.attempts}"
            for n in notices
            if tries[n.id] != n.attempts
        ]


def _history_faults(session: Session, tickets: int) -> Iterator[str]:
    steps: dict[str, list[TicketStep]] = {}
    walked = select(TicketStep).order_by(col(TicketStep.ticket_number), col(TicketStep.number))
    for step in session.exec(walked):
        steps.setdefault(step.ticket_number, []).append(step)
    if len(steps) != tickets:
        yield f"{len(steps)} tickets have a history, not {tickets}"
    ledger = set(session.exec(select(LedgerRow.id).where(LedgerRow.name == "ticket_moved")))
    facts = {TicketMoved(**step.model_dump()).id for one in steps.values() for step in one}
    if facts != ledger:
        yield f"{len(facts ^ ledger)} steps stand in the ledger or in a history and not in both"
    for number, history in steps.items():
        if [step.move.value for step in history] != WALK:
            yield f"{number} walked {[step.move.value for step in history]}"
        if [step.number for step in history] != list(range(1, len(history) + 1)):
            yield f"{number} has a gap in its history"
    for parked in session.exec(select(Parked)):
        yield f"{parked.handler} gave up with {parked.error}"


def _notice_faults(notices: list[Notice], tickets: int, seen: Seen) -> Iterator[str]:
    if len(notices) != tickets * OWED:
        yield f"{len(notices)} notices were owed, not {tickets * OWED}"
    twice = [keys for keys in seen.keys.values() if len(keys) > 1]
    yield from (f"one text reached one number under the keys {sorted(keys)}" for keys in twice)
    letters = [key for key, times in seen.letters.items() if times > 1]
    yield from (f"letter {key} was delivered {seen.letters[key]} times" for key in letters)
    arrived = {*seen.delivered, *seen.letters}
    unowed = arrived - {notice.id for notice in notices}
    yield from (f"{key} was delivered and nobody owed it" for key in unowed)
    for notice in notices:
        if fault := _wrongly_called(notice, notice.id in arrived):
            yield f"{notice.port} {notice.id} {fault}"


def _wrongly_called(notice: Notice, arrived: bool) -> str:
    if notice.state in (NoticeState.DUE, NoticeState.SENDING):
        return f"is stuck: {notice.state}"
    if notice.state is NoticeState.SENT and not arrived:
        return "is called sent and never arrived"
    if notice.state is NoticeState.FAILED and arrived:
        return "is called failed and arrived"
    return ""


def main(arguments: list[str] | None = None) -> int:
    """Run it as told, by the command line or here; 0 where nothing was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tickets", type=int, default=125, help="eight moves each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", default="", help="of an empty database; else SQLite")
    given = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{folder}/store.db"
        told = asyncio.run(run(Path(folder), url, given.tickets, given.seed))
    states = ", ".join(f"{count} {state}" for state, count in sorted(told.states.items()))
    print(f"  {told.moves} moves, {told.kills} kills, {told.seconds:.0f} s; notices: {states}")
    for fault in told.faults[:20]:
        print(f"  FAULT {fault}")
    print("  nothing twice, nothing stuck, histories whole" if not told.faults else "  FAILED")
    return bool(told.faults)


if __name__ == "__main__":
    raise SystemExit(main())
