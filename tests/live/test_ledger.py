"""Live: small forms of `make bench-calls`; SIPp's citizens and seats, and a call by baresip."""

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from socket import SOCK_DGRAM
from subprocess import DEVNULL, STDOUT

import pytest

from bench.calls.order import wait_in_a_crowd
from bench.calls.run import run
from bench.calls.stage import stage
from callcenter.ivr.call import CallState
from callcenter.settings import ROOT, Settings
from tests.live.conftest import Site, need_programs, until
from tests.live.hotline import Hotline
from tests.servers import free_port, program

TREES = (ROOT / ".deps" / "trees" / "baresip", Path("/"))


@pytest.fixture
def phones(own_settings: Settings) -> None:
    """SIPp and Asterisk are there."""
    need_programs(own_settings)
    program("sipp")


async def test_every_figure_of_a_mix_of_calls_is_that_of_sipps_own_log(
    phones: None, tmp_path: Path
) -> None:
    outcome = await run(24, seed=7, fault="none", folder=tmp_path / "run", per_second=2.0)
    assert outcome.differences == []
    assert [figure for figure in outcome.figures if not figure.is_equal] == []
    assert {entry.outcome for entry in outcome.ledger} >= {"answered", "abandoned", "short"}


async def test_110_has_the_next_free_seat_whatever_waits_on_12345(
    phones: None, tmp_path: Path
) -> None:
    async with stage(tmp_path / "crowd", seats=2) as on:
        most, passed_over = await wait_in_a_crowd(on, waiting=14, police=3, seed=1)
    assert most >= 8
    assert passed_over == []


async def test_a_call_by_baresip(own_settings: Settings, hotline: Hotline, tmp_path: Path) -> None:
    """A phone of others' making on the carrier's side."""
    phone = program("baresip")
    async with AsyncExitStack() as stack:
        seat = await Site(own_settings, stack).seat()
        dial = f"/dial sip:110@127.0.0.1:{own_settings.sip_port}"
        folder = baresip_folder(tmp_path, own_settings.prompts_dir / "greeting.wav")
        said = (tmp_path / "baresip.log").open("wb")
        baresip = await asyncio.create_subprocess_exec(
            phone, "-4", "-f", str(folder), "-e", dial,
            stdin=DEVNULL, stdout=said, stderr=STDOUT,
        )  # fmt: skip
        try:
            await (await seat.ring()).answer()
            await until(lambda: [call.state for call in hotline.calls()] == [CallState.TALKING])
            assert hotline.calls()[0].seat == "seat-01"
        finally:
            baresip.send_signal(signal.SIGINT)  # it hangs up, then ends
            await baresip.wait()
        await until(lambda: hotline.calls()[0].state is CallState.ENDED)
    assert hotline.calls()[0].caller_number == "13800000009"


def baresip_folder(folder: Path, voice: Path) -> Path:
    """Its configuration: no sound card, one account behind the carrier."""
    modules = next(
        tree / "usr/lib/baresip/modules" for tree in TREES if (tree / "usr/lib/baresip").is_dir()
    )
    (folder / "config").write_text(
        f"""
module_path {modules}
sip_listen 127.0.0.1:{free_port(SOCK_DGRAM)}
audio_source aufile,{voice}
audio_player aubridge,none
module g711.so
module aufile.so
module aubridge.so
module_tmp account.so
module_app menu.so
"""
    )
    (folder / "accounts").write_text("<sip:13800000009@127.0.0.1>;regint=0\n")
    (folder / "contacts").write_text("")
    return folder
