"""What the routers are given: one context per application, and no global state."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from fastapi import Path as InPath
from pydantic import BaseModel
from sqlalchemy import ColumnElement
from sqlmodel import Session
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from callcenter.agents.desk import Desk
from callcenter.agents.switch import Switch
from callcenter.ami.passwords import operator_token
from callcenter.api.feed import Feed
from callcenter.api.phone.pages import Phones
from callcenter.api.public.figures import OpenFigures
from callcenter.classify.words import cutter, language
from callcenter.errors import CannotStartError
from callcenter.facts import DuplicateOffer
from callcenter.flow import Flow
from callcenter.people import sessions
from callcenter.people.openid import Provider
from callcenter.people.passwords import Passwords
from callcenter.people.reach import Person
from callcenter.people.sessions import Lasting
from callcenter.people.sign_on import SignOn, read_sign_on
from callcenter.people.tries import Limits
from callcenter.settings import Settings
from callcenter.tickets.clocks import Clocks, default_clocks
from callcenter.tickets.dispatch import DispatchTable, Unit
from callcenter.tickets.duplicates.wording import Wording
from callcenter.tickets.exchange.partners import Partners
from callcenter.tickets.ticket import Ticket

T = TypeVar("T")
_CONTEXT = "callcenter.context"  # in a request's scope


class ProcessHealth(BaseModel):
    """What the process says of itself; `model` None: this process recognises no speech."""

    model: str | None = None
    model_is_demo: bool = False  # synthetic voices only: the page warns


@dataclass
class ApiContext:
    """Everything the API needs, made by the composition root.

    Args:
        settings: The site's.
        flow: Carries commands; its store and bus are read from.
        switch: Carries commands to Asterisk; without a link they answer 503.
        desk: Carries commands about seats, agents and queues; this process's only one.
        health: Asked at every GET /health; gives the fields of `ProcessHealth`.
        items: Code to name of the information items that a person may choose.
        units: Gives the units that handle tickets, by their codes; asked each time.
        county_dir: Gives the folder of the county in force; asked each time.
        table: Gives who takes what, of the county in force; None: this site dispatches nothing.
        clocks: Gives how long what may take, of the county in force.
        duplicates: Gives tickets that may be the same matter as one, of those that fit a condition;
            None: this site compares none.
        partners: Gives with whom cases are exchanged.
        silent: Gives the county's names that say nothing to the rules.
        words: Gives how texts are cut and their words weighed; None: by jieba's dictionary alone.
        hosts: Names beside the usual loopback ones under which the site may be opened.
    """

    settings: Settings
    flow: Flow[Any]
    switch: Switch
    desk: Desk
    health: Callable[[], Mapping[str, object]] = dict
    items: Mapping[str, str] = field(default_factory=dict)
    units: Callable[[], Mapping[str, Unit]] = dict
    county_dir: Callable[[], Path] | None = None  # None: the setting's
    table: Callable[[], DispatchTable] | None = None
    clocks: Callable[[], Clocks] = default_clocks
    duplicates: Callable[[Session, Ticket, ColumnElement[bool]], list[DuplicateOffer]] | None = None
    partners: Callable[[], Partners] = Partners
    silent: Callable[[], frozenset[str]] = frozenset
    words: Callable[[], Wording] | None = None
    hosts: frozenset[str] = frozenset()
    phones: Phones = field(default_factory=Phones)
    open_figures: OpenFigures = field(default_factory=OpenFigures)
    feed: Feed = field(init=False)

    def __post_init__(self) -> None:
        self.feed = Feed(self.flow.store, self.flow.bus)
        _ = self.grid  # a county that cannot be read ends the start, not the first page
        _ = self.sign_on  # so does a table of who may sign in

    @property
    def grid(self) -> bytes:
        """The grid in force, GeoJSON; a version's file never changes."""
        folder = self.county_dir() if self.county_dir else self.settings.county_dir
        return _read_grid(folder / "grid.geojson")

    @property
    def wording(self) -> Wording:
        """How texts are cut into words, and what each weighs."""
        return self.words() if self.words else self._plain_wording

    @cached_property
    def _plain_wording(self) -> Wording:
        return Wording(cutter(()), language().share)

    @cached_property
    def operator_token(self) -> str:
        """What our own programs show; made at first need."""
        return operator_token(self.settings)

    @cached_property
    def passwords(self) -> Passwords:
        """Hashes and checks passwords."""
        return Passwords(least=self.settings.password_characters)

    @cached_property
    def provider(self) -> Provider | None:
        """Where people sign in by OpenID Connect; None: this site has local accounts only."""
        return Provider.of(self.settings) if self.settings.openid_issuer else None

    @cached_property
    def sign_on(self) -> SignOn | None:
        """What the provider's words give; None where there is no provider.

        Raises:
            CannotStartError: The file cannot be used.
        """
        return read_sign_on(self.settings.sign_on_file) if self.provider else None

    @property
    def lasting(self) -> Lasting:
        """How long sessions last."""
        idle = timedelta(minutes=self.settings.session_idle_minutes)
        return Lasting(idle, timedelta(hours=self.settings.session_hours))

    @property
    def limits(self) -> Limits:
        """When wrong passwords make wait."""
        settings = self.settings
        wait = timedelta(seconds=settings.sign_in_wait_seconds)
        return Limits(settings.sign_in_tries, settings.sign_in_tries_per_address, wait)

    def holder(self, hashed: str) -> Person | None:
        """Who holds the session of this hash, which is used by that; None where it has ended."""
        with self.flow.store.reading() as session:
            found = sessions.of_hash(session, hashed, self.lasting)
        if found is None:
            return None
        person, is_due = found
        if is_due:
            with self.flow.store.transaction() as session:
                lasts = self.lasting.whole if person.is_screen else None
                sessions.touch(session, hashed, lasts=lasts)
        return person

    async def write(self, run: Callable[[Session], T]) -> T:
        """What `run` gives, its changes kept in one transaction. Raises: as `run`."""

        def keep() -> T:
            with self.flow.store.transaction() as session:
                return run(session)

        return await asyncio.to_thread(keep)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Names that a Host header may carry; any other is DNS rebinding or a mistake."""
        return self.hosts | {"127.0.0.1", "localhost", "[::1]", self.settings.bind_host}


def context_of(connection: HTTPConnection) -> ApiContext:
    """The context of the application that answers this request."""
    context: ApiContext = connection.scope[_CONTEXT]
    return context


class Within:
    """ASGI: tells routes, which several applications may share, whose context answers."""

    def __init__(self, app: ASGIApp, context: ApiContext) -> None:
        self._app, self._context = app, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        await self._app({**scope, _CONTEXT: self._context}, receive, send)


Context = Annotated[ApiContext, Depends(context_of)]
RowNumber = Annotated[int, InPath(ge=1, le=2**31 - 1)]  # larger ones no database here takes


@lru_cache(maxsize=2)
def _read_grid(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotStartError(
            f"CALLCENTER_COUNTY_DIR: {path} cannot be read ({type(error).__name__}): "
            "name a folder that holds the county's grid.geojson"
        ) from error
