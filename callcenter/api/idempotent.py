"""A POST that is sent again with its `Idempotency-Key` gets the first answer and changes nothing.

The key counts for 24 hours, for one route and one person, who may have signed in anew meanwhile.
With another body it is refused (422); while the first request is under way, or where it never
ended, it is refused too (409): nobody can then know whether it was carried out, so the caller looks
first. While it may still be under way, `Retry-After` says when to ask again. An answer of ours that
means "try again" (5xx) is not kept. Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.api.gate import ASKER, Asker
from callcenter.api.problems import problem
from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.store import Store, UtcDateTime, insert_new

KEPT = timedelta(hours=24)
LONGEST_KEY = 200
UNDER_WAY = timedelta(seconds=60)  # the first request may not have ended yet
AGAIN_SECONDS = 5
SECRET = ("/api/v1/session", "/api/v1/accounts")  # their answers hold secrets: never kept
MOST_BYTES = 21 * 1024 * 1024  # of a body; a little more than the largest attachment


class KeptAnswer(SQLModel, table=True):
    """The first answer to a key; `status` 0: not answered yet."""

    scope: str = Field(primary_key=True)  # hash of route, key and caller
    body_sha256: str
    status: int = 0
    content_type: str = ""
    body: str = ""  # JSON, as all of our answers to a POST
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Idempotent:
    """ASGI middleware; looks only at POSTs with the header."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app, self._store = app, store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what was kept, or let the application answer and keep it."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] != "POST" or scope["path"].startswith(SECRET):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None or not 0 < len(key) <= LONGEST_KEY:
            told = (
                f"Idempotency-Key must have 1 to {LONGEST_KEY} characters, the body 21 MB at most"
            )
            await problem(422, BadInputError.code, told)(scope, receive, send)
            return
        name, digest = _name(scope, key), hashlib.sha256(body).hexdigest()
        kept = await run_in_threadpool(self._begin, name, digest)
        if kept is None:
            await self._app(scope, _again(body, receive), _Keeping(self._store, name, send))
        else:
            await _answer(kept, digest, scope, receive, send)

    def _begin(self, name: str, digest: str) -> KeptAnswer | None:
        """The answer kept under this name; None where this is the first request."""
        now = datetime.now(UTC)
        row = {"scope": name, "body_sha256": digest, "status": 0, "content_type": "", "body": ""}
        with self._store.transaction() as session:
            session.exec(delete(KeptAnswer).where(col(KeptAnswer.at) < now - KEPT))
            if insert_new(session, KeptAnswer, row | {"at": now}):
                return None
            return session.get(KeptAnswer, name)


class _Keeping:
    """Sends an answer on and keeps it, before its last byte leaves."""

    def __init__(self, store: Store, name: str, send: Send) -> None:
        self._store, self._name, self._send = store, name, send
        self._status, self._type, self._body = 500, "", b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._type = Headers(raw=message["headers"]).get("content-type", "")
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await run_in_threadpool(self._keep)
        await self._send(message)

    def _keep(self) -> None:
        with self._store.transaction() as session:
            kept = _locked(session, self._name)
            if kept is None:
                return
            if self._status >= 500:
                session.delete(kept)
                return
            kept.status, kept.content_type, kept.body = (
                self._status,
                self._type,
                self._body.decode(),
            )
            session.add(kept)


def _locked(session: Session, name: str) -> KeptAnswer | None:
    return session.get(KeptAnswer, name, with_for_update=True)


async def _answer(
    kept: KeptAnswer, digest: str, scope: Scope, receive: Receive, send: Send
) -> None:
    if kept.body_sha256 != digest:
        told = "Idempotency-Key was used with another body: choose a new key for a new request"
        await problem(422, BadInputError.code, told)(scope, receive, send)
    elif kept.status == 0:
        told = "the first request with this Idempotency-Key has not ended: look whether it was done"
        is_new = datetime.now(UTC) - kept.at < UNDER_WAY
        later = {"Retry-After": str(AGAIN_SECONDS)} if is_new else None
        await problem(409, ImpossibleMoveError.code, told, later)(scope, receive, send)
    else:
        headers = [(b"content-type", kept.content_type.encode()), (b"idempotent-replayed", b"true")]
        await send({"type": "http.response.start", "status": kept.status, "headers": headers})
        await send({"type": "http.response.body", "body": kept.body.encode()})


def _name(scope: Scope, key: str) -> str:
    """Two callers with one key are apart, and so are two routes."""
    headers = Headers(scope=scope)
    asker: Asker | None = scope.get(ASKER)
    caller = (headers.get("authorization", ""), headers.get("cookie", ""))
    if asker and asker.person.name:  # another session of the same person is the same caller
        caller = ("person", asker.person.name)
    asked = (scope["path"], scope["query_string"].decode("latin-1"))
    return hashlib.sha256("\0".join((*asked, key, *caller)).encode()).hexdigest()


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large or the client left."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, for the application; then whatever comes."""
    told = False

    async def _receive() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return _receive
