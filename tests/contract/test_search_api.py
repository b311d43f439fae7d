"""The search over HTTP: what is found, page by page, and how nonsense is answered."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from callcenter.facts import Line
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.filling import fill
from callcenter.tickets.opening import open_draft
from callcenter.tickets.ticket import locked
from tests.browser.site import Site
from tests.calls import at
from tests.patience import PATIENCE_SECONDS

TICKETS = 7
CALLER = "15400000007"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path) as site:
        with site.store.transaction() as session:
            for number in range(1, TICKETS + 1):
                opened = open_draft(
                    session, f"n1-{number}.0", Line.SERVICE, at=at(number), actor="seat-01"
                )
                ticket = locked(session, opened[0].ticket_number)
                ticket.unit = "U1002" if number % 2 else "U1005"
                fill(
                    session,
                    ticket,
                    said=["南大街的路灯不亮" if number % 2 else "停水三天"],
                    callers=[f"1540000000{number}"],
                    key=CallerKey.of(site.settings),
                )
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        yield client


async def found(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/tickets/search", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_pages_are_walked_to_the_end(client: httpx.AsyncClient) -> None:
    first = await found(client, limit=3)
    assert (first["total"], first["more_than_total"]) == (TICKETS, False)
    second = await found(client, limit=3, after=first["next"])
    third = await found(client, limit=3, after=second["next"])
    pages = [first, second, third]
    numbers = [one["number"][-1] for page in pages for one in page["tickets"]]
    assert numbers == ["7", "6", "5", "4", "3", "2", "1"]
    assert (second["total"], third["next"]) == (None, None)


async def test_words_unit_and_caller_narrow_it(client: httpx.AsyncClient) -> None:
    assert (await found(client, words="路灯"))["total"] == 4
    assert (await found(client, words="路灯", unit="U1005"))["total"] == 0
    assert (await found(client, caller=CALLER))["total"] == 1
    assert (await found(client, caller=CALLER[:-1]))["total"] == 0


async def test_a_number_need_not_stand_in_an_address(client: httpx.AsyncClient) -> None:
    answer = await client.post("/tickets/search", json={"caller": f"+86 {CALLER}"})
    assert [one["number"][-1] for one in answer.json()["tickets"]] == ["7"]
    assert CALLER not in answer.text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"words": "路" * 3_000}, "words"),
        ({"words": '"*" ()'}, "words"),
        ({"caller": "'; --"}, "caller"),
        ({"after": "nonsense"}, "after"),
        ({"step": "nowhere"}, "step"),
        ({"number": "%"}, "number"),
        ({"cell": "1407 OR 1"}, "cell"),
        ({"unit": "\x00"}, "unit"),
        ({"limit": 0}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_looked_for_is_named(
    client: httpx.AsyncClient, asked: dict[str, Any], field: str
) -> None:
    for answer in (
        await client.get("/tickets/search", params=asked),
        await client.post("/tickets/search", json=asked),
    ):
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert field in answer.text
        assert "'; --" not in answer.text


@pytest.mark.parametrize("odd", ["路灯' OR '1'='1", '路灯" NEAR(', "路灯 | ! & <->", "路灯\x00"])
async def test_operators_mean_nothing(client: httpx.AsyncClient, odd: str) -> None:
    assert (await found(client, words=odd))["total"] in (0, 4)
    assert (await found(client))["total"] == TICKETS
