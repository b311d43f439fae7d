"""Accounts for administrators: list, add, change, close, a new first password; who may what."""

import asyncio

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session

from callcenter.agents.queues import QUEUES
from callcenter.api.deps import ApiContext, Context
from callcenter.api.me import Asking
from callcenter.api.seats import QueueName
from callcenter.api.ticket_rights import MOVERS
from callcenter.errors import BadInputError, NotAllowedError
from callcenter.people import accounts, sessions, tries
from callcenter.people.accounts import Account, Given
from callcenter.people.passwords import generated
from callcenter.people.roles import GIVEN, RIGHT_NAMES, RIGHTS, ROLE_NAMES, Right, Role

router = APIRouter(tags=["accounts"])


class AccountShown(BaseModel):
    """An account; nothing of its password."""

    name: str
    display_name: str
    roles: tuple[Role, ...]
    unit: str
    grid: str
    queues: tuple[str, ...]
    is_open: bool
    has_password: bool
    must_change: bool
    made_at: AwareDatetime
    password_at: AwareDatetime | None


class AccountFields(BaseModel):
    """What an account is given; what is left out stays."""

    display_name: str | None = Field(None, examples=["李娜"])
    roles: tuple[Role, ...] | None = Field(None, examples=[["dispatcher"]])
    unit: str | None = Field(None, description="a handler's, by its code", examples=["U1002"])
    grid: str | None = Field(None, description="the beginning of cells' codes; empty: all")
    queues: tuple[QueueName, ...] | None = Field(None, description="that a supervisor supervises")


class NewAccount(AccountFields):
    """An account to be."""

    name: str = Field(examples=["li.na"])
    has_password: bool = Field(True, description="no: lets in by links only")


class AccountWithPassword(BaseModel):
    """The account and its first password, shown this once."""

    account: AccountShown
    password: str | None


class RightsShown(BaseModel):
    """Who may what: the table of roles, and that of moves."""

    roles: dict[Role, str]
    rights: dict[Right, str]
    may: dict[Role, tuple[Right, ...]]
    moves: dict[str, tuple[Role, ...]]


@router.get("/rights")
async def rights() -> RightsShown:
    """The tables that this centre goes by."""
    return RightsShown(
        roles={role: ROLE_NAMES[role] for role in GIVEN},
        rights=RIGHT_NAMES,
        may={role: tuple(r for r in Right if r in RIGHTS[role]) for role in GIVEN},
        moves=MOVERS,
    )


@router.get("/accounts")
def list_accounts(context: Context) -> list[AccountShown]:
    """Every account, closed ones included, by name."""
    with context.flow.store.reading() as session:
        return [_shown(account) for account in accounts.all_accounts(session)]


@router.post("/accounts", status_code=201)
async def add_account(context: Context, me: Asking, new: NewAccount) -> AccountWithPassword:
    """A new account; its first password must be changed at the first sign-in."""
    _refuse_unknown_unit(context, new.unit)
    password, hashed = await _first_password(context) if new.has_password else (None, "")
    given, actor = _given(new), me.person.name

    def run(session: Session) -> Account:
        return accounts.add(session, new.name, given, password=hashed, actor=actor)

    account = await context.write(run)
    return AccountWithPassword(account=_shown(account), password=password)


@router.patch("/accounts/{name}")
async def change_account(
    context: Context, me: Asking, name: str, fields: AccountFields
) -> AccountShown:
    """Other roles or another reach; those signed in have them at their next request."""
    _refuse_unknown_unit(context, fields.unit)
    given, actor = _given(fields), me.person.name
    return _shown(await context.write(lambda s: accounts.change(s, name, given, actor=actor)))


@router.post("/accounts/{name}/close", status_code=201)
async def close_account(context: Context, me: Asking, name: str) -> AccountShown:
    """Nobody signs in with it any more; its sessions end now."""

    def run(session: Session) -> Account:
        closed = accounts.close(session, name, actor=me.person.name)
        sessions.end_all(session, name)
        return closed

    return _shown(await context.write(run))


@router.post("/accounts/{name}/password", status_code=201)
async def renew_password(context: Context, me: Asking, name: str) -> AccountWithPassword:
    """A new first password, for whoever forgot theirs; sessions end, and waiting does."""
    if name == me.person.name:
        raise NotAllowedError("change your own password with POST /api/v1/session/password")
    password, hashed = await _first_password(context)

    def run(session: Session) -> Account:
        actor = me.person.name
        account = accounts.set_password(session, name, hashed, must_change=True, actor=actor)
        sessions.end_all(session, name)
        tries.forget(session, name)
        return account

    account = await context.write(run)
    return AccountWithPassword(account=_shown(account), password=password)


async def _first_password(context: ApiContext) -> tuple[str, str]:
    password = generated()
    return password, await asyncio.to_thread(context.passwords.hash, password)


def _refuse_unknown_unit(context: ApiContext, unit: str | None) -> None:
    if unit and unit not in context.units():
        raise BadInputError("unit is not known: choose one of GET /api/v1/names")


def _given(fields: AccountFields) -> Given:
    return Given(**fields.model_dump(include=set(AccountFields.model_fields)))


def _shown(account: Account) -> AccountShown:
    person = account.person
    return AccountShown(
        roles=person.roles,
        queues=tuple(queue for queue in QUEUES if queue in person.queues),
        has_password=bool(account.password),
        **account.model_dump(include=set(AccountShown.model_fields) - {"roles", "queues"}),
    )
