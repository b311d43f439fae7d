"""Unit: the arithmetic of clocks: adding up, pausing, year ends, make-up days; its properties."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.tickets.clocks import resumed
from callcenter.tickets.clocks.calendar import Calendar, Year
from callcenter.tickets.clocks.spans import (
    IN_DAYS,
    ClockKind,
    Limit,
    due_after,
    elapsed,
    is_office_time,
    kind_of,
    remaining,
    resumed_due,
    share_of,
    shifted,
)
from callcenter.tickets.ticket import COUNTY_TIME

CALENDAR = Calendar()
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
NO_TIME = timedelta(0)
MOMENTS = st.timedeltas(NO_TIME, timedelta(days=1000)).map(lambda since: BEGAN + since)
PAUSES = st.timedeltas(NO_TIME, timedelta(days=30))
KINDS = st.sampled_from(list(ClockKind))


def limits(kind: ClockKind) -> st.SearchStrategy[Limit]:
    unit = timedelta(days=1) if kind in IN_DAYS else timedelta(minutes=30)
    return st.integers(1, 30).map(lambda count: Limit(count * unit, kind))


LIMITS = KINDS.flatmap(limits)


def county(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COUNTY_TIME)


@pytest.mark.parametrize(
    ("limit", "start", "due"),
    [
        ("30 minutes", "2026-10-01 23:50", "2026-10-02 00:20"),  # around the clock, on a holiday
        ("2 hours", "2026-12-31 23:00", "2027-01-01 01:00"),
        ("4 working hours", "2026-03-02 08:30", "2026-03-02 15:00"),  # over the noon break
        ("4 working hours", "2026-03-02 12:30", "2026-03-03 09:00"),  # begins in the break
        ("4 working hours", "2026-03-06 17:00", "2026-03-09 11:30"),  # over a weekend
        ("1 working hour", "2026-10-09 17:30", "2026-10-10 09:00"),  # to a make-up Saturday
        ("7 working hours", "2026-03-02 08:30", "2026-03-02 18:00"),  # ends with the office
        (
            "1 working hour",
            "2025-12-31 18:00",
            "2026-01-04 09:30",
        ),  # over a year's end, to a Sunday
        ("1 working day", "2026-10-09 09:00", "2026-10-10 18:00"),
        ("15 days", "2026-09-20 09:00", "2026-10-05 18:00"),  # holidays count
        ("1 calendar day", "2026-12-31 23:59", "2027-01-01 18:00"),
    ],
)
def test_each_kind_of_clock_counts_in_its_own_way(limit, start, due):
    assert due_after(county(start), Limit.parse(limit), CALENDAR) == county(due)


@pytest.mark.parametrize(
    ("kind", "due", "suspended", "resumed_at", "after"),
    [
        ("hours", "2026-03-02 12:00", "2026-03-02 11:00", "2026-03-05 08:00", "2026-03-05 09:00"),
        # Friday 17:00 to Monday 09:00 is an hour and a half of the office's time.
        (
            "working hours",
            *("2026-03-09 10:00", "2026-03-06 17:00", "2026-03-09 09:00", "2026-03-09 11:30"),
        ),
        # Tuesday to Thursday are two working days.
        (
            "working days",
            *("2026-03-09 18:00", "2026-03-03 10:00", "2026-03-05 17:00", "2026-03-11 18:00"),
        ),
        ("working days", *("2026-03-09 18:00", "2026-03-03 10:00", "2026-03-03 16:00"),
         "2026-03-09 18:00"),
        # A pause over National Day: only the days on which offices work, the make-up Saturday too.
        ("working days", *("2026-10-09 18:00", "2026-09-30 10:00", "2026-10-10 10:00"),
         "2026-10-13 18:00"),
        ("days", "2026-10-09 18:00", "2026-09-30 10:00", "2026-10-10 10:00", "2026-10-19 18:00"),
        ("hours", "2026-03-02 12:00", "2026-03-02 11:00", "2026-03-02 10:00", "2026-03-02 12:00"),
    ],
)  # fmt: skip
def test_a_pause_gives_back_the_clocks_own_time(kind, due, suspended, resumed_at, after):
    told = (county(text) for text in (due, suspended, resumed_at))
    assert resumed_due(ClockKind(kind), *told, CALENDAR) == county(after)


def test_a_deadline_of_unknown_kind_counts_days_where_it_ends_with_the_office():
    assert kind_of(county("2026-03-09 18:00")) is ClockKind.WORKING_DAYS
    assert kind_of(county("2026-03-09 17:59")) is ClockKind.HOURS
    pause = county("2026-03-06 17:00"), county("2026-03-07 17:00")  # Friday to Saturday
    assert resumed(county("2026-03-09 18:00"), *pause) == county("2026-03-09 18:00")
    assert resumed(county("2026-03-09 17:00"), *pause) == county("2026-03-10 17:00")
    kind = ClockKind.WORKING_HOURS
    assert resumed(county("2026-03-09 17:00"), *pause, kind) == county("2026-03-09 18:00")


@pytest.mark.parametrize(
    ("start", "due", "warned"),
    [
        ("2026-03-02 10:00", "2026-03-02 12:00", "2026-03-02 11:36"),
        ("2026-03-02 09:00", "2026-03-09 18:00", "2026-03-06 16:42"),  # 33.2 of 41.5 office hours
    ],
)
def test_the_warning_comes_when_four_fifths_of_the_time_are_gone(start, due, warned):
    kind = kind_of(county(due))
    assert share_of(kind, county(start), county(due), 0.8, CALENDAR) == county(warned)


@pytest.mark.parametrize(
    "text",
    ["", "5", "days", "0 days", "-1 days", "1.5 hours", "5 weeks", "99999 days", "4000 days"],
)
def test_what_is_no_limit_is_refused_with_the_remedy(text):
    with pytest.raises(ValueError, match="write"):
        Limit.parse(text)


@given(kind=KINDS, first=MOMENTS, one=PAUSES, two=PAUSES)
def test_time_adds_up(kind, first, one, two):
    middle, last = first + one, first + one + two
    parts = elapsed(kind, first, middle, CALENDAR) + elapsed(kind, middle, last, CALENDAR)
    assert parts == elapsed(kind, first, last, CALENDAR)
    assert elapsed(kind, last, first, CALENDAR) == -elapsed(kind, first, last, CALENDAR)


@given(start=MOMENTS, limit=LIMITS)
def test_a_clock_that_just_started_has_all_its_time(start, limit):
    due = due_after(start, limit, CALENDAR)
    assert due > start
    assert remaining(limit.kind, start, due, CALENDAR) == limit.span


@given(start=MOMENTS, limit=LIMITS, at=PAUSES)
def test_a_pause_of_nothing_changes_nothing(start, limit, at):
    due = due_after(start, limit, CALENDAR)
    assert resumed_due(limit.kind, due, start + at, start + at, CALENDAR) == due


@given(start=MOMENTS, limit=LIMITS, at=PAUSES, pause=PAUSES)
def test_what_remained_remains(start, limit, at, pause):
    due, stopped = due_after(start, limit, CALENDAR), start + at
    later = resumed_due(limit.kind, due, stopped, stopped + pause, CALENDAR)
    before = remaining(limit.kind, stopped, due, CALENDAR)
    assert remaining(limit.kind, stopped + pause, later, CALENDAR) == before
    assert later >= due


@given(start=MOMENTS, limit=LIMITS, one=PAUSES, two=PAUSES)
def test_two_pauses_in_a_row_are_one(start, limit, one, two):
    due, middle = due_after(start, limit, CALENDAR), start + one
    split = resumed_due(limit.kind, due, start, middle, CALENDAR)
    split = resumed_due(limit.kind, split, middle, middle + two, CALENDAR)
    assert split == resumed_due(limit.kind, due, start, middle + two, CALENDAR)


@given(start=MOMENTS, limit=LIMITS, later=PAUSES, more=st.integers(0, 5))
def test_who_starts_later_or_has_more_time_is_due_no_earlier(start, limit, later, more):
    due = due_after(start, limit, CALENDAR)
    assert due_after(start + later, limit, CALENDAR) >= due
    unit = timedelta(days=1) if limit.kind in IN_DAYS else timedelta(minutes=30)
    assert due_after(start, Limit(limit.span + more * unit, limit.kind), CALENDAR) >= due


@given(at=MOMENTS, limit=LIMITS)
def test_the_zone_of_the_clock_changes_nothing(at, limit):
    """The county has no summer time; a moment told in another zone is the same moment."""
    local = at.astimezone(COUNTY_TIME)
    assert local.utcoffset() == timedelta(hours=8)
    assert due_after(local, limit, CALENDAR) == due_after(at, limit, CALENDAR)


@given(at=MOMENTS, span=st.integers(0, 100).map(lambda count: count * timedelta(minutes=17)))
def test_office_time_ends_in_the_office(at, span):
    end = shifted(ClockKind.WORKING_HOURS, at, span, CALENDAR)
    assert elapsed(ClockKind.WORKING_HOURS, at, end, CALENDAR) == span
    if span:
        assert is_office_time(end - timedelta(microseconds=1), CALENDAR)


@given(start=MOMENTS, limit=LIMITS, share=st.floats(0.05, 1.0))
def test_a_warning_lies_between_start_and_deadline(start, limit, share):
    due = due_after(start, limit, CALENDAR)
    assert start <= share_of(limit.kind, start, due, share, CALENDAR) <= due


@given(day=st.dates(date(2024, 1, 1), date(2027, 6, 1)), count=st.integers(1, 40))
def test_working_days_are_counted_forth_and_back(day, count):
    last = CALENDAR.working_day_after(day, count)
    assert CALENDAR.is_working_day(last)
    assert CALENDAR.working_days_between(day, last) == count


def test_a_closed_county_moves_deadlines():
    closed = Calendar({2026: Year(off=frozenset({date(2026, 3, 3)}))})
    limit = Limit.parse("1 working day")
    assert due_after(county("2026-03-02 09:00"), limit, closed) == county("2026-03-04 18:00")
