"""The demo's watcher: an account without a password, let in by a link that serves once."""

import asyncio
from typing import Final

from sqlmodel import Session

from callcenter.agents.queues import QUEUES
from callcenter.people import accounts, audit, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.settings import Settings
from callcenter.store import Store

WATCHER: Final = "demo"


async def watcher_link(settings: Settings) -> str:
    """The page's address with a code that signs the watcher in, once, within minutes."""
    code = await asyncio.to_thread(_code, settings)
    return f"http://{settings.bind_host}:{settings.http_port}/#enter={code}"


def _code(settings: Settings) -> str:
    store = Store(settings.database)
    try:
        with store.transaction() as session:
            return _made(session)
    finally:
        store.close()


def _made(session: Session) -> str:
    if session.get(Account, WATCHER) is None:
        given = Given("演示观众", roles=(Role.SUPERVISOR,), queues=tuple(QUEUES))
        accounts.add(session, WATCHER, given, password="", actor="demo")
    code, _ = sessions.make_code(session, WATCHER)
    audit.append(session, actor="demo", what="link_made", subject=WATCHER)
    return code
