"""The one handle to Asterisk for commands: a person asks, and one hop later Asterisk does it.

Where this process also plays the line role, the switch is that role's link. Where it does not, the
switch has a link of its own, whose events nobody takes in: facts are the line role's to state.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from callcenter.ami.connection import Headers, Value
from callcenter.ami.link import Link

__all__ = ["Switch"]

ANSWER_SECONDS: Final = 5.0


class Switch:
    """What may be asked of a node's Asterisk; the answers are those of `Link`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def require(self) -> None:
        """Nothing while Asterisk can be asked; for commands that must not be done by halves.

        Raises:
            LinkDownError: There is no link now.
        """
        self._link.require()

    async def action(
        self, name: str, *, wait_seconds: float = ANSWER_SECONDS, **headers: Value
    ) -> Headers:
        """Asterisk's first answer to an AMI action. Raises: as `Link.action`."""
        return await self._link.action(name, wait_seconds=wait_seconds, **headers)

    async def order(self, name: str, headers: Mapping[str, Value]) -> Headers:
        """As `action`, with the headers in a table."""
        return await self._link.action(name, **dict(headers))  # type: ignore[arg-type]

    async def originate(self, channel: str, application: str, data: str, **headers: Value) -> str:
        """Has Asterisk ring `channel`; gives the order's ActionID. Raises: as `Link.originate`."""
        return await self._link.originate(channel, application, data, **headers)

    async def run(self) -> None:
        """Keep a link that nobody else reads alive, and let go of what it tells."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._link.run())
            group.create_task(self._let_go())

    async def _let_go(self) -> None:
        async for _ in self._link.events():
            pass
