"""A seat's way to Asterisk, and the calls that ring on it: both can outlive the page that rings.

An INVITE that no page has answered for good is kept as it came. The page that comes next is told
it again, over the very connection on which Asterisk waits for the answer: to Asterisk it is one
telephone that takes its time (RFC 3261 13.2.2.4: the tag of the answer counts, not the ringing's).
"""

import re
from collections.abc import AsyncIterator
from typing import Final, Self

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from callcenter.settings import Settings

PROTOCOL: Final = "sip"
OPEN_SECONDS: Final = 3.0
MESSAGE_BYTES: Final = 32 * 1024
FINAL: Final = 200  # from here on an answer is the last one
_HEADER: Final = re.compile(r"^(Call-ID|CSeq|To)[ \t]*:[ \t]*(.*?)\r?$", re.I | re.M)
_ANSWER: Final = re.compile(r"SIP/2\.0 (\d{3}) ")

log = structlog.get_logger()


class Way:
    """One connection to Asterisk; `rings` are the INVITEs without a last answer, oldest first."""

    def __init__(self, asterisk: ClientConnection) -> None:
        self._asterisk = asterisk
        self._ringing: dict[str, str] = {}

    @classmethod
    async def open(cls, settings: Settings) -> Self | None:
        """To the node's Asterisk; None where it does not answer."""
        host, port = settings.sip_host, settings.asterisk_http_port
        host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        place = f"ws://{f'[{host}]' if ':' in host else host}:{port}/ws"
        try:
            return cls(
                await connect(
                    place, subprotocols=[PROTOCOL], compression=None,  # type: ignore[list-item]
                    open_timeout=OPEN_SECONDS, close_timeout=1, max_size=MESSAGE_BYTES, proxy=None,
                )
            )  # fmt: skip
        except (OSError, TimeoutError, WebSocketException) as error:
            log.warning("Asterisk's WebSocket does not answer", error=type(error).__name__)
            return None

    @property
    def rings(self) -> tuple[str, ...]:
        """The INVITEs that nobody has answered for good, oldest first."""
        return tuple(self._ringing.values())

    async def send(self, text: str) -> None:
        """What the page says. Raises: ConnectionClosed."""
        answer, headers = _ANSWER.match(text), _headers(text)
        if answer and int(answer[1]) >= FINAL and headers.get("cseq", "").endswith("INVITE"):
            self._ringing.pop(headers.get("call-id", ""), None)
        await self._asterisk.send(text)

    async def hear(self) -> AsyncIterator[str]:
        """What Asterisk says, until it closes. Raises: ConnectionClosed."""
        async for message in self._asterisk:
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            self._note(text)
            yield text

    async def close(self) -> None:
        """Asterisk is told that nobody is there any more."""
        await self._asterisk.close()

    def _note(self, text: str) -> None:
        headers = _headers(text) if text.startswith(("INVITE ", "CANCEL ")) else {}
        call = headers.get("call-id", "")
        if text.startswith("CANCEL "):
            self._ringing.pop(call, None)
        elif headers and ";tag=" not in headers.get("to", ""):  # else within a call that talks
            self._ringing[call] = text


def _headers(text: str) -> dict[str, str]:
    head = text.partition("\r\n\r\n")[0]
    return {name.lower(): value for name, value in _HEADER.findall(head)}
