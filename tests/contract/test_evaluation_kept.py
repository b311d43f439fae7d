"""Contract: what is kept of periods is what their histories come to, on either database."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from callcenter.facts import CategoryCorrected, FeedbackReceived, Line, TicketMoved
from callcenter.store import Store, record
from callcenter.tickets.evaluation.count import Count, Wanted, behind
from callcenter.tickets.evaluation.histories import cases
from callcenter.tickets.evaluation.keeping import keep, keep_part
from callcenter.tickets.evaluation.kept import KeptLine, KeptPart
from callcenter.tickets.evaluation.parts import KEPT, Kind, kept_parts, part_at, part_named
from callcenter.tickets.evaluation.periods import COUNTY_TIME, NEXT, Interval
from callcenter.tickets.evaluation.reading import evaluated, items_behind
from callcenter.tickets.evaluation.rules import LimitsToml, Rules
from callcenter.tickets.evaluation.summing import kept_period
from callcenter.tickets.steps import MOVES, Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep
from tests.histories import BEGAN, AHistory, at

RULES = Rules()
HOURS = 2_208  # October to December
NOW = at(HOURS - 200)
FEW: dict[Kind, int] = {"month": 3, "week": 8, "day": 2}  # enough for the questions
ALONG = frozenset("file dispatch accept report verify close reopen".split())
ITEMS, CELLS = ("113", "209", None), ("140728101001001", "140728102", None)


class Town:
    """Tickets that go anywhere, written as the centre writes them, and later than they happened."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._tickets: list[AHistory] = []
        self._facts = 0

    def grow(self, session: Session, moves: int, upto: datetime) -> None:
        """So many moves, ratings and corrections more, some on the heels of long gone ones."""
        for _ in range(moves):
            chance = self._random.random()
            if chance < 0.25 or not self._tickets:
                self._open(session)
            elif chance < 0.32:
                self._rate(session)
            elif chance < 0.36:
                self._correct(session)
            else:
                self._move(session, upto)

    def _open(self, session: Session) -> None:
        number, hour = f"12345-20261001-{len(self._tickets) + 1:04}", self._hour(0)
        ticket = AHistory(number, item=self._any(ITEMS), cell=self._any(CELLS))
        self._tickets.append(ticket)
        session.add(
            Ticket(
                number=number, line=Line.SERVICE, call_id=number, opened_at=at(hour),
                item=ticket.item, cell=ticket.cell,
            )
        )  # fmt: skip
        session.flush()
        self._then(session, ticket, hour, Move.OPEN)

    def _move(self, session: Session, upto: datetime) -> None:
        ticket = self._any(self._tickets)
        last = (ticket.moves[-1].at - BEGAN) / timedelta(hours=1)
        hour = last + self._any((0, 1, 5, 30, 90, 300, 900))
        possible = sorted({move for step, move in MOVES if step is ticket.step} - {Move.MERGE})
        if not possible or at(hour) >= upto:
            return
        onward = [move for move in possible if move in ALONG] or possible
        move = self._any(self._any((possible, onward)))
        if move is Move.GRANT_EXTENSION and ticket.moves[-1].move is not Move.ASK_EXTENSION:
            move = Move.ASK_EXTENSION
        sends = move in (Move.DISPATCH, Move.FORWARD, Move.ESCALATE)
        self._then(
            session, ticket, hour, move,
            unit=self._any(("U1001", "U1002")) if sends else None,
            due=hour + self._any((10, 100, 400)) if sends or move in DUE else None,
            other="J1" if move in (Move.JOIN, Move.PART, Move.CONTRIBUTE) else None,
        )  # fmt: skip

    def _then(
        self, session: Session, ticket: AHistory, hour: float, move: Move, **more: Any
    ) -> None:
        told = ticket.then(hour, move, by=self._any(("seat-01", "seat-02")), **more).moves[-1]
        row = told._asdict() | {"ticket_number": ticket.number}
        session.add(TicketStep(**row))
        there = session.get(Ticket, ticket.number)
        assert there
        there.step, there.steps, there.unit = ticket.step or Step.DRAFT, told.number, told.unit
        session.flush()
        record(session, TicketMoved(**row, reason="", until=None, attachments=[], call_id=None))

    def _rate(self, session: Session) -> None:
        ticket = self._any(self._tickets)
        self._facts += 1
        rating, moment = self._random.randint(1, 4), at(self._hour(0))
        record(
            session,
            FeedbackReceived(
                at=moment, ticket_number=ticket.number, rating=rating, solved=rating < 3,
                round=self._facts, by="robot",
            ),
        )  # fmt: skip

    def _correct(self, session: Session) -> None:
        ticket = session.get(Ticket, self._any(self._tickets).number)
        assert ticket
        was, ticket.item = ticket.item, self._any(ITEMS)
        session.flush()
        told = CategoryCorrected(
            at=at(self._hour(0)), ticket_number=ticket.number, from_item=was,
            to_item=ticket.item or "", actor="seat-01",
        )  # fmt: skip
        record(session, told)

    def _hour(self, since: float) -> float:
        return round(self._random.uniform(since, HOURS - 210), 2)

    def _any(self, of: Any) -> Any:
        return self._random.choice(of)


LISTS = ["filed_rightly", "unclosed", "handled_seconds", "to_handle"]
DUE = (Move.ASK_EXTENSION, Move.SUSPEND)


def wanted(first: str, now: datetime, interval: Interval = "month", **more: Any) -> Wanted:
    """A month, quarter, week or day as a whole, as far as it has come."""
    since = datetime.fromisoformat(first).replace(tzinfo=COUNTY_TIME)
    return Wanted(since, min(NEXT[interval](since), now), now, **more)


def folded(session: Session, want: Wanted) -> dict[Any, Any]:
    """From all histories, from scratch."""
    count = Count(want, RULES.deadlines())
    for case in cases(session, want.since, min(want.until, want.known)):
        count.take(case)
    return told(count.rows())


def told(rows: Any) -> dict[Any, Any]:
    found = {}
    for row in rows:
        sums = {name: (one.items, pytest.approx(one.amount)) for name, one in row.sums.items()}
        if sums:
            found[row.scope.since, row.key] = sums
    return found


def questions(now: datetime) -> Iterator[Wanted]:
    quarter, month = wanted("2026-10-01", now, "quarter"), wanted("2026-11-01", now)
    for one in (quarter, month, wanted("2026-11-30", now, "week"), wanted("2026-12-01", now)):
        yield one
        for by in ("unit", "township", "cell", "item", "class", "seat", "reporter", "line"):
            yield replace(one, by=by)
        for only in ({"unit": "U1001"}, {"cell": "140728"}, {"item": ""}, {"class": "1"},
                     {"township": "140728102"}, {"township": ""}, {"seat": "seat-02"}):  # fmt: skip
            yield replace(one, by="item", only=only)
        yield replace(one, by="seat", as_of=now)
    yield replace(month, interval="week", by="unit")
    yield replace(quarter, interval="month", by="unit")
    yield replace(quarter, since=now - timedelta(hours=now.hour), interval="day", by="unit")
    yield replace(quarter, until=month.until, by="seat")
    yield replace(quarter, until=month.until, as_of=now - timedelta(days=3))
    yield replace(quarter, since=month.since, as_of=month.until)


def some(every: list[Any], now: datetime, many: int) -> list[Any]:
    """Others at each moment: all of them take minutes where many share the machine."""
    return random.Random(now.timestamp()).sample(every, many)


def kept_again(store: Store, now: datetime) -> list[str]:
    return keep(store, RULES, now, so_many=FEW)


def is_kept(session: Session, want: Wanted, rules: Rules = RULES) -> list[bool]:
    return [kept_period(session, one, want.now, rules) is not None for one in want.scopes()]


def is_the_same(store: Store, now: datetime) -> None:
    """questions, answered from what is kept, has the answer of all histories."""
    with store.reading() as session:
        every = list(questions(now))
        for want in some(every, now, 8):
            assert all(is_kept(session, want))
            assert told(evaluated(session, want, RULES).rows) == folded(session, want), want
        for name in some(LISTS, now, 2):
            want = wanted("2026-10-01", now, "quarter", only={"unit": "U1001"})
            want = replace(want, only={} if name == "filed_rightly" else want.only)
            every = list(
                behind(cases(session, want.since, want.until), want, RULES.deadlines(), name)
            )
            pages = []
            for offset in range(0, len(every) + 40, 40):
                total, amount, page = items_behind(
                    session, want, RULES, name, offset=offset, limit=40
                )
                assert (total, amount) == (
                    len(every), pytest.approx(sum(one.entry.amount for one in every))
                )  # fmt: skip
                pages += page
            shown = [[(one.case.number, one.entry) for one in some] for some in (pages, every)]
            assert shown[0] == shown[1]


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_the_histories_come_to(store, seed):
    """Kept early, then behind by late moves, ratings, corrections, deadlines, and kept again."""
    town, early = Town(seed), at(HOURS - 500)
    with store.transaction() as session:
        town.grow(session, 200, early)
    assert len(kept_again(store, early)) == sum(FEW.values())
    is_the_same(store, early)
    for moves, now in ((0, at(HOURS - 490)), (90, at(HOURS - 479))):
        with store.transaction() as session:
            town.grow(session, moves, now)
        is_the_same(store, now)
        kept_again(store, now)
        is_the_same(store, now)


def test_a_late_fact_changes_the_figure_and_is_told_of(store):
    town = Town(7)
    with store.transaction() as session:
        town.grow(session, 80, NOW)
    some_parts(store)
    year = Wanted(at(0), NOW, NOW)
    with store.reading() as session:
        before = evaluated(session, year, RULES)
    with store.transaction() as session:
        number = session.exec(select(Ticket.number).limit(1)).one()
        fact = FeedbackReceived(
            at=at(5), ticket_number=number, rating=1, solved=True, round=99, by="robot"
        )
        record(session, fact)
    with store.reading() as session:
        assert all(is_kept(session, year))
        after = evaluated(session, year, RULES, before.through)
    rated = [one.rows[0].sums["called_back"].items for one in (before, after)]
    assert (rated[1] - rated[0], after.late_facts) == (1, 1)


def some_parts(store: Store, *names: str, rules: Rules = RULES) -> None:
    for name in names or ("2026-10", "2026-11", "2026-12"):
        keep_part(store, part_named(name), rules, NOW)


def test_with_other_limits_a_month_is_kept_anew(store):
    town = Town(8)
    with store.transaction() as session:
        town.grow(session, 80, NOW)
    some_parts(store)
    other = Rules(limits=LimitsToml(close="1 hour"))
    with store.reading() as session:
        assert is_kept(session, wanted("2026-10-01", NOW), other) == [False]
    assert "2026-10" in keep(store, other, NOW, so_many={"month": 3})
    with store.reading() as session:
        assert is_kept(session, wanted("2026-10-01", NOW), other) == [True]


def test_what_is_no_run_of_kept_parts_is_folded(store):
    some_parts(store, "2026-10", "2026-11", "2026-12-07w", "2026-11-30w")
    day, month = timedelta(days=1), wanted("2026-10-01", NOW)
    others = (
        replace(month, since=month.since + day),
        replace(month, until=month.until - day),
        replace(month, as_of=month.until - day),
        replace(month, since=month.since.replace(year=2020)),
        wanted("2026-10-01", NOW, "quarter"),
        wanted("2026-11-30", NOW, "week"),
    )
    with store.reading() as session:
        assert all(is_kept(session, one) == [False] for one in others)
        assert is_kept(session, month) == is_kept(session, replace(month, as_of=NOW)) == [True]
        halves = replace(month, until=wanted("2026-12-01", NOW).until, interval="month")
        assert is_kept(session, halves) == [True, True, False]
        town = Town(6)
    with store.transaction() as session:
        town.grow(session, 80, NOW)
    with store.reading() as session:
        assert told(evaluated(session, halves, RULES).rows) == folded(session, halves)


def test_a_keeping_that_was_broken_off_is_begun_again_and_old_ones_are_forgotten(store):
    with store.transaction() as session:
        Town(9).grow(session, 40, NOW)
    some_parts(store, "2026-10", "2026-10-07")
    with store.transaction() as session:
        month = session.get(KeptPart, "2026-10")
        assert month
        month.is_whole, month.made_at = False, month.made_at - timedelta(hours=1)
    assert "2026-10" in kept_again(store, NOW)  # what was given up half-way is begun again
    with store.reading() as session:
        lines = select(func.count()).where(col(KeptLine.part) == "2026-10")
        assert session.exec(lines.select_from(KeptLine)).one()
        assert {*session.exec(select(KeptPart.part))} == {
            part.name for part in kept_parts(NOW, FEW)
        }
        assert not session.exec(select(KeptLine).where(KeptLine.part == "2026-10-07")).all()


def test_parts_follow_each_other_without_a_gap():
    for kind in KEPT:
        part = part_at(kind, NOW)
        for _ in range(60):
            assert part_named(part.name) == part
            assert part.before().after == part.since
            assert part.before().name < part.name
            part = part.before()
