"""Contract: what everybody may ask without signing in, over HTTP, on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from callcenter.api.public.figures import thinned
from callcenter.facts import CallArrived, Line
from callcenter.ivr.call import refold
from callcenter.settings import ROOT
from callcenter.store import Store, record
from callcenter.tickets import moving
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS

CALLER = "13800000001"
SAID = ("step", "unit", "due_at")


@pytest.fixture
async def site(store: Store, tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path, store, is_closed=True, public_tries_per_address=12) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    base = f"{site.url}/api/v1/public"
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS) as client:
        yield client


def filed(site: Site, call_id: str, line: Line = Line.SERVICE, caller: str | None = CALLER) -> str:
    """The number of a case that was filed in a call and sent to its unit."""
    now = datetime.now(UTC)
    call = CallArrived(
        at=now, call_id=call_id, line=line, node="n1", caller_number=caller, caller_channel="x"
    )
    with site.store.transaction() as session:
        record(session, call)
        refold(session, call_id)
        number = open_draft(session, call_id, line, at=now, actor="seat-01")[0].ticket_number
        moving.move(session, number, Move.FILE, actor="seat-01")
        due = now + timedelta(hours=3)
        moving.move(session, number, Move.DISPATCH, actor="t", unit="U1002", due_at=due)
    return number


async def ask(client: httpx.AsyncClient, number: str, digits: str) -> httpx.Response:
    return await client.post("/case", json={"number": number, "digits": digits})


async def test_number_and_digits_tell_state_unit_and_deadline_and_no_more(site, client):
    number = filed(site, "n1-1.0")
    told = await ask(client, number, CALLER[-4:])
    assert told.status_code == 200
    case = told.json()
    assert set(case) == {"number", *SAID}
    assert (case["step"], case["unit"]) == ("dispatched", "县城市管理局")
    assert case["due_at"]
    assert told.headers["cache-control"] == "no-store"
    without_line = number.split("-", 1)[1].replace("-", "")
    assert (await ask(client, without_line, CALLER[-4:])).json() == case
    with site.store.transaction() as session:
        moving.move(session, number, Move.ACCEPT, actor="handler:U1002")
        session.get(Ticket, number).step = "closed"
    over = (await ask(client, number, CALLER[-4:])).json()
    assert [over[name] for name in SAID] == ["closed", None, None]


async def test_whoever_may_not_know_gets_one_answer(site, client):
    police, withheld = filed(site, "n1-2.0", Line.POLICE), filed(site, "n1-3.0", caller=None)
    known = filed(site, "n1-1.0")
    answers = [
        await ask(client, number, digits)
        for number, digits in (
            (known, "9999"),
            ("12345-20260101-0001", CALLER[-4:]),
            (police, CALLER[-4:]),
            (withheld, "0000"),
            ("not a number", "0000"),
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    headers = [sorted(set(answer.headers) - {"date"}) for answer in answers]
    assert all(one == headers[0] for one in headers)


async def test_wrong_questions_wait_alike_for_a_case_that_is_there_and_one_that_is_not(
    site, client
):
    known = filed(site, "n1-1.0")
    for number in (known, "12345-20260101-0001"):
        answers = [await ask(client, number, "9999") for _ in range(6)]
        assert [one.status_code for one in answers] == [404] * 5 + [429], number
        assert (answers[-1].json()["code"], 86_000 < int(answers[-1].headers["retry-after"])) == (
            "too_many_tries",
            True,
        )
    assert (await ask(client, known, CALLER[-4:])).status_code == 429
    other = filed(site, "n1-2.0")
    for _ in range(8):  # right questions are not counted
        assert (await ask(client, other, CALLER[-4:])).status_code == 200
    for digit in range(2):
        assert (await ask(client, f"12345-20260101-100{digit}", "0000")).status_code == 404
    waits = await ask(client, "12345-20260101-2000", "0000")  # the address's turn
    assert (waits.status_code, int(waits.headers["retry-after"]) <= 3601) == (429, True)


@pytest.mark.parametrize("wrong", [{"digits": "12"}, {"digits": "abcd"}, {"number": ""}, {"x": 1}])
async def test_a_question_that_is_none_says_why(client, wrong: dict[str, Any]):
    asked = {"number": "12345-20260101-0001", "digits": "0001"} | wrong
    answer = await client.post("/case", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


async def test_everybody_reads_how_to_reach_us_and_the_open_figures(client):
    told = await client.get(str(client.base_url).rstrip("/"))
    assert told.headers["cache-control"] == "public, max-age=60"
    assert {way["call"] for way in told.json()["ways"]} == {"12345", "110"}
    assert told.json()["tries"] == 5
    figures = await client.get("/figures")
    assert figures.headers["cache-control"] == "public, max-age=3600"
    months = figures.json()["months"]
    assert len(months) == 6
    assert [one["month"] for one in months] == sorted(
        (one["month"] for one in months), reverse=True
    )
    assert {"taken": 0, "in_time": None, "content": None, "items": []}.items() <= months[0].items()


async def test_the_page_is_served_without_signing_in(client, site):
    page = await httpx.AsyncClient(timeout=PATIENCE_SECONDS).get(f"{site.url}/public")
    if (ROOT / "console" / "dist" / "public.html").is_file():
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_what_is_rare_is_left_out_and_cannot_be_reckoned_from_the_total():
    assert thinned({"113": 9, "209": 2, "205": 6}, 5) == {"113": 9, "209": None, "205": None}
    assert thinned({"113": 9, "209": 2, "205": 1}, 5) == {"113": 9, "209": None, "205": None}
    assert thinned({"113": 9, "209": 5}, 5) == {"113": 9, "209": 5}
    assert thinned({"113": 3}, 5) == {"113": None}
