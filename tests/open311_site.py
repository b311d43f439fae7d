"""A centre whose API answers on a port: for programs that only speak HTTP."""

import asyncio
import hashlib
from contextlib import suppress
from typing import Any, Self

from callcenter.agents.switch import Switch
from callcenter.api.deps import ApiContext
from callcenter.api.web import create_app, listen, serve
from callcenter.pipeline import Site
from callcenter.settings import Settings
from tests.browser.site import OpenDoor
from tests.center import Center
from tests.servers import free_port

KEY = "a-key-for-tests"
KEYS = f"citizens-app={hashlib.sha256(KEY.encode()).hexdigest()}"
SOUTH_STREET = {"address_string": "南大街", "description": "南大街的路灯不亮"}


class OpenSite(Center):
    """Answers at `url` while the block runs."""

    def __init__(self, site: Site, settings: Settings) -> None:
        super().__init__(site, settings)
        self.context = ApiContext(
            settings=settings,
            flow=self.flow,
            switch=Switch(self.link),  # type: ignore[arg-type]
            desk=self.desk,
            items=dict(site.rules.items),
            units=lambda: site.table.units,
        )
        self.app = create_app(self.context)
        self.port = free_port()

    @property
    def url(self) -> str:
        """Open311's."""
        return f"http://127.0.0.1:{self.port}/open311/v2"

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        listener = listen("127.0.0.1", self.port)
        door = OpenDoor(self.app, self.context.operator_token)
        self._serving = asyncio.create_task(serve(door, listener))
        return self

    async def __aexit__(self, *told: object) -> None:
        self._serving.cancel()
        with suppress(asyncio.CancelledError):
            await self._serving
        await super().__aexit__(*told)


def form(**more: Any) -> dict[str, Any]:
    """A form that is in order, but for what is told."""
    return {"api_key": KEY, "service_code": "113", **SOUTH_STREET} | more
