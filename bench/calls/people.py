"""What people at the centre do during a run, ordered over our API, with a journal of its own.

Three agents sign in, pause and leave by a seeded plan; a seat's consultations are asked for and
completed; whoever gave up waiting is rung back. The journal holds when each order was asked and
when it was answered, so the ledger (shifts.py, ledger.py) needs nothing of ours to know of it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from bench.calls.journal import Ordered, What
from bench.calls.mix import CONSULTS
from bench.calls.stage import Stage
from callcenter.ivr.call import CallState

AGENTS = {"agent-1": "seat-01", "agent-2": "seat-02", "agent-3": "seat-03"}
RINGS_BACK = "seat-08"
WORK_SECONDS = (15.0, 50.0)
PAUSE_SECONDS = (4.0, 15.0)
AWAY_SECONDS = (8.0, 20.0)
LEAVES = 0.25  # so often an agent leaves and comes back, else only pauses
TALK_BEFORE_SECONDS = 1.5  # a consultation is asked for after so much talk
CONSULT_SECONDS = 2.5  # until it is completed
RING_BACK_SECONDS = 6.0  # between two citizens rung back
LOOK_SECONDS = 0.25


@dataclass
class People:
    """The agents, and whoever consults and rings back, from `at_work` until it is left."""

    on: Stage
    seed: int
    journal: list[Ordered] = field(default_factory=list)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """They sign in and go on until the block ends; then they sign out."""
        async with self.on.hotline.client() as self._client:
            await self._prepare()
            tasks = [
                asyncio.create_task(self._shift(name, Random(f"{self.seed} {name}")))
                for name in AGENTS
            ]
            tasks += [asyncio.create_task(one()) for one in (self._consults, self._ring_backs)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                done, _ = await asyncio.wait(tasks)
            for task in done:
                if not task.cancelled() and task.exception():
                    raise AssertionError("a person of the run failed") from task.exception()
            for name, seat in AGENTS.items():
                await self._move(name, "sign_out", seat)

    async def _prepare(self) -> None:
        for name, seat in AGENTS.items():
            file = {"display_name": name, "skills": ["12345", "110"], "actor": "bench"}
            await self._must("PUT", f"agents/{name}", file)
            await self._must("PATCH", f"seats/{seat}", {"queues": [], "actor": "bench"})
        dial = {"may_dial_out": True, "actor": "bench"}
        await self._must("PATCH", f"seats/{RINGS_BACK}", dial)
        for name, seat in AGENTS.items():
            await self._move(name, "sign_in", seat)

    # --- agents -----------------------------------------------------------------------------------

    async def _shift(self, name: str, random: Random) -> None:
        seat = AGENTS[name]
        while True:
            await asyncio.sleep(random.uniform(*WORK_SECONDS))
            if random.random() < LEAVES:
                await self._move(name, "sign_out", seat)
                await asyncio.sleep(random.uniform(*AWAY_SECONDS))
                await self._move(name, "sign_in", seat)
            else:
                await self._move(name, "pause", seat)
                await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
                await self._move(name, "resume", seat)

    async def _move(self, name: str, what: What, seat: str) -> None:
        """Ordered until it is so; cancelled in its midst it is still carried out."""
        await asyncio.shield(asyncio.create_task(self._moved(name, what, seat)))

    async def _moved(self, name: str, what: What, seat: str) -> None:
        more = {"pause": {"reason": "休息"}, "sign_in": {"seat": seat}}.get(what, {})
        at = time.time()
        while True:
            status = await self._post(f"agents/{name}/{what.replace('_', '-')}", more)
            # 409: an order whose answer was lost was carried out after all, or a call goes on.
            if status == 201 or (status == 409 and await self._is_so(name, what)):
                self.journal.append(Ordered(what, seat, at, time.time()))
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _is_so(self, name: str, what: What) -> bool:
        try:
            answer = await self._client.get(self.on.hotline.url("agents"))
        except httpx.TransportError:
            return False
        state = next(one["state"] for one in answer.json() if one["name"] == name)
        is_in = state not in ("signed_out", "leaving")
        so = {"sign_in": is_in, "sign_out": not is_in, "pause": state == "paused"}
        return bool(so.get(what, is_in and state != "paused"))

    # --- calls ------------------------------------------------------------------------------------

    async def _consults(self) -> None:
        seen: set[str] = set()
        while True:
            for call in await asyncio.to_thread(self.on.hotline.calls):
                number = call.caller_number or ""
                talks = call.state is CallState.TALKING and call.seat
                if talks and _consults(number) and call.id not in seen and not call.placed:
                    seen.add(call.id)
                    await asyncio.sleep(TALK_BEFORE_SECONDS)
                    await self._consult(call.id, str(call.seat), number)
            await asyncio.sleep(LOOK_SECONDS)

    async def _consult(self, call_id: str, seat: str, number: str) -> None:
        """Ask the last seat, then pass the citizen on; where that cannot be, the seat hangs up."""
        to = {"kind": "seat", "to": self.on.last_seat, "seat": seat}
        if await self._order(f"calls/{call_id}/consult", to, "consult", seat, number):
            await asyncio.sleep(CONSULT_SECONDS)
            by = {"seat": seat}
            if await self._order(f"calls/{call_id}/complete", by, "complete", seat, number):
                return
            await self._post(f"calls/{call_id}/abort", by)
            await asyncio.sleep(1)
        await self._post(f"calls/{call_id}/hang-up", {"seat": seat})

    async def _ring_backs(self) -> None:
        tried: set[int] = set()
        while True:
            await asyncio.sleep(RING_BACK_SECONDS)
            due = [task["task"] for task in await self._due() if task["task"] not in tried]
            if not due:
                continue
            path, seat = f"callbacks/{due[-1]}/call", {"seat": RINGS_BACK}
            if await self._order(path, seat, "ring_back", RINGS_BACK, "", tries=1):
                tried.add(due[-1])

    async def _due(self) -> list[dict[str, Any]]:
        try:
            answer = await self._client.get(self.on.hotline.url("callbacks"))
        except httpx.TransportError:
            return []
        return [
            task for task in answer.json()
            if task["why"] == "abandoned" and task["state"] == "due"
        ]  # fmt: skip

    async def _order(
        self, path: str, body: dict[str, Any], what: What, seat: str, number: str, tries: int = 6
    ) -> bool:
        for _ in range(tries):
            at = time.time()
            status = await self._post(path, body)
            if status in (0, 202) or status >= 500:
                to = str(body.get("to", ""))
                self.journal.append(Ordered(what, seat, at, time.time(), number, to))
            if status == 202:
                return True
            await asyncio.sleep(LOOK_SECONDS)
        return False

    async def _post(self, path: str, body: dict[str, Any]) -> int:
        """The status; 0 where nobody answered."""
        try:
            url = self.on.hotline.url(path)
            return (await self._client.post(url, json=body | {"actor": "bench"})).status_code
        except httpx.TransportError:
            return 0

    async def _must(self, method: str, path: str, body: dict[str, Any]) -> None:
        answer = await self._client.request(method, self.on.hotline.url(path), json=body)
        answer.raise_for_status()


def _consults(number: str) -> bool:
    return len(number) > 3 and number[3].isdecimal() and int(number[3]) in CONSULTS
