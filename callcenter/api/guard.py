"""Keeps other sites out of a citizen's words: Host and Origin checks, and security headers.

A browser that is signed in is a way in for others: a foreign page could open our WebSocket (it is
not bound by the same-origin rule), post forms to us, or point its own name at 127.0.0.1 (DNS
rebinding). Source: RFC 6455 section 10.2, RFC 9110
section 15.5.20 (421), Content Security Policy Level 3.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.api.problems import problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SECURITY_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger()


def policy(pictures: str = "") -> str:
    """The content security policy; pictures and data may also come from one other origin."""
    other = f" {pictures}" if pictures else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{other}; "
        f"img-src 'self'{other}; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    )


class Guard:
    """ASGI middleware around everything, the WebSocket included.

    Args:
        app: What is guarded.
        hosts: Names under which it may be opened.
        pictures: The origin of a tile server; empty: none.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], pictures: str = "") -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._headers = {"Content-Security-Policy": policy(pictures), **SECURITY_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer only our own page and programs on this machine."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        send = _with_headers(send, self._headers)
        if refused is None:
            await self._app(scope, receive, send)
            return
        log.warning("request refused", reason=refused, kind=scope["type"])
        if scope["type"] == "websocket":  # closed before it is accepted: HTTP 403
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
            return
        status = 421 if refused == "host_not_known" else 403
        await problem(status, refused, MESSAGES[refused])(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return "host_not_known"
        origin = headers.get("origin")
        guarded = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if guarded and origin is not None and urlsplit(origin).netloc != host:
            return "origin_not_ours"
        return None


MESSAGES = {
    "host_not_known": "this site is not served under that name: open it as http://127.0.0.1",
    "origin_not_ours": "another site may not use this one: open our own page",
}


def _name(host: str) -> str:
    """The name in a Host header, without its port; IPv6 keeps its brackets."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0].lower()


def _with_headers(send: Send, added: Mapping[str, str]) -> Callable[[Message], Awaitable[None]]:
    async def _sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in added.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return _sending
