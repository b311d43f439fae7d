"""Contract: what another table would change, and how like tickets went, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from callcenter.errors import ImpossibleMoveError
from callcenter.facts import Line, Urgency
from callcenter.tickets.clocks import default_clocks
from callcenter.tickets.dispatch import DispatchTable, dispatch
from callcenter.tickets.dispatch.likes import Like, likes
from callcenter.tickets.dispatch.sending import filled
from callcenter.tickets.dispatch.trying import tried
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket, history, locked
from tests.unit.test_dispatch_rules import CELL, RULES, load

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # ten in the morning in the county
CLOCKS = default_clocks()


@pytest.fixture
def table(tmp_path) -> DispatchTable:
    (tmp_path / "now").mkdir()
    return load(tmp_path / "now")


def sent(session, table, call, item, cell=CELL, urgency=Urgency.ORDINARY, at=MONDAY) -> str:
    (opened,) = open_draft(session, f"n1-{call}.0", Line.SERVICE, at=at, actor="seat-01")
    number = opened.ticket_number
    move(session, number, Move.FILE, actor="seat-01", at=at)
    ticket = locked(session, number)
    ticket.item, ticket.cell, ticket.urgency = item, cell, urgency
    session.flush()
    dispatch(session, ticket, table, CLOCKS, at)
    return number


def finished(session, number, *, closed=True) -> None:
    for step in (Move.ACCEPT, Move.REPORT, Move.VERIFY, *([Move.CLOSE] if closed else [])):
        move(session, number, step, actor="tester", reason="市民已确认", at=MONDAY)


def test_a_dry_run_names_what_would_go_elsewhere_and_moves_nothing(store, table, tmp_path):
    with store.transaction() as session:
        light, water = sent(session, table, 1, "113"), sent(session, table, 2, "209")
        quarrel = sent(session, table, 3, "306")
        before = [ticket.model_dump() for ticket in session.exec(_all()).all()]
    (tmp_path / "then").mkdir()
    then = load(tmp_path / "then", RULES.replace('items = ["306"]\nlevel = 4', 'unit = "V1"'))
    with store.reading() as session:
        rows = list(tried(session, table, then, 10))
        assert [ticket.model_dump() for ticket in session.exec(_all()).all()] == before
    assert {row.number for row in rows} == {light, water, quarrel}
    ways = {row.number: (row.now.unit.code, row.then.unit.code) for row in rows if row.differs}
    assert ways == {light: ("C1", "V1"), water: ("C2", "V1"), quarrel: ("G1", "V1")}
    assert all(row.case.at == MONDAY for row in rows)
    assert [row.number for row in tried(session, table, table, 10) if row.differs] == []
    assert len(list(tried(session, table, table, 2))) == 2


def test_a_ticket_keeps_the_version_of_the_table_that_sent_it(store, table):
    with store.transaction() as session:
        number = sent(session, table, 1, "113")
        assert history(session, number)[-1].reason.endswith(f"[county] 113 ({table.version})")


def test_units_that_finished_like_tickets_are_counted(store, table):
    with store.transaction() as session:
        for call in (1, 2):
            finished(session, sent(session, table, call, "113"))
        elsewhere = sent(session, table, 3, "113", cell="140728101001")
        move(session, elsewhere, Move.RETURN, actor="C1", reason="不属本单位职责", at=MONDAY)
        move(session, elsewhere, Move.UPHOLD_RETURN, actor="dispatcher", reason="同意", at=MONDAY)
        move(session, elsewhere, Move.DISPATCH, actor="dispatcher", unit="C2", at=MONDAY)
        finished(session, elsewhere)
        finished(session, sent(session, table, 4, "113"), closed=False)
        finished(session, sent(session, table, 5, "112"))
        finished(session, sent(session, table, 6, "113", at=MONDAY - timedelta(days=400)))
    since = MONDAY - timedelta(days=365)
    with store.reading() as session:
        here = likes(session, table.units, "113", CELL, since)
        assert here == [Like("C1", here=2, all=2), Like("C2", here=0, all=1)]
        there = likes(session, table.units, "113", "140728101", since)
        assert there == [Like("C2", here=1, all=1), Like("C1", here=0, all=2)]
        assert {one.here for one in likes(session, table.units, "113", None, since)} == {0}
        assert likes(session, table.units, "601", CELL, since) == []


def test_what_a_person_leaves_out_is_filled_in(store, table):
    with store.transaction() as session:
        number = sent(session, table, 1, "306")
        told = {"table": table, "clocks": CLOCKS, "at": MONDAY}
        unit, due = filled(session, number, Move.ESCALATE, None, None, **told)
        assert (unit, due) == ("V1", datetime(2026, 3, 5, 10, 0, tzinfo=UTC))
        assert filled(session, number, Move.NOTE, None, None, **told) == (None, None)
        county = table.units["C1"]
        assert filled(session, number, Move.FORWARD, county, MONDAY, **told) == ("C1", MONDAY)
        assert filled(session, number, Move.RESUME, None, MONDAY, **told) == (None, None)
        for above in ("V1", "T1", "C0"):
            unit, due = filled(session, number, Move.ESCALATE, None, None, **told)
            assert unit == above
            move(session, number, Move.ESCALATE, actor="x", reason="上报", unit=unit, due_at=due)
        with pytest.raises(ImpossibleMoveError, match="county's own level"):
            filled(session, number, Move.ESCALATE, None, None, **told)


def _all():
    return select(Ticket).order_by(Ticket.number)
