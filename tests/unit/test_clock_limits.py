"""Unit: which limit holds for what, the calendar's own days, and files that are refused."""

from datetime import date, datetime
from pathlib import Path

import pytest

from callcenter.errors import BadInputError
from callcenter.facts import Urgency
from callcenter.tickets.clocks import Clocks, Purpose, default_clocks
from callcenter.tickets.clocks.calendar import Calendar
from callcenter.tickets.clocks.limits import LIMITED
from callcenter.tickets.ticket import COUNTY_TIME

URGENT, ORDINARY = Urgency.URGENT, Urgency.ORDINARY
START = datetime(2026, 3, 6, 9, 0, tzinfo=COUNTY_TIME)  # a Friday


def county(folder: Path, clocks: str = "", calendar: str = "") -> Path:
    (folder / "clocks.toml").write_text(clocks, encoding="utf-8")
    (folder / "calendar.toml").write_text(calendar, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("purpose", "urgency", "level", "due"),
    [
        ("feedback", URGENT, 1, "03-06 11:00"),
        ("feedback", ORDINARY, 2, "03-13 18:00"),
        ("feedback", ORDINARY, 4, "03-11 18:00"),
        ("return", ORDINARY, 1, "03-10 18:00"),
        ("return", URGENT, 1, "03-06 10:00"),
        ("hand_over", ORDINARY, 4, "03-09 18:00"),
        ("verify", ORDINARY, 1, "03-09 18:00"),
        ("call_back", ORDINARY, 1, "03-11 18:00"),
        ("accept", URGENT, 1, "03-06 09:30"),
        ("file", ORDINARY, 1, "03-06 11:00"),
        ("dispatch", ORDINARY, 1, "03-06 15:30"),
    ],
)
def test_the_limits_that_come_with_the_program(purpose, urgency, level, due):
    clocks = default_clocks()
    when = clocks.due(Purpose(purpose), START, item="113", urgency=urgency, level=level)
    assert f"{when:%m-%d %H:%M}" == due


@pytest.mark.parametrize("purpose", sorted(LIMITED))
@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("urgency", list(Urgency))
def test_every_ticket_has_a_limit_for_everything(purpose, level, urgency):
    for item in (None, "113", "209"):
        assert default_clocks().row(purpose, item=item, urgency=urgency, level=level)


def test_a_countys_rows_come_before_the_programs(tmp_path):
    text = (
        'warn = 0.5\n[[limit]]\npurpose = "feedback"\nitems = ["1"]\nlevels = [1]\n'
        'limit = "15 days"\n[tell.feedback]\nlimit = ["supervisor"]\n'
    )
    clocks = Clocks.load(county(tmp_path, text))

    def due(item: str, level: int = 1) -> str:
        when = clocks.due(Purpose.FEEDBACK, START, item=item, urgency=ORDINARY, level=level)
        return f"{when:%m-%d}"

    assert due("113") == "03-21"  # the whole class 1, days of the calendar
    assert (due("113", level=2), due("309")) == ("03-13", "03-13")
    assert clocks.warn == 0.5
    assert clocks.tell[Purpose.FEEDBACK].limit == ("supervisor",)
    assert clocks.tell[Purpose.VERIFY].limit == ("verifier", "supervisor")


def test_a_county_without_files_has_the_programs_limits(tmp_path):
    clocks = Clocks.load(tmp_path)
    assert (clocks.rows, clocks.warn) == (default_clocks().rows, default_clocks().warn)


def test_a_countys_calendar_overrules_the_nations(tmp_path):
    text = (
        '[2026]\nholidays = [2026-03-09, "2026-05-11..2026-05-12"]\nworkdays = ["2026-03-07"]\n'
        '[2030]\ncomplete = true\nsource = "公告"\nholidays = ["2030-10-01"]\n'
    )
    calendar = Clocks.load(county(tmp_path, calendar=text)).calendar
    worked = [date(2026, 3, 7), date(2026, 3, 10), date(2026, 10, 10), date(2030, 5, 1)]
    closed = [date(2026, 3, 9), date(2026, 5, 12), date(2026, 3, 8), date(2030, 10, 1)]
    assert [day for day in worked if not calendar.is_working_day(day)] == []
    assert [day for day in closed if calendar.is_working_day(day)] == []


def test_a_year_is_announced_by_the_package_or_by_the_county(tmp_path):
    told = Clocks.load(county(tmp_path, calendar="[2031]\ncomplete = true\n[2032]\n")).calendar
    years = (2026, 2031, 2032, 2099)
    assert [told.is_announced(year) for year in years] == [True, True, False, False]
    assert not Calendar().is_announced(2031)


ROW = '[[limit]]\npurpose = "feedback"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("warn =", "clocks.toml cannot be used: Invalid value"),
        ("warn = 2", "clocks.toml cannot be used: line 1: warn: .* less than or equal to 1"),
        ("wran = 0.5", "line 1: wran: Extra inputs"),
        (ROW, "line 1: limit 1 limit: Field required"),
        (f'\n{ROW}limit = "5"', "line 4: limit 1 limit: '5' is no limit: write"),
        (f'{ROW}limit = "5 days"\nitem = ["113"]', "line 4: limit 1 item: Extra inputs"),
        (f'{ROW}limit = "5 days"\nitems = ["1134"]', "line 4: limit 1 items 1: .* match pattern"),
        (f'{ROW}limit = "5 days"\nlevels = [5]', "line 4: limit 1 levels 1: .* less than or equal"),
        (f'{ROW}limit = "5 days"\nurgency = "soon"', "line 4: limit 1 urgency: .*'ordinary' or"),
        ('[[limit]]\npurpose = "review"\nlimit = "5 days"', "line 2: limit 1 purpose: review has"),
        (f'{ROW}limit = "5 days"\n{ROW}limit = "6 days"', "line 4: limit 2: is never reached: the"),
        ('[tell.feedback]\nlimit = ["mayor"]', "line 2: tell feedback limit 1: .*'unit'"),
        ("[tell.sleep]\nlimit = []", "tell sleep: .*'file'"),
    ],
)
def test_a_faulty_clocks_toml_is_refused_by_line_key_and_remedy(tmp_path, text, fault):
    with pytest.raises(BadInputError, match=fault):
        Clocks.load(county(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[26]\ncomplete = true", r"\[26\] is no year: write four digits"),
        ("[2027]\nholidays = [2026-10-01]", r"2026-10-01 stands under \[2027\]: move it"),
        ('[2027]\nholidays = ["1. October"]', "is no day: write 2027-10-01"),
        ('[2027]\nholidays = ["2027-10-07..2027-10-01"]', "must end after it begins"),
        ('[2027]\nholidays = ["2027-01-01..2027-12-31"]', "within 60 days"),
        ("[2027]\nholidays = [2027-10-01]\nworkdays = [2027-10-01]", "is a holiday and a workday"),
        ("[2027]\nholiday = [2027-10-01]", "line 2: 2027 holiday: Extra inputs"),
        ("2027 = 3", "calendar.toml cannot be used: .*2027: "),
    ],
)
def test_a_faulty_calendar_is_refused(tmp_path, text, fault):
    with pytest.raises(BadInputError, match=fault):
        Clocks.load(county(tmp_path, calendar=text))
