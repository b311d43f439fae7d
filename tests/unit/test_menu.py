"""Category: the FastAGI server, spoken to as Asterisk and as garbage speak to it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from callcenter.errors import CannotStartError
from callcenter.ivr.menu import Menu
from callcenter.settings import Settings
from tests.patience import PATIENCE_SECONDS
from tests.servers import free_port

KEY_QUESTION = b"agi_network_script: key\nagi_arg_1: n1-1.0\nagi_arg_2: 3\n\n"
TICKET_QUESTION = b"agi_network_script: ticket\nagi_arg_1: %s\n\n"


class Line:
    """A menu on a free port, the keys it was told, and one call that has a ticket."""

    def __init__(self, settings: Settings) -> None:
        self.port = settings.fastagi_port
        self.keys: list[tuple[str, str]] = []
        self.menu = Menu(settings, {"key": self._on_key, "ticket": self._ticket})

    async def _on_key(self, call_id: str, key: str) -> dict[str, str]:
        self.keys.append((call_id, key))
        return {}

    async def _ticket(self, call_id: str) -> dict[str, str]:
        if call_id == "broken":
            raise RuntimeError("the store is gone")
        return {"TICKET_NUMBER": '12345"0007\n'} if call_id == "n1-1.0" else {}

    async def ask(self, question: bytes) -> bytes:
        """All the menu says until it closes; our half closes first."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(question)
            writer.write_eof()
            return await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    line = Line(Settings(var_dir=tmp_path, fastagi_port=free_port()))
    await line.menu.start()
    yield line
    await line.menu.stop()


async def test_a_key_is_handed_on(line: Line) -> None:
    assert await line.ask(KEY_QUESTION) == b""
    assert line.keys == [("n1-1.0", "3")]


async def test_an_answer_is_variables_without_what_would_end_the_command(line: Line) -> None:
    told = b'SET VARIABLE TICKET_NUMBER "123450007"\n'
    assert await line.ask(TICKET_QUESTION % b"n1-1.0") == told
    assert await line.ask(TICKET_QUESTION % b"n1-2.0") == b""


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\xff" * 10_000, b"GET / HTTP/1.1\r\n\r\n", b"agi_", b"agi_x: 1\n" * 100, b"\n"],
    ids=["nothing", "bytes", "http", "half a line", "no end", "no script"],
)
async def test_garbage_is_refused_with_a_logged_reason_and_the_next_is_answered(
    line: Line, garbage: bytes
) -> None:
    with capture_logs() as logs:
        assert await line.ask(garbage) == b""
    assert [entry["event"] for entry in logs] == ["fastagi question refused"]
    assert logs[0]["reason"]
    await line.ask(KEY_QUESTION)
    assert line.keys == [("n1-1.0", "3")]


async def test_our_own_failure_is_logged_and_answers_nothing(line: Line) -> None:
    with capture_logs() as logs:
        assert await line.ask(TICKET_QUESTION % b"broken") == b""
    assert [entry["error"] for entry in logs] == ["RuntimeError"]


async def test_a_peer_that_says_nothing_is_let_go(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    assert await asyncio.wait_for(reader.read(), PATIENCE_SECONDS) == b""
    writer.close()


async def test_a_taken_port_is_named(line: Line, tmp_path: Path) -> None:
    other = Line(Settings(var_dir=tmp_path, fastagi_port=line.port))
    with pytest.raises(CannotStartError, match=f"CALLCENTER_FASTAGI_PORT={line.port}"):
        await other.menu.start()
