"""The seat's own feed: its call whole, everybody else's not at all; and what is its to do."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import websockets
from sqlmodel import Session

from callcenter.agents.agent import Agent, AgentState
from callcenter.api import live
from callcenter.api.board import Board, apply
from callcenter.api.seat_view import seat_now
from callcenter.facts import (
    AgentMoved,
    CallClassified,
    DuplicateOffer,
    DuplicatesProposed,
    Fact,
    PartialHeard,
    Side,
    UtteranceHeard,
)
from callcenter.people.roles import Role
from callcenter.tickets.finding import filling
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.opening import open_draft
from callcenter.tickets.ticket import known
from tests.calls import ACall
from tests.contract.test_rights import Center
from tests.patience import PATIENCE_SECONDS

MINE, OTHER = "seat-01", "seat-02"
CALLER = "13800000001"
LATER = datetime.now(UTC)  # than every call of tests/calls.py

T = TypeVar("T")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Center]:
    async with Center(tmp_path, is_closed=True) as site:
        for name in ("li", "wang"):
            site.add(name, Role.SEAT)
        yield site


def signed_in(name: str, seat: str, number: int = 2, at: datetime | None = None) -> AgentMoved:
    return AgentMoved(
        at=at or datetime(2026, 3, 2, 1, tzinfo=UTC), agent=name, number=number, move="sign_in",
        from_state="signed_out", to_state="ready", seat=seat, queues=("12345",), actor=name,
    )  # fmt: skip


async def write(site: Center, run: Callable[[Session], T]) -> T:
    """Not on the loop: the relay may hold the database, and wait for the loop to publish."""

    def written() -> T:
        with site.store.transaction() as session:
            return run(session)

    return await asyncio.to_thread(written)


async def sit(site: Center, name: str, seat: str) -> None:
    there = Agent(name=name, display_name=name, state=AgentState.READY, seat=seat, since=LATER)
    await write(site, lambda session: session.add(there))
    await site.state(signed_in(name, seat))


async def play(site: Center, call: ACall) -> None:
    """The call's facts and its row, as the line folds it: who is told of one finds the other."""
    await site.play(*call.facts)


class Page:
    """What a seat's page knows: each part as the newest message tells it."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket, self.number, self.parts = socket, 0, dict[str, Any]()

    async def hear(self) -> dict[str, Any]:
        said = await asyncio.wait_for(self.socket.recv(), PATIENCE_SECONDS)
        message: dict[str, Any] = json.loads(said)
        self.number += 1
        assert message.pop("n") == self.number
        self.parts |= message
        return message

    async def until(self, part: str, holds: Any) -> Any:
        while part not in self.parts or not holds(self.parts[part]):
            await self.hear()
        return self.parts[part]


def opened(site: Center, name: str) -> websockets.connect:
    shown = {"Authorization": f"Bearer {site.token(name)}"}
    address = f"ws://{site.host}/api/v1/seat/live"
    return websockets.connect(
        address, additional_headers=shown, max_size=None, open_timeout=PATIENCE_SECONDS
    )


async def test_the_call_at_the_seat_is_told_from_the_ring_to_the_end(site: Center) -> None:
    await sit(site, "li", MINE)
    call = ACall("7", caller=CALLER).queued(after=2)
    async with opened(site, "li") as socket:
        page = Page(socket)
        first = await page.hear()
        assert set(first) == {"agent", "call", "words", "speaking", "tickets", "now"}
        assert (first["agent"]["seat"], first["call"]) == (MINE, None)
        call.offered(MINE)
        await play(site, call)
        ringing = await page.until("call", lambda told: told is not None)
        assert (ringing["state"], ringing["line"]) == ("ringing", "12345")
        caller = await page.until("caller", bool)
        assert (caller["number"], caller["earlier"]) == (CALLER, [])
        call.answered(MINE, 3)
        await play(site, call)
        await page.until("call", lambda told: told["state"] == "talking")
        await site.bus.mention(PartialHeard(call_id=call.id, side=Side.CITIZEN, text="路灯"))
        assert (await page.until("speaking", bool))["citizen"]["text"] == "路灯"
        await site.state(*await said(site, call))
        tickets = await page.until("tickets", lambda told: told and told[0]["duplicates"])
        assert (tickets[0]["category"]["item"], page.parts["speaking"]) == ("113", {})
        assert [line["text"] for line in page.parts["words"]] == ["南大街路灯坏了"]
        await play(site, call.then(60).ended())
        over = await page.until("call", lambda told: told["state"] == "ended")
        assert over["mine"]["seat"] == MINE
    async with site.asks("li") as client:
        told = (await client.get("seat")).json()
    assert told == {key: value for key, value in page.parts.items() if key != "now"}
    assert [line["actor"] for line in site.audited("seat_opened")] == ["li"]


async def said(site: Center, call: ACall) -> list[Fact]:
    """Words of the citizen, what they speak for, and what may be the same matter."""
    now = datetime.now(UTC) + timedelta(seconds=1)
    (draft,) = await write(
        site, lambda session: open_draft(session, call.id, call.line, at=now, actor="pipeline")
    )
    of_ticket = {"at": now, "call_id": call.id, "ticket_number": draft.ticket_number}
    offer = DuplicateOffer(
        ticket_number="12345-20260301-0004", score=80.0, item="113", item_name="市容市政",
        place="南大街", cell_name="第1网格", step="filed", opened_at=now, closed_at=None, why=(),
    )  # fmt: skip
    return [
        draft,
        UtteranceHeard(
            at=now, call_id=call.id, side=Side.CITIZEN, source="live", index=0, start_ms=0,
            end_ms=2000, text="南大街路灯坏了",
        ),
        CallClassified(
            revision=1, item="113", item_name="市容市政", score=3.0, call_kind="投诉",
            urgency="ordinary", **of_ticket,
        ),
        DuplicatesProposed(revision=2, offers=(offer,), **of_ticket),
    ]  # fmt: skip


async def test_of_anothers_call_nothing_is_told(
    site: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.2)
    await sit(site, "li", MINE)
    await sit(site, "wang", OTHER)
    call = ACall("8", caller=CALLER).queued(after=2).answered(OTHER, 3)
    async with opened(site, "li") as mine, opened(site, "wang") as others:
        page, other = Page(mine), Page(others)
        await page.hear()
        await play(site, call)
        await site.state(*await said(site, call))
        await other.until("tickets", lambda told: told and told[0]["duplicates"])
        assert (await other.until("caller", bool))["number"] == CALLER
        heard = [await page.hear() for _ in range(3)]  # beats, and nothing before them
    assert [set(message) for message in heard] == [{"now"}] * 3


async def test_earlier_tickets_of_the_number_are_told_and_not_this_calls_own(site: Center) -> None:
    await sit(site, "li", MINE)
    before = await asyncio.to_thread(site.open, "n1-1.0", item_name="水电气暖", step="closed")
    key = CallerKey.of(site.settings)
    call = ACall("9", caller=CALLER).queued(after=2).answered(MINE, 3)
    await play(site, call)
    own = await asyncio.to_thread(site.open, call.id)

    def fill(session: Session) -> None:
        for number in (before, own):
            filling.fill(session, known(session, number), said=[], callers=[CALLER], key=key)

    await write(site, fill)
    async with site.asks("li") as client:
        caller = (await client.get("seat")).json()["caller"]
    assert [(one["number"], one["closed"]) for one in caller["earlier"]] == [(before, True)]


async def test_what_the_seat_began_is_its_to_do(site: Center) -> None:
    await sit(site, "li", MINE)
    await sit(site, "wang", OTHER)
    calls = [ACall(name).queued(after=2).answered(MINE, 3) for name in ("1", "2")]
    for call in calls:
        await play(site, call)
    draft, filed = [await asyncio.to_thread(site.open, call.id) for call in calls]
    async with site.asks("li") as client:
        assert (await client.post(f"tickets/{filed}/moves", json={"move": "file"})).is_success
        told = (await client.get("seat/mine")).json()
    assert [one["number"] for one in told["drafts"]] == [draft]
    assert [one["number"] for one in told["cases"]] == [filed]
    async with site.asks("wang") as client:
        assert (await client.get("seat/mine")).json() == {"drafts": [], "cases": []}


def folded(*facts: Fact) -> Board:
    board = Board()
    for fact in facts:
        board = apply(board, fact)
    return board


def test_who_sits_down_later_is_not_shown_the_call_of_who_sat_there_before() -> None:
    call = ACall("7").queued(after=2).answered(MINE, 3).parted(MINE, 60)
    board = folded(*call.facts, signed_in("li", MINE))
    before, after = call.facts[0].at, call.facts[-1].at
    shown = seat_now(board, "li", before).call
    assert shown
    assert shown.mine == board.calls[call.id].talks[f"{call.id}-{MINE}"]
    assert seat_now(board, "li", after).call is None
    assert seat_now(board, "li", None).call is None


def test_the_call_that_goes_on_comes_before_one_that_rings_and_one_that_is_over() -> None:
    old = ACall("1").queued(after=2).answered(MINE, 3).parted(MINE, 60)
    rings = ACall("2", began=90).queued().offered(MINE)
    talks = ACall("3", began=95).queued().answered(MINE, 3)
    sat, since = signed_in("li", MINE), old.facts[0].at
    order = [(old, "n1-1.0"), (rings, "n1-2.0"), (talks, "n1-3.0")]
    facts: list[Fact] = [sat]
    for call, shown in order:
        facts += call.facts
        told = seat_now(folded(*facts), "li", since).call
        assert told
        assert told.call_id == shown
