"""Contract: a seeded year is what the one move function would have written, on either database."""

import os
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, func, select
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.classify.items import all_items
from callcenter.demo.seed.call import PREFIX
from callcenter.demo.seed.county import SeedCounty, read_county
from callcenter.demo.seed.making import BATCH, FEWEST_ALONE, Maker, SeedBrokenError, made
from callcenter.demo.seed.run import refuse_real_calls, seed
from callcenter.demo.seed.shares import read_shares
from callcenter.demo.seed.year_of_tickets import Plan, parts_of, tickets_of
from callcenter.errors import ImpossibleMoveError
from callcenter.facts import FeedbackReceived, Line, read_fact
from callcenter.ivr.call import Call, refold
from callcenter.pipeline import WORK, make_findable
from callcenter.settings import ROOT, Settings
from callcenter.store import LedgerRow, Store, republish_unclaimed
from callcenter.store.append_only import REFUSED
from callcenter.tickets.calls import TicketCall
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.looking import Wanted, search
from callcenter.tickets.finding.tables import TicketCaller, TicketWords
from callcenter.tickets.joint import JointUnit
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import MOVES, Move, Step
from callcenter.tickets.ticket import Ticket, TicketStep, history, locked

ITEMS = {code: one.name for code, one in all_items().items() if not one.alias_of}
SHARES = read_shares(ITEMS)
KEY = CallerKey("a secret of these tests")
END = datetime(2025, 12, 31, 16, tzinfo=UTC)
TICKETS = 600


@pytest.fixture(scope="session")
def county() -> SeedCounty:
    texts = ROOT / "data" / "seed-texts" / "items.csv"
    return read_county(Settings().county_dir, texts, ITEMS)


def plan(number: int = 1, *, calls: bool = True, tickets: int = TICKETS) -> Plan:
    return Plan(tickets, 2025, number, END, calls)


@pytest.fixture
def seeded(store: Store, county: SeedCounty) -> Store:
    seed(store, plan(), county, SHARES, KEY, quiet=True)
    return store


def rows(store: Store, *models: type) -> dict[str, list[dict[str, Any]]]:
    with store.reading() as session:
        found = {}
        for model in models:
            key = model.__table__.primary_key
            told = session.exec(select(model).order_by(*key)).all()
            found[model.__name__] = [one.model_dump() for one in told]
        return found


def test_the_history_leads_through_the_table_to_where_the_ticket_stands(seeded):
    with seeded.reading() as session:
        tickets = session.exec(select(Ticket)).all()
        assert len(tickets) == TICKETS
        for ticket in tickets:
            step: Step | None = None
            for line in history(session, ticket.number):
                assert line.from_step == step
                after = Step.DRAFT if step is None else MOVES[step, line.move]
                assert line.to_step == after
                step = after
            assert (step, ticket.steps) == (ticket.step, line.number)
            assert (line.unit, line.due_at) == (ticket.unit, ticket.due_at)


def test_the_one_move_function_would_have_written_the_same(seeded, tmp_path):
    """Every command of the first tickets, given again to a store of its own."""
    again = Store(f"sqlite:///{tmp_path / 'again.db'}")
    again.prepare()
    with seeded.reading() as session:
        tickets = session.exec(select(Ticket).order_by(Ticket.opened_at).limit(150)).all()
        lines = {one.number: history(session, one.number) for one in tickets}
        facts = [
            read_fact(row.body) for row in session.exec(select(LedgerRow).order_by(LedgerRow.seq))
        ]
    stated = {fact.id: fact for fact in facts}
    with again.transaction() as session:
        for ticket in tickets:
            assert replay(session, ticket, lines[ticket.number]) <= stated.items()
            rated = next(
                (
                    fact
                    for fact in reversed(facts)
                    if isinstance(fact, FeedbackReceived) and fact.ticket_number == ticket.number
                ),
                None,
            )
            made = locked(session, ticket.number)
            verified = [line.at for line in lines[ticket.number] if line.move is Move.VERIFY]
            stands = rated and rated.at >= verified[-1]
            made.rating = rated.rating if stands else None
            assert words_aside(made) == words_aside(ticket)
    again.close()


def replay(session: Session, ticket: Ticket, lines: list[TicketStep]) -> Any:
    """The facts of a ticket that is moved as its history says."""
    first, *others = lines
    made = open_draft(session, ticket.call_id, ticket.line, at=first.at, actor=first.actor)
    assert made[0].ticket_number == ticket.number
    draft = locked(session, ticket.number)
    draft.item, draft.urgency = ticket.item, ticket.urgency
    for line in others:
        sends = line.move in (Move.DISPATCH, Move.FORWARD, Move.ESCALATE)
        if line.move is Move.CLOSE and not line.reason:
            draft.rating = ticket.rating  # told by the citizen just before
        made.append(
            move(
                session,
                ticket.number,
                line.move,
                actor=line.actor,
                reason=line.reason,
                unit=line.unit if sends else None,
                due_at=line.due_at if sends else line.until,
                other=line.other,
                at=line.at,
            )
        )
    session.flush()
    return {fact.id: fact for fact in made}.items()


def words_aside(ticket: Ticket) -> dict[str, Any]:
    """The ticket without what the words told, which no move changes."""
    told = {"item_name", "item_by", "kind", "cell", "cell_name", "place", "longitude", "latitude"}
    return ticket.model_dump(exclude=told | {"revision"})


def test_rows_and_facts_tell_the_same(seeded):
    with seeded.reading() as session:
        moved = session.exec(select(LedgerRow.body).where(LedgerRow.name == "ticket_moved"))
        facts = Counter((f.ticket_number, f.number, f.move) for f in map(read_fact, moved))
        steps = Counter(
            (line.ticket_number, line.number, line.move)
            for line in session.exec(select(TicketStep))
        )
        assert facts == steps
        joined = session.exec(
            select(TicketStep.ticket_number, TicketStep.other).where(TicketStep.move == Move.JOIN)
        )
        units = {(one.ticket_number, one.unit) for one in session.exec(select(JointUnit))}
        assert units == set(joined)
        assert len(session.exec(select(TicketCall)).all()) == TICKETS


def test_a_call_is_what_its_facts_fold_to(seeded):
    with seeded.reading() as session:
        written = {one.id: one.model_dump() for one in session.exec(select(Call).limit(100))}
        session.expunge_all()
        for call_id, row in written.items():
            folded = refold(session, call_id)
            assert folded
            told = folded.model_dump()
            assert told.pop("talk_seconds") == pytest.approx(row.pop("talk_seconds"))
            assert told == row


def test_the_index_is_what_the_pipeline_would_have_written(seeded):
    before = rows(seeded, TicketWords, TicketCaller)
    with seeded.transaction() as session:
        for number in session.exec(select(Ticket.number)).all():
            make_findable(session, locked(session, number), KEY)
    assert rows(seeded, TicketWords, TicketCaller) == before
    with seeded.reading() as session:
        assert search(session, Wanted(words="暖气"), after=None, limit=5).total


def test_nothing_of_it_is_owed_to_a_handler(seeded):
    pairs = [(fact.model_fields["fact"].default, "x") for fact in WORK]
    with seeded.transaction() as session:
        assert republish_unclaimed(session, pairs) == 0
        unpublished = select(func.count()).where(col(LedgerRow.published).is_(False))
        assert session.exec(unpublished).one() == 0


def test_the_same_seed_makes_the_same_year(seeded, county, tmp_path):
    for number, same in ((1, True), (2, False)):
        other = Store(f"sqlite:///{tmp_path / f'{number}.db'}")
        other.prepare()
        seed(other, plan(number), county, SHARES, KEY, quiet=True)
        assert (rows(other, Ticket, TicketStep) == rows(seeded, Ticket, TicketStep)) is same
        other.close()


def test_a_second_year_goes_on_behind_the_first(seeded, county):
    seed(seeded, plan(2, calls=False), county, SHARES, KEY, quiet=True)
    with seeded.transaction() as session:
        assert session.exec(select(func.count()).select_from(Ticket)).one() == 2 * TICKETS
        last = session.exec(
            select(Ticket).where(Ticket.line == Line.SERVICE).order_by(col(Ticket.number).desc())
        ).first()
        assert last
        day, running = last.number.split("-")[1:]
        opened = open_draft(session, "n1-1.0", Line.SERVICE, at=last.opened_at, actor="seat-01")
        assert opened[0].ticket_number == f"12345-{day}-{int(running) + 1:04}"


def test_it_is_a_believable_year(store, county):
    """More tickets than one process makes: also the same, and the database as guarded as before."""
    asked, before = plan(tickets=FEWEST_ALONE, calls=False), definitions(store)
    seed(store, asked, county, SHARES, KEY, quiet=True)
    assert definitions(store) == before
    with store.reading() as session:
        tickets = session.exec(select(Ticket)).all()
        steps = Counter(session.exec(select(TicketStep.move)).all())
        callers = Counter(session.exec(select(TicketCaller.caller)).all())
        assert search(session, Wanted(words="暖气"), after=None, limit=5).total
    assert len(tickets) == FEWEST_ALONE
    there = {one.number: one.model_dump() for one in tickets}
    for part in islice(parts_of(asked, SHARES, {}, BATCH), 20):
        for one in tickets_of(part, BATCH, asked, county, SHARES):
            assert there[one.row["number"]] == one.row
    with pytest.raises(DatabaseError, match=REFUSED), store.transaction() as session:
        session.connection().exec_driver_sql("UPDATE ticketstep SET actor = 'x'")
    heat = Counter(one.opened_at.month for one in tickets if one.item == "209")
    assert heat[12] + heat[1] > 2 * (heat[5] + heat[9])
    assert steps.keys() >= set(Move) - {
        Move.MERGE, Move.UNMERGE, Move.PART, Move.RELOCATE
    }  # fmt: skip
    assert any(count > 1 for count in callers.values())
    assert {one.rating for one in tickets} == {None, 1, 2, 3, 4}
    late = [one for one in tickets if one.due_at and one.step is Step.HANDLING]
    assert late
    assert len({one.cell for one in tickets}) > 500


def test_numbers_are_of_a_prefix_that_nobody_has(seeded):
    with seeded.reading() as session:
        numbers = session.exec(select(Call.caller_number)).all()
    assert all(number and number.startswith(PREFIX) for number in numbers)


class Deadly:
    """What no process lives through receiving, as far as one that runs out of memory goes."""

    def __init__(self) -> None:
        self.much = bytes(1_000_000)  # more than a pipe holds

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,), self.much


def test_a_process_that_dies_at_its_start_ends_the_seed_with_words():
    deadly: Any = Deadly()
    maker = Maker(plan(tickets=FEWEST_ALONE), deadly, SHARES, KEY, "sqlite")
    with pytest.raises(SeedBrokenError, match="nothing was written"):
        list(made(maker, {}))


def test_an_id_as_digits_is_the_id():
    fact = FeedbackReceived(
        at=END, ticket_number="1", rating=1, solved=True, round=1, by="robot"
    )  # fmt: skip
    assert fact.id_hex == fact.id.hex


def test_a_database_with_real_calls_is_refused(store):
    refuse_real_calls(store, into_filled=False)
    with store.transaction() as session:
        open_draft(session, "n1-7.0", Line.SERVICE, at=END, actor="seat-01")
    with pytest.raises(ImpossibleMoveError, match="--into-filled"):
        refuse_real_calls(store, into_filled=False)
    refuse_real_calls(store, into_filled=True)


def test_the_command_says_what_it_wrote(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path))
    run = CliRunner().invoke
    said = run(app, ["demo", "seed", "--tickets", "50", "--year", "2025"])
    assert "50 tickets," in said.output
    assert "of 2025" in said.output
    again = run(app, ["demo", "seed", "--tickets", "50"])
    assert isinstance(again.exception, ImpossibleMoveError)
    assert "can be found" in run(app, ["search", "rebuild"]).output


def definitions(store: Store) -> list[Any]:
    """Every index, constraint and trigger, as the database tells of them."""
    asked = (
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
        if store.is_sqlite
        else "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
        "FROM pg_constraint UNION ALL SELECT tgrelid::regclass::text, tgname, "
        "pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    with store.reading() as session:
        return sorted(map(str, session.connection().exec_driver_sql(asked).all()))
