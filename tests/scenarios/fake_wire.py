"""The wire between two centres, outside our border: it loses, doubles, delays and reorders."""

from dataclasses import dataclass, field
from random import Random

import httpx
from starlette.types import ASGIApp

LOST = 0.2  # of the questions, and of the answers
DOUBLED = 0.2
DELAYED = 0.3  # a copy of them comes again, behind later ones


@dataclass
class FakeWire(httpx.AsyncBaseTransport):
    """Carries requests to applications by the name of their host."""

    seed: int = 0
    is_bad: bool = True
    apps: dict[str, ASGIApp] = field(default_factory=dict)
    carried: int = 0

    def __post_init__(self) -> None:
        self._random, self._late = Random(self.seed), list[httpx.Request]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, or a silence after which nobody knows whether it arrived."""
        await request.aread()
        if not self.is_bad:
            return await self._carry(request)
        if self._happens(LOST):
            raise httpx.ConnectTimeout("lost on the way there", request=request)
        if self._happens(DELAYED):
            self._late.append(request)
        if self._happens(DOUBLED):
            await self._carry(request)
        answer = await self._carry(request)
        await self.let_through(at_most=1)
        if self._happens(LOST):
            raise httpx.ReadTimeout("lost on the way back", request=request)
        return answer

    async def let_through(self, at_most: int = 1000) -> None:
        """What was held up arrives, in any order."""
        while self._late and at_most:
            late = self._late.pop(self._random.randrange(len(self._late)))
            await self._carry(late)
            at_most -= 1

    def _happens(self, share: float) -> bool:
        return self._random.random() < share

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        self.carried += 1
        app = httpx.ASGITransport(app=self.apps[request.url.host], raise_app_exceptions=False)
        copy = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        answer = await app.handle_async_request(copy)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=await answer.aread()
        )
