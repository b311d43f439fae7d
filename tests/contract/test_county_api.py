"""Contract: a county's files over HTTP: read, checked, tried, taken over and taken back."""

from datetime import UTC, datetime

import pytest

from callcenter.facts import Line
from callcenter.people.roles import Role
from callcenter.settings import Settings
from callcenter.tickets import moving
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket
from callcenter.tickets.versions import Versions
from tests.contract.test_rights import Center
from tests.small_county import COUNTY, DISPATCH, RIGHT, TOWNS, UNITS, grid_text, write_county

MOVED = 'unclear = "U2"\n[county]\n"113" = "U2"\n[township]\nitems = ["112"]\n'
HOLIDAY = '[2026]\nholidays = ["2026-03-03"]\n'


@pytest.fixture
async def site(tmp_path):
    site = Center(tmp_path, is_closed=True)
    county = write_county(tmp_path / "small")
    site.settings = site.settings.model_copy(update={"county_dir": county})
    async with site:
        site.add("root", Role.ADMINISTRATOR)
        yield site


@pytest.fixture
async def api(site):
    async with site.asks("root") as api:
        yield api


async def test_the_county_is_told_as_it_is_written_and_as_rows(api):
    told = (await api.get("county")).json()
    assert (told["number"], told["versions"]) == (0, [])
    assert told["texts"] == {"dispatch.toml": DISPATCH, "calendar.toml": "", "clocks.toml": ""}
    assert told["takers"]["county"] == {"113": "U1"}


@pytest.mark.parametrize(
    ("files", "where", "said"),
    [
        ({"dispatch.toml": MOVED.replace('"U2"', '"U9"', 1)}, "dispatch.toml", "line 1: unclear"),
        ({"dispatch.toml": "[county]\n"}, "dispatch.toml", "Field required"),
        ({"calendar.toml": '[2026]\nholidays = ["x"]\n'}, "calendar.toml", "'x' is no day"),
        ({"units.csv": UNITS + "U3,x,7,,\n"}, "units.csv, line 4", "none of 1, 2, 3, 4"),
    ],
)
async def test_faults_are_told_with_file_and_line_and_nothing_changes(
    site, api, files, where, said
):
    checked = (await api.post("county/check", json={"files": files})).json()
    assert checked["fault_count"] == 1
    assert checked["faults"][0]["where"] == where
    assert said in checked["faults"][0]["said"]
    taken = await api.post("county/versions", json={"based_on": 0, "files": files})
    assert (taken.json()["made"], taken.json()["fault_count"]) == (None, 1)
    assert Versions.of(site.settings).in_force() == 0


async def test_a_wrong_grid_is_told_with_the_spot_of_each_fault(api):
    cells = grid_text([COUNTY, *TOWNS[:1]], datum="WGS-84")
    checked = (await api.post("county/check", json={"files": {"grid.geojson": cells}})).json()
    (gap,) = [one for one in checked["faults"] if "gap" in one["said"]]
    assert gap["where"] == "grid.geojson, feature 1 (140728)"
    assert 112.002 < gap["longitude"] < 112.004
    assert gap["area_m2"] > 10_000


async def test_right_files_are_a_version_and_another_may_follow(site, api):
    files = {"grid.geojson": grid_text(RIGHT, datum="WGS-84"), "dispatch.toml": MOVED}
    checked = (await api.post("county/check", json={"files": files})).json()
    assert (checked["faults"], checked["counts"]["units"]) == ([], 2)
    taken = (await api.post("county/versions", json={"based_on": 0, "files": files})).json()
    assert (taken["made"]["number"], taken["faults"]) == (1, [])
    late = await api.post("county/versions", json={"based_on": 0, "files": files})
    assert (late.status_code, late.json()["in_force"]) == (409, 1)
    back = await api.post("county/versions/0/use", json={"based_on": 1})
    assert (back.status_code, back.json()["number"]) == (201, 0)
    assert [row["subject"] for row in site.audited("county_changed")] == ["1", "0"]
    unknown = await api.post("county/check", json={"files": {"../x": ""}})
    assert unknown.status_code == 422
    none = await api.post("county/versions/7/use", json={"based_on": 0})
    assert none.status_code == 404


async def test_a_draft_of_the_table_explains_and_says_what_would_go_elsewhere(site, api):
    now = datetime.now(UTC)
    with site.store.transaction() as session:
        opened = open_ticket(session, Line.SERVICE, at=now, actor="seat-01")
        number = opened.ticket_number
        moving.move(session, number, Move.FILE, actor="t")
        moving.move(session, number, Move.DISPATCH, actor="t", unit="U1", due_at=now)
        session.get(Ticket, number).item = "113"
        session.connection().exec_driver_sql("UPDATE ledger SET published = 1")
    case = {"text": MOVED, "item": "113"}
    told = (await api.post("county/dispatch/choice", json=case)).json()
    assert (told["unit"]["code"], told["because"]) == ("U2", "dispatch.toml line 3 [county] 113")
    tried = (await api.post("county/dispatch/tries", json={"text": MOVED})).json()
    assert (tried["looked_at"], tried["still_open"]) == (1, 1)
    (way,) = tried["ways"]
    assert (way["now"]["code"], way["then"]["code"], way["still_open"]) == ("U1", "U2", 1)
    assert tried["tickets"][0]["number"] == number
    assert len(site.audited("dispatch_tried")) == 1
    faulty = await api.post("county/dispatch/tries", json={"text": "unclear = 3"})
    assert "dispatch.toml cannot be used: " in faulty.json()["detail"]


async def test_a_drafted_holiday_moves_a_deadline_by_a_day(api):
    asked = {"year": 2026, "filed_at": "2026-03-02T02:00:00Z", "item": "113"}
    before = (await api.post("county/calendar", json=asked)).json()
    after = (await api.post("county/calendar", json=asked | {"text": HOLIDAY})).json()
    assert (before["due_at"], before["told"]) == ("2026-03-09T10:00:00Z", None)
    assert (after["due_at"], after["due_in_force"]) == (
        "2026-03-10T10:00:00Z", before["due_at"],
    )  # fmt: skip
    days = {one["day"]: one for one in after["days"]}
    assert len(days) == 365
    assert (days["2026-03-03"]["works"], days["2026-03-03"]["is_told"]) == (False, True)
    assert after["told"]["holidays"] == ["2026-03-03"]


async def test_the_demo_countys_files_can_be_read(site, api):
    shown = Settings().county_dir
    site.settings = site.context.settings = site.settings.model_copy(update={"county_dir": shown})
    told = (await api.get("county")).json()
    assert "113" in told["takers"]["county"]
