"""Ports over HTTP: an SMS gateway asked in its own form, and signed webhooks."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from callcenter.tickets.notices.book import Port as PortSettings
from callcenter.tickets.notices.book import SmsPort
from callcenter.tickets.notices.occasions import PortKind
from callcenter.tickets.notices.ports import Ending, Letter, Rule, TryEnd
from callcenter.tickets.notices.signing import signed
from callcenter.tickets.notices.wording import fill

LATER = frozenset({408, 425, 429})  # not now: RFC 9110, RFC 8470, RFC 6585
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
KEY = "Idempotency-Key"
KEPT_BYTES = 64 * 1024  # of an answer; a gateway's is a few hundred


class SmsGateway:
    """Texts go to a gateway as notices.toml describes its requests."""

    kind = PortKind.SMS

    def __init__(self, settings: SmsPort, secret: str, client: httpx.AsyncClient) -> None:
        self._settings, self._secret, self._client = settings, secret, client
        self.rule = Rule(settings.repeats)

    async def send(self, letter: Letter) -> TryEnd:
        """Ask the gateway once."""
        gaps = {
            "address": letter.address,
            "text": letter.text,
            "key": letter.key,
            "ticket": letter.ticket_number,
            "secret": self._secret,
        }
        body = {name: fill(text, gaps) for name, text in self._settings.body.items()}
        headers = {name: fill(text, gaps) for name, text in self._settings.headers.items()}
        carried = {"json": "json", "form": "data", "query": "params"}[self._settings.form]
        more: dict[str, Any] = {carried: body, "headers": {KEY: letter.key, **headers}}
        request = self._client.build_request(
            self._settings.method,
            self._settings.url,
            timeout=self._settings.timeout_seconds,
            **more,
        )
        return await _asked(self._client, request, self._says_so)

    def _says_so(self, body: bytes) -> bool:
        if not self._settings.success:
            return True
        try:
            told = json.loads(body)
        except ValueError:
            return False
        wanted = self._settings.success.items()
        return isinstance(told, Mapping) and all(str(told.get(key)) == word for key, word in wanted)


class Webhook:
    """Programs of units are told with a signed message."""

    kind = PortKind.WEBHOOK
    rule = Rule.SAME_KEY

    def __init__(self, settings: PortSettings, secret: str, client: httpx.AsyncClient) -> None:
        self._settings, self._secret, self._client = settings, secret, client

    async def send(self, letter: Letter) -> TryEnd:
        """Post the message once; its id is the notice's key."""
        now = datetime.now(UTC)
        body = json.dumps(
            {
                "type": f"ticket.{letter.occasion}",
                "timestamp": now.isoformat(),
                "data": {"ticket": letter.ticket_number, "text": letter.text},
            },
            ensure_ascii=False,
        ).encode()
        headers = {
            "Content-Type": "application/json",
            KEY: letter.key,
            **signed(self._secret, letter.key, now, body),
        }
        request = self._client.build_request(
            "POST",
            letter.address,
            content=body,
            headers=headers,
            timeout=self._settings.timeout_seconds,
        )
        return await _asked(self._client, request, lambda _: True)


async def _asked(
    client: httpx.AsyncClient, request: httpx.Request, says_so: Callable[[bytes], bool]
) -> TryEnd:
    """What an answer means: 2xx sent, a refusal of ours final, of theirs not; silence is doubt."""
    try:
        answer = await client.send(request, stream=True)
        try:
            body = await first_bytes(answer)
        finally:
            await answer.aclose()
    except NEVER_LEFT as error:
        return TryEnd(Ending.AGAIN, type(error).__name__)
    except httpx.HTTPError as error:
        return TryEnd(Ending.DOUBT, type(error).__name__)
    told = f"HTTP {answer.status_code}"
    if answer.is_success:
        if says_so(body):
            return TryEnd(Ending.SENT, told)
        return TryEnd(Ending.AGAIN, f"{told}, but the answer does not say so")
    if answer.status_code in LATER:
        return TryEnd(Ending.AGAIN, told)
    if answer.is_server_error:
        return TryEnd(Ending.DOUBT, told)  # it may have failed after it sent
    return TryEnd(Ending.REFUSED, told)


async def first_bytes(answer: httpx.Response) -> bytes:
    """As much of an answer's body as anybody reads, KEPT_BYTES at most, however long it is."""
    kept = b""
    async for some in answer.aiter_bytes():
        kept += some
        if len(kept) > KEPT_BYTES:
            break
    return kept[:KEPT_BYTES]
