"""People's commands about seats, agents and queues: kept first, one hop later done by Asterisk.

A command is a transaction that says what is wanted; `settle` then tells Asterisk what it was not
yet told. Each seat's row keeps what Asterisk was told, so that a command cut short (the link broke,
we died) is finished by whoever settles next, and a difference that nobody ordered stands out
(`picture.py`). In one process commands go one after another; between processes the row's lock and
its number decide who was first, and the other is refused.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import structlog
from sqlmodel import Session

from callcenter.agents.membership import (
    Memberships,
    Unfinished,
    note_all_told,
    orders,
    unfinished,
)
from callcenter.agents.orders import Order
from callcenter.agents.queues import closings, note_closing_told
from callcenter.agents.switch import Switch
from callcenter.ami.connection import ActionRefusedError
from callcenter.errors import LinkDownError
from callcenter.facts import AnyFact, Fact
from callcenter.flow import Flow

KEPT_TOGETHER = 50  # seats whose telling one transaction keeps

log = structlog.get_logger()


class Desk:
    """Carries out commands; one a process."""

    def __init__(self, flow: Flow[Any], switch: Switch) -> None:
        self._flow, self._switch = flow, switch
        self._one_at_a_time = asyncio.Lock()

    async def command(self, run: Callable[[Session], Iterable[Fact]]) -> list[AnyFact]:
        """What the command states; Asterisk does it before this returns, if it can.

        Raises:
            LinkDownError: There is no link to Asterisk; nothing has changed.
            CallCenterError: As the command raises; nothing has changed.
        """
        self._switch.require()
        async with self._one_at_a_time:
            facts = await self._flow.command(run)
            await self._settle()
        return facts

    async def settle(self, seats: Collection[str] | None = None) -> None:
        """Tell Asterisk whatever it was not told yet, of these seats or of all."""
        async with self._one_at_a_time:
            await self._settle(seats)

    async def _settle(self, seats: Collection[str] | None = None) -> None:
        try:
            found = await self._flow.look(partial(unfinished, names=seats))
            for first in range(0, len(found), KEPT_TOGETHER):
                await self._carry_out(found[first : first + KEPT_TOGETHER])
            for queue, order in await self._flow.look(closings):
                if await self._ask(order):
                    await self._keep(partial(note_closing_told, queue=queue))
        except LinkDownError:
            log.warning("Asterisk is told when the link is back")

    async def _carry_out(self, seats: list[Unfinished]) -> None:
        told: dict[str, Memberships | None] = {}
        try:
            for seat, there, wanted in seats:
                answers = [await self._ask(order) for order in orders(seat, there, wanted)]
                # None: the next look at Asterisk's own picture says how it is
                told[seat] = wanted if all(answers) else None
        finally:
            await self._keep(partial(note_all_told, told=told))

    async def _ask(self, order: Order) -> bool:
        """Whether it is so now."""
        try:
            await self._switch.order(order.action, order.headers)
        except ActionRefusedError as refused:
            if order.instead is None:
                log.warning("refused by Asterisk", action=order.action, reason=refused.message)
                return False
            return all([await self._ask(other) for other in order.instead])
        return True

    async def _keep(self, note: Callable[[Session], None]) -> None:
        def keep(session: Session) -> Iterable[Fact]:
            note(session)
            return ()

        await self._flow.command(keep, patient=True)
