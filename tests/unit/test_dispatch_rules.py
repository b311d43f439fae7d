"""Unit: rules, hours, duty, levels; each choice with its reason, and tables that are refused."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import Urgency
from callcenter.tickets.dispatch import DispatchTable
from callcenter.tickets.ticket import COUNTY_TIME

URGENT, ORDINARY = Urgency.URGENT, Urgency.ORDINARY
UNITS = """code,name,level,township,cell
C0,县社会管理服务中心,1,,140728
C1,县城市管理局,1,,140728
C2,县供水公司,1,,140728
T1,古陶镇中心,2,140728100,140728100
V1,东里村,3,140728100,140728100001
G1,东里村第1网格,4,140728100,140728100001001
"""
TAIL = """
[county]
"113" = "C1"
"209" = "C2"
[township]
items = ["112"]
"""
RULES = """unclear = "C0"

[[rule]]
items = ["2"]
cells = ["140728101"]
urgency = "urgent"
hours = "18:00-08:30"
unit = "T1"
note = "夜间"

[[rule]]
items = ["306"]
level = 4

[[rule]]
urgency = "urgent"
hours = "off"
unit = "C0"

[[duty]]
unit = "C1"
hours = "office"
stand_in = "C2"

[[duty]]
unit = "C2"
hours = "07:00-20:00"
stand_in = "C0"
urgency = "urgent"
"""
CELL = "140728100001001"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=COUNTY_TIME)


OFFICE, EVENING, NIGHT, SATURDAY = at("02 10:00"), at("02 19:00"), at("02 23:00"), at("07 10:00")


def load(folder: Path, rules: str = RULES) -> DispatchTable:
    (folder / "dispatch.toml").write_text(rules + TAIL, encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    return DispatchTable.load(folder)


@pytest.fixture
def table(tmp_path: Path) -> DispatchTable:
    return load(tmp_path)


@pytest.mark.parametrize(
    ("item", "cell", "urgency", "when", "unit", "because"),
    [
        ("209", "140728101002", URGENT, NIGHT, "T1", "line 3 [rule] 1: 夜间"),  # a class, a cell
        ("209", "140728101002", URGENT, OFFICE, "C2", "line 33 [county] 209"),
        ("209", CELL, URGENT, NIGHT, "C0", "line 15 [rule] 3"),  # another township
        ("306", CELL, ORDINARY, OFFICE, "G1", "line 11 [rule] 2"),  # the lowest level first
        ("306", "140728100001", ORDINARY, OFFICE, "V1", "line 11 [rule] 2"),  # up where not known
        ("306", "140728100999", ORDINARY, OFFICE, "T1", "line 11 [rule] 2"),  # no unit there
        ("306", "140728999", ORDINARY, OFFICE, "C0", "line 1 unclear"),
        ("112", CELL, ORDINARY, OFFICE, "T1", "line 35 [township] 112"),
        ("113", CELL, ORDINARY, OFFICE, "C1", "line 32 [county] 113"),
        # Off duty on Saturday; its stand-in is there, at night waits for what is ordinary.
        ("113", CELL, ORDINARY, SATURDAY, "C2", "line 32 [county] 113; C1 is off duty, "),
        ("113", CELL, ORDINARY, NIGHT, "C2", "line 32 [county] 113; C1 is off duty, "),
        ("113", CELL, ORDINARY, None, "C1", "line 32 [county] 113"),  # nobody asked for hours
        ("209", CELL, ORDINARY, NIGHT, "C2", "line 33 [county] 209"),
        (None, None, ORDINARY, OFFICE, "C0", "line 1 unclear"),
    ],
)
def test_the_first_row_that_fits_decides(table, item, cell, urgency, when, unit, because):
    choice = table.choose(item, cell, urgency, when)
    assert choice.unit.code == unit
    assert choice.because.startswith(f"dispatch.toml {because}")
    assert choice.reason.endswith(f"({table.version})")


def test_a_chain_of_stand_ins_ends_with_who_is_there(tmp_path):
    no_rules = RULES[: RULES.index("[[rule]]")] + RULES[RULES.index("[[duty]]") :]
    table = load(tmp_path, no_rules)
    chain = table.choose("113", CELL, URGENT, NIGHT)
    assert chain.unit.code == "C0"
    assert "C1 is off duty" in chain.because
    assert "C2 is off duty" in chain.because


def test_rules_that_were_passed_say_why(table):
    passed = table.choose("113", CELL, ORDINARY, OFFICE).passed
    assert passed == (
        "dispatch.toml line 3 [rule] 1 does not fit: item 113",
        "dispatch.toml line 11 [rule] 2 does not fit: item 113",
        "dispatch.toml line 15 [rule] 3 does not fit: urgency ordinary",
    )


@pytest.mark.parametrize(
    ("unit", "item", "above"),
    [("G1", "113", "V1"), ("V1", "113", "T1"), ("T1", "113", "C1"), ("T1", None, "C0")],
)
def test_what_cannot_be_done_below_goes_up_a_level(table, unit, item, above):
    choice = table.above(unit, item, CELL)
    assert choice.unit.code == above
    assert choice.because.startswith(f"above {unit}, level")


def test_above_the_county_is_nobody_of_ours(table):
    with pytest.raises(ImpossibleMoveError, match="county's own level; forward"):
        table.above("C1", "113", CELL)
    with pytest.raises(NotFoundError, match="unit 'X' is not known"):
        table.above("X", "113", CELL)


def test_another_table_is_another_version(tmp_path, table):
    same = load(tmp_path)
    other = load(tmp_path, RULES.replace("夜间", "值班"))
    assert same.version == table.version != other.version


@given(
    item=st.sampled_from([None, "112", "113", "209", "306", "999"]),
    cell=st.sampled_from([None, "140728", "140728100", "140728101", CELL, "999999999"]),
    urgency=st.sampled_from(list(Urgency)),
    when=st.sampled_from([None, OFFICE, EVENING, NIGHT, SATURDAY]),
)
def test_every_case_has_a_unit_and_a_reason(tmp_path_factory, item, cell, urgency, when):
    table = load(tmp_path_factory.mktemp("county"))
    choice = table.choose(item, cell, urgency, when)
    assert choice.unit.code in table.units
    assert choice.because


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('unit = "T1"', 'unit = "T9"', "line 8: rule 1 goes to T9, which units.csv lacks"),
        ('unit = "T1"', "level = 1", "line 8: rule 1 level: .* greater than or equal to 2"),
        ('unit = "T1"', 'unit = "T1"\nlevel = 2', "line 3: rule 1: names no taker, or two"),
        ('unit = "T1"\n', "", "line 3: rule 1: names no taker, or two"),
        ('hours = "off"', 'hours = "at night"', "line 17: rule 3 hours: 'at night' names no hours"),
        ('"18:00-08:30"', '"18:00-18:00"', "line 7: rule 1 hours: .* names no hours"),
        ('cells = ["140728101"]', 'cells = ["古陶镇"]', "line 5: rule 1 cells 1: .* match pattern"),
        ('items = ["306"]', 'item = ["306"]', "line 12: rule 2 item: Extra inputs"),
        ('stand_in = "C0"', 'stand_in = "C9"', "duty 2 goes to C9, which units.csv lacks"),
        ('stand_in = "C0"', 'stand_in = "C1"', "line 23: duty 1 stand_in: C2 stands in, and C1"),
        ('unit = "C2"\nhours', 'unit = "C1"\nhours', "duty 1: C1 has several rows of duty"),
        ("[[duty]]", "[[dty]]", "dty: Extra inputs"),
    ],
)
def test_a_faulty_table_is_refused_by_line_key_and_remedy(tmp_path, old, new, fault):
    assert old in RULES
    with pytest.raises(BadInputError, match=fault):
        load(tmp_path, RULES.replace(old, new))
