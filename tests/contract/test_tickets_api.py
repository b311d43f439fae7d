"""Contract: the API of tickets on a real server: moves, calls, attachments, keys, documentation."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from callcenter.facts import CallArrived, Line, PlaceGuess, TicketLocated
from callcenter.ivr.call import refold
from callcenter.store import record
from callcenter.tickets.opening import open_draft
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS
from tests.unit.test_attachments import PNG

NUMBER = "12345-20250303-0001"
NOTE = {"move": "note", "actor": "seat-01", "reason": "备注"}
PATH = f"/tickets/{NUMBER}"


@pytest.fixture
async def site(store, tmp_path: Path) -> AsyncIterator[Site]:
    """A site on either database; a call has come and has its draft."""
    call = CallArrived(
        at="2025-03-03T04:00:00Z", call_id="n1-1.0", line=Line.SERVICE, node="n1",
        caller_number=None, caller_channel="PJSIP/trunk-1",
    )  # fmt: skip
    with store.transaction() as session:
        record(session, call)
        refold(session, call.call_id)
        for fact in open_draft(session, "n1-1.0", Line.SERVICE, at=call.at, actor="seat-01"):
            record(session, fact)
    async with Site(tmp_path, store) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        yield client


async def steps(client: httpx.AsyncClient) -> int:
    return len((await client.get(PATH)).json()["history"])


async def test_who_files_says_what_was_heard_wrong(client, site):
    place = {"longitude": 112.2, "latitude": 37.2, "score": 0.5, "level": 4}
    guesses = [
        PlaceGuess(place=name, cell=f"14072810000100{at}", cell_name=f"第{at}网格", **place)
        for at, name in ((1, "南大街"), (2, "南大街菜市场"))
    ]
    heard = TicketLocated(
        ticket_number=NUMBER, call_id="n1-1.0", revision=1, candidates=tuple(guesses),
        **guesses[0].model_dump(),
    )  # fmt: skip
    await site.state(heard)
    right = {"kind": "投诉", "urgency": "urgent"}
    chosen = {"place": "南大街菜市场", "cell": "140728100001002"}
    for move, named, told in (
        ("note", chosen, "goes with file or answer"),
        ("file", {**chosen, "place": "北大街"}, "no candidate"),
    ):
        body = {"move": move, "reason": "x", "put_right": {**right, "place": named}}
        answer = await client.post(f"{PATH}/moves", json=body)
        assert (answer.status_code, told in answer.json()["detail"]) == (422, True)
    assert await steps(client) == 1
    body = {"move": "file", "expected": 1, "put_right": {**right, "place": chosen}}
    assert (await client.post(f"{PATH}/moves", json=body)).status_code == 201
    ticket = (await client.get(PATH)).json()["ticket"]
    told = [ticket[name] for name in ("step", "kind", "urgency", "place", "cell", "cell_name")]
    assert told == ["filed", *right.values(), *chosen.values(), "第2网格"]


async def test_of_ten_clients_one_moves_and_the_others_are_told_how_it_stands(client):
    wanted = {"move": "file", "actor": "seat-01", "expected": 1}
    answers = await asyncio.gather(*(client.post(f"{PATH}/moves", json=wanted) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    told = next(answer for answer in answers if answer.status_code == 409).json()
    assert (told["code"], told["ticket"]["step"], told["ticket"]["steps"]) == (
        "conflict",
        "filed",
        2,
    )
    assert await steps(client) == 2


async def test_possible_moves_are_those_that_the_ticket_takes(client):
    told = (await client.get(f"{PATH}/moves")).json()
    assert told["steps"] == 1
    by_name = {one["move"]: one for one in told["moves"]}
    assert {"file", "answer", "merge", "note"} <= set(by_name)
    assert by_name["file"] == {
        "move": "file", "to_step": "filed",
        "reason": False, "unit": False, "due": False, "other": False, "others": [],
    }  # fmt: skip
    assert (by_name["decline"]["reason"], by_name["merge"]["other"]) == (True, True)
    await client.post(f"{PATH}/moves", json={"move": "file", "expected": told["steps"]})
    after = {one["move"] for one in (await client.get(f"{PATH}/moves")).json()["moves"]}
    assert "dispatch" in after
    assert "file" not in after
    assert (await client.get("/tickets/12345-20250303-0999/moves")).status_code == 404


async def test_a_request_that_comes_again_with_its_key_changes_nothing(client):
    key = {"Idempotency-Key": "9f1c"}
    first = await client.post(f"{PATH}/moves", json=NOTE, headers=key)
    again = await client.post(f"{PATH}/moves", json=NOTE, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (
        201, first.content,
    )  # fmt: skip
    assert again.headers["idempotent-replayed"] == "true"
    assert await steps(client) == 2
    other = await client.post(f"{PATH}/moves", json=NOTE | {"reason": "别的"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "bad_input")
    elsewhere = await client.post(f"{PATH}/calls", json={}, headers=key)
    assert "idempotent-replayed" not in elsewhere.headers
    assert await steps(client) == 2


async def test_a_refusal_is_repeated_too_and_keys_of_a_hundred_at_once_count_once(client):
    key = {"Idempotency-Key": "refused"}
    wanted = {"move": "close", "actor": "seat-01"}
    answers = [await client.post(f"{PATH}/moves", json=wanted, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].content == answers[1].content
    many = await asyncio.gather(
        *(
            client.post(f"{PATH}/moves", json=NOTE, headers={"Idempotency-Key": "many"})
            for _ in range(10)
        )
    )
    assert {answer.status_code for answer in many} <= {201, 409}  # 409: still under way
    assert await steps(client) == 2


async def test_an_attachment_comes_back_as_it_was_and_is_not_shown_by_a_browser(client):
    told = {"name": "../路灯.exe", "actor": "handler:U1002"}
    sent = await client.post(f"{PATH}/attachments", params=told, content=PNG)
    assert sent.status_code == 201, sent.text
    assert (sent.json()["number"], sent.json()["name"]) == (1, "路灯.png")
    found = await client.get(f"{PATH}/attachments/1")
    assert (found.content, found.headers["content-type"]) == (PNG, "image/png")
    assert found.headers["content-disposition"].startswith("attachment;")
    assert found.headers["x-content-type-options"] == "nosniff"
    moved = await client.post(f"{PATH}/moves", json=NOTE | {"attachments": [1]})
    assert moved.json()["attachments"] == [1]
    assert (await client.get(PATH)).json()["history"][-1]["attachments"] == [1]


async def test_files_that_are_not_taken_are_refused_as_a_problem(client, site):
    for path, content, status in (
        (f"{PATH}/attachments", b"<html>", 422),
        (f"{PATH}/attachments", b"", 422),
        (f"{PATH}/attachments", PNG + bytes(20 * 1024 * 1024), 422),
        ("/tickets/12345-20250303-0404/attachments", PNG, 404),
        ("/tickets/..%2F..%2Fetc/attachments", PNG, 404),
    ):
        told = {"name": "a.png", "actor": "seat-01"}
        answer = await client.post(path, params=told, content=content)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    assert not [file for file in site.settings.attachments_dir.rglob("*") if file.is_file()]


WRONG = [
    {"actor": "a b"},
    {"attachments": [2**70]},
    {"expected": 2**70},
    {"due_at": "9999-12-31T23:59:59-12:00"},
    {"due_at": "2026-11-22T05:00:00"},
    {"move": "fly"},
    {"reason": "a" * 2001},
    {"other": "a" * 41},
]


async def test_whatever_is_sent_the_answer_is_a_problem_and_nothing_changes(client, site):
    for wrong in WRONG:
        answer = await client.post(f"{PATH}/moves", json=NOTE | wrong)
        assert answer.status_code == 422, wrong
        assert answer.headers["content-type"] == "application/problem+json"
    assert await steps(client) == 1
    answer = await client.post(f"{PATH}/moves", json=NOTE | {"reason": "a\x00b"})
    assert answer.status_code == (201 if site.store.is_sqlite else 422)  # which keeps any character
    for path in ("/tickets/%00", f"{PATH}%00/calls", f"{PATH}/attachments/0"):
        assert (await client.get(path)).status_code in (404, 422)


async def test_a_call_is_linked_and_opens_a_second_ticket(client):
    second = await client.post("/tickets", json={"call_id": "n1-1.0", "actor": "seat-01"})
    assert second.status_code == 201, second.text
    number = second.json()["ticket_number"]
    link = {"call_id": "n1-1.0", "why": "urged", "actor": "seat-01"}
    for _ in range(2):
        assert (await client.post(f"{PATH}/calls", json=link)).status_code == 201
    merge = {"move": "merge", "actor": "seat-01", "other": NUMBER}
    assert (await client.post(f"/tickets/{number}/moves", json=merge)).status_code == 201
    told = (await client.get(f"{PATH}/calls")).json()
    assert [call["why"] for call in told["calls"]] == ["opened", "urged"]
    assert [caller["call_id"] for caller in told["callers"]] == ["n1-1.0"]
    unknown = await client.post(f"{PATH}/calls", json=link | {"call_id": "n1-404.0"})
    assert unknown.status_code == 404


async def test_every_route_of_tickets_documents_its_errors_and_gives_examples(client):
    paths = (await client.get("/openapi.json")).json()
    moves = paths["paths"]["/api/v1/tickets/{number}/moves"]["post"]["responses"]
    assert {"201", "404", "409", "422"} <= set(moves)
    conflict = moves["409"]["content"]["application/problem+json"]["example"]
    assert conflict["ticket"]["step"] == "handling"
    command = paths["components"]["schemas"]["MoveCommand"]
    assert {example["move"] for example in command["examples"]} >= {"file", "return", "merge"}
