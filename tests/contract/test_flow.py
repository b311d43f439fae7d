"""Contract: a fact changes the world once, on every store and bus, whatever dies on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import MetaData
from sqlalchemy.exc import OperationalError
from sqlmodel import Field, Session, SQLModel, func, select

from callcenter.bus import Bus, Published
from callcenter.facts import CallEnded, CallQueued, Fact, FactParked, MenuChosen
from callcenter.flow import Flow
from callcenter.store import (
    Claim,
    LedgerRow,
    Parked,
    Store,
    mark_published,
    parked_rows,
    unpark,
    unpublished,
)
from tests.patience import PATIENCE_SECONDS


class Mark(SQLModel, table=True):
    """What a handler of these tests changed; no table of the system's."""

    metadata = MetaData()

    id: int | None = Field(default=None, primary_key=True)
    call_id: str


@pytest.fixture
def store(store: Store) -> Store:
    """A store that also has the table of marks."""
    with store.transaction() as session:
        Mark.metadata.create_all(session.connection())
    return store


def arrived(number: int = 1) -> CallQueued:
    return CallQueued(call_id=f"n1-{number}.0", queue="12345", position=1)


def leave_a_mark(fact: CallQueued, session: Session, _site: None) -> Iterable[Fact]:
    session.add(Mark(call_id=fact.call_id))
    yield CallEnded(call_id=fact.call_id, cause=16)


def fall_over(fact: CallQueued, session: Session, _site: None) -> Iterable[Fact]:
    session.add(Mark(call_id=fact.call_id))
    raise RuntimeError("the words of a citizen must not be kept: 13800000001")


WORK = {CallQueued: (leave_a_mark,)}


async def make_flow(store: Store, bus: Bus) -> Flow[None]:
    """A process; its groups are joined before anything is published, as the app does."""
    for group in ("work", "phone"):
        await bus.join(group)
    return Flow(store, bus, None, attempts=3, retry_seconds=0.01)


@asynccontextmanager
async def running(*coroutines: object) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]  # type: ignore[type-var]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110  # a database has no event
            await asyncio.sleep(0.02)


def count(store: Store, table: type[SQLModel], *where: object) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(table).where(*where)).one()  # type: ignore[arg-type]


def is_settled(store: Store, marks: int) -> Callable[[], bool]:
    """All published, and as many marks as there should be."""
    return lambda: (
        count(store, Mark) == marks
        and not count(
            store,
            LedgerRow,
            LedgerRow.published == False,  # noqa: E712  # SQL, not Python
        )
    )


async def test_a_fact_is_handled_once(store, make_bus):
    flow = await make_flow(store, make_bus())
    async with running(flow.relay(), flow.work("work", WORK)):
        new = await flow.take_in([arrived()], {})
        again = await flow.take_in([arrived()], {})
        await until(is_settled(store, marks=1))
    assert [fact.fact for fact in new] == ["call_queued"]
    assert again == []
    assert count(store, LedgerRow) == 2  # the fact and what its handler stated


async def test_a_fact_delivered_twice_is_handled_once(store, make_bus):
    bus = make_bus()
    flow = await make_flow(store, bus)
    await flow.take_in([arrived(), arrived(2)], {})
    for _ in range(2):
        for number in (1, 2):
            await bus.publish(Published(number, arrived(number)))
    async with running(flow.relay(), flow.work("work", WORK)):
        await until(is_settled(store, marks=2))
        await flow.take_in([arrived(3)], {})
        await until(is_settled(store, marks=3))
    assert count(store, Mark) == 3


async def test_a_crash_after_commit_and_before_publishing_loses_nothing(store, make_bus):
    dying = await make_flow(store, make_bus())
    await dying.take_in([arrived()], {})  # and no relay ever ran
    reborn = await make_flow(store, make_bus())
    async with running(reborn.relay(), reborn.work("work", WORK)):
        await until(is_settled(store, marks=1))


async def test_a_crash_between_publishing_and_marking_publishes_again_and_changes_once(
    store, make_bus
):
    bus = make_bus()
    flow = await make_flow(store, bus)
    await flow.take_in([arrived()], {})
    await bus.publish(Published(1, arrived()))  # and died before mark_published
    async with running(flow.relay(), flow.work("work", WORK)):
        await until(is_settled(store, marks=1))


async def test_a_member_that_dies_with_a_fact_in_hand_leaves_it_to_another(store, make_bus):
    flow = await make_flow(store, make_bus())
    await flow.take_in([arrived()], {})
    deliveries = make_bus().deliver("work", "dying")
    async with running(flow.relay()):
        taken = await anext(deliveries)
        assert taken.fact == arrived().model_copy(update={"at": taken.fact.at})
        await deliveries.aclose()  # never awaited `done`
    async with running(flow.relay(), flow.work("work", WORK)):
        await until(is_settled(store, marks=1))


async def test_what_a_forgetful_bus_lost_is_sent_again(store, make_bus):
    flow = await make_flow(store, make_bus())
    await flow.take_in([arrived(), arrived(2)], {})
    with store.transaction() as session:  # published, and then the bus forgot
        mark_published(session, [seq for seq, _ in unpublished(session, 10)])
    assert await flow.republish(WORK) == 2
    async with running(flow.relay(), flow.work("work", WORK)):
        await until(is_settled(store, marks=2))
    assert await flow.republish(WORK) == 0


@pytest.mark.parametrize("order", [(fall_over, leave_a_mark), (leave_a_mark, fall_over)])
async def test_a_handler_that_always_fails_parks_its_fact_and_the_loop_goes_on(
    store, make_bus, order
):
    flow = await make_flow(store, make_bus())
    async with running(flow.relay(), flow.work("work", {CallQueued: order})):
        await flow.take_in([arrived(), arrived(2)], {})
        await until(lambda: count(store, Parked) == 2)
        await until(is_settled(store, marks=2))
    with store.reading() as session:
        parked = session.exec(select(Parked)).all()
        alerts = session.exec(
            select(LedgerRow).where(LedgerRow.name == FactParked.model_fields["fact"].default)
        ).all()
    assert {(row.handler, row.error) for row in parked} == {("fall_over", "RuntimeError")}
    assert len(alerts) == 2
    assert not any("13800000001" in row.body for row in alerts)
    assert count(store, Claim, Claim.handler == "fall_over") == 0


async def test_a_fact_tried_again_in_vain_is_parked_and_told_again(store, make_bus):
    def again() -> None:
        with store.transaction() as session:
            (row,) = parked_rows(session)
            unpark(session, row)

    flow = await make_flow(store, make_bus())
    async with running(flow.relay(), flow.work("work", {CallQueued: (fall_over,)})):
        await flow.take_in([arrived()], {})
        await until(lambda: count(store, Parked) == 1)
        await asyncio.to_thread(again)  # the relay may hold the database and wait for this loop
        await until(lambda: count(store, Parked) == 1)
    alerts = FactParked.model_fields["fact"].default
    assert count(store, LedgerRow, LedgerRow.name == alerts) == 2


async def test_a_handler_that_fails_twice_and_then_works_is_not_parked(store, make_bus):
    tries = []

    def stumble(fact: CallQueued, session: Session, _site: None) -> Iterable[Fact]:
        session.add(Mark(call_id=fact.call_id))
        tries.append(fact)
        if len(tries) < 3:
            raise RuntimeError
        return ()

    flow = await make_flow(store, make_bus())
    async with running(flow.relay(), flow.work("work", {CallQueued: (stumble,)})):
        await flow.take_in([arrived()], {})
        await until(is_settled(store, marks=1))
    assert count(store, Parked) == 0


async def test_a_command_that_is_refused_changes_nothing(store, make_bus):
    flow = await make_flow(store, make_bus())

    def refuse(session: Session) -> Iterable[Fact]:
        session.add(Mark(call_id="x"))
        yield MenuChosen(call_id="x", key_pressed="1")
        raise PermissionError

    with pytest.raises(PermissionError):
        await flow.command(refuse)
    assert count(store, Mark) == count(store, LedgerRow) == 0


async def test_a_patient_command_waits_for_the_store(store, make_bus):
    flow = await make_flow(store, make_bus())
    tries = []

    def rate(session: Session) -> Iterable[Fact]:
        tries.append(session)
        if len(tries) == 1:
            raise OperationalError("the store is away", None, Exception())
        return [MenuChosen(call_id="x", key_pressed="1")]

    kept = await flow.command(rate, patient=True)
    assert [fact.fact for fact in kept] == ["menu_chosen"]
    assert count(store, LedgerRow) == 1


async def test_what_is_taken_in_is_applied_where_it_is_born(store, make_bus):
    flow = await make_flow(store, make_bus())
    new = await flow.take_in([arrived()], WORK)
    assert [fact.fact for fact in new] == ["call_queued", "call_ended"]
    assert count(store, Mark) == 1


async def test_chores_are_recorded_once_and_tried_again(store, make_bus):
    rung = []

    async def ring(fact: CallQueued) -> Iterable[Fact]:
        rung.append(fact.call_id)
        if len(rung) == 1:
            raise ConnectionError
        return [CallEnded(call_id=fact.call_id, cause=16)]

    flow = await make_flow(store, make_bus())
    async with running(flow.relay(), flow.do_chores("phone", {CallQueued: (ring,)})):
        await flow.take_in([arrived()], {})
        await until(lambda: count(store, LedgerRow) == 2)
        await flow.bus.publish(Published(1, arrived()))
        await flow.take_in([arrived(2)], {})
        await until(lambda: count(store, LedgerRow) == 4)
    assert rung == ["n1-1.0", "n1-1.0", "n1-2.0"]


async def test_two_relays_publish_everything_and_two_workers_share_it(store, make_bus):
    first, second = await make_flow(store, make_bus()), await make_flow(store, make_bus())
    second._consumer += "-2"
    async with running(
        first.relay(), second.relay(), first.work("work", WORK), second.work("work", WORK)
    ):
        await asyncio.gather(
            *(flow.take_in([arrived(n)], {}) for n in range(40) for flow in (first, second))
        )
        await until(is_settled(store, marks=40))


async def test_a_bus_that_fails_half_way_keeps_what_it_took(store):
    class FakeBroken:
        """A carrier that takes two facts and then no more."""

        def __init__(self) -> None:
            self.taken: list[int] = []

        async def publish(self, published: Published) -> None:
            if len(self.taken) == 2:
                raise ConnectionError
            self.taken.append(published.seq)

    bus = FakeBroken()
    flow = Flow(store, bus, None)  # type: ignore[arg-type]
    await flow.take_in([arrived(n) for n in range(4)], {})
    async with running(flow.relay()):
        await until(lambda: count(store, LedgerRow, LedgerRow.published) == 2)
    with store.reading() as session:
        left = [seq for seq, _ in unpublished(session, 10)]
    assert len(left) == 2
    assert max(bus.taken) < min(left)


async def test_a_chore_that_takes_long_is_left_to_who_does_it(store, make_bus):
    doing = []

    async def transcribe(fact: CallQueued) -> Iterable[Fact]:
        doing.append(fact.call_id)
        if fact.call_id == "n1-1.0":
            await asyncio.sleep(3)  # three times what makes a fact stale in these tests
        return [CallEnded(call_id=fact.call_id, cause=16)]

    first, second = await make_flow(store, make_bus()), await make_flow(store, make_bus())
    second._consumer += "-2"
    chores = {CallQueued: (transcribe,)}
    async with running(
        first.relay(), first.do_chores("phone", chores), second.do_chores("phone", chores)
    ):
        await first.take_in([arrived(1)], {})
        await until(lambda: count(store, LedgerRow) == 2)
    assert doing == ["n1-1.0"]


async def test_followers_see_facts_in_ledger_order_and_partial_words(store, make_bus):
    from callcenter.facts import PartialHeard, Side

    flow = await make_flow(store, make_bus())
    seen = await make_bus().follow()
    async with running(flow.relay()):
        await flow.take_in([arrived(n) for n in range(5)], {})
        facts = [await anext(seen) for _ in range(5)]
        await flow.bus.mention(PartialHeard(call_id="n1-1.0", side=Side.CITIZEN, text="路灯"))
        partial = await anext(seen)
    assert [shown.fact.call_id for shown in facts] == [f"n1-{n}.0" for n in range(5)]
    assert [shown.seq for shown in facts] == sorted(shown.seq for shown in facts)
    assert partial.text == "路灯"
