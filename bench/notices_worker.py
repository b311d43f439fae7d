"""A worker that is killed: it moves tickets, and does and sends what follows, until all are closed.

    python -m bench.notices_worker VAR_DIR DATABASE_URL NOTICES_FILE

Each line on standard input begins one, which prints "ready" and works on from wherever the one
before it died.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlmodel import Session, col, select

from callcenter.bus.memory import MemoryBus
from callcenter.errors import ImpossibleMoveError
from callcenter.facts import TicketMoved
from callcenter.flow import Flow
from callcenter.logs import set_up_logs
from callcenter.pipeline import WORK, Site, load_site
from callcenter.roles.notice_ports import WRITTEN, written_ports
from callcenter.roles.notices import NoticesRole
from callcenter.settings import Settings
from callcenter.store import Store
from callcenter.tickets import moving
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket

LEASE = timedelta(seconds=2)  # short, so that a death is noticed within the run
SECRET = "a secret of twenty-four characters"
NEXT = {  # FILED goes on by itself: the pipeline dispatches it
    Step.DRAFT: Move.FILE,
    Step.DISPATCHED: Move.ACCEPT,
    Step.HANDLING: Move.REPORT,
    Step.REPORTED: Move.VERIFY,
    Step.VERIFIED: Move.CLOSE,
}


def nursery(var_dir: str, url: str, notices_file: str) -> None:
    """Load everything once; for each line of standard input begin a worker, and say its end.

    A worker is a fork: it starts as if it had loaded all of it itself, only sooner.
    """
    settings = Settings(
        var_dir=Path(var_dir),
        database_url=url,
        notices_file=Path(notices_file),
        notices_send=True,
        notice_webhook_secret=SECRET,
    )
    set_up_logs()  # to standard error: standard output speaks with whoever kills us
    site = load_site(settings)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(work(site))
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("dead", flush=True)


async def work(site: Site) -> None:
    """Work until killed."""
    store = Store(site.settings.database)
    bus = MemoryBus()
    flow = Flow(store, bus, site)
    await bus.join("work")
    await flow.republish(WORK)  # as the composition root does after a death
    async with httpx.AsyncClient() as client, asyncio.TaskGroup() as tasks:
        ports = written_ports(site.settings, site.notices, client)
        tasks.create_task(flow.relay())
        tasks.create_task(flow.work("work", WORK))
        tasks.create_task(NoticesRole(flow, WRITTEN, ports, lease=LEASE).run())
        tasks.create_task(_move_all(flow))
        print("ready", flush=True)


async def _move_all(flow: Flow[Site]) -> None:
    """Each ticket one step on, again and again."""
    while True:
        for number in await flow.look(_open):
            try:
                await flow.command(lambda session, number=number: _step(session, number))
            except ImpossibleMoveError:
                continue
        await asyncio.sleep(0.02)


def _open(session: Session) -> list[str]:
    query = select(Ticket.number).where(col(Ticket.step).in_(list(NEXT)))
    return list(session.exec(query.order_by(col(Ticket.number))))


def _step(session: Session, number: str) -> Iterator[TicketMoved]:
    ticket = session.get_one(Ticket, number)
    move = NEXT[ticket.step]
    if ticket.step is Step.HANDLING and not ticket.urged:
        move = Move.URGE
    yield moving.move(
        session, number, move, actor="worker", reason="无人评价", at=datetime.now(UTC)
    )


if __name__ == "__main__":
    nursery(*sys.argv[1:])
