"""Contract: evaluation from the tables of each database, over HTTP and on the command line."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import httpx
import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.errors import BadInputError
from callcenter.facts import CategoryCorrected, FeedbackReceived, Line
from callcenter.people.roles import Role
from callcenter.store import Store, newest_seq, record
from callcenter.tickets.evaluation import reported
from callcenter.tickets.evaluation.count import Count, Wanted
from callcenter.tickets.evaluation.reading import evaluated, items_behind, spots
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket, TicketStep
from tests.browser.site import Site
from tests.contract.test_rights import Center
from tests.histories import AHistory, at
from tests.patience import PATIENCE_SECONDS

OCTOBER = {"month": "2026-10"}
A, B = "U1002", "U1003"
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def walked(number: str, began: float, unit: str = A, **more: str) -> AHistory:
    ticket = AHistory(number, **more).then(began, "open").then(began + 0.2, "file")
    return ticket.then(began + 1, "dispatch", unit, by="pipeline").then(began + 3, "accept")


TICKETS = [
    walked("1", 10).then(20, "report").then(21, "verify").then(30, "close").rated(30, 2),
    walked("2", 20, B).then(100, "report").then(101, "reject"),
    walked("3", 700, cell="140728102001001").then(760, "report"),  # over the end of October
    walked("4", -500, B),  # open all through it
    walked("5", -500).then(900, "report"),  # moved on only after it
    walked("6", -400).then(-390, "report").then(-380, "verify").then(-370, "close").rated(50, 4),
    AHistory("7", item="209").then(300, "open").then(300.1, "answer"),
    AHistory("8").then(310, "open", by="patroller:P1"),
    walked("9", 800),  # after it
    walked("10", 200).corrected_at(220),
]


def keep(store: Store, *tickets: AHistory) -> None:
    """The tickets as they would stand in the tables, and what was said of them in the ledger."""
    with store.transaction() as session:
        for one in tickets:
            session.add(_row(one))
            session.flush()
            for move in one.moves:
                session.add(TicketStep(ticket_number=one.number, **move._asdict()))
            for place, rated in enumerate(one.ratings, start=1):
                told = FeedbackReceived(
                    at=rated.at, ticket_number=one.number, rating=rated.rating,
                    solved=rated.solved, round=place, by="robot",
                )  # fmt: skip
                record(session, told)
            for moment in one.corrected:
                record(session, _correction(one.number, moment))


def _row(one: AHistory) -> Ticket:
    return Ticket(
        number=one.number, line=Line(one.line), call_id=f"n1-{one.number}.0", item=one.item,
        cell=one.cell, opened_at=one.moves[0].at, step=one.step or Step.DRAFT,
        steps=len(one.moves), unit=one.unit, due_at=one.due_at,
    )  # fmt: skip


def _correction(number: str, moment: datetime) -> CategoryCorrected:
    return CategoryCorrected(
        at=moment, ticket_number=number, from_item="101", to_item="113", actor="seat-01"
    )


def october(**more: object) -> Wanted:
    return Wanted(at(0), at(744), LATER, **more)


def figures_of(store: Store, want: Wanted) -> dict[tuple[str, str], dict[str, float | None]]:
    with store.reading() as session:
        rows = evaluated(session, want, Rules()).rows
    return {
        (row.scope.since.isoformat(), row.key): {
            name: value.value for name, value in row.values(want.figures).items()
        }
        for row in rows
    }


def told(want: Wanted, tickets: list[AHistory]) -> dict[tuple[str, str], dict[str, float | None]]:
    """The engine's answer where every ticket there is is read."""
    count = Count(want, Rules().deadlines())
    for ticket in tickets:
        count.take(ticket.case)
    return {
        (row.scope.since.isoformat(), row.key): {
            name: value.value for name, value in row.values(want.figures).items()
        }
        for row in count.rows()
        if row.sums or want.by == "all"
    }


def without_nothing(rows: dict[tuple[str, str], dict[str, float | None]]):
    return {key: row for key, row in rows.items() if any(row.values())}


@pytest.mark.parametrize("by", ["all", "unit", "township", "item", "seat", "reporter"])
@pytest.mark.parametrize("interval", ["whole", "week"])
def test_what_is_read_of_a_period_is_all_that_it_needs(store, by, interval):
    keep(store, *TICKETS)
    want = october(by=by, interval=interval)
    found = without_nothing(figures_of(store, want))
    assert found == without_nothing(told(want, TICKETS))
    assert found


def test_a_list_is_read_page_by_page(store):
    keep(store, *TICKETS)
    pages = []
    with store.reading() as session:
        for offset in range(5):
            total, amount, page = items_behind(
                session, october(), Rules(), "unhandled", offset=offset, limit=1
            )
            pages += [one.case.number for one in page]
    assert (total, amount) == (len(pages), len(pages))
    assert pages == sorted({"2", "3", "4", "5", "10"})


def test_hot_spots_are_the_engines_lists_told_apart(store):
    many = [walked(f"a{n}", 40 + n) for n in range(12)] + [walked("b1", -300)]
    keep(store, *many)
    with store.reading() as session:
        (spot,) = spots(session, at(0), at(744), 9, 0.01)
        only = {"item": spot.item, "cell": spot.cell}
        listed = items_behind(session, october(only=only), Rules(), "taken", offset=0, limit=99)
    assert (spot.item, spot.cell, spot.before, spot.last_year) == ("113", "140728101", 1, 0)
    assert spot.count == listed[0] == 12
    assert (spot.marks, spot.marks_last_year) == (1, 2)


def test_a_late_correction_changes_a_reported_month_and_says_so(store):
    keep(store, *TICKETS)
    with store.transaction() as session:
        report = reported.keep(session, october(), Rules())
    with store.reading() as session:
        same = reported.compared(session, report, Rules(), LATER)
    assert (same.late_facts, same.differences, same.other_rules) == (0, [], False)
    late = walked("11", 600, B)
    keep(store, late)
    keep_facts(store, [_correction("1", at(30)), _correction("1", at(2_000))])
    with store.reading() as session:
        found = reported.compared(session, report, Rules(), LATER)
        again = reported.last_report(session, at(0), at(744))
        assert newest_seq(session) > report.through
    changed = {(one.by, one.key, one.figure): (one.reported, one.now) for one in found.differences}
    assert found.late_facts == 2
    assert changed["all", "", "opened"] == (6, 7)
    assert changed["unit", B, "unhandled"] == (2, 3)
    assert changed["all", "", "filed_rightly_rate"][0] == pytest.approx(3 / 4)
    assert again
    assert again.id == report.id


def keep_facts(store: Store, facts: list[CategoryCorrected]) -> None:
    with store.transaction() as session:
        for fact in facts:
            record(session, fact)


def test_other_limits_than_when_it_was_reported_are_told(store):
    keep(store, *TICKETS)
    with store.transaction() as session:
        report = reported.keep(session, october(), Rules())
    rules = Rules.model_validate({"limits": {"dispatch": "30 minutes"}})
    with store.reading() as session:
        found = reported.compared(session, report, rules, LATER)
    assert found.other_rules
    assert found.late_facts == 0
    assert {one.figure for one in found.differences} >= {"dispatched_in_time"}


def test_a_period_that_is_none_is_refused(store):
    with store.reading() as session:
        for want in (
            replace(october(), until=at(0)),
            replace(october(), interval="day", until=at(24 * 900)),
            replace(october(), until=at(24 * 4_000)),
            replace(october(), as_of=at(-1)),
        ):
            with pytest.raises(BadInputError):
                evaluated(session, want, Rules())


# --- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path) as site:
        keep(site.store, *TICKETS, walked("=1+1", 200))
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        yield client


async def test_every_number_opens_its_list(client):
    (row,) = (await client.get("/evaluation", params=OCTOBER)).json()["rows"]
    for name in ("opened", "handled", "unhandled", "to_close", "called_back", "reworked"):
        address = row["tickets"].replace("{figure}", name).removeprefix("/api/v1")
        listed = (await client.get(address)).json()
        assert listed["amount"] == row["values"][name]["value"] > 0, name
        assert len(listed["items"]) == listed["total"]
    bottom = {"figure": "handled_rate", "of": "bottom"}
    listed = (await client.get("/evaluation/tickets", params={**OCTOBER, **bottom})).json()
    assert listed["total"] == row["values"]["handled_rate"]["bottom"]


async def test_a_rate_without_anything_is_null_and_rows_have_names(client):
    july = {"month": "2026-07", "by": "unit"}
    assert (await client.get("/evaluation", params=july)).json()["rows"] == []
    told = (await client.get("/evaluation", params={"month": "2026-07"})).json()
    assert told["rows"][0]["values"]["handled_rate"] == {"value": None, "top": 0, "bottom": 0}
    by_unit = (await client.get("/evaluation", params={**OCTOBER, "by": "unit"})).json()
    assert {row["name"] for row in by_unit["rows"]} >= {"县城市管理局"}
    assert (told["reported"], told["late_facts"]) == (None, None)


async def test_units_are_ranked_and_a_picture_names_them(client):
    told = (await client.get("/evaluation/ranking", params=OCTOBER)).json()
    assert [(place["rank"], place["unit"]) for place in told["departments"]] == [(1, A)]
    assert [place["unit"] for place in told["others"]] == [B], "a unit that the county lacks"
    assert not any(place["is_named"] for place in told["departments"])
    picture = await client.get("/evaluation/ranking", params={**OCTOBER, "format": "svg"})
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "县城市管理局" in "".join(ElementTree.fromstring(picture.content).itertext())
    assert b"<script" not in picture.content


@pytest.mark.parametrize("interval", ["whole", "week"])
async def test_a_figure_is_a_picture(client, interval):
    wanted = {**OCTOBER, "by": "unit", "interval": interval, "format": "svg"}
    answer = await client.get("/evaluation", params={**wanted, "figure": "handled_rate"})
    assert "处置率" in "".join(ElementTree.fromstring(answer.content).itertext())
    assert (await client.get("/evaluation", params=wanted)).status_code == 422


async def test_tables_are_files_that_a_spreadsheet_reads(client):
    wanted = {**OCTOBER, "by": "unit"}
    answer = await client.get("/evaluation", params={**wanted, "format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["起", "止", "代码", "名称"]
    assert "县城市管理局" in {row[3] for row in rows}
    answer = await client.get("/evaluation", params={**wanted, "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["指标", "公式"]
    assert [cell.value for cell in book["指标"][1]] == rows[0]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
async def test_no_cell_is_a_formula(client, format):
    wanted = {**OCTOBER, "figure": "opened", "format": format}
    answer = await client.get("/evaluation/tickets", params=wanted)
    if format == "csv":
        assert "'=1+1" in answer.text
    else:
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(answer.content))["list"]
                 for cell in row]  # fmt: skip
        assert "=1+1" in {cell.value for cell in cells}
        assert {cell.data_type for cell in cells} <= {"s", "n"}


@pytest.mark.parametrize(
    "wrong",
    [{"month": "2026-13"}, {"month": "2026-10", "from": "2026-10-01"}, {"from": "x"},
     {"by": "caller"}, {"interval": "hour"}, {"from": "2026-10-02", "to": "2026-10-01"}],
)  # fmt: skip
async def test_what_is_wrong_is_named(client, wrong):
    answer = await client.get("/evaluation", params=wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_figure_is_not_found(client):
    for wanted in ({"figure": "none"}, {"figure": "opened", "of": "bottom"}):
        answer = await client.get("/evaluation/tickets", params={**OCTOBER, **wanted})
        assert answer.status_code == 404


async def test_who_is_for_a_part_of_the_grid_gets_its_figures_only(tmp_path):
    async with Center(tmp_path, is_closed=True) as site:
        keep(site.store, *TICKETS)
        site.add("wang.wu", Role.EVALUATOR, grid="140728102")
        async with site.asks("wang.wu") as client:
            told = (await client.get("evaluation", params={**OCTOBER, "by": "township"})).json()
            assert [row["key"] for row in told["rows"]] == ["140728102"]
            elsewhere = {**OCTOBER, "cell": "140728101"}
            assert (await client.get("evaluation", params=elsewhere)).status_code == 403
            listed = {**OCTOBER, "figure": "opened"}
            assert (await client.get("evaluation/tickets", params=listed)).json()["total"] == 1
            every = {**OCTOBER, "marked": False, "level": "township"}
            spotted = (await client.get("evaluation/hot-spots", params=every)).json()
            assert [spot["cell"] for spot in spotted["items"]] == ["140728102"]


async def test_hot_spots_are_told_with_what_was_compared(client):
    told = (await client.get("/evaluation/hot-spots", params={**OCTOBER, "marked": False})).json()
    assert told["compared"] == told["total"] == 3
    assert (await client.get("/evaluation/hot-spots", params=OCTOBER)).json()["items"] == []


# --- on the command line -------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    store = Store(f"sqlite:///{tmp_path / 'var' / 'callcenter.db'}")
    store.prepare()
    for ticket in TICKETS:
        for place, row in enumerate(ticket.moves):
            assert row.number == place + 1
    keep(store, *(_year_before(ticket) for ticket in TICKETS))
    store.close()

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, ["evaluation", *words])

    return command


def _year_before(ticket: AHistory) -> AHistory:
    """A month that is over, whatever today is."""
    found = AHistory(ticket.number, line=ticket.line, item=ticket.item, cell=ticket.cell)
    back = timedelta(days=365)
    found.moves = [
        row._replace(at=row.at - back, due_at=row.due_at - back if row.due_at else None)
        for row in ticket.moves
    ]
    found.ratings = [rated._replace(at=rated.at - back) for rated in ticket.ratings]
    found.step, found.unit = ticket.step, ticket.unit
    return found


def test_the_command_line_shows_ranks_and_writes(run, tmp_path):
    month = ("--month", "2025-10")
    shown = run("show", *month)
    assert "处置 ÷ 应处置" in shown.output, shown.output
    assert "县城市管理局" in run("show", *month, "--by", "unit").output
    assert "together 6" in run("show", *month, "--tickets", "opened").output
    assert "县公安局" in run("ranking", *month).output
    assert "3 pairs compared" in run("hot-spots", *month, "--all").output
    for name in ("out.csv", "out.xlsx"):
        assert run("export", str(tmp_path / name), *month).exit_code == 0
        assert (tmp_path / name).stat().st_size > 500
    assert run("export", str(tmp_path / "out.pdf"), *month).exit_code != 0


def test_a_month_is_reported_once_and_compared_from_then_on(run):
    first = run("report", "--month", "2025-10")
    assert (first.exit_code, "kept 2025-10" in first.output) == (0, True), first.output
    second = run("report", "--month", "2025-10")
    assert (second.exit_code, "nothing has changed" in second.output) == (0, True)
    assert run("report", "--month", "2999-10").exit_code != 0
