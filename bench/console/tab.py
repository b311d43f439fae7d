"""A tab of Chromium that nothing else listens to.

Playwright hears the network of its pages, and the browser keeps what was heard for it: a page that
asks again and again seems to grow. Here only what the heap holds is asked for.
"""

import asyncio
import json
from asyncio.subprocess import DEVNULL
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.console.stage import BOX, chromium

BEGIN_SECONDS, ANSWER_SECONDS = 60.0, 300.0
LARGEST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Held:
    """What a page holds, in bytes."""

    script: int  # its objects, texts, closures
    browser: int  # what the browser has for them: elements, styles, requests
    compiled: int  # its code; grows as long as the engine makes it quicker


class Tab:
    """One page, spoken to over the DevTools protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._asked = socket, 0
        self._chunks: list[str] = []  # of the snapshot of the heap that is on its way

    async def send(self, method: str, **values: Any) -> dict[str, Any]:
        """A command's result.

        Raises:
            RuntimeError: The browser refused it; says why.
        """
        self._asked += 1
        await self._socket.send(json.dumps({"id": self._asked, "method": method, "params": values}))
        async with asyncio.timeout(ANSWER_SECONDS):
            while (told := json.loads(await self._socket.recv())).get("id") != self._asked:
                if told["method"] == "HeapProfiler.addHeapSnapshotChunk":
                    self._chunks.append(told["params"]["chunk"])
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']['message']}")
        result: dict[str, Any] = told["result"]
        return result

    async def run(self, script: str) -> Any:
        """What a script gives, or what it promises.

        Raises:
            RuntimeError: It threw; says what.
        """
        told = await self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"]["exception"]["description"])
        return told["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait until a condition holds in the page, also while it is being loaded."""
        async with asyncio.timeout(BEGIN_SECONDS):
            while not await self._holds(condition):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def _holds(self, condition: str) -> bool:
        try:
            return bool(await self.run(f"Boolean({condition})"))
        except RuntimeError:  # the page that was asked has just gone
            return False

    async def held(self) -> "Held":
        """What the page holds once what nobody reaches is gone."""
        for _ in range(3):  # what is finalized by one goes with the next
            await self.send("HeapProfiler.collectGarbage")
        self._chunks.clear()
        await self.send("HeapProfiler.takeHeapSnapshot", reportProgress=False)
        told = json.loads("".join(self._chunks))
        self._chunks.clear()
        meta = told["snapshot"]["meta"]
        fields, kinds = meta["node_fields"], meta["node_types"][0]
        kind, size = fields.index("type"), fields.index("self_size")
        sizes = Counter[str]()
        for at in range(0, len(told["nodes"]), len(fields)):
            sizes[kinds[told["nodes"][at + kind]]] += told["nodes"][at + size]
        code, browser = sizes.pop("code"), sizes.pop("native")
        return Held(script=sizes.total(), browser=browser, compiled=code)


@asynccontextmanager
async def a_tab(before: str) -> AsyncIterator[Tab]:
    """A tab; `before` runs in each of its pages before any script of theirs."""
    with TemporaryDirectory() as folder:
        browser = await asyncio.create_subprocess_exec(
            chromium(), "--headless", "--remote-debugging-port=0", f"--user-data-dir={folder}",
            "--no-first-run", "--window-size=1920,1080", *BOX,
            "about:blank", stdout=DEVNULL, stderr=DEVNULL,
        )  # fmt: skip
        try:
            async with connect(
                await _address(Path(folder)), max_size=LARGEST_BYTES, ping_interval=None
            ) as socket:
                tab = Tab(socket)
                await tab.send("Page.addScriptToEvaluateOnNewDocument", source=before)
                await tab.send("Page.enable")
                yield tab
        finally:
            browser.terminate()
            await browser.wait()


async def _address(folder: Path) -> str:
    """Where the first tab is spoken to, once there is one."""
    port = folder / "DevToolsActivePort"
    async with asyncio.timeout(BEGIN_SECONDS), httpx.AsyncClient() as client:
        while not port.exists() or not port.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        listed = f"http://127.0.0.1:{port.read_text().split()[0]}/json/list"
        while True:
            for one in (await client.get(listed)).json():
                if one["type"] == "page":
                    return str(one["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
