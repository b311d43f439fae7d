"""Contract: what may be the same matter is found on either database, by an index, and no more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, text

from callcenter.facts import Line
from callcenter.pipeline import offered
from callcenter.tickets.duplicates.candidates import candidates
from callcenter.tickets.moving import move
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep
from callcenter.tickets.written import Written

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
CELL = "140728100001001"
HERE = {"longitude": 112.23912, "latitude": 37.15786}
LAMP, AGAIN = "南大街的路灯不亮", "南大街路灯坏了好几天"


def add(session: Session, number: int, said: str = LAMP, **fields: object) -> str:
    known: dict[str, object] = {"item": "113", "item_name": "市容市政", "step": Step.HANDLING}
    known |= {"opened_at": NOON - timedelta(hours=number), "cell": CELL, "place": "南大街", **HERE}
    name = f"12345-20261122-{number:04}"
    session.add(Ticket(**{"number": name, "line": Line.SERVICE} | known | fields))
    session.flush()
    written = {"token": name, "by": "test", "at": NOON, "description": said}
    session.add(Written(ticket_number=name, **written))
    session.flush()
    return name


def ended(session: Session, number: str, at: datetime) -> None:
    closed = {"move": Move.CLOSE, "from_step": Step.VERIFIED, "to_step": Step.CLOSED}
    session.add(TicketStep(ticket_number=number, number=1, at=at, actor="test", **closed))
    session.flush()


@pytest.fixture
def session(store):
    with store.reading() as session:
        yield session


def found(session, site, number: str) -> list[str]:
    return [one.ticket_number[-4:] for one in offered(session, session.get(Ticket, number), site)]


def test_the_same_lamp_in_other_words_is_offered_with_its_reasons(session, site):
    mine, other = add(session, 1, AGAIN), add(session, 5)
    add(session, 6, "南大街有人占道摆摊卖水果")  # the same item and place, another matter
    (offer,) = offered(session, session.get(Ticket, mine), site)
    assert (offer.ticket_number, offer.item_name, offer.closed_at) == (other, "市容市政", None)
    assert [(why.part, why.how) for why in offer.why] == [
        ("item", "same"), ("place", "metres"), ("time", "hours"), ("words", "shared"),
    ]  # fmt: skip
    assert "路灯" in offer.why[-1].words
    assert offer.score == pytest.approx(sum(why.points for why in offer.why), abs=0.1)


@pytest.mark.parametrize(
    "fields",
    [
        {"line": Line.POLICE, "number": "110-20261122-0002"}, {"step": Step.VOID},
        {"step": Step.DECLINED}, {"opened_at": NOON - timedelta(days=40)}, {"item": None},
        {"cell": "140728103201001", "longitude": 112.2, "latitude": 37.27}, {"cell": None},
        {"item": "201", "opened_at": NOON - timedelta(days=5)},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_the_same_is_not_offered(session, site, fields):
    mine = add(session, 1, AGAIN)
    session.add(Ticket(**{
        "number": "12345-20261122-0002", "line": Line.SERVICE, "opened_at": NOON, "item": "113",
        "cell": CELL, "step": Step.HANDLING, **HERE} | fields))  # fmt: skip
    session.flush()
    assert found(session, site, mine) == []


def test_nothing_is_offered_before_item_and_place_are_known(session, site):
    add(session, 5)
    assert found(session, site, add(session, 1, AGAIN, item=None)) == []
    assert found(session, site, add(session, 2, AGAIN, cell=None)) == []
    assert found(session, site, add(session, 3, AGAIN, cell="140728")) == []


def test_two_matters_of_one_call_are_not_the_same(session, site):
    mine = add(session, 1, AGAIN, call_id="n1-1.0")
    add(session, 5, call_id="n1-1.0", of_call=2)
    assert found(session, site, mine) == []


def test_closed_ones_come_last_are_marked_and_only_for_some_days(session, site):
    mine = add(session, 1, AGAIN)
    just, long_ago = add(session, 2, step=Step.CLOSED), add(session, 100, step=Step.CLOSED)
    add(session, 60)
    ended(session, just, NOON - timedelta(hours=1))
    ended(session, long_ago, NOON - timedelta(days=8))
    first, last = offered(session, session.get(Ticket, mine), site)
    assert (first.ticket_number[-4:], first.closed_at) == ("0060", None)
    assert (last.ticket_number[-4:], last.closed_at) == ("0002", NOON - timedelta(hours=1))


def test_of_merged_ones_that_is_offered_in_which_they_live_on(session, site):
    mine, merged = add(session, 1, AGAIN), add(session, 5)
    far = {"cell": "140728103201001", "longitude": 112.2, "latitude": 37.27}
    into = add(session, 6, "另一处", **far)
    move(session, merged, Move.MERGE, actor="seat-01", other=into)
    assert found(session, site, mine) == [into[-4:]]
    move(session, mine, Move.MERGE, actor="seat-01", other=into)
    assert found(session, site, into) == []  # nothing lives on in itself


def test_nobody_is_offered_what_they_may_not_see(session, site):
    mine = add(session, 1, AGAIN)
    add(session, 5, unit="U1002")
    ticket = session.get(Ticket, mine)
    assert len(offered(session, ticket, site)) == 1
    assert offered(session, ticket, site, col(Ticket.unit) == "U1005") == []


def test_a_year_of_other_tickets_is_not_read(store, site):
    """The plan names the index of cells; nothing is scanned."""
    asked: list[str] = []
    with store.transaction() as session:
        rows = [
            {"number": f"12345-20260101-{n:05}", "line": Line.SERVICE, "item": "113", "of_call": 1,
             "cell": f"14072810{n % 40:04}{n % 9:03}", "opened_at": NOON - timedelta(minutes=n),
             "step": Step.CLOSED, "steps": 1}
            for n in range(4000)
        ]  # fmt: skip
        session.add_all([Ticket(**row) for row in rows])
        ticket = session.get(Ticket, add(session, 1))
        session.connection().execute(text("ANALYZE"))
        explain = "EXPLAIN QUERY PLAN " if store_is_sqlite(session) else "EXPLAIN "
        real = session.exec

        def told(query, **more):
            compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
            asked.extend(
                str(tuple(row))
                for row in session.connection().exec_driver_sql(
                    (explain + str(compiled)).replace("%", "%%")
                )
            )
            return real(query, **more)

        session.exec = told  # type: ignore[method-assign]
        candidates(session, ticket, cells=[CELL, CELL[:12], CELL[:9]], days=30)
    plan = "\n".join(asked)
    assert "ix_ticket_cell_newest" in plan
    assert "SCAN ticket" not in plan
    assert "Seq Scan" not in plan


def store_is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
