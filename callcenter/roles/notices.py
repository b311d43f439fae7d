"""The notices role: takes due notices, looks up whom they are for, sends them, notes the end."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from callcenter.facts import Fact
from callcenter.flow import Flow
from callcenter.ivr.call import Call
from callcenter.pipeline import Site
from callcenter.roles.due import keep_doing, utc_now
from callcenter.tickets.notices.occasions import PortKind
from callcenter.tickets.notices.ports import Ending, Letter, Port, Rule, TryEnd
from callcenter.tickets.notices.rows import Notice
from callcenter.tickets.notices.sending import LEASE, Taken, settle, take
from callcenter.tickets.written import Written

LOOK_SECONDS = 0.5
AT_ONCE = 20
SHARE = 0.75  # of a claim's time: a try that lasts longer is in doubt, not for ever

log = structlog.get_logger()


class NoticesRole:
    """Sends what is due; `run` until cancelled. Any number of these may run.

    Args:
        flow: Whose store has the notices.
        kinds: What this one is to take. A notice whose port is not there any more fails.
        ports: What carries them.
        at_once: How many are tried side by side.
        lease: How long a claim lasts; longer than any try of these ports.
        now: Gives the time.
    """

    def __init__(
        self,
        flow: Flow[Site],
        kinds: Collection[PortKind],
        ports: Iterable[Port],
        at_once: int = AT_ONCE,
        lease: timedelta = LEASE,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._flow, self._now = flow, now
        self._at_once, self._lease = at_once, lease
        self._ports = {port.kind: port for port in ports}
        self._rules = {kind: self._rule(kind) for kind in kinds}

    async def run(self) -> None:
        """Send whatever is due, for ever."""
        await keep_doing(self.send_due, LOOK_SECONDS, "notices were not sent")

    async def send_due(self) -> int:
        """Try what is due now, some of it; how many were tried."""
        taken = Taken()

        def claim(session: Session) -> Iterable[Fact]:
            taken.notices.clear()  # the store was away and this is asked again
            found = take(
                session,
                self._now(),
                self._rules,
                self._flow.site.notices,
                self._at_once,
                self._lease,
            )
            taken.notices += found.notices
            return found.facts

        await self._flow.command(claim, patient=True)
        await asyncio.gather(*(self._carry(notice) for notice in taken.notices))
        return len(taken.notices)

    async def _carry(self, notice: Notice) -> None:
        end = await self._try(notice)
        rule, book = self._rule(notice.port), self._flow.site.notices
        await self._flow.command(
            lambda session: settle(session, notice, end, rule, book, self._now()), patient=True
        )
        log.info(
            "notice tried",
            notice=notice.id,
            port=notice.port,
            attempt=notice.attempts,
            ending=end.ending.value,
            detail=end.detail,
        )

    async def _try(self, notice: Notice) -> TryEnd:
        port = self._ports.get(notice.port) if notice.port else None
        if port is None:
            return TryEnd(Ending.REFUSED, "no such port")
        address = await self._flow.look(lambda session: self._address(session, notice))
        if not address:
            return TryEnd(Ending.REFUSED, "no address")
        letter = Letter(
            key=notice.id,
            ticket_number=notice.ticket_number,
            occasion=notice.occasion,
            address=address,
            subject=notice.subject,
            text=notice.text,
            language=notice.language,
        )
        try:
            async with asyncio.timeout(SHARE * self._lease.total_seconds()):
                return await port.send(letter)
        except Exception as error:  # a port's fault must not keep its notice
            return TryEnd(Ending.DOUBT, type(error).__name__)

    def _address(self, session: Session, notice: Notice) -> str | None:
        """Looked up for each try: a number that was deleted meanwhile is not rung."""
        if notice.to_call:
            call = session.get(Call, notice.to_call)
            return call.caller_number if call else None
        if notice.to_writer:
            written = session.get(Written, notice.to_writer)
            by_mail = notice.port is PortKind.EMAIL
            return (written.email if by_mail else written.number) if written else None
        contact = self._flow.site.notices.contact.get(notice.to_contact or "")
        return contact.address(notice.port) if contact and notice.port else None

    def _rule(self, kind: PortKind | None) -> Rule:
        port = self._ports.get(kind) if kind else None
        return port.rule if port else Rule.PERSON
