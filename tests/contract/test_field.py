"""Contract: what a phone on the spot asks and sends, over HTTP, on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from callcenter import pipeline
from callcenter.api.idempotent import KeptAnswer
from callcenter.people.roles import Role
from callcenter.store import Store
from callcenter.tickets.written import Written
from tests.contract.test_rights import Center
from tests.unit.test_attachments import PNG

TOWN = "140728100"
SEEN = {"item": "113", "words": "南大街东口路灯不亮,有人差点摔倒", "cell": f"{TOWN}001001"}


@pytest.fixture
async def centre(store: Store, site: pipeline.Site, tmp_path: Path) -> AsyncIterator[Center]:
    async with Center(tmp_path, store, is_closed=True, knows=site) as centre:
        centre.add("wang", Role.PATROLLER, grid=TOWN)
        centre.add("chengguan", Role.HANDLER, unit="U1002")
        yield centre


def numbers(told: httpx.Response) -> list[str]:
    return [task["ticket"]["number"] for task in told.json()["tasks"]]


async def test_each_has_what_waits_for_them_with_what_they_may_do(centre: Center) -> None:
    now = datetime.now(UTC)
    due: dict[str, Any] = {"unit": "U1002", "cell": f"{TOWN}001001"}
    later = centre.open("1", step="handling", due_at=now + timedelta(hours=5), **due)
    sooner = centre.open("2", step="dispatched", due_at=now + timedelta(hours=1), **due)
    whenever = centre.open("3", step="dispatched", unit="U1002")
    reported = centre.open("4", step="reported", **due)
    centre.open("5", step="dispatched", unit="U1005")
    centre.open("6", step="reported", unit="U1002", cell="140728200001001")
    async with centre.asks("chengguan") as unit, centre.asks("wang") as patroller:
        told = await unit.get("field/tasks")
        assert numbers(told) == [sooner, later, whenever]
        first = told.json()["tasks"][0]
        assert {"accept", "return"} <= {one["move"] for one in first["moves"]}
        assert first["ticket"]["steps"] == len(first["history"])
        assert "report" in {one["move"] for one in first["then"]["accept"]}
        assert first["then"]["return"]
        assert "note" not in first["then"]
        told = await patroller.get("field/tasks")
        assert numbers(told) == [reported]
        moves = {one["move"] for one in told.json()["tasks"][0]["moves"]}
        assert moves == {"verify", "reject", "note"}
        gone = await patroller.get(f"field/tasks/{sooner}")
        assert gone.json()["ticket"]["step"] == "dispatched"
        assert (await unit.get("field/tasks/12345-20261122-9999")).status_code == 404
    assert len(centre.audited("field_tasks_listed")) == 2
    assert [line["subject"] for line in centre.audited("ticket_read")] == [sooner]


async def test_what_is_seen_on_the_spot_is_filed_with_its_photograph(centre: Center) -> None:
    async with centre.asks("wang") as client:
        filed = await client.post("field/reports", json=SEEN)
        assert filed.status_code == 201, filed.text
        number = filed.json()["ticket_number"]
        kept = await client.post(
            f"tickets/{number}/attachments", params={"name": "路灯.png"}, content=PNG
        )
        assert kept.status_code == 201
        task = (await client.get(f"field/tasks/{number}")).json()
    assert (task["ticket"]["step"], task["ticket"]["item"]) == ("filed", "113")
    assert task["ticket"]["cell"] == SEEN["cell"]
    assert task["words"] == SEEN["words"]
    assert [one["name"] for one in task["attachments"]] == ["路灯.png"]
    assert {one["actor"] for one in task["history"]} == {"patroller:wang"}
    assert task["history"][-1]["reason"].startswith("巡查上报")
    assert [line["subject"] for line in centre.audited("ticket_moved")] == [number]


async def test_a_report_that_cannot_be_filed_says_why_and_leaves_nothing(centre: Center) -> None:
    faults: list[tuple[dict[str, Any], str]] = [
        ({"cell": None}, "the place is missing"),
        ({"longitude": 112.1}, "go together"),
        ({"cell": None, "address": "无名处", "words": "有人倾倒垃圾"}, "is not known"),
        ({"item": "999"}, "item is not known"),
        ({"cell": "140728101"}, "outside your part of the grid"),
        ({"longitude": 100.0, "latitude": 30.0}, "outside the county"),
        ({"words": ""}, "words"),
    ]
    async with centre.asks("wang") as client:
        for more, told in faults:
            answer = await client.post("field/reports", json=SEEN | more)
            assert (answer.status_code, told in answer.json()["detail"]) == (422, True), more
    with centre.store.reading() as session:
        assert session.exec(select(Written)).all() == []


async def test_who_opens_no_tickets_reports_none(centre: Center) -> None:
    async with centre.asks("chengguan") as client:
        answer = await client.post("field/reports", json=SEEN)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_what_was_sent_before_the_session_ended_is_done_once(centre: Center) -> None:
    key = {"Idempotency-Key": "6f8e"}
    centre.add("zhao", Role.PATROLLER)
    async with centre.asks("wang") as before, centre.asks("wang") as after:
        first = await before.post("field/reports", json=SEEN, headers=key)
        again = await after.post("field/reports", json=SEEN, headers=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()
    async with centre.asks("zhao") as other:
        another = await other.post("field/reports", json=SEEN, headers=key)
    assert another.json()["ticket_number"] != first.json()["ticket_number"]


async def test_the_same_again_while_the_first_is_under_way_is_told_when_to_ask(
    centre: Center,
) -> None:
    key = {"Idempotency-Key": "under-way"}
    async with centre.asks("wang") as client:
        await client.post("field/reports", json=SEEN, headers=key)
        for old, later in ((timedelta(), "5"), (timedelta(minutes=2), None)):
            with centre.store.transaction() as session:
                kept = session.exec(select(KeptAnswer)).one()
                kept.status, kept.at = 0, datetime.now(UTC) - old
            answer = await client.post("field/reports", json=SEEN, headers=key)
            assert (answer.status_code, answer.headers.get("retry-after")) == (409, later)
