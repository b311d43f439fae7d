"""What can be seen of a centre: its rows as they stand, its ledger, its history."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from callcenter.facts import AnyFact, Fact, read_fact
from callcenter.ivr.call import Call
from callcenter.ivr.callback import CallbackTask
from callcenter.store import LedgerRow, Store, facts_of_call
from callcenter.tickets.ticket import Ticket, TicketStep

FactT = TypeVar("FactT", bound=Fact)
T = TypeVar("T")


class Seen:
    """Looks into a store and changes nothing."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def only_ticket(self) -> Ticket:
        """The one ticket there is."""
        (ticket,) = await self.rows(Ticket)
        return ticket

    async def ticket(self, number: str) -> Ticket:
        """The ticket of this number."""
        (ticket,) = await self.rows(Ticket, col(Ticket.number) == number)
        return ticket

    async def tickets(self) -> list[Ticket]:
        """All tickets, in order of their numbers."""
        return sorted(await self.rows(Ticket), key=lambda ticket: ticket.number)

    async def moves(self, number: str) -> list[str]:
        """The history of a ticket, by the names of its moves."""
        steps = await self.rows(TicketStep, col(TicketStep.ticket_number) == number)
        return [step.move.value for step in sorted(steps, key=lambda step: step.number)]

    async def call(self, call_id: str = "n1-7.0") -> Call:
        """The call as it stands."""
        (call,) = await self.rows(Call, col(Call.id) == call_id)
        return call

    async def calls(self) -> list[Call]:
        """All calls, in order of their names."""
        return sorted(await self.rows(Call), key=lambda call: call.id)

    async def tasks(self, *states: str) -> list[CallbackTask]:
        """Who is to be rung; of these states, or all."""
        tasks = await self.rows(CallbackTask)
        return [task for task in tasks if not states or task.state in states]

    async def facts(self, kind: type[FactT]) -> list[FactT]:
        """All facts of a kind, in order of the ledger."""
        facts = [read_fact(row.body) for row in await self.rows(LedgerRow)]
        return [fact for fact in facts if isinstance(fact, kind)]

    async def story(self, call_id: str) -> list[AnyFact]:
        """A call's facts in order of time."""
        return await self.look(lambda session: facts_of_call(session, call_id))

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        tables = [mapper.class_ for mapper in SQLModel._sa_registry.mappers]
        return {
            table.__name__: [row.model_dump() for row in await self.rows(table)]
            for table in tables
            if table.__module__.startswith("callcenter")
        }

    async def rows(self, table: type[T], *where: Any) -> list[T]:
        query = select(table).where(*where)
        return await self.look(lambda session: list(session.exec(query)))

    async def look(self, look: Callable[[Session], T]) -> T:
        def read() -> T:
            with self.store.reading() as session:
                return look(session)

        return await asyncio.to_thread(read)
