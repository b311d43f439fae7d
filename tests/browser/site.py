"""A whole site without a telephone: store, bus, relay and the HTTP server on a free port.

Tests state facts as the line would; nothing of ours is replaced.
"""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp, Receive, Scope, Send

from callcenter import pipeline
from callcenter.agents.desk import Desk
from callcenter.agents.switch import Switch
from callcenter.ami.connection import Address
from callcenter.ami.link import Link
from callcenter.api.deps import ApiContext
from callcenter.api.web import create_app, listen, serve
from callcenter.bus import Bus
from callcenter.bus.memory import MemoryBus
from callcenter.facts import Fact, PartialHeard, read_fact
from callcenter.flow import Flow, Handlers
from callcenter.pipeline.calls import fold_call
from callcenter.settings import Settings
from callcenter.store import Store
from callcenter.tickets.dispatch import Unit
from tests.servers import free_port
from tests.stores import prepare

ITEMS = {"113": "市容市政", "209": "水电气暖", "205": "物业管理"}
UNITS = {
    "U1002": Unit("U1002", "县城市管理局", 1, ""),
    "U1005": Unit("U1005", "县供水公司", 1, ""),
}
FOLDING: Handlers[pipeline.Site] = {
    kind: (fold_call,) for kind, handlers in pipeline.LINE.items() if fold_call in handlers
}


class Site:
    """Runs while the block does; `stop` and `start` make a restart on the same port.

    Whoever asks without a word is let in as our own programs are; where it `is_closed`, as in
    earnest, people have to sign in. Only one that `knows` rules and county files matters.
    """

    def __init__(
        self,
        folder: Path,
        store: Store | None = None,
        bus: Bus | None = None,
        *,
        is_closed: bool = False,
        knows: pipeline.Site | None = None,
        **settings: Any,
    ) -> None:
        self.is_closed = is_closed
        self.settings = Settings(
            var_dir=folder / "var", county_dir=small_county(folder), **settings
        )
        self.store = store or Store(self.settings.database)
        prepare(self.store)
        self.bus = bus or MemoryBus()
        self.flow: Flow[Any] = Flow(self.store, self.bus, knows)
        self.port = free_port()
        nobody = Address("n1", "127.0.0.1", free_port(), "callcenter", "")
        self.switch = Switch(Link(nobody, self.settings.ami_silence_seconds))  # Asterisk is away
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    async def __aenter__(self) -> Self:
        self._relay = asyncio.create_task(self.flow.relay())
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.stop()
        self._relay.cancel()
        with suppress(asyncio.CancelledError):
            await self._relay
        self.store.close()

    async def start(self) -> None:
        """Answer on the same port as before."""
        self.prepare()
        listener = listen("127.0.0.1", self.port)
        door = self.app if self.is_closed else OpenDoor(self.app, self.context.operator_token)
        self._tasks = [asyncio.create_task(serve(door, listener))]

    def prepare(self) -> None:
        """The application, which answers nobody yet."""
        self.context = ApiContext(
            settings=self.settings,
            flow=self.flow,
            switch=self.switch,
            desk=Desk(self.flow, self.switch),
            health=lambda: {"model": "demo-cn", "model_is_demo": True},
            items=ITEMS,
            units=lambda: UNITS,
        )
        self.app = create_app(self.context)

    async def stop(self) -> None:
        """As Ctrl-C does."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def state(self, *facts: Fact) -> None:
        """Take facts in, as the line does; the relay publishes them."""
        await self.flow.take_in(facts, {})

    async def play(self, *facts: Fact) -> None:
        """Take facts in as the line does, and fold the call with them, in one transaction."""
        await self.flow.take_in(facts, FOLDING)

    async def tell(self, lines: Iterable[dict[str, Any]]) -> None:
        """State the facts and mention the partial words of a board fixture, in its order."""
        for line in lines:
            if "partial" in line:
                await self.bus.mention(PartialHeard.model_validate(line))
            else:
                await self.state(read_fact(json.dumps(line)))


class OpenDoor:
    """Shows the operator token for whoever shows nothing; most tests are not about signing in."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._shown = (b"authorization", f"Bearer {token}".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            names = {name for name, _ in scope["headers"]}
            if not names & {b"authorization", b"cookie"}:
                scope = {**scope, "headers": [*scope["headers"], self._shown]}
        await self._app(scope, receive, send)


def fixture(name: str) -> list[dict[str, Any]]:
    """The facts of a board fixture."""
    path = Path(__file__).parents[1] / "fixtures" / "board" / f"{name}.json"
    facts: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["facts"]
    return facts


def small_county(folder: Path) -> Path:
    """A county of one township with two villages of two cells each, on a square."""
    cells = [cell("140728", 1, "平遥县", "", (0, 0, 4, 4))]
    cells.append(cell("140728100", 2, "古陶镇", "140728", (0, 0, 4, 4)))
    for village in (0, 1):
        code = f"14072810000{village + 1}"
        box = (village * 2, 0, village * 2 + 2, 4)
        cells.append(cell(code, 3, f"第{village + 1}社区", "140728100", box))
        for half in (0, 1):
            part = (village * 2, half * 2, village * 2 + 2, half * 2 + 2)
            cells.append(cell(f"{code}00{half + 1}", 4, f"第{half + 1}网格", code, part))
    county = folder / "county"
    county.mkdir(exist_ok=True)
    collection = {"type": "FeatureCollection", "features": cells}
    (county / "grid.geojson").write_text(json.dumps(collection, ensure_ascii=False), "utf-8")
    return county


def cell(
    code: str, level: int, name: str, parent: str, box: tuple[int, int, int, int]
) -> dict[str, Any]:
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [[112.1 + x * 0.05, 37.1 + y * 0.04] for x, y in corners]
    return {
        "type": "Feature",
        "properties": {"code": code, "level": level, "name": name, "parent": parent},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
