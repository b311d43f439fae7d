"""The exchange role, within `work`: sends partners what they are owed, each case in its order."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import httpx
import structlog
from sqlmodel import Session

from callcenter.facts import Fact
from callcenter.flow import Flow
from callcenter.pipeline import Site, composed
from callcenter.roles.due import keep_doing, utc_now
from callcenter.tickets.exchange.rows import ExchangeMessage
from callcenter.tickets.exchange.sending import Answer, Ended, settle, take
from callcenter.tickets.notices.http_ports import first_bytes
from callcenter.tickets.notices.signing import signed

LOOK_SECONDS = 1.0
AT_ONCE = 10
TRY_SECONDS = 20.0  # well within a claim
REFUSALS = frozenset({409, 422})

log = structlog.get_logger()


class ExchangeRole:
    """Sends what is due; `run` until cancelled. Any number of these may run.

    Args:
        flow: Whose store has the messages.
        client: Follows no redirect: what is signed for one goes to no other.
        now: Gives the time by which messages are due.
    """

    def __init__(
        self, flow: Flow[Site], client: httpx.AsyncClient, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._flow, self._client, self._now = flow, client, now

    async def run(self) -> None:
        """Send whatever is due, for ever."""
        await keep_doing(self.send_due, LOOK_SECONDS, "exchange did not send")

    async def send_due(self) -> int:
        """Try what is due now, some of it; how many were tried."""
        taken: list[ExchangeMessage] = []

        def claim(session: Session) -> list[Fact]:
            taken[:] = take(session, self._now(), AT_ONCE)  # asked again where the store was away
            return []

        await self._flow.command(claim, patient=True)
        await asyncio.gather(*(self._carry(message) for message in taken))
        return len(taken)

    async def _carry(self, message: ExchangeMessage) -> None:
        ended = await self._try(message)

        def keep(session: Session) -> list[Fact]:
            settle(session, message, ended, self._now())
            return []

        await self._flow.command(keep, patient=True)
        log.info(
            "exchange tried",
            message=message.id,
            partner=message.partner,
            attempt=message.attempts,
            answer=ended.answer.value,
        )

    async def _try(self, row: ExchangeMessage) -> Ended:
        partner = self._flow.site.partners.active.get(row.partner)
        if partner is None:
            return Ended(Answer.NONE, "partner is not active")
        try:
            said = await self._flow.look(lambda s: composed(s, row, self._flow.site))
            body = said.body()
            headers = {"Content-Type": "application/json"}
            headers |= signed(partner.secret, row.id, utc_now(), body)
            async with asyncio.timeout(TRY_SECONDS):
                return await self._posted(partner.url, body, headers)
        except Exception as error:  # of composing or of the wire: tried again, then shown
            return Ended(Answer.NONE, type(error).__name__)

    async def _posted(self, url: str, body: bytes, headers: dict[str, str]) -> Ended:
        request = self._client.build_request("POST", url, content=body, headers=headers)
        answer = await self._client.send(request, stream=True)
        try:
            content = await first_bytes(answer)
        finally:
            await answer.aclose()
        told = f"HTTP {answer.status_code}"
        if answer.status_code == 202:
            return Ended(Answer.TAKEN, told)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status_code in REFUSALS and kind == "application/problem+json":
            return Ended(Answer.REFUSED, f"{told} {_problem(content)}")
        return Ended(Answer.NONE, told)


def _problem(content: bytes) -> str:
    """What a refusal says; "" where it cannot be read."""
    try:
        told = httpx.Response(200, content=content).json()
    except ValueError:
        return ""
    return f"{told.get('code', '')}: {told.get('detail', '')}" if isinstance(told, dict) else ""
