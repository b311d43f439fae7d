"""Contract: a ticket's clocks and their alarms, on SQLite and PostgreSQL, by several workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from callcenter.facts import ClockExpired, ClocksSet, ClockWarned, Fact, Line, Urgency
from callcenter.store import Store, record
from callcenter.tickets.clocks import ClockKind, Clocks, Purpose, default_clocks
from callcenter.tickets.clocks.alarms import fire
from callcenter.tickets.clocks.running import clocks_of, feedback_kind, next_due, wind
from callcenter.tickets.clocks.spans import elapsed
from callcenter.tickets.clocks.turns import Running
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import locked
from tests.patience import PATIENCE_SECONDS

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
WORKERS = 4
HOUR = timedelta(hours=1)
LEVELS = {"U1": 1, "U3": 3}


def level_of(unit: str | None) -> int:
    return LEVELS.get(unit or "", 1)


class Desk:
    """One ticket and whoever moves it, at times of the story."""

    def __init__(self, store: Store, call_id: str = "n1-7.0") -> None:
        self.store, self.clocks = store, default_clocks()
        with store.transaction() as session:
            (opened,) = open_draft(session, call_id, Line.SERVICE, at=NOON, actor="seat-01")
            self.number = opened.ticket_number
        self.wind()

    def move(self, name: str, after: timedelta = timedelta(0), **more) -> None:
        more = {"actor": "tester", "reason": "因为", **more}
        with self.store.transaction() as session:
            move(session, self.number, Move(name), at=NOON + after, **more)

    def moved(self, name: str, after: timedelta = timedelta(0), **more) -> None:
        self.move(name, after, **more)
        self.wind()

    def sent(self, unit: str = "U1", **more) -> None:
        self.moved("file")
        due = self.clocks.due(
            Purpose.FEEDBACK, NOON, item=None, urgency=Urgency.ORDINARY, level=level_of(unit)
        )
        self.moved("dispatch", unit=unit, due_at=due, **more)

    def wind(self) -> list[ClocksSet]:
        with self.store.transaction() as session:
            return self.keep(session, wind(session, self.number, self.clocks, level_of))

    def fire(self, now: datetime, clocks: Clocks | None = None) -> list[Fact]:
        with self.store.transaction() as session:
            return self.keep(session, fire(session, now, clocks or self.clocks, level_of))

    def keep(self, session, facts) -> list:
        return [fact for fact in facts if record(session, fact)]

    def row(self, purpose: str):
        with self.store.reading() as session:
            return clocks_of(session, self.number)[Purpose(purpose)]

    def next(self) -> datetime | None:
        with self.store.reading() as session:
            return next_due(session)


@pytest.fixture
def desk(store) -> Desk:
    return Desk(store)


def told(facts: list[Fact]) -> list[tuple[str, str]]:
    return [
        ("warned" if isinstance(fact, ClockWarned) else "expired", fact.purpose)
        for fact in facts
        if isinstance(fact, ClockWarned | ClockExpired)
    ]


def test_a_draft_has_two_hours_to_be_filed(desk):
    assert desk.row("file").due_at == NOON + 2 * HOUR
    assert desk.fire(NOON + HOUR) == []
    (warned,) = desk.fire(NOON + timedelta(minutes=96))
    assert isinstance(warned, ClockWarned)
    assert (warned.purpose, warned.told) == ("file", ("seat",))
    assert desk.fire(NOON + timedelta(minutes=97)) == []
    (expired,) = desk.fire(NOON + 2 * HOUR)
    assert isinstance(expired, ClockExpired)
    assert expired.told == ("seat", "supervisor")
    assert (desk.fire(NOON + 90 * HOUR), desk.next()) == ([], None)


def test_who_was_away_alarms_late_and_does_not_warn_any_more(desk):
    (expired,) = desk.fire(NOON + timedelta(days=30))
    assert isinstance(expired, ClockExpired)


def test_a_units_alarm_names_the_unit(desk):
    desk.sent("U3")
    late = desk.fire(NOON + timedelta(days=30))
    feedback = next(fact for fact in late if fact.purpose == "feedback")
    assert feedback.told == ("unit:U3", "dispatcher", "supervisor")
    assert {fact.purpose for fact in late} == {"accept", "return", "hand_over", "feedback"}


def test_only_a_lower_level_has_a_clock_for_going_up(desk):
    desk.sent("U3")
    assert desk.row("hand_over").running is Running.RUNS
    desk.moved("escalate", unit="U1", due_at=NOON + timedelta(days=9))
    assert desk.row("hand_over").running is Running.STOPPED


def test_a_suspended_ticket_is_not_late_and_goes_on_with_what_remained(desk):
    desk.sent()  # five working days: Monday the 9th, 18:00
    desk.moved("accept", HOUR)
    before = desk.row("feedback")
    desk.moved("suspend", 24 * HOUR, due_at=NOON + timedelta(days=14))  # Tuesday, for review
    assert told(desk.fire(NOON + timedelta(days=13))) == []
    assert told(desk.fire(NOON + timedelta(days=14))) == [("expired", "review")]
    desk.moved("resume", timedelta(days=14))  # Monday the 16th: nine working days later
    row = desk.row("feedback")
    assert (row.running, row.kind) == (Running.RUNS, ClockKind.WORKING_DAYS)
    assert row.due_at == datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
    left = [
        elapsed(ClockKind.WORKING_HOURS, each.warn_at, each.due_at, desk.clocks.calendar)
        for each in (before, row)
    ]
    assert left[0] == left[1]  # of the office's time; a weekend lies between the first two
    with desk.store.reading() as session:
        assert locked(session, desk.number).due_at == row.due_at
        assert feedback_kind(session, desk.number) is ClockKind.WORKING_DAYS


def test_an_extension_warns_and_alarms_anew(desk):
    desk.sent()
    desk.moved("accept", HOUR)
    later = NOON + timedelta(days=20)
    desk.moved("ask_extension", HOUR, due_at=later)
    first = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert told(desk.fire(first)) == [("expired", "feedback")]
    desk.moved("grant_extension", timedelta(days=8))
    assert told(desk.fire(first + HOUR)) == []
    assert told(desk.fire(later)) == [("expired", "feedback")]


def test_a_rejected_report_is_late_at_once_where_its_time_is_over(desk):
    desk.sent()
    desk.moved("accept", HOUR)
    desk.moved("report", 2 * HOUR)
    assert "feedback" not in dict(map(reversed, told(desk.fire(NOON + timedelta(days=30)))))
    desk.moved("reject", timedelta(days=31))
    assert told(desk.fire(NOON + timedelta(days=31))) == [("expired", "feedback")]


def test_what_was_done_is_not_told_as_late_though_its_clock_was_not_stopped_yet(desk):
    desk.move("file", HOUR)  # and no worker has seen to the clocks
    facts = desk.fire(NOON + 2 * HOUR)
    assert told(facts) == []
    assert [type(fact) for fact in facts] == [ClocksSet]
    assert desk.wind() == []


def test_a_changed_table_of_limits_leaves_running_clocks_alone(desk):
    due = desk.row("file").due_at
    (desk.clocks,) = [Clocks((), desk.clocks.calendar, 0.1, {})]
    assert desk.wind() == []
    assert desk.row("file").due_at == due


def test_a_merge_taken_back_lets_the_clocks_run_on(desk):
    desk.sent()
    before = desk.row("feedback")
    other = Desk(desk.store, "n1-8.0")
    desk.moved("merge", HOUR, other=other.number)
    assert desk.row("feedback").next_at is None
    desk.moved("unmerge", 2 * HOUR)
    assert desk.row("feedback").model_dump() == before.model_dump()


def test_a_move_seen_twice_or_late_changes_nothing(desk):
    desk.sent()
    desk.move("accept", HOUR)
    desk.move("report", 2 * HOUR)
    assert len(desk.wind()) == 1
    assert desk.wind() == []
    assert desk.row("verify").running is Running.RUNS


def test_several_workers_tell_everything_once(store):
    desks = [Desk(store, f"n1-{n}.0") for n in range(12)]
    ready = Barrier(WORKERS)

    def work(_: int) -> list[Fact]:
        ready.wait(timeout=PATIENCE_SECONDS)
        return [fact for _ in range(6) for fact in desks[0].fire(NOON + 3 * HOUR)]

    with ThreadPoolExecutor(WORKERS) as workers:
        facts = [fact for some in workers.map(work, range(WORKERS)) for fact in some]
    facts += desks[0].fire(NOON + 3 * HOUR)
    assert sorted(fact.ticket_number for fact in facts) == sorted(desk.number for desk in desks)
    assert desks[0].next() is None


def test_an_alarm_that_was_not_kept_comes_again(desk):
    class DiedError(Exception):
        pass

    def die() -> None:
        with desk.store.transaction() as session:
            assert list(fire(session, NOON + 3 * HOUR, desk.clocks, level_of))
            raise DiedError

    with pytest.raises(DiedError):
        die()
    assert told(desk.fire(NOON + 3 * HOUR)) == [("expired", "file")]
