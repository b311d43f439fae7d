"""Signing in and out, one's own password, and links that let a person in once.

An unknown name, a wrong password and a closed account get one answer, for the price of one hash.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, Field, SecretStr
from sqlmodel import Session

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.gate import COOKIE
from callcenter.api.me import Asking, Me
from callcenter.api.parting import SignedOut, parting
from callcenter.errors import BadInputError, NotSignedInError
from callcenter.people import accounts, audit, sessions, tries
from callcenter.people.accounts import Account
from callcenter.people.beginning import forget_first_password
from callcenter.people.passwords import MOST
from callcenter.people.reach import NOBODY, Person
from callcenter.people.roles import RIGHTS, ROLE_NAMES, Right, Role
from callcenter.people.sessions import SignedIn

COOKIE_HOURS = 400 * 24  # as long as browsers keep one; of a screen, whose session the server ends

router = APIRouter(prefix="/session", tags=["session"])

Secret = Annotated[SecretStr, Field(max_length=4 * MOST)]


class SignIn(BaseModel):
    """Name and password."""

    name: Annotated[str, Field(max_length=100)]
    password: Secret
    kind: Literal["cookie", "token"] = Field("cookie", description="token: for programs")


class EnterByCode(BaseModel):
    """The code of a link."""

    code: Annotated[str, Field(max_length=100)]


class NewCode(BaseModel):
    """Whom the code lets in."""

    account: str


class CodeShown(BaseModel):
    """A code, shown this once."""

    code: str
    ends_at: AwareDatetime


class NewPassword(BaseModel):
    """The password as it is, and as it is to be."""

    old: Secret
    new: Secret


class Signed(BaseModel):
    """Who is signed in, and what they may."""

    name: str
    display_name: str
    roles: tuple[Role, ...]
    role_names: tuple[str, ...]
    unit: str
    grid: str
    queues: tuple[str, ...]
    rights: tuple[Right, ...]
    must_change: bool
    acts_as: str
    password_characters: int  # that a new password must have
    token: str | None = None  # only where a program asked for one, and only this once


class Ended(SignedOut):
    """And how many sessions were ended."""

    ended: int


@router.post("", status_code=201, responses=errors(429))
async def sign_in(context: Context, request: Request, response: Response, given: SignIn) -> Signed:
    """Begin a session; 401 where name and password do not belong together, 429 after too many."""
    address = address_of(request)
    account = await _proved(context, given.name, given.password.get_secret_value(), address)
    token = await context.write(lambda session: _begin(session, context, account, address))
    if given.kind == "cookie":
        set_cookie(context, response, token, account.person)
    return _signed(context, account.person, token if given.kind == "token" else None)


@router.post("/code", status_code=201)
async def enter(
    context: Context, request: Request, response: Response, given: EnterByCode
) -> Signed:
    """Begin a session by the code of a link; it lets in once."""
    address = address_of(request)

    def run(session: Session) -> tuple[Account, str]:
        account = sessions.use_code(session, given.code)
        token = sessions.begin(session, account, context.lasting, how="code", address=address)
        audit.append(session, actor=account.name, what="signed_in_by_link", address=address)
        return account, token

    account, token = await context.write(run)
    set_cookie(context, response, token, account.person)
    return _signed(context, account.person)


@router.post("/codes", status_code=201)
async def new_code(context: Context, me: Asking, wanted: NewCode) -> CodeShown:
    """A code for a link that lets its reader in as this account; for programs on this machine."""

    def run(session: Session) -> tuple[str, datetime]:
        made = sessions.make_code(session, wanted.account)
        audit.append(session, actor=me.person.name, what="link_made", subject=wanted.account)
        return made

    code, ends_at = await context.write(run)
    return CodeShown(code=code, ends_at=ends_at)


@router.get("")
def who(context: Context, me: Asking) -> Signed:
    """Who is signed in; 401 where nobody is."""
    return _signed(context, me.person, acts_as=me.acting(None, me.person.roles))


@router.delete("")
async def sign_out(context: Context, me: Asking, request: Request, response: Response) -> SignedOut:
    """End this session; one begun at the site's provider is ended there by going to `go_to`."""
    ended = await context.write(lambda session: sessions.end(session, me.person.session))
    response.delete_cookie(COOKIE, path="/")
    return await parting(context, request, ended)


@router.delete("/all")
async def sign_out_everywhere(
    context: Context, me: Asking, request: Request, response: Response
) -> Ended:
    """End every session of this account, this one included."""

    def run(session: Session) -> tuple[SignedIn | None, int]:
        mine = sessions.end(session, me.person.session)
        others = sessions.end_all(session, me.person.name)
        audit.append(session, actor=me.person.name, what="signed_out_everywhere")
        return mine, others + (mine is not None)

    mine, ended = await context.write(run)
    response.delete_cookie(COOKIE, path="/")
    left = await parting(context, request, mine)
    return Ended(ended=ended, **left.model_dump())


@router.post("/password")
async def change_password(
    context: Context, request: Request, me: Asking, given: NewPassword
) -> Signed:
    """Another password; every other session of the account ends."""
    name, new = me.person.name, given.new.get_secret_value()
    if me.person.is_operator:
        raise BadInputError("a program has no password to change: sign in as the person")
    context.passwords.refuse(new, name)
    if new == given.old.get_secret_value():
        raise BadInputError("new password is the old one: choose another")
    await _proved(context, name, given.old.get_secret_value(), address_of(request))
    hashed = await asyncio.to_thread(context.passwords.hash, new)

    def run(session: Session) -> Person:
        changed = accounts.set_password(session, name, hashed, must_change=False, actor=name)
        sessions.end_all(session, name, but=me.person.session)
        return changed.person

    person = await context.write(run)
    await asyncio.to_thread(forget_first_password, context.settings, name)
    return _signed(context, person)


async def _proved(context: ApiContext, name: str, password: str, address: str) -> Account:
    """The account whose name and password these are; one hash, whoever it is.

    Raises:
        NotSignedInError: They do not belong together.
        TooManyTriesError: It is too soon after too many wrong ones.
    """
    limits = context.limits
    await context.write(lambda session: tries.begin(session, name, address, limits))
    account = await context.flow.look(lambda session: session.get(Account, name))
    kept = account.password if account and account.is_open else ""
    fits = await asyncio.to_thread(context.passwords.fits, password, kept)

    def settle(session: Session) -> None:
        if fits:
            tries.forgive(session, name, address)
        else:  # the name only where it is one: people type passwords into the wrong field
            known = account.name if account else ""
            audit.append(session, actor="", what="sign_in_failed", subject=known, address=address)

    await context.write(settle)
    if account is None or not fits:
        raise NotSignedInError("name and password do not belong together: check both")
    return account


def _begin(session: Session, context: ApiContext, account: Account, address: str) -> str:
    token = sessions.begin(session, account, context.lasting, how="password", address=address)
    audit.append(session, actor=account.name, what="signed_in", address=address)
    return token


def set_cookie(
    context: ApiContext, response: Response, token: str, person: Person = NOBODY
) -> None:
    """Let a page show the session's token from now on; the server says when it has ended."""
    hours = COOKIE_HOURS if person.is_screen else context.settings.session_hours
    response.set_cookie(
        COOKIE,
        token,
        max_age=hours * 3600,
        path="/",
        secure=context.settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )


def _signed(
    context: ApiContext, person: Person, token: str | None = None, acts_as: str = ""
) -> Signed:
    rights = {right for role in person.roles for right in RIGHTS[role]}
    return Signed(
        name=person.name,
        display_name=person.display_name,
        roles=person.roles,
        role_names=tuple(ROLE_NAMES[role] for role in person.roles),
        unit=person.unit,
        grid=person.grid,
        queues=tuple(sorted(person.queues)),
        rights=tuple(right for right in Right if right in rights),
        must_change=person.must_change,
        acts_as=acts_as or Me(person, Right.OWN_ACCOUNT).acting(None, person.roles),
        password_characters=context.settings.password_characters,
        token=token,
    )


def address_of(request: Request) -> str:
    """Where the asker is; "" where that is not known."""
    return request.client.host if request.client else ""
