"""Signing out where the session was begun at the site's provider of OpenID Connect.

Decision: docs/decisions/0073-signing-out-goes-on-at-the-provider.md.
"""

import httpx
from fastapi import Request
from pydantic import BaseModel

from callcenter.api.deps import ApiContext
from callcenter.people.openid import ProviderAwayError
from callcenter.people.sessions import SignedIn


class SignedOut(BaseModel):
    """The session here has ended; where it was begun at the site's provider, what is left to do.

    Args:
        go_to: Where a browser ends the provider's session, too, and comes back from.
        provider_goes_on: The provider keeps its session: it names no such place, or is away.
    """

    go_to: str | None = None
    provider_goes_on: bool = False


async def parting(context: ApiContext, request: Request, ended: SignedIn | None) -> SignedOut:
    """What is left to do at the provider, once the session here is over."""
    if ended is None or ended.how != "openid" or context.provider is None:
        return SignedOut()
    try:
        go_to = await context.provider.parting(ended.id_token, _return_url(context, request))
    except ProviderAwayError:
        return SignedOut(provider_goes_on=True)
    return SignedOut(go_to=go_to, provider_goes_on=go_to is None)


def _return_url(context: ApiContext, request: Request) -> str:
    """Our page that the provider sends back to after a sign-out; registered there."""
    given = httpx.URL(context.settings.openid_return_url)
    site = f"{given.scheme}://{given.netloc.decode()}" if given.host else site_of(context, request)
    return f"{site}/console/"


def site_of(context: ApiContext, request: Request) -> str:
    """The address this page was asked for at, without a path; the guard knows the Host."""
    scheme = "https" if context.settings.cookie_secure else "http"
    return f"{scheme}://{request.headers['host']}"
