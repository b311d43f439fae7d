"""The live page's WebSocket and the HTTP API, on a real server over each store and bus."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from structlog.testing import capture_logs

from callcenter.api import feed, live
from callcenter.api.board import Board, apply
from callcenter.api.web import listen
from callcenter.errors import CannotStartError
from callcenter.facts import CallbackDue, PartialHeard, SeatSeen, Side, read_fact
from callcenter.ivr.call import refold
from callcenter.ivr.callback import open_task
from callcenter.store import record
from callcenter.tickets.opening import open_draft
from tests.browser.site import Site, fixture
from tests.patience import PATIENCE_SECONDS

A_CALL = "a_call_becomes_a_closed_ticket"
WORDS = "words_as_they_come"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        yield client


def look(site: Site, **options: Any) -> websockets.connect:
    address = f"ws://{site.host}/api/v1/live"
    return websockets.connect(address, max_size=None, open_timeout=PATIENCE_SECONDS, **options)


async def told(socket: websockets.ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS))
    return message


async def until(socket: websockets.ClientConnection, board: Board) -> Board:
    """Fold what the socket tells as the page does, until the board is as wanted."""
    folded, number = Board(), 0
    while folded != board:
        message = await told(socket)
        number += 1
        assert message["n"] == number
        if "board" in message:
            folded = Board.model_validate(message["board"])
        elif "fact" in message:
            folded = apply(folded, read_fact(json.dumps(message["fact"])))
        elif "partial" in message:
            folded = apply(folded, PartialHeard.model_validate(message["partial"]))
    return folded


def expected(name: str) -> Board:
    path = Path(__file__).parents[1] / "fixtures" / "board" / f"{name}.json"
    return Board.model_validate(json.loads(path.read_text(encoding="utf-8"))["board"])


async def test_everything_that_happens_reaches_the_page(store, make_bus, tmp_path: Path) -> None:
    async with Site(tmp_path, store, make_bus()) as site, look(site) as socket:
        telling = asyncio.create_task(site.tell(fixture(A_CALL)))
        assert await until(socket, expected(A_CALL))
        await telling


async def test_who_comes_later_begins_with_the_board_as_it_is(site: Site) -> None:
    async with look(site) as early:
        await site.tell(fixture(A_CALL))
        await until(early, expected(A_CALL))
        async with look(site) as late:
            first = await told(late)
    assert Board.model_validate(first["board"]) == expected(A_CALL)
    assert first["seq"] > 0


async def test_partial_words_come_without_being_stored(site: Site) -> None:
    async with look(site) as socket:
        await site.tell(fixture(WORDS))
        await until(socket, expected(WORDS))


async def test_the_board_of_the_past_is_folded_from_the_ledger(site: Site) -> None:
    await site.tell(fixture(A_CALL))
    await site.stop()
    await site.start()
    async with look(site) as socket:
        assert Board.model_validate((await told(socket))["board"]) == expected(A_CALL)


async def test_what_the_bus_lost_is_read_from_the_ledger(site: Site) -> None:
    """Written by a process whose relay published it to nobody we follow."""
    async with look(site) as socket:
        await told(socket)
        with site.store.transaction() as session:
            fact = SeatSeen(seat="seat-09", status="idle", paused=False)
            record(session, fact)
            session.connection().exec_driver_sql("UPDATE ledger SET published = 1")
        message = await told(socket)
        while "fact" not in message:
            message = await told(socket)
    assert message["fact"]["seat"] == "seat-09"


async def test_no_full_number_leaves(site: Site) -> None:
    async with look(site) as socket:
        await site.tell(fixture(A_CALL))
        heard = json.dumps(await told(socket)) + json.dumps(await told(socket))
    assert "13800000001" not in heard
    assert "138****0001" in heard


async def test_a_client_that_speaks_is_refused_with_a_reason(site: Site) -> None:
    with capture_logs() as logs:
        async with look(site) as socket:
            await socket.send('{"give": "me"}')
            await asyncio.wait_for(socket.wait_closed(), PATIENCE_SECONDS)
    assert socket.close_code == 1008
    assert "live page's client refused" in [line["event"] for line in logs]


async def test_a_client_too_slow_is_let_go_and_others_are_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BACKLOG", 3)
    async with look(site) as socket:
        await told(socket)
        with site.context.feed.look() as (slow, _):
            for number in range(5):
                await site.state(SeatSeen(seat=f"seat-{number}", status="idle", paused=False))
                while "fact" not in await told(socket):
                    pass
            assert await slow.messages.get() is None


async def test_a_client_that_does_not_read_is_let_go(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SEND_SECONDS", 0.2)
    monkeypatch.setattr(feed, "BACKLOG", 10_000)
    long = PartialHeard(call_id="n1-1", side=Side.CITIZEN, text="喂" * 100_000)
    with capture_logs() as logs:
        async with look(site, max_queue=1, ping_interval=None, close_timeout=0.1):
            while not [line for line in logs if line["event"] == "viewer does not read, let go"]:
                await site.bus.mention(long)
                await asyncio.sleep(0.01)


async def test_silence_is_broken_by_a_beat(site: Site) -> None:
    async with look(site) as socket:
        await told(socket)
        assert set(await told(socket)) == {"n", "now"}


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_sites_page_cannot_listen(site: Site, origin: str) -> None:
    with capture_logs() as logs, pytest.raises(websockets.InvalidStatus) as refused:
        await look(site, additional_headers={"Origin": origin})
    assert refused.value.response.status_code == 403
    assert "origin_not_ours" in [line.get("reason") for line in logs]


async def test_our_own_page_may_listen(site: Site) -> None:
    async with look(site, additional_headers={"Origin": site.url}) as socket:
        assert "board" in await told(socket)


async def test_a_name_that_was_pointed_at_us_gets_nothing(
    site: Site, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/board", headers={"Host": f"evil.example:{site.port}"})
    assert answer.status_code == 421
    assert answer.json()["code"] == "host_not_known"


async def test_another_sites_form_changes_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.post("/tickets/1/moves", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


async def test_the_page_may_fetch_only_from_us(site: Site, client: httpx.AsyncClient) -> None:
    answer = await client.get(site.url)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http:" not in answer.text.replace("http://www.w3.org", "")


async def test_garbage_on_the_port_is_refused_with_a_reason(site: Site) -> None:
    with capture_logs() as logs:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(b"\x01\x00\x10garbage\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
        writer.close()
    assert b"400" in answer
    assert [line for line in logs if "Invalid HTTP request" in line.get("said", "")]


async def test_health_names_what_is_wrong(client: httpx.AsyncClient, site: Site) -> None:
    await site.context.feed.ready.wait()
    health = (await client.get("/health")).json()
    assert health["status"] == "degraded"
    assert health["warnings"] == ["demo_model"]
    assert health["model"] == "demo-cn"
    assert health["database_answers"] is True


async def test_the_grid_is_sent_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/grid")
    assert answer.json()["features"][0]["properties"]["code"] == "140728"
    tag = {"If-None-Match": answer.headers["etag"]}
    again = await client.get("/grid", headers=tag)
    assert (again.status_code, again.content) == (304, b"")


async def draft(site: Site) -> str:
    fact = read_fact(json.dumps(fixture(A_CALL)[0]))
    stated = await site.flow.command(
        lambda session: open_draft(session, fact.call_id, fact.line, at=fact.at, actor="pipeline")
    )
    return str(stated[0].ticket_number)


async def test_a_ticket_walks_on_and_shows_its_history(
    site: Site, client: httpx.AsyncClient
) -> None:
    number = await draft(site)
    filed = {"move": "file", "actor": "seat-01"}
    answer = await client.post(f"/tickets/{number}/moves", json=filed)
    assert answer.status_code == 201
    assert answer.json()["to_step"] == "filed"
    shown = (await client.get(f"/tickets/{number}")).json()
    assert shown["ticket"]["step"] == "filed"
    assert [step["move"] for step in shown["history"]] == ["open", "file"]
    assert [ticket["number"] for ticket in (await client.get("/tickets")).json()] == [number]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"move": "close", "actor": "seat-01"}, 409, "impossible_move"),
        ({"move": "discard", "actor": "seat-01"}, 422, "bad_input"),
        ({"move": "fly", "actor": "seat-01"}, 422, "bad_input"),
        ({"move": "file", "actor": "<b>"}, 422, "bad_input"),
        ({"move": "file", "actor": "seat-01", "unit": "U0"}, 422, "bad_input"),
        ({}, 422, "bad_input"),
    ],
)
async def test_a_move_that_cannot_be_changes_nothing(
    site: Site, client: httpx.AsyncClient, body: dict[str, str], status: int, code: str
) -> None:
    number = await draft(site)
    answer = await client.post(f"/tickets/{number}/moves", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"/tickets/{number}")).json()["ticket"]["step"] == "draft"


async def test_a_person_corrects_the_item(site: Site, client: httpx.AsyncClient) -> None:
    number = await draft(site)
    chosen = {"item": "209", "actor": "seat-01"}
    assert (await client.post(f"/tickets/{number}/category", json=chosen)).status_code == 201
    assert (await client.get(f"/tickets/{number}")).json()["ticket"]["item_name"] == "水电气暖"
    unknown = await client.post(f"/tickets/{number}/category", json={**chosen, "item": "999"})
    assert unknown.json()["code"] == "bad_input"


async def test_a_dispatch_gets_the_units_usual_limit(site: Site, client: httpx.AsyncClient) -> None:
    number = await draft(site)
    for body in ({"move": "file"}, {"move": "dispatch", "unit": "U1002"}):
        answer = await client.post(f"/tickets/{number}/moves", json={**body, "actor": "seat-01"})
        assert answer.status_code == 201
    ticket = (await client.get("/tickets", params={"unit": "U1002"})).json()[0]
    assert ticket["step"] == "dispatched"
    assert ticket["due_at"] > ticket["opened_at"]


async def test_a_call_back_task_shows_its_state_and_no_full_number(
    site: Site, client: httpx.AsyncClient
) -> None:
    arrived = read_fact(json.dumps(fixture(A_CALL)[0]))
    due = CallbackDue(why="abandoned", call_id=arrived.call_id, ticket_number=None)
    with site.store.transaction() as session:
        record(session, arrived)
        refold(session, arrived.call_id)
        open_task(session, due)
    [task] = (await client.get("/callbacks")).json()
    assert (task["state"], task["caller"]) == ("due", "138****0001")


@pytest.mark.parametrize("path", ["/tickets/1", "/nothing"])
async def test_what_is_not_there_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_taken_port_is_one_clear_line() -> None:
    with listen("127.0.0.1", 0) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(CannotStartError, match=f"CALLCENTER_HTTP_PORT {port}"):
            listen("127.0.0.1", port)
