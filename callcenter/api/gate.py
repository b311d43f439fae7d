"""The gate: who asks, whether they have the right that the route needs, and a line in the audit.

Around every route, the WebSocket and the static files included. Who asks shows a session's token,
in a cookie (pages) or as `Authorization: Bearer` (programs), or the operator token of `var_dir`.
What is audited is written down before the first byte of the answer leaves; where that fails,
nothing leaves. `admitted` is the second lock: a route that the gate did not let this request
through to answers nobody, should gate and router ever disagree.
"""

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from re import Pattern
from typing import Final
from urllib.parse import parse_qsl

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.api.deps import ApiContext
from callcenter.api.problems import problem
from callcenter.api.rights import API, ROUTES, Row
from callcenter.errors import NotAllowedError
from callcenter.people import audit, sessions
from callcenter.people.head import keep_head
from callcenter.people.reach import NOBODY, OPERATOR, Person
from callcenter.people.roles import RIGHT_NAMES, Right

COOKIE: Final = "callcenter_session"
ASKER: Final = "callcenter.asker"
TOLD: Final = frozenset(  # of a query, what the audit repeats; never a citizen's words or number
    ("from", "to", "since", "until", "last_hours", "interval", "by", "line", "queue", "seat")
    + ("agent", "figure", "of", "step", "unit", "item", "limit", "format", "actor", "what")
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Asker:
    """Who asks for a route, and by which right they were let through."""

    person: Person
    place: str
    right: Right
    address: str


class Gate:
    """ASGI middleware between Guard and the routes.

    Args:
        app: What it guards.
        context: Whose store knows the sessions.
        places: Every route as ROUTES names it, with its path; in the router's order.
    """

    def __init__(self, app: ASGIApp, context: ApiContext, places: Mapping[str, str]) -> None:
        self._app, self._context = app, context
        self._places = [(place, _pattern(place, path)) for place, path in places.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or refuse with 401 or 403."""
        found = self._find(scope) if scope["type"] in ("http", "websocket") else None
        if found is None:  # no route: the application says so itself
            await self._app(scope, receive, send)
            return
        place, subject = found
        row = ROUTES[place]
        try:
            person = NOBODY if row.right is Right.PUBLIC else await self._person(scope)
        except SQLAlchemyError as error:
            log.error("store does not answer", error=type(error).__name__)
            await _refuse(scope, receive, send, _STORE_AWAY)
            return
        if refusal := _refusal(person, row.right):
            await _refuse(scope, receive, send, refusal)
            return
        asker = Asker(person, place, row.right, _address(scope))
        scope = {**scope, ASKER: asker}
        if row.shown_once:
            scope["headers"] = [one for one in scope["headers"] if one[0] != b"idempotency-key"]
        await self._let_through(asker, row, subject, scope, receive, send)

    def _find(self, scope: Scope) -> tuple[str, str] | None:
        """The route, as ROUTES names it, and what its path names."""
        method = "WS" if scope["type"] == "websocket" else scope["method"]
        method = "GET" if method == "HEAD" else method
        for place, pattern in self._places:
            kind = place.partition(" ")[0]
            if kind == method or (kind == "MOUNT" and method != "WS"):
                match = pattern.match(scope["path"])
                if match:
                    return place, "/".join(match.groups())
        return None

    async def _person(self, scope: Scope) -> Person:
        token = _token(scope)
        if not token:
            return NOBODY
        if hmac.compare_digest(token.encode(), self._context.operator_token.encode()):
            return OPERATOR
        return await asyncio.to_thread(self._context.holder, sessions.hash_of(token)) or NOBODY

    async def _let_through(
        self, asker: Asker, row: Row, subject: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "websocket":
            if not await self._noted(asker, row, row.reads, subject, scope):
                await _refuse(scope, receive, send, _STORE_AWAY)
                return
            await self._app(scope, receive, send)
            return
        withheld = False

        async def sending(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start" and message["status"] < 400:
                what = _word(row, message)
                if not await self._noted(asker, row, what, subject, scope):
                    withheld = True
                    await _STORE_AWAY(scope, receive, send)
            if not withheld:
                await send(message)

        await self._app(scope, receive, sending)

    async def _noted(self, asker: Asker, row: Row, what: str, subject: str, scope: Scope) -> bool:
        """Whether the audit has it; what was changed meanwhile has its head kept, too."""
        changes = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD")
        changes = changes or row.signs_in
        if not what and not changes:
            return True
        detail = _detail(scope)
        try:
            await asyncio.to_thread(self._note, asker, what, subject, detail)
        except (SQLAlchemyError, OSError) as error:
            log.error("audit cannot be written", error=type(error).__name__)
            return not what
        return True

    def _note(self, asker: Asker, what: str, subject: str, detail: Mapping[str, str]) -> None:
        store, name = self._context.flow.store, asker.person.name
        if what:
            with store.transaction() as session:
                audit.append(
                    session,
                    actor=name,
                    what=what,
                    subject=subject,
                    detail=detail,
                    address=asker.address,
                )
        keep_head(self._context.settings, store)


async def admitted(connection: HTTPConnection) -> None:
    """Nothing, where the gate let this request through to this very route.

    Raises:
        NotAllowedError: It did not.
    """
    asker: Asker | None = connection.scope.get(ASKER)
    path = getattr(connection.scope.get("route"), "path", None)
    scope = connection.scope
    kind = "WS" if scope["type"] == "websocket" else scope["method"].replace("HEAD", "GET")
    if asker is None or asker.place not in (f"{kind} {API}{path}", f"{kind} {path}"):
        raise NotAllowedError("this address is open to nobody: a fault of ours")


def _refusal(person: Person, right: Right) -> Response | None:
    if right is Right.PUBLIC:
        return None
    if person is NOBODY:
        told = "sign in first: nobody is signed in, or the session has ended"
        return problem(401, "sign_in_needed", told, {"WWW-Authenticate": "Bearer"})
    if person.must_change and right is not Right.OWN_ACCOUNT:
        told = "the password is a first one: change it before anything else"
        return problem(403, "password_must_change", told)
    if not person.may(right):
        told = f"your roles do not include this: {right.value} {RIGHT_NAMES[right]}"
        return problem(403, NotAllowedError.code, told)
    return None


async def _refuse(scope: Scope, receive: Receive, send: Send, refusal: Response) -> None:
    if scope["type"] == "websocket":  # closed before it is accepted: HTTP 403
        await send({"type": "websocket.close", "code": 1008, "reason": "not_allowed"})
        return
    await refusal(scope, receive, send)


_STORE_AWAY = problem(503, "store_away", "the database does not answer now: try again")


def _token(scope: Scope) -> str:
    headers = Headers(scope=scope)
    kind, _, told = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return told.strip()
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _pattern(place: str, path: str) -> Pattern[str]:
    return compile_path(f"{path}/{{path:path}}" if place.startswith("MOUNT") else path)[0]


def _word(row: Row, started: Message) -> str:
    """The audit's word for an answer that begins so."""
    kind = Headers(raw=started["headers"]).get("content-type", "")
    return row.reads if "json" in kind or not row.exports else row.exports


def _detail(scope: Scope) -> dict[str, str]:
    asked = parse_qsl(scope.get("query_string", b"").decode("latin-1"))
    return {name: value[:100] if name in TOLD else "" for name, value in asked if len(name) < 40}
