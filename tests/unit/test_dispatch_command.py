"""Unit: `callcenter dispatch ...` as a person types it."""

import pytest
from typer.testing import CliRunner

from callcenter.commands.dispatch import app
from callcenter.facts import Urgency
from callcenter.store import Store
from callcenter.tickets.dispatch import DispatchTable
from tests.contract.test_dispatching import sent
from tests.small_county import DISPATCH, write_county, written

CELL = "140728100001001"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs `callcenter dispatch` with these words on a site of its own."""
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CALLCENTER_COUNTY_DIR", str(write_county(tmp_path / "original")))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_a_choice_is_explained(run):
    told = run("explain", "--item", "113", "--cell", CELL, "--at", "2026-10-01T20:00")
    assert told.exit_code == 0, told.exception
    unit, because, due = told.stdout.splitlines()
    assert unit == "unit      U1 县城市管理局, level 1"
    assert because.startswith("because   dispatch.toml line 3 [county] 113; table ")
    assert due == "due       2026-10-13 18:00"


def test_a_year_that_is_not_announced_is_warned_of(run):
    told = run("explain", "--at", "2031-03-03T10:00", "--urgency", "urgent")
    assert "warning   make-up days of 2031 are not announced: docs/clocks.md" in told.stdout


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--item", "1"), "--item '1' is no item: write three digits"),
        (("--cell", "x"), "--cell 'x' is no grid code: write 6, 9, 12 or 15 digits"),
        (("--at", "9999-12-31"), "at lies more than ten years from now"),
        (("--at", "noon"), "--at 'noon' is no time: write it as 2026-10-01T20:00"),
    ],
)
def test_a_faulty_question_is_refused(run, words, fault):
    assert fault in str(run("explain", *words).exception)


def test_another_table_is_tried_and_nothing_moves(run, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'var' / 'callcenter.db'}")
    store.prepare()
    with store.transaction() as session:
        table = DispatchTable.load(tmp_path / "original")
        light = sent(session, table, 1, "113", cell=CELL)
        sent(session, table, 2, "112", cell=CELL, urgency=Urgency.URGENT)
    store.close()
    other = written(tmp_path, "other.toml", DISPATCH.replace('"113" = "U1"', '"113" = "U2"'))
    told = run("try", other)
    assert told.exit_code == 0, told.exception
    ticket, summary, way, total = told.stdout.splitlines()
    assert ticket == (
        f"{light}  open  113 {CELL} ordinary  U1 -> U2  other.toml line 3 [county] 113"
    )
    assert summary.endswith("2 tickets looked at, nothing moved")
    assert way.split() == ["1", "U1", "县城市管理局", "->", "U2", "古陶镇社会管理服务中心"]
    assert total == "     1  would go elsewhere"
    same = run("try", tmp_path / "original")
    assert same.stdout.splitlines()[-1] == "     0  would go elsewhere"


def test_a_faulty_table_is_refused(run, tmp_path):
    wrong = written(tmp_path, "wrong.toml", DISPATCH.replace('"113" = "U1"', '"113" = "U9"'))
    assert "wrong.toml: line 3: 113 goes to U9" in str(run("try", wrong).exception)
