"""Contract: what needs the store while PostgreSQL is away waits, and then goes on."""

import asyncio

import pytest
from sqlmodel import Session, func, select
from structlog.testing import capture_logs

from callcenter.bus.memory import MemoryBus
from callcenter.facts import CallQueued
from callcenter.flow import Flow
from callcenter.store import LedgerRow, Store
from tests.servers import postgres


def rows(session: Session) -> int:
    return session.exec(select(func.count()).select_from(LedgerRow)).one()


@pytest.mark.parametrize("word", ["take_in", "look"])
async def test_who_takes_in_or_looks_waits_for_the_store(word: str) -> None:
    fact = CallQueued(call_id="n1-1.0", queue="12345", position=1)
    with postgres() as server, capture_logs() as logs:
        store = Store(server.url)
        store.prepare()
        flow: Flow[None] = Flow(store, MemoryBus(), None)
        server.stop()
        asking = flow.take_in([fact], {}) if word == "take_in" else flow.look(rows)
        waiting = asyncio.create_task(asking)
        while len([line for line in logs if line["event"] == "store away, trying again"]) < 6:
            assert not waiting.done()
            await asyncio.sleep(0.01)
        await asyncio.to_thread(server.start)
        assert await waiting == ([fact] if word == "take_in" else 0)
        store.close()
