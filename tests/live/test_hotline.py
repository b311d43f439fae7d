"""The whole hotline on real Asterisk: what it lives through, and that it loses nothing by it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from callcenter.ami.asterisk import running_pid
from callcenter.demo import ENDED_EARLY
from callcenter.facts import RecordingStored
from callcenter.ivr.call import CallState
from callcenter.settings import Settings
from tests.live.conftest import Site, hotline_settings, shared_hotline, until
from tests.live.hotline import START_SECONDS, Hotline, environment
from tests.live.talk import GREETING, LIGHTS, say, talk


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("hotline")))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


async def test_the_demos_three_calls(own_settings: Settings) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callcenter", "demo", "--once",
        env=environment(own_settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    assert "✗" not in told.decode()
    assert running_pid(own_settings) is None


async def test_kill_9_in_mid_call_loses_neither_call_nor_ticket_nor_words(
    site: Site, hotline: Hotline
) -> None:
    call, at_seat = await talk(site, hotline)
    await say(site.settings, at_seat, GREETING)
    before = running_pid(site.settings)
    hotline.kill()

    await say(site.settings, call, LIGHTS)  # nobody of ours listens
    assert not call.is_ended
    await at_seat.hang_up()
    await call.ended()
    assert running_pid(site.settings) == before

    await hotline.start()
    await until(lambda: hotline.transcript(hotline.call.id))
    ended = hotline.call
    assert ended.state is CallState.ENDED
    assert ended.talk_seconds > 8
    transcript = hotline.transcript(ended.id)
    assert transcript
    assert transcript.source == "recording"
    assert "路灯" in "".join(transcript.texts)
    await until(lambda: hotline.is_about("113"))
    await until(lambda: len(hotline.facts(ended.id, "recording_stored")) == 2)
    stored = hotline.facts(ended.id, "recording_stored")
    assert [fact.complete for fact in stored if isinstance(fact, RecordingStored)] == [True, True]
    assert hotline.tickets()[-1].call_id == ended.id


async def test_kill_9_and_back_while_they_still_talk(site: Site, hotline: Hotline) -> None:
    before = len(hotline.tickets())
    call, at_seat = await talk(site, hotline)
    hotline.kill()
    await say(site.settings, at_seat, GREETING)  # nobody of ours listens
    await hotline.start()
    assert hotline.call.state is CallState.TALKING

    await say(site.settings, call, LIGHTS)
    await until(lambda: hotline.facts(hotline.call.id, "utterance_heard"))  # live again
    await call.hang_up()
    await until(lambda: hotline.transcript(hotline.call.id))
    await until(lambda: len(hotline.tickets()) == before + 1)
    transcript = hotline.transcript(hotline.call.id)
    assert transcript
    assert transcript.source == "recording"  # the live words lack what the seat said meanwhile
    assert "热线" in "".join(transcript.texts)


async def test_a_call_that_comes_and_goes_while_all_of_ours_is_down_has_its_ticket(
    site: Site, hotline: Hotline
) -> None:
    seat, citizen, before = await site.seat(), await site.citizen(), len(hotline.calls())
    hotline.kill()
    call = await citizen.call("12345")
    at_seat = await seat.ring()
    await at_seat.answer()
    await call.answered()
    await say(site.settings, call, LIGHTS)
    await at_seat.hang_up()
    await call.ended()

    await hotline.start()
    await until(lambda: len(hotline.calls()) > before)
    await until(lambda: hotline.transcript(hotline.call.id))
    await until(lambda: len(hotline.calls()) == len(hotline.tickets()) == before + 1)
    await until(lambda: hotline.is_about("113"))
    hotline.kill()
    await hotline.start()  # the same files are read once more
    assert len(hotline.calls()) == len(hotline.tickets()) == before + 1


async def test_asterisk_killed_is_back_with_seats_and_queue(site: Site, hotline: Hotline) -> None:
    call, _ = await talk(site, hotline)
    pid = running_pid(site.settings)
    assert pid
    os.kill(pid, signal.SIGKILL)
    await until(lambda: (running_pid(site.settings) or pid) != pid)
    await until(lambda: hotline.call.state is CallState.ENDED)
    async with hotline.client() as client:
        assert (await client.get("health")).status_code == 200
    await call.hang_up()

    again, _ = await talk(site, hotline, "13800000002")
    await again.hang_up()
    await until(lambda: {c.state for c in hotline.calls()} == {CallState.ENDED})
    await until(lambda: len(hotline.tickets()) == len(hotline.calls()))


async def test_garbage_on_every_port_is_refused_with_a_reason_and_disturbs_no_call(
    site: Site, hotline: Hotline
) -> None:
    call, _ = await talk(site, hotline)
    ports = (
        site.settings.audiosocket_port,
        site.settings.fastagi_port,
        site.settings.http_port,
    )
    for port in ports:
        for garbage in (b"\xff" * 3000, b"", b"GET / HTTP/9.9\r\n\r\n\0\0\0", b"\x01\x00\x10" * 9):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(garbage)
            writer.write_eof()
            writer.close()
    await say(site.settings, call, LIGHTS)
    await until(lambda: hotline.is_about("113"))
    assert not call.is_ended
    for reason in ("audio stream refused", "fastagi question refused", "http server"):
        await until(lambda reason=reason: hotline.events(reason))
    assert not any("failed" in str(entry["event"]) for entry in hotline.said)
    await call.hang_up()
    await until(lambda: hotline.transcript(hotline.call.id))


async def test_ctrl_c_in_the_middle_of_the_demo_ends_it_at_once(own_settings: Settings) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callcenter", "demo",
        env=environment(own_settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    async with asyncio.timeout(START_SECONDS):
        while b"answers after" not in await process.stdout.readline():
            assert process.returncode is None
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(45):  # the demo's own patience is longer
        _, errors = await process.communicate()
    assert process.returncode == ENDED_EARLY
    assert b"Traceback" not in errors
    assert running_pid(own_settings) is None


async def test_ctrl_c_leaves_nothing_running(own_settings: Settings) -> None:
    hotline = Hotline(own_settings)
    await hotline.start()
    assert running_pid(own_settings)
    assert await asyncio.to_thread(hotline.stop) in (0, 130)
    assert running_pid(own_settings) is None
    for port in (own_settings.http_port, own_settings.fastagi_port, own_settings.ami_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CALLCENTER_HTTP_PORT", "{taken}"),
        ("CALLCENTER_AUDIOSOCKET_PORT", "{taken}"),
        ("CALLCENTER_FASTAGI_PORT", "{taken}"),
        ("CALLCENTER_AMI_PORT", "{taken}"),
        ("CALLCENTER_HTTP_PORT", "eighty"),
        ("CALLCENTER_VOSK_MODEL", "no/such/model"),
        ("CALLCENTER_COUNTY_DIR", "no/such/county"),
        ("CALLCENTER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("CALLCENTER_BUS_URL", "kafka://127.0.0.1"),
    ],
)
async def test_what_cannot_start_says_so_in_one_line(
    own_settings: Settings, variable: str, value: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        value = value.format(taken=taken.getsockname()[1])
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "callcenter", "up",
            env=environment(own_settings) | {variable: value}, stderr=subprocess.PIPE,
        )  # fmt: skip
        _, errors = await process.communicate()
    lines = [line for line in errors.decode().splitlines() if not line.startswith("{")]
    assert process.returncode == 2, errors.decode()[-2000:]
    assert len(lines) == 1
    assert variable in lines[0]
    assert running_pid(own_settings) is None
