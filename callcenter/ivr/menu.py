"""Our answers to the dialplan's questions (FastAGI): Asterisk plays and waits, we only know.

    key       the caller pressed a key in the greeting
    ticket    which number was this call's ticket given?  -> TICKET_NUMBER, which Asterisk speaks
    wait      what is a waiting caller to be told?        -> SAY, prompts joined by &
    progress  how does a case stand?                      -> SAY, and NEXT where more must be asked

A question is answered in 2 s or not at all; the dialplan goes on without us after 3 s (context
"ask" in asterisk-config/extensions.conf). So nothing here can hold up a caller, and a caller who
hangs up meanwhile is nothing special.

panoramisk's FastAGI server is not used: a peer that closes before its headers end makes it read
"nothing" for ever without yielding, which stops the whole loop, and its buffer has no limit.
"""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping

import structlog

from callcenter.errors import CallCenterError, CannotStartError
from callcenter.settings import Settings

log = structlog.get_logger()

_ANSWER_SECONDS = 2.0  # less than the dialplan waits
_LINE_BYTES = 2048
_LINES = 64  # Asterisk sends about 25

Answer = Callable[..., Awaitable[Mapping[str, str]]]  # of the question's words: variables to set


class NotAGIError(CallCenterError):
    """What came to the port is no FastAGI question of our dialplan."""

    code = "not_agi"


class Menu:
    """The FastAGI server.

    `answers` has a function a question; it is called with the words behind the question, the first
    of which is the call's id, and gives the channel variables that are the answer.
    """

    def __init__(self, settings: Settings, answers: Mapping[str, Answer]) -> None:
        self._settings = settings
        self._answers = answers
        self._server: asyncio.Server | None = None
        self._questions: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listens on `fastagi_port`.

        Raises:
            CannotStartError: The port cannot be used.
        """
        host, port = self._settings.bind_host, self._settings.fastagi_port
        try:
            self._server = await asyncio.start_server(self._take, host, port, limit=_LINE_BYTES)
        except OSError as error:
            raise CannotStartError(
                f"CALLCENTER_FASTAGI_PORT={port} cannot be used on {host}: "
                f"{str(error.strerror).rpartition(': ')[2]}. "
                "Stop what uses it or set another port."
            ) from error

    async def stop(self) -> None:
        """Takes no more questions; those being answered are finished."""
        if self._server is None:
            return
        self._server.close()
        await asyncio.gather(*self._questions, return_exceptions=True)
        await self._server.wait_closed()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._questions.add(task)
        task.add_done_callback(self._questions.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._answer(await _read_question(reader), reader, writer)
        except NotAGIError as error:
            log.warning("fastagi question refused", reason=error.message)
        except TimeoutError:
            log.warning("fastagi question not answered in time")
        except ConnectionError:
            log.debug("caller gone while asked")
        except Exception as error:
            log.error("fastagi question failed", error=type(error).__name__)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _answer(
        self,
        question: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        asked = self._answers.get(question.get("agi_network_script", ""))
        words = _words(question)
        if asked is None or not words or not words[0]:
            known = ", ".join(self._answers)
            raise NotAGIError(f"none of the questions {known} with a call's id")
        for name, value in (await asked(*words)).items():
            writer.write(f'SET VARIABLE {name} "{_quotable(value)}"\n'.encode())
            await writer.drain()
            await reader.readline()  # Asterisk's "200 result=1": it has the variable


def _words(question: dict[str, str]) -> list[str]:
    """What stands behind the question, in order."""
    words: list[str] = []
    while (name := f"agi_arg_{len(words) + 1}") in question:
        words.append(question[name])
    return words


def _quotable(value: str) -> str:
    """Without what would end the value or the command."""
    return re.sub(r'["\\\r\n]', "", value)


async def _read_question(reader: asyncio.StreamReader) -> dict[str, str]:
    """The headers Asterisk sends first, `agi_name: value` each, ended by an empty line.

    Raises:
        NotAGIError: They are something else.
    """
    question: dict[str, str] = {}
    for _ in range(_LINES):
        try:
            line = (await reader.readuntil(b"\n")).decode("utf-8").strip()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, UnicodeDecodeError) as e:
            raise NotAGIError(f"no AGI header ({type(e).__name__})") from e
        if not line:
            return question
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_"):
            raise NotAGIError("no AGI header")
        question[name] = value.strip()
    raise NotAGIError(f"more than {_LINES} headers")
