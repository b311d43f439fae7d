"""OpenID Connect: a provider outside says who somebody is; the door to Authlib and joserfc.

    we --- state, nonce, hash of the verifier ---> provider (in the person's browser)
    we <-- state, code --------------------------- provider (in the person's browser)
    we --- code, verifier ----> provider --- ID token ---> signature, iss, aud, exp, nonce checked
    we --- ID token ----------------------------> provider (in the person's browser; signing out)

Nothing is kept here between the two steps: `Waiting` goes with the browser. What the provider
publishes is read anew for each sign-in, so that its new keys hold at once.
Source: OpenID Connect Core 1.0 sections 3.1 and 3.1.3.7, Discovery 1.0, RP-Initiated Logout 1.0;
RFC 7636 (PKCE); RFC 9207.
Decisions: docs/decisions/0051-people-may-sign-in-by-openid-connect.md,
docs/decisions/0073-signing-out-goes-on-at-the-provider.md.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx
import structlog
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, Field, SecretStr, ValidationError

from callcenter.errors import CallCenterError, NotSignedInError
from callcenter.settings import Settings

TIMEOUT: Final = httpx.Timeout(10.0)
PARTING_TIMEOUT: Final = httpx.Timeout(3.0)  # who signs out has left already, and need not wait
LONGEST_HINT = 4096  # characters of an ID token that go into an address
LEEWAY_SECONDS: Final = 60  # between the provider's clock and ours
ALGORITHMS: Final = (  # none whose key we share, and not "none"
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
    + ("ES256", "ES384", "ES512", "EdDSA", "Ed25519")
)

log = structlog.get_logger()


class ProviderAwayError(CallCenterError):
    """The provider does not answer, or not as OpenID Connect says (HTTP 503)."""

    code = "provider_away"


class SignOnRefusedError(NotSignedInError):
    """What came back from the provider does not prove who it is (HTTP 401)."""

    code = "openid_refused"


class Waiting(BaseModel):
    """What the browser keeps while its person is at the provider; all but `next` by chance.

    Args:
        state: Comes back with the person.
        nonce: Comes back in the ID token.
        verifier: Proves to the provider that who began is who ends.
        next: The page asked for, of our own.
    """

    state: str = Field(min_length=20, max_length=100)
    nonce: str = Field(min_length=20, max_length=100)
    verifier: str = Field(min_length=43, max_length=128)
    next: str

    @classmethod
    def begin(cls, next_page: str) -> Self:
        """A new one."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, next=next_page)

    def require(self, state: str) -> None:
        """Nothing, where this is what came back. Raises: SignOnRefusedError."""
        if not hmac.compare_digest(self.state.encode(), state.encode()):
            raise SignOnRefusedError("state is not the one that was sent: begin again")


class Published(BaseModel):
    """What we need of the provider's discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    end_session_endpoint: str | None = None


@dataclass(frozen=True)
class Proven:
    """Whom the provider sent back; the ID token where it can end a session by it."""

    claims: dict[str, Any]
    id_token: str | None


class Provider:
    """One provider, as it knows this site.

    Args:
        issuer: Its name, an address; the discovery document lies under it.
        client_id: Ours.
        client_secret: "" of a public client.
        scopes: With spaces between.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: SecretStr, scopes: str) -> None:
        self.issuer = issuer
        self._client_id, self._secret, self._scopes = client_id, client_secret, scopes

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The site's."""
        return cls(
            settings.openid_issuer,
            settings.openid_client_id,
            settings.openid_client_secret,
            settings.openid_scopes,
        )

    async def address(self, waiting: Waiting, return_url: str) -> str:
        """Where the person signs in. Raises: ProviderAwayError."""
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            published = await self._published(client)
        uri: str = prepare_grant_uri(
            published.authorization_endpoint,
            client_id=self._client_id,
            response_type="code",
            redirect_uri=return_url,
            scope=self._scopes,
            state=waiting.state,
            nonce=waiting.nonce,
            code_challenge=create_s256_code_challenge(waiting.verifier),
            code_challenge_method="S256",
        )
        return uri

    async def proven(self, waiting: Waiting, code: str, return_url: str) -> Proven:
        """What the provider says of who comes back with this code; `sub` is a text.

        Raises:
            ProviderAwayError: It does not answer.
            SignOnRefusedError: It does not take the code, or its ID token is not good.
        """
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            published = await self._published(client)
            token = await self._exchange(client, published, waiting, code, return_url)
            keys = _object(await _sent(client, client.build_request("GET", published.jwks_uri)))
        claims = self._checked(token, keys, waiting.nonce)
        is_kept = published.end_session_endpoint and len(token["id_token"]) <= LONGEST_HINT
        return Proven(claims, token["id_token"] if is_kept else None)

    async def parting(self, id_token: str | None, return_url: str) -> str | None:
        """Where the person ends the session at the provider; None where it names no such place.

        Args:
            id_token: Of the session that ended here; without one the provider asks the person.
            return_url: Where it sends the person afterwards, as it knows us.

        Raises:
            ProviderAwayError: It does not answer.
        """
        async with httpx.AsyncClient(timeout=PARTING_TIMEOUT) as client:
            published = await self._published(client)
        if published.end_session_endpoint is None:
            return None
        told = {"client_id": self._client_id, "post_logout_redirect_uri": return_url}
        hint = {"id_token_hint": id_token} if id_token else {}
        return str(httpx.URL(published.end_session_endpoint).copy_merge_params(told | hint))

    async def _published(self, client: httpx.AsyncClient) -> Published:
        place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = _object(await _sent(client, client.build_request("GET", place)))
        try:
            published = Published.model_validate(told)
        except ValidationError as error:
            raise _away("its discovery document lacks what is needed") from error
        if published.issuer != self.issuer:
            raise _away("its discovery document names another issuer")
        scheme = self.issuer.partition(":")[0]
        places = (published.authorization_endpoint, published.token_endpoint, published.jwks_uri)
        if scheme == "https" and not all(one.startswith("https://") for one in places):
            raise _away("its discovery document names an address without HTTPS")
        ways = ("https://",) if scheme == "https" else ("https://", "http://")
        if not (published.end_session_endpoint or "").startswith(ways):
            published.end_session_endpoint = None  # nobody is sent there; signing in goes on
        return published

    async def _exchange(
        self,
        client: httpx.AsyncClient,
        published: Published,
        waiting: Waiting,
        code: str,
        return_url: str,
    ) -> dict[str, Any]:
        """The token endpoint's answer."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_url,
            "code_verifier": waiting.verifier,
        }
        plain = client.build_request("POST", published.token_endpoint, data=form)
        how = _how(bool(self._secret.get_secret_value()), published)
        proof = ClientAuth(self._client_id, self._secret.get_secret_value(), how)
        headers = {"Content-Type": plain.headers["Content-Type"], "Accept": "application/json"}
        uri, headers, body = proof.prepare("POST", str(plain.url), headers, plain.content.decode())
        request = client.build_request("POST", uri, headers=headers, content=body)
        answer = await _sent(client, request, may_refuse=True)
        if answer.is_client_error:
            log.warning("provider does not take a code", status=answer.status_code)
            raise SignOnRefusedError("the provider does not take its own code: begin again")
        return _object(answer)

    def _checked(
        self, token: Mapping[str, Any], keys: Mapping[str, Any], nonce: str
    ) -> dict[str, Any]:
        expected = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
        }
        more = {
            "nonce": nonce,
            "client_id": self._client_id,
            "access_token": token.get("access_token"),
        }
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]  # checked by itself
            read = jwt.decode(token["id_token"], key_set, registry=registry)
            claims = CodeIDToken(read.claims, read.header, expected, more)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            fault = f"{type(error).__name__} {getattr(error, 'claim', None) or ''}".strip()
            log.warning("ID token refused", fault=fault)
            raise SignOnRefusedError(f"the ID token is not good ({fault}): begin again") from None
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise SignOnRefusedError("the ID token names nobody: ask who runs the provider")
        return dict(claims)


def _how(has_secret: bool, published: Published) -> str:
    """How we prove to the token endpoint who we are."""
    if not has_secret:
        return "none"
    known = published.token_endpoint_auth_methods_supported
    post_only = "client_secret_post" in known and "client_secret_basic" not in known
    return "client_secret_post" if post_only else "client_secret_basic"


async def _sent(
    client: httpx.AsyncClient, request: httpx.Request, may_refuse: bool = False
) -> httpx.Response:
    try:
        answer = await client.send(request)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _away(f"it does not answer ({type(error).__name__})") from error
    if not answer.is_success and not (may_refuse and answer.is_client_error):
        raise _away(f"it answers {answer.status_code}")
    return answer


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError as error:
        raise _away("its answer is no JSON") from error
    if not isinstance(told, dict):
        raise _away("its answer is no JSON object")
    return told


def _away(fault: str) -> ProviderAwayError:
    log.warning("OpenID provider is of no use now", fault=fault)
    return ProviderAwayError(
        f"the sign-in provider is of no use now: {fault}; use a local account, or try later"
    )
