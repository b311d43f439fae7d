"""A Chromium whose microphone hears a file, for a seat's telephone in the console."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from callcenter.api.console import FOLDER
from tests.browser.conftest import DEPS
from tests.patience import PATIENCE_MS, PATIENCE_SECONDS

# Keeps what the page connects: to hear what a person with the headset on would, and to cut it.
KEEP_CONNECTIONS: Final = """
const keep = (name, kept) => { window[name] = class extends window[name] {
  constructor(...how) { super(...how); kept.push(this) }
} }
keep('RTCPeerConnection', window.lines = []); keep('WebSocket', window.sockets = [])"""
HEARS: Final = """async ([hertz, others]) => {
  const line = window.lines.at(-1)
  const track = line?.getReceivers()[0]?.track
  if (line?.connectionState !== 'connected' || !track) return false
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 8192
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  await new Promise((done) => setTimeout(done, 300))
  const bins = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(bins)
  const loud = (at) => bins[Math.round(at / context.sampleRate * analyser.fftSize)]
  await context.close()
  return loud(hertz) > -60 && others.every((other) => loud(hertz) - loud(other) > 20)
}"""


def need_console() -> None:
    """Without the console's pages the test is skipped; under CI it fails."""
    if not (FOLDER / "index.html").is_file():
        _lacks("the console is not built: run setup/console build")


@asynccontextmanager
async def chromium(voice: Path) -> AsyncIterator[Browser]:
    """A browser whose microphone hears the wav for ever."""
    path = shutil.which("chromium", path=f"{DEPS}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        _lacks("chromium is neither in .deps/bin nor on the PATH")
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
        "--autoplay-policy=no-user-gesture-required",
        # Its own address, as for whoever lets the page use the microphone for good, and no .local.
        "--disable-features=WebRtcHideLocalIpsWithMdns",
    ]
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=flags + unboxed, timeout=PATIENCE_MS
        )
        yield browser
        await browser.close()


async def hears(page: Page, hertz: int, *others: int) -> None:
    """Returns once the seat's headset has this tone and not the others."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await page.evaluate(HEARS, [hertz, list(others)]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def mode(page: Page, name: str) -> None:
    """Returns once the page's telephone stands so."""
    await expect(page.locator(".phone")).to_have_attribute("data-mode", name)


async def signs_in_at(page: Page, seat: str) -> None:
    """The agent signs in at the seat, by the telephone's bar."""
    await page.get_by_role("button", name="签入").click()
    form = page.get_by_role("form", name="签入")
    await form.get_by_label("坐席").select_option(seat)
    await form.get_by_role("button", name="签入").click()
    await mode(page, "ready")


def _lacks(told: str) -> None:
    pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
