"""Unit: `callcenter county ...` as a person types it."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from callcenter.commands.county import app
from callcenter.facts import Line
from callcenter.store import LedgerRow, Store
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import history, locked
from tests.small_county import (
    COUNTY,
    DISPATCH,
    NAMES,
    TOML,
    TOWNS,
    VILLAGES,
    cell,
    degrees,
    grid_text,
    write_county,
    written,
)

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
HALVES = [cell("140728100001003", 0, 0, 1, 1), cell("140728100001004", 1, 0, 2, 1)]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs `callcenter county` with these words on a site of its own."""
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CALLCENTER_COUNTY_DIR", str(write_county(tmp_path / "original")))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def new_grid(tmp_path):
    """A right grid with other basic cells, and the names that fit it."""
    grid = written(
        tmp_path, "cells.geojson", grid_text([COUNTY, *TOWNS, *VILLAGES, *HALVES], datum="WGS-84")
    )
    names = written(tmp_path, "names.csv", NAMES.replace("100001001", "100001003"))
    return "--grid", grid, "--gazetteer", names, "--datum", "wgs-84"


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_right_import_is_a_new_version(run, new_grid):
    told = run("import", *new_grid)
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "cells of level 2 that have none below them: 1",
        "cells of level 3 that have none below them: 1",
        "version 1 is in force: level 1 1, level 2 2, level 3 2, level 4 2, names 4, units 2",
    ]
    listed = run("versions").stdout.splitlines()
    assert listed[0].startswith("    0  the county folder of the settings")
    assert listed[1].startswith("*   1  ")
    assert "of 0: grid.geojson places.csv  (level 1 1, level 2 2" in listed[1]


def test_a_check_changes_nothing(run, new_grid, tmp_path):
    told = run("check", *new_grid)
    assert told.exit_code == 0
    assert "would be imported: level 1 1, level 2 2, level 3 2, level 4 2, names 4" in told.stdout
    assert not (tmp_path / "var" / "county").exists()


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_wrong_file_changes_nothing_and_every_fault_is_told(run, new_grid, tmp_path, command):
    run("import", *new_grid)
    before = everything(tmp_path / "var")
    overlapping = [COUNTY, TOWNS[0], cell("140728101", 1, 0, 3, 2)]
    wrong = written(tmp_path, "wrong.geojson", grid_text(overlapping))
    told = run(command, "--grid", wrong, "--datum", "wgs-84")
    assert told.exit_code == 1
    assert told.stderr.splitlines() == [
        "wrong.geojson, feature 2 (140728100): overlaps 140728101, 19756 m² "
        "around 112.001500, 37.001000",
        "wrong.geojson, feature 1 (140728): the cells of 140728 leave a gap, 19756 m² "
        "around 112.003500, 37.001000",
    ]
    assert told.exception.message == "nothing was changed: 2 faults, told above"
    assert everything(tmp_path / "var") == before


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize(
    ("option", "name", "text", "fault"),
    [
        ("--county", "county.toml", TOML.replace("name", "title"), "name is missing"),
        ("--county", "county.toml", TOML + '[above]\nname = "市"\n', "above.code"),
    ],
)
def test_what_the_centre_could_not_load_is_not_imported(
    run, tmp_path, command, option, name, text, fault
):
    told = run(command, option, written(tmp_path, name, text))
    assert told.exit_code == 1
    assert told.exception.message.startswith(name)
    assert fault in told.exception.message
    assert run("versions").stdout.startswith("*   0")


@pytest.mark.parametrize("command", ["check", "import"])
def test_what_is_wrong_with_who_takes_what_is_told_by_its_entry(run, tmp_path, command):
    wrong = written(tmp_path, "dispatch.toml", DISPATCH.replace("township", "town"))
    told = run(command, "--dispatch", wrong)
    assert told.exit_code == 1
    assert told.stderr.splitlines() == ["dispatch.toml: cannot be used: township: Field required"]
    assert told.exception.message == "nothing was changed: 1 fault, told above"
    assert run("versions").stdout.startswith("*   0")


def test_an_earlier_version_can_be_used_again(run, new_grid):
    run("import", *new_grid)
    assert run("use", 0).stdout == "version 0 is in force\n"
    assert run("versions").stdout.splitlines()[0].startswith("*   0")
    assert run("use", 1).stdout == "version 1 is in force\n"
    assert run("use", 9).exception.message.startswith("there is no version 9")


def test_a_version_that_does_not_load_cannot_be_used(run, new_grid, tmp_path):
    run("import", *new_grid)
    run("use", 0)
    (tmp_path / "var" / "county" / "v0001" / "grid.geojson").write_text("{")
    assert run("use", 1).exit_code == 1
    assert run("versions").stdout.splitlines()[0].startswith("*   0")


def test_a_datum_nobody_knows_is_refused(run, new_grid):
    told = run("check", *new_grid[:4], "--datum", "beijing54")
    assert told.exception.message.startswith("datum 'beijing54' is not known")


def tickets(tmp_path):
    """A store with one ticket in the first basic cell and one without a place."""
    (tmp_path / "var").mkdir(exist_ok=True)
    store = Store(f"sqlite:///{tmp_path / 'var' / 'callcenter.db'}")
    store.prepare()
    with store.transaction() as session:
        numbers = []
        for call in ("n1-1.0", "n1-2.0"):
            (opened,) = open_draft(session, call, Line.SERVICE, at=NOON, actor="seat-01")
            numbers.append(opened.ticket_number)
        ticket = locked(session, numbers[0])
        ticket.step, ticket.cell, ticket.cell_name = Step.HANDLING, "140728100001001", "格001"
        ticket.longitude, ticket.latitude = degrees(0.5, 0.5)
        session.add(ticket)
    return store, numbers


def test_tickets_are_moved_only_when_told_to_and_the_report_names_cells(run, new_grid, tmp_path):
    store, (number, unplaced) = tickets(tmp_path)
    run("import", *new_grid)
    report = tmp_path / "report.csv"
    told = run("replace", "--report", report)
    assert told.stdout.splitlines() == [
        "unchanged: 0",
        "moved: 1",
        "outside: 0",
        "no point: 1",
        "on its way: 0",
        "  140728100001001 -> 140728100001003: 1",
    ]
    assert report.read_text(encoding="utf-8").splitlines() == [
        "ticket,placing,old_cell,new_cell",
        f"{number},moved,140728100001001,140728100001003",
        f"{unplaced},no point,,",
    ]
    with store.reading() as session:
        assert locked(session, number).cell == "140728100001001"
    told = run("replace", "--apply")
    assert told.stdout.endswith("1 tickets were moved to their cell of version 1\n")
    with store.reading() as session:
        assert locked(session, number).cell == "140728100001003"
        assert history(session, number)[-1].reason.startswith("网格第1版:")
        names = session.exec(select(LedgerRow.name).order_by(LedgerRow.seq)).all()
        assert names == ["ticket_moved", "ticket_located"]
    store.close()
