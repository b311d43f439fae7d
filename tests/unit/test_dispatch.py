"""Unit: item and cell choose the unit, by the demo county's table."""

from datetime import UTC, datetime

import pytest

from callcenter.errors import BadInputError
from callcenter.facts import Line, Urgency
from callcenter.settings import Settings
from callcenter.tickets.dispatch import DispatchTable, dispatch
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import locked

MONDAY = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
TABLE = DispatchTable.load(Settings().county_dir)
TOML = 'unclear = "U1"\n[county]\n"113" = "U1"\n[township]\nitems = ["112"]\n'
UNITS = "code,name,level,township\nU1,县城市管理局,1,\nU2,古陶镇社会管理服务中心,2,140728100\n"


def county(folder, toml=TOML, units=UNITS):
    (folder / "dispatch.toml").write_text(toml, encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("item", "cell", "unit", "because"),
    [
        ("113", "140728100001001", "县城市管理局", "dispatch.toml [county] 113"),
        ("113", None, "县城市管理局", "dispatch.toml [county] 113"),
        ("311", "140728002", "县公安局", "dispatch.toml [county] 311"),
        ("306", "140728100001001", "古陶镇社会管理服务中心", "dispatch.toml [township] 306"),
        ("306", "140728002", "城东街道社会管理服务中心", "dispatch.toml [township] 306"),
        (None, "140728100001001", "县社会管理服务中心", "dispatch.toml unclear"),
        (None, None, "县社会管理服务中心", "dispatch.toml unclear"),
        ("999", None, "县社会管理服务中心", "dispatch.toml unclear"),
    ],
)
def test_each_case_has_one_unit_and_the_line_that_says_so(item, cell, unit, because):
    choice = TABLE.choose(item, cell)
    assert (choice.unit.name, choice.because) == (unit, because)


@pytest.mark.parametrize("cell", [None, "", "140728", "999999999"])
def test_a_townships_item_without_a_known_township_stays_in_the_county(cell):
    assert TABLE.choose("306", cell).unit.level == 1


def test_every_item_of_the_rules_has_a_unit(site):
    unclear = {i for i in site.rules.items if "unclear" in TABLE.choose(i, None).because}
    assert unclear == set()


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.URGENT, "2025-03-03T04:00:00+00:00"),
        (Urgency.ORDINARY, "2025-03-10T10:00:00+00:00"),
    ],
)
def test_a_dispatch_names_unit_deadline_and_reason(session, urgency, due):
    (opened,) = open_draft(session, "n1-7.0", Line.SERVICE, at=MONDAY, actor="seat-01")
    move(session, opened.ticket_number, Move.FILE, actor="seat-01")
    ticket = locked(session, opened.ticket_number)
    ticket.item, ticket.urgency = "113", urgency
    sent = dispatch(session, ticket, TABLE, MONDAY)
    assert (sent.unit, sent.due_at.isoformat()) == ("U1002", due)
    assert (sent.actor, sent.reason) == ("pipeline", "dispatch.toml [county] 113")
    assert locked(session, ticket.number).due_at == sent.due_at


def test_a_folder_of_ones_own_is_read(tmp_path):
    table = DispatchTable.load(county(tmp_path))
    assert table.choose("112", "140728100002").unit.code == "U2"
    assert table.choose("112", "140728101").unit.code == "U1"


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"toml": "unclear ="}, "dispatch.toml cannot be used"),
        ({"toml": TOML.replace("unclear", "rest")}, "dispatch.toml cannot be used: unclear"),
        ({"toml": TOML.replace("[township]", "[villages]")}, "cannot be used: township"),
        ({"toml": TOML.replace('"113" = "U1"', '"113" = "U9"')}, "113 goes to U9"),
        ({"toml": TOML.replace('unclear = "U1"', 'unclear = "U9"')}, "unclear goes to U9"),
        ({"units": UNITS.replace("level", "height")}, "units.csv: no column level; it has"),
        ({"units": UNITS.replace(",1,", ",one,")}, "units.csv, line 2: level 'one'"),
        ({"units": UNITS.replace(",1,", ",1")}, "units.csv, line 2: more or fewer fields"),
    ],
)
def test_a_broken_folder_is_refused_by_the_name_of_its_file(tmp_path, files, fault):
    with pytest.raises(BadInputError, match=fault):
        DispatchTable.load(county(tmp_path, **files))


@pytest.mark.parametrize("name", ["dispatch.toml", "units.csv"])
def test_a_missing_file_is_named(tmp_path, name):
    (county(tmp_path) / name).unlink()
    with pytest.raises(BadInputError, match=name):
        DispatchTable.load(tmp_path)
