"""Signing in by OpenID Connect: to the provider, and back with its code."""

import base64
import re
from dataclasses import replace
from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from sqlmodel import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.parting import site_of
from callcenter.api.problems import STATUS
from callcenter.api.session import address_of, set_cookie
from callcenter.errors import CallCenterError, NotFoundError
from callcenter.people import audit, sessions, sign_on, tries
from callcenter.people.openid import Proven, Provider, SignOnRefusedError, Waiting
from callcenter.people.sign_on import SignOn
from callcenter.people.tries import TooManyTriesError

router = APIRouter(prefix="/session/openid", tags=["session"])

PLACE: Final = "/api/v1/session/openid"
COOKIE: Final = "callcenter_openid"
MINUTES: Final = 10  # that a person may take at the provider
OWN_PAGE: Final = r"^/(console/[!-\[\]-~]*)?([?#][!-\[\]-~]*)?$"  # no host, no other site
Told = Annotated[str, Query(max_length=4096)]

REASONS: Final = {
    "no_role": "统一认证已确认您的身份,但没有为您分配本系统的角色,请联系系统管理员。",
    "account_closed": "您的账号已停用,请联系系统管理员。",
    "provider_away": "统一认证平台暂时无法使用,请稍后再试,或用本地账号登录。",
    "openid_refused": "统一认证没有成功,请重新登录。",
    "too_many_tries": "登录失败次数过多,请稍后再试。",
    "not_found": "本系统没有启用统一认证,请用本地账号登录。",
}


@router.get("", status_code=303, response_class=RedirectResponse, responses=errors(404))
async def to_provider(
    context: Context,
    request: Request,
    next_page: Annotated[
        str, Query(alias="next", max_length=500, pattern=OWN_PAGE, description="a page of ours")
    ] = "/",
) -> Response:
    """Send a browser to the provider of OpenID Connect; 404 where this site has none."""
    try:
        provider, _ = _set_up(context)
        waiting = Waiting.begin(next_page)
        address = await provider.address(waiting, _return_url(context, request))
    except CallCenterError as error:
        return _refusal(request, error)
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(waiting.model_dump_json().encode()).decode(),
        max_age=MINUTES * 60,
        path=PLACE,
        secure=context.settings.cookie_secure,
        httponly=True,
        samesite="lax",  # comes back from another site
    )
    return answer


@router.get("/return", status_code=303, response_class=RedirectResponse, responses=errors(404))
async def from_provider(
    context: Context,
    request: Request,
    code: Told = "",
    state: Told = "",
    iss: Told = "",
    error: Told = "",
) -> Response:
    """Begin a session for whom the provider sends back, and go on to the page asked for."""
    try:
        provider, table = _set_up(context)
        waiting, proven = await _proved(context, provider, request, code, state, iss, error)
        token = await _entered(context, provider, table, proven, address_of(request))
    except CallCenterError as fault:
        answer = _refusal(request, fault)
    else:
        answer = RedirectResponse(waiting.next, 303)
        set_cookie(context, answer, token)
    answer.delete_cookie(COOKIE, path=PLACE)
    return answer


async def _proved(
    context: ApiContext,
    provider: Provider,
    request: Request,
    code: str,
    state: str,
    iss: str,
    error: str,
) -> tuple[Waiting, Proven]:
    """What this browser waited with, and what the provider says of its person.

    Raises:
        SignOnRefusedError: It proves nobody.
        ProviderAwayError: The provider does not answer.
        TooManyTriesError: It is too soon after too many wrong ones.
    """
    address = address_of(request)
    limits = replace(context.limits, per_name=context.limits.per_address)
    await context.write(lambda session: tries.begin(session, _try(address), address, limits))
    try:
        waiting = _waiting(request)
        waiting.require(state)
        if error or not code:
            raise SignOnRefusedError("the provider let nobody in: begin again")
        if iss and iss != provider.issuer:
            raise SignOnRefusedError("another provider answered: begin again")
        return waiting, await provider.proven(waiting, code, _return_url(context, request))
    except CallCenterError as fault:
        await _put_down(context, "", fault.code, address)
        raise


async def _entered(
    context: ApiContext, provider: Provider, table: SignOn, proven: Proven, address: str
) -> str:
    """The token of a new session. Raises: NoRoleError, AccountClosedError."""

    def run(session: Session) -> str:
        account = sign_on.enter(session, provider.issuer, proven.claims, table)
        tries.forgive(session, _try(address), address)
        token = sessions.begin(
            session,
            account,
            context.lasting,
            how="openid",
            address=address,
            id_token=proven.id_token,
        )
        audit.append(session, actor=account.name, what="signed_in_by_openid", address=address)
        return token

    try:
        return await context.write(run)
    except CallCenterError as fault:
        subject = sign_on.subject_of(provider.issuer, proven.claims)
        await _put_down(context, subject, fault.code, address)
        raise


async def _put_down(context: ApiContext, subject: str, why: str, address: str) -> None:
    await context.write(lambda session: sign_on.refuse(session, subject, why, address))


def _try(address: str) -> str:
    return f"openid {address}"


def _set_up(context: ApiContext) -> tuple[Provider, SignOn]:
    if context.provider is None or context.sign_on is None:
        raise NotFoundError("this site has no sign-in by OpenID Connect: use a local account")
    return context.provider, context.sign_on


def _waiting(request: Request) -> Waiting:
    """What the browser kept; nobody but it can have changed it, and it is looked at again."""
    try:
        kept = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        waiting = Waiting.model_validate_json(kept)
    except (ValueError, ValidationError) as error:
        raise SignOnRefusedError(
            "this sign-in was not begun in this browser, or too long ago: begin again"
        ) from error
    if not re.fullmatch(OWN_PAGE, waiting.next):
        raise SignOnRefusedError("the page asked for is not ours: begin again")
    return waiting


def _return_url(context: ApiContext, request: Request) -> str:
    """Where the provider sends people back; the guard knows the Host."""
    return context.settings.openid_return_url or f"{site_of(context, request)}{PLACE}/return"


def _refusal(request: Request, error: CallCenterError) -> Response:
    """A page for people; raised on, a problem, for programs."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    status = next(STATUS[kind] for kind in type(error).mro() if kind in STATUS)
    later = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyTriesError) else None
    reason = REASONS.get(error.code, "登录没有成功,请重新登录。")
    return HTMLResponse(_PAGE.format(reason=reason, told=escape(error.message)), status, later)


_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>登录没有成功</title>
<meta name="viewport" content="width=device-width">
<h1>登录没有成功</h1>
<p role="alert">{reason}</p>
<p lang="en">{told}</p>
<p><a href="/">实时看板</a> · <a href="/console/">热线工作台</a></p>
</html>
"""
