"""Category: plans of hours and overload, read from TOML and turned into Asterisk's keys; pure."""

from datetime import date
from pathlib import Path

import pytest

from callcenter.errors import BadInputError
from callcenter.ivr.plans import DAYS_AHEAD, days, read_plans
from callcenter.settings import Settings
from callcenter.tickets.clocks import is_working_day

NATIONAL_DAY_EVE = date(2026, 9, 30)


def plans_of(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "plans.toml"
    file.write_text(text, "utf-8")
    return file


def test_by_default_the_line_is_open_around_the_clock() -> None:
    plans = read_plans(Settings().plans_file)
    assert {value for _, value in days(plans, NATIONAL_DAY_EVE, is_working_day)} == {""}
    assert (plans.waiting, plans.minutes) == (0, 0)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    plans = read_plans(plans_of(tmp_path, ""))
    assert all(value == "" for _, value in days(plans, NATIONAL_DAY_EVE, is_working_day))


def test_a_days_key_says_hours_prompt_and_what_then(tmp_path: Path) -> None:
    plans = read_plans(
        plans_of(
            tmp_path,
            '[night]\nopen = ["08:30-12:00", "14:30-24:00"]\n'
            '[holiday]\nopen = []\nthen = "message"\n',
        )
    )
    told = dict(days(plans, NATIONAL_DAY_EVE, is_working_day))
    assert len(told) == DAYS_AHEAD
    assert told["20260930"] == "08:30-11:59&14:30-23:59|plan-night|queue|night"
    assert told["20261001"] == "none|plan-holiday|message|holiday"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[night", "is no TOML"),
        ("night = 3", "night must be a table: [night]"),
        ("[evening]\n", "evening is not known: holiday, night, overload are"),
        ("[night]\nhours = []", "night.hours is not known: open, prompt, then are"),
        ('[night]\nopen = "08:30-18:00"', "night.open must be a list of at most 3"),
        ('[night]\nopen = ["8-18"]', 'night.open must hold hours such as "08:30-18:00"'),
        ('[night]\nopen = ["24:00-25:00"]', "night.open must hold hours"),
        ('[night]\nopen = ["18:00-08:30"]', "night.open must be in order"),
        ('[night]\nopen = ["08:00-12:00", "11:00-13:00"]', "night.open must be in order"),
        ('[holiday]\nprompt = "no"', "holiday.prompt is no prompt"),
        ('[holiday]\nthen = "hang up"', "holiday.then must be one of queue, message"),
        ("[overload]\nwaiting = -1", "overload.waiting must be a whole number from 0"),
        ("[overload]\nminutes = 2.5", "overload.minutes must be a whole number from 0"),
        ("[overload]\nwaiting = true", "overload.waiting must be a whole number"),
    ],
)
def test_a_faulty_file_is_told_by_its_field(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadInputError) as raised:
        read_plans(plans_of(tmp_path, text))
    assert told in raised.value.message
    assert "plans.toml" in raised.value.message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        read_plans(tmp_path / "none.toml")
