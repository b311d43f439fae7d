"""The figures over HTTP and on the command line, from a ledger on each store."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.agents.counting import FACTS, check, report
from callcenter.agents.numbers.count import Wanted
from callcenter.errors import BadInputError
from callcenter.facts import Fact
from callcenter.store import Store, facts_between, record
from tests.browser.site import Site
from tests.calls import TEN, ACall, at, facts_of, figures, wanted
from tests.patience import PATIENCE_SECONDS

DAY = {"from": "2026-03-02", "to": "2026-03-03"}
CALLS = [
    ACall("1", caller="13800000001").queued(after=5).offered("seat-01").answered("seat-01", 7),
    ACall("2", caller="13800000002").queued(after=5).gives_up(40),
    ACall("3", began=4000, line="110").queued().offered("seat-02").answered("seat-02", 3),
]
CALLS[0].parted("seat-01", 60).ended()
CALLS[2].parted("seat-02", 61).ended()


def keep(store: Store, *facts: Fact) -> None:
    with store.transaction() as session:
        for fact in facts:
            record(session, fact)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path) as site:
        keep(site.store, *facts_of(*CALLS))
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        yield client


def test_a_period_is_read_from_the_ledger_of_any_database(store: Store) -> None:
    keep(store, *facts_of(*CALLS))
    with store.reading() as session:
        found = report(session, wanted())
        early = facts_between(session, at(-100), at(1), FACTS)
    assert found.rows[0].values(wanted().figures) == figures(facts_of(*CALLS))
    assert {fact.call_id for fact in early} == {"n1-1.0", "n1-2.0"}
    assert found.through > 0


async def test_figures_with_their_formulas_marks_and_lists(client: httpx.AsyncClient) -> None:
    told = (await client.get("/numbers", params={**DAY, "by": "line"})).json()
    assert told["through"] > 0
    assert told["late_facts"] is None
    formulas = {figure["name"]: figure["formula_chinese"] for figure in told["figures"]}
    assert formulas["connected_rate"] == "接通 ÷ (进队列 − 正在等待)"
    police, service = told["rows"]
    assert (police["key"], service["key"]) == ("110", "12345")
    rate = service["values"]["connected_rate"]
    assert (rate["value"], rate["top"], rate["bottom"]) == (0.5, 1, 2)
    assert rate["mark"] == {"share": 0.95, "whose": "GB/T 33358-2016", "is_met": False}
    assert police["values"]["within_20"]["mark"]["is_met"] is True
    assert service["values"]["kept_reached_rate"]["value"] is None


async def test_the_link_beside_a_figure_gives_as_many_calls(client: httpx.AsyncClient) -> None:
    told = (await client.get("/numbers", params={**DAY, "by": "line"})).json()
    row = told["rows"][1]
    for figure in told["figures"]:
        address = row["calls"].removeprefix("/api/v1").format(figure=figure["name"])
        behind = (await client.get(address)).json()
        value = row["values"][figure["name"]]
        assert (behind["total"], len(behind["items"])) == (value["items"], value["items"])
        if figure["kind"] in ("count", "sum"):
            assert behind["amount"] == value["top"]


async def test_no_full_number_leaves(client: httpx.AsyncClient) -> None:
    asked = {**DAY, "figure": "abandoned"}
    behind = (await client.get("/numbers/calls", params=asked)).json()
    assert [item["caller"] for item in behind["items"]] == ["138****0002"]
    table = await client.get("/numbers/calls", params={**asked, "format": "csv"})
    assert "138****0002" in table.text
    assert "13800000002" not in table.text


async def test_a_spreadsheet_reads_every_figure_with_its_formula(client: httpx.AsyncClient) -> None:
    answer = await client.get("/numbers", params={**DAY, "interval": "hour", "format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    offered = [row["value"] for row in rows if row["figure"] == "offered"]
    assert (len(offered), sum(map(int, offered))) == (24, 3)
    assert rows[0]["公式"] == "期间打入的来电"


async def test_a_late_fact_changes_the_figure_and_is_told(
    client: httpx.AsyncClient, site: Site
) -> None:
    before = (await client.get("/numbers", params=DAY)).json()
    keep(site.store, *ACall("9", began=60).queued().gives_up(4).facts)
    asked = {**DAY, "known_through": before["through"]}
    after = (await client.get("/numbers", params=asked)).json()
    told = [one["rows"][0]["values"]["offered"]["value"] for one in (before, after)]
    assert told == [3, 4]
    assert (before["late_facts"], after["late_facts"]) == (None, 4)
    assert after["computed_at"] > before["computed_at"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2026-3-2"}, "from"),
        ({"from": "2026-03-03", "to": "2026-03-02"}, "to"),
        ({"from": "2025-01-01", "to": "2026-03-02"}, "from"),
        ({"from": "2025-06-01", "to": "2026-03-02", "interval": "15min"}, "interval"),
        ({"interval": "year"}, "interval"),
        ({"last_hours": "24", "from": "2026-03-02"}, "last_hours"),
    ],
)
async def test_a_period_that_is_none_is_refused_with_its_field(
    client: httpx.AsyncClient, asked: dict[str, str], field: str
) -> None:
    answer = await client.get("/numbers", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert field in answer.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"figure": "nothing"}, 404),
        ({"figure": "offered", "of": "bottom"}, 404),
        ({"figure": "offered", "seat": "seat-01"}, 422),
    ],
)
async def test_a_list_that_is_none_is_refused(
    client: httpx.AsyncClient, asked: dict[str, str], status: int
) -> None:
    assert (await client.get("/numbers/calls", params=asked)).status_code == status


def test_a_period_without_an_end_is_none() -> None:
    with pytest.raises(BadInputError):
        check(Wanted(TEN, TEN, TEN + timedelta(days=1)))


async def run(site: Site, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", site.settings.database)
    return await asyncio.to_thread(CliRunner().invoke, app, ["numbers", *options])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], ["接通率", "66.7%", "接通 ÷ (进队列 − 正在等待)"]),
        (["--by", "seat"], ["seat-01", "seat-02", "0:01:01"]),
        (["--calls", "abandoned"], ["138****0002", "30-60"]),
        (["--csv"], ["connected_rate,接通率,%,0.6667,2.0,3.0"]),
    ],
)
async def test_the_command_line_tells_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch, options: list[str], words: list[str]
) -> None:
    done = await run(site, monkeypatch, "--from", DAY["from"], "--to", DAY["to"], *options)
    assert done.exit_code == 0
    assert [word for word in words if word not in done.stdout] == []


async def test_the_command_line_writes_json_and_names_what_is_wrong(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await run(site, monkeypatch, "--from", "2026-03-02", "--json")
    assert json.loads(done.stdout)["rows"][0]["values"]["offered"]["value"] == 3
    wrong = (await run(site, monkeypatch, "--from", "yesterday")).exception
    assert isinstance(wrong, BadInputError)
    assert wrong.message.startswith("from is no day and no time: write 2026-03-02")
