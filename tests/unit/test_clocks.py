"""Unit: when a unit must have reported, with the national calendar and its make-up days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.facts import Urgency
from callcenter.tickets.clocks import add_working_days, due_at, is_working_day
from callcenter.tickets.ticket import COUNTY_TIME

COUNTY = 1
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def county(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COUNTY_TIME)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-02 09:00", 1, "2026-03-03 18:00"),  # a Monday; its own day does not count
        ("2026-03-02 00:00", 1, "2026-03-03 18:00"),
        ("2026-03-02 23:59", 1, "2026-03-03 18:00"),
        ("2026-03-06 09:00", 1, "2026-03-09 18:00"),  # over a weekend
        ("2026-03-07 09:00", 1, "2026-03-09 18:00"),  # on a Saturday
        ("2026-03-02 09:00", 5, "2026-03-09 18:00"),
        ("2026-10-09 09:00", 1, "2026-10-10 18:00"),  # a Saturday made up for National Day
        ("2026-10-09 09:00", 3, "2026-10-13 18:00"),
        ("2026-10-10 09:00", 1, "2026-10-12 18:00"),
        ("2026-09-30 09:00", 1, "2026-10-08 18:00"),  # over National Day
        ("2025-12-31 09:00", 1, "2026-01-04 18:00"),  # over New Year, to a Sunday that is made up
        ("2024-12-31 09:00", 1, "2025-01-02 18:00"),  # over a year's end
    ],
)
def test_working_days_end_with_the_office(start, days, due):
    assert add_working_days(county(start), days) == county(due)


def test_the_day_is_the_countys_wherever_the_clock_is():
    friday_night = datetime(2026, 3, 5, 17, 0, tzinfo=UTC)  # Friday, one o'clock in the county
    due = add_working_days(friday_night, 1)
    assert due == county("2026-03-09 18:00")
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 10), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),
        (date(2026, 3, 7), False),
        (date(2026, 3, 9), True),
    ],
)
def test_offices_work_by_the_national_calendar(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("item", "urgency", "level", "due"),
    [
        ("113", Urgency.URGENT, COUNTY, "2026-03-06 20:30"),
        ("209", Urgency.URGENT, COUNTY, "2026-03-06 20:30"),  # urgency goes first
        ("209", Urgency.ORDINARY, COUNTY, "2026-03-07 18:30"),  # round the clock, on a Saturday
        ("113", Urgency.ORDINARY, 1, "2026-03-13 18:00"),
        ("113", Urgency.ORDINARY, 2, "2026-03-13 18:00"),
        ("113", Urgency.ORDINARY, 3, "2026-03-11 18:00"),
        ("113", Urgency.ORDINARY, 4, "2026-03-11 18:00"),
        (None, Urgency.ORDINARY, COUNTY, "2026-03-13 18:00"),
    ],
)
def test_each_case_has_its_clock(item, urgency, level, due):
    start = county("2026-03-06 18:30")  # a Friday, after hours
    assert due_at(start, item=item, urgency=urgency, unit_level=level) == county(due)


@given(
    start=st.timedeltas(timedelta(0), timedelta(days=3000)).map(lambda since: BEGAN + since),
    days=st.integers(1, 30),
)
def test_a_deadline_is_the_end_of_a_working_day_and_never_before_the_start(start, days):
    due = add_working_days(start, days)
    local = due.astimezone(COUNTY_TIME)
    assert due > start
    assert local.time() == time(18, 0)
    assert is_working_day(local.date())
    first = start.astimezone(COUNTY_TIME).date() + timedelta(days=1)
    between = [first + timedelta(days=n) for n in range((local.date() - first).days + 1)]
    assert sum(map(is_working_day, between)) == days
