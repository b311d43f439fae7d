"""Which ports there are at this site, and the two roles that send through them."""

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import httpx

from callcenter.errors import CannotStartError
from callcenter.flow import Flow
from callcenter.pipeline import Site
from callcenter.roles import phone_notices
from callcenter.roles.notices import NoticesRole
from callcenter.settings import Settings
from callcenter.tickets.notices.book import NoticeBook
from callcenter.tickets.notices.http_ports import SmsGateway, Webhook
from callcenter.tickets.notices.mail import MailServer
from callcenter.tickets.notices.occasions import PortKind
from callcenter.tickets.notices.ports import Port

WRITTEN = frozenset({PortKind.SMS, PortKind.EMAIL, PortKind.WEBHOOK})
SPOKEN = frozenset({PortKind.PHONE})
SHORTEST_SECRET = 24  # characters; Standard Webhooks asks for 24 bytes


async def written_notices(
    flow: Flow[Site], stack: contextlib.AsyncExitStack
) -> Callable[[], Coroutine[Any, Any, None]]:
    """Runs SMS, e-mail and webhooks.

    Raises:
        CannotStartError: A port lacks its secret.
    """
    settings, book = flow.site.settings, flow.site.notices
    client = await stack.enter_async_context(httpx.AsyncClient(follow_redirects=False))
    return NoticesRole(flow, WRITTEN, written_ports(settings, book, client)).run


def spoken_notices(flow: Flow[Site]) -> Callable[[], Coroutine[Any, Any, None]]:
    """Runs the robot's telephone."""
    port = phone_notices.RobotCaller(flow.site.settings)
    ports: list[Port] = [port] if flow.site.notices.port.phone else []
    lease, at_once = phone_notices.LEASE, phone_notices.AT_ONCE
    return NoticesRole(flow, SPOKEN, ports, at_once=at_once, lease=lease).run


def written_ports(settings: Settings, book: NoticeBook, client: httpx.AsyncClient) -> list[Port]:
    """The ports that notices.toml has and these settings have the secrets of.

    Raises:
        CannotStartError: A secret is missing or too short.
    """
    ports: list[Port] = []
    if book.port.sms:
        if book.port.sms.wants_secret and not settings.notice_sms_secret:
            raise CannotStartError(_missing("SMS_SECRET", "[port.sms] names {secret}"))
        ports.append(SmsGateway(book.port.sms, settings.notice_sms_secret, client))
    if book.port.email:
        if book.port.email.user and not settings.notice_email_password:
            raise CannotStartError(_missing("EMAIL_PASSWORD", "[port.email] names a user"))
        ports.append(MailServer(book.port.email, settings.notice_email_password))
    if book.port.webhook:
        if len(settings.notice_webhook_secret) < SHORTEST_SECRET:
            told = f"[port.webhook] signs with {SHORTEST_SECRET} characters or more"
            raise CannotStartError(_missing("WEBHOOK_SECRET", told))
        ports.append(Webhook(book.port.webhook, settings.notice_webhook_secret, client))
    return ports


def _missing(name: str, because: str) -> str:
    return f"CALLCENTER_NOTICE_{name} is missing or too short: {because}. See docs/notices.md."
