"""The big screen: it is told what it shows, nothing of any citizen's, and stays signed in."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from callcenter.facts import Line
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.people.sessions import Lasting, SignedIn
from callcenter.store import Store
from callcenter.tickets import moving
from callcenter.tickets.finding.overview import overview
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import locked
from tests.browser.site import Site, fixture
from tests.patience import PATIENCE_SECONDS

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)


def lay(store: Store, item: str, *, hours_ago: float, due: float | None = None) -> None:
    """A ticket opened so long ago; with a unit that has until `due` hours after NOW, or closed."""
    at = NOW - timedelta(hours=hours_ago)
    with store.transaction() as session:
        number = open_ticket(session, Line.SERVICE, at=at, actor="seat-01").ticket_number
        ticket = locked(session, number)
        ticket.item, ticket.cell = item, "140728100001001"
        if due is None:
            moving.move(session, number, Move.ANSWER, actor="seat-01", at=at, reason="已答复")
            return
        moving.move(session, number, Move.FILE, actor="seat-01", at=at)
        sent = {"unit": "U1002", "due_at": NOW + timedelta(hours=due)}
        moving.move(session, number, Move.DISPATCH, actor="t", at=at, **sent)


def test_the_countys_cases_in_a_few_numbers(store: Store) -> None:
    lay(store, "113", hours_ago=1, due=-0.5)
    lay(store, "113", hours_ago=2)
    lay(store, "209", hours_ago=20, due=5)
    lay(store, "113", hours_ago=30, due=9)
    with store.reading() as session:
        found = overview(session, NOW, MIDNIGHT)
    assert (found.opened, found.closed, found.open, found.late) == (2, 1, 3, 1)
    assert [(one.item, one.now) for one in found.items] == [("113", 2), ("209", 1)]
    assert found.items[0].usual == pytest.approx(1 / 7)
    assert found.units == [("U1002", 3, 1)]
    assert [(one.cell, one.total, one.late) for one in found.areas] == [("140728100001", 3, 1)]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path, is_closed=True) as site:
        with site.store.transaction() as session:
            accounts.add(session, "wall", Given("大厅", (Role.SCREEN,)), password="", actor="t")
            session.get(Account, "wall").must_change = False
        yield site


async def test_it_is_told_nothing_of_any_citizens(site: Site) -> None:
    told = fixture("words_as_they_come")
    await site.tell(told)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not any(one.transcript for one in site.context.feed.board.calls.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    texts = {line[name] for line in told for name in ("text", "caller_number") if line.get(name)}
    assert texts
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        with site.store.transaction() as session:
            code = sessions.make_code(session, "wall")[0]
        entered = await client.post("/session/code", json={"code": code})
        assert entered.headers["set-cookie"].count(f"Max-Age={400 * 24 * 3600}") == 1
        shown = await client.get("/screen")
        assert shown.status_code == 200
        assert not [text for text in texts if text in shown.text]
        assert "****" not in shown.text
        assert shown.json()["board"]["calls"]
        assert shown.json()["board"]["tickets"] == {}
        assert (await client.get("/screen/cases")).json()["late"] == 0
        for closed in ("/board", "/tickets", "/callbacks", "/numbers"):
            assert (await client.get(closed)).status_code == 403


def test_a_session_that_is_used_goes_on_where_it_may(store: Store) -> None:
    lasting = Lasting()
    with store.transaction() as session:
        account = accounts.add(
            session, "wall", Given("大厅", (Role.SCREEN,)), password="", actor="t"
        )
        token = sessions.begin(session, account, lasting, how="code")
    hashed, later = sessions.hash_of(token), datetime.now(UTC) + timedelta(hours=11)
    with store.transaction() as session:
        sessions.touch(session, hashed, later, lasting.whole)
        assert session.get(SignedIn, hashed).ends_at == later + lasting.whole
        sessions.touch(session, hashed, later + timedelta(minutes=1))
        assert session.get(SignedIn, hashed).ends_at == later + lasting.whole
        idle = later + lasting.idle + timedelta(minutes=2)
        assert sessions.of_hash(session, hashed, lasting, idle) is None
