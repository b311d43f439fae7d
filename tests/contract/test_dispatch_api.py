"""Contract: who would take a case, and a ticket's clocks, over HTTP."""

from datetime import UTC, datetime

import httpx
import pytest

from callcenter.facts import Line
from callcenter.tickets.clocks import default_clocks
from callcenter.tickets.clocks.running import wind
from callcenter.tickets.opening import open_draft
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS
from tests.unit.test_dispatch_rules import CELL, load

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def site(tmp_path):
    async with Site(tmp_path) as site:
        table = load(tmp_path)
        site.context.table = lambda: table
        yield site


@pytest.fixture
async def api(site):
    async with httpx.AsyncClient(
        base_url=f"{site.url}/api/v1/", trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        yield client


async def test_a_choice_is_explained(api):
    asked = {"item": "113", "cell": CELL, "urgency": "ordinary", "at": "2026-03-02T02:00:00Z"}
    told = (await api.get("dispatch/choice", params=asked)).json()
    assert told["unit"] == {"code": "C1", "name": "县城市管理局", "level": 1}
    assert told["because"] == "dispatch.toml line 32 [county] 113"
    assert told["due_at"] == "2026-03-09T10:00:00Z"
    assert len(told["passed"]) == 3
    assert (told["calendar_announced"], told["finished_by"]) == (True, [])


async def test_a_deadline_in_a_year_that_is_not_announced_is_told_so(api):
    told = (await api.get("dispatch/choice", params={"at": "2031-03-03T02:00:00Z"})).json()
    assert told["calendar_announced"] is False


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"item": "1"}, "query.item"),
        ({"cell": "1407"}, "query.cell"),
        ({"urgency": "soon"}, "query.urgency"),
        ({"at": "2026-03-02T02:00:00"}, "query.at"),
    ],
)
async def test_a_faulty_question_is_refused_by_its_field(api, asked, field):
    answer = await api.get("dispatch/choice", params=asked)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_time_at_the_end_of_the_calendar_is_refused(api, at):
    answer = await api.get("dispatch/choice", params={"at": at})
    assert answer.status_code == 422
    assert "at lies more than ten years from now" in answer.json()["detail"]


async def test_a_deadline_at_the_end_of_the_calendar_is_refused(site, api):
    def open_one(session):
        return open_draft(session, "n1-7.0", Line.SERVICE, at=NOON, actor="seat-01")

    (opened, *_) = await site.flow.command(open_one)
    ticket = f"tickets/{opened.ticket_number}/moves"
    assert (await api.post(ticket, json={"move": "file", "actor": "seat-01"})).status_code == 201
    far = {"move": "dispatch", "actor": "x", "unit": "U1002", "due_at": "9999-12-31T23:59:59Z"}
    answer = await api.post(ticket, json=far)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


async def test_a_site_without_a_table_says_so(site, api):
    site.context.table = None
    assert (await api.get("dispatch/choice")).status_code == 404


async def test_a_tickets_clocks_are_shown(site, api):
    def open_one(session):
        (opened,) = open_draft(session, "n1-7.0", Line.SERVICE, at=NOON, actor="seat-01")
        yield opened
        yield from wind(session, opened.ticket_number, default_clocks(), lambda _: 1)

    opened = (await site.flow.command(open_one))[0]
    (clock,) = (await api.get(f"tickets/{opened.ticket_number}/clocks")).json()
    assert (clock["purpose"], clock["running"], clock["kind"]) == ("file", "runs", "hours")
    assert clock["due_at"] == "2026-03-02T06:00:00Z"
    assert (await api.get("tickets/12345-20260302-9999/clocks")).status_code == 404
