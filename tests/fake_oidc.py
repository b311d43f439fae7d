"""A provider of OpenID Connect on a free port, as strict as a real one; its key is made here."""

import asyncio
import base64
import hashlib
import secrets
import time
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callcenter.api.web import listen, serve
from tests.servers import free_port

CLIENT, SECRET = "callcenter", "a secret: with a colon"


class FakeProvider:
    """Signs in whoever comes, as the person it is set to; `stop` takes it away.

    Args:
        person: What it says of the person, `sub` included.
        wrong: What its ID tokens say otherwise than they should.
        state: Sent back in place of ours.
        signs_with: Its key; another one than it publishes where a test sets it.
        ends_at: Where sessions end; None where it has no such place.
        is_signed_in: Whether its own session of the person goes on.
    """

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "0001", "name": "李娜", "groups": ["seats"]}
        self.wrong: dict[str, Any] = {}
        self.state = ""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._published = ECKey.generate_key("P-256", {"kid": "1", "use": "sig"})
        self.signs_with = self._published
        self.ends_at: str | None = f"{self.url}/end"
        self.is_signed_in = False
        self._codes: dict[str, dict[str, str]] = {}

    async def __aenter__(self) -> Self:
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
            Route("/end", self._end),
        ]
        app = Starlette(routes=routes)
        self._task = asyncio.create_task(serve(app, listen("127.0.0.1", self.port)))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _discovery(self, _: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        told = {name: f"{self.url}/{path}" for name, path in places.items()}
        told |= {"end_session_endpoint": self.ends_at} if self.ends_at else {}
        return JSONResponse({"issuer": self.url, "jwks_uri": f"{self.url}/keys", **told})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.is_signed_in = True
        self._codes[code] = asked
        back = {"code": code, "state": self.state or asked["state"], "iss": self.url}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(str(form["code"]), None)  # once
        proof = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        given = base64.b64decode(request.headers["authorization"].partition(" ")[2]).decode()
        fits = asked and (asked["code_challenge"], asked["redirect_uri"]) == (
            challenge,
            form["redirect_uri"],
        )
        if not asked or not fits or given != f"{CLIENT}:{SECRET}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.person, **self.wrong}
        signed = jwt.encode({"alg": "ES256", "kid": "1"}, claims, self.signs_with)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._published.as_dict(private=False)]})

    async def _end(self, request: Request) -> Response:
        """Source: RP-Initiated Logout 1.0, section 2; without a hint it would ask the person."""
        asked = dict(request.query_params)
        told = jwt.decode(asked["id_token_hint"], self._published).claims
        assert (told["aud"], told["sub"]) == (asked["client_id"], self.person["sub"])
        assert asked["post_logout_redirect_uri"].endswith("/console/")
        self.is_signed_in = False
        return RedirectResponse(asked["post_logout_redirect_uri"], 302)
