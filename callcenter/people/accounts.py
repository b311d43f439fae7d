"""Accounts: who may sign in, as what, for which unit, part of the grid and queues.

Every change is a line of the audit, in the transaction that makes it. Names are never given to
another person: a closed account stays, so that what was done under it can still be told.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Field, Session, SQLModel, col, func, select

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.people import audit
from callcenter.people.reach import Person
from callcenter.people.roles import GIVEN, Role
from callcenter.store import UtcDateTime

FIRST = "admin"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,23}")
_UNIT = re.compile(r"[A-Za-z0-9]{1,20}")
_GRID = re.compile(r"\d{0,15}")


class Account(SQLModel, table=True):
    """One person who may sign in, or could once."""

    name: str = Field(primary_key=True)
    display_name: str
    roles: str  # joined by commas, the one they act in first
    unit: str = ""
    grid: str = ""  # prefix of the cells it is for; "" the whole county
    queues: str = ""  # supervised, joined by commas
    password: str = ""  # argon2's encoded hash; "": none, signs in by other means
    must_change: bool = False  # somebody else has seen the password
    is_open: bool = True
    made_at: datetime = Field(sa_type=UtcDateTime)
    password_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # "ISSUER SUB" of one who signs in by OpenID Connect; None of a local account
    subject: str | None = Field(default=None, unique=True)

    @property
    def person(self) -> Person:
        """Who it is."""
        roles = tuple(Role(role) for role in self.roles.split(",") if role)
        queues = frozenset(queue for queue in self.queues.split(",") if queue)
        return Person(
            self.name, self.display_name, roles, self.unit, self.grid, queues, self.must_change
        )


@dataclass(frozen=True)
class Given:
    """What an account is given; None leaves it as it is."""

    display_name: str | None = None
    roles: Sequence[Role] | None = None
    unit: str | None = None
    grid: str | None = None
    queues: Sequence[str] | None = None


def add(
    session: Session,
    name: str,
    given: Given,
    *,
    password: str,
    actor: str,
    subject: str | None = None,
) -> Account:
    """A new account; its first password must be changed at the first sign-in.

    Args:
        session: A writing session.
        name: What they sign in with.
        given: At least one role.
        password: The first one's argon2 hash, "" for none.
        actor: Who makes it.
        subject: Whom a provider of OpenID Connect vouches for.

    Raises:
        ImpossibleMoveError: The name is taken, by an open account or a closed one.
        BadInputError: A field is wrong.
    """
    if not NAME.fullmatch(name):
        raise BadInputError(
            "name is none: write up to 24 of a-z, 0-9, dot, dash, underscore, such as li.na"
        )
    if session.get(Account, name):
        raise ImpossibleMoveError(f"account {name} exists: choose another name, or change it")
    now = datetime.now(UTC)
    account = Account(
        name=name,
        display_name=name,
        roles="",
        password=password,
        must_change=bool(password),
        made_at=now,
        password_at=now if password else None,
        subject=subject,
    )
    _give(account, given)
    session.add(account)
    _note(session, "account_added", account, actor)
    return account


def change(session: Session, name: str, given: Given, *, actor: str) -> Account:
    """Other roles or another reach; those signed in have them at their next request.

    Raises:
        NotFoundError: There is no such open account.
        ImpossibleMoveError: It is the last administrator.
        BadInputError: A field is wrong.
    """
    account = opened(session, name)
    _give(account, given)
    session.add(account)
    _keep_an_administrator(session)
    _note(session, "account_changed", account, actor)
    return account


def renew(session: Session, account: Account, given: Given) -> None:
    """As the provider says now, whoever is left to administrate; a line only where it differs.

    Raises:
        BadInputError: A field is wrong.
    """
    before = account.model_dump()
    _give(account, given)
    _renewed(session, account, before)


def take_roles(session: Session, account: Account) -> None:
    """The provider gives this account nothing any more. Sessions are ended by `end_all`."""
    before = account.model_dump()
    account.roles = ""
    _renewed(session, account, before)


def of_subject(session: Session, subject: str) -> Account | None:
    """Whom the provider means, open or closed, kept from everybody else; None: nobody yet."""
    query = select(Account).where(Account.subject == subject).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def close(session: Session, name: str, *, actor: str) -> Account:
    """Nobody signs in with it any more. Sessions are ended by `sessions.end_all`.

    Raises:
        NotFoundError: There is no such open account.
        ImpossibleMoveError: It is the last administrator.
    """
    account = opened(session, name)
    account.is_open, account.password = False, ""
    session.add(account)
    _keep_an_administrator(session)
    _note(session, "account_closed", account, actor)
    return account


def set_password(
    session: Session, name: str, password: str, *, must_change: bool, actor: str
) -> Account:
    """Another password, by its argon2 hash. Raises: NotFoundError."""
    account = opened(session, name)
    account.password, account.must_change = password, must_change
    account.password_at = datetime.now(UTC)
    session.add(account)
    audit.append(session, actor=actor, what="password_set", subject=name)
    return account


def opened(session: Session, name: str) -> Account:
    """The open account, kept from everybody else until the session ends. Raises: NotFoundError."""
    query = select(Account).where(Account.name == name).with_for_update()
    account = session.exec(query.execution_options(populate_existing=True)).first()
    if account is None or not account.is_open:
        raise NotFoundError(f"account {name!r} is not known: list the accounts")
    return account


def all_accounts(session: Session) -> list[Account]:
    """Every account, closed ones included, by name."""
    return list(session.exec(select(Account).order_by(col(Account.name))))


def first(session: Session, password: str) -> Account | None:
    """The administrator of a centre that has no account at all; None where there is one.

    Args:
        session: A writing session; processes that start at once make one account.
        password: Its hash.
    """
    audit.lock(session)
    if session.exec(select(func.count()).select_from(Account)).one():
        return None
    given = Given(display_name="系统管理员", roles=(Role.ADMINISTRATOR,))
    return add(session, FIRST, given, password=password, actor="system")


def _give(account: Account, given: Given) -> None:
    if given.display_name is not None:
        account.display_name = _shown(given.display_name)
    if given.roles is not None:
        account.roles = ",".join(_roles(given.roles))
    if given.unit is not None:
        account.unit = given.unit
    if given.grid is not None:
        account.grid = given.grid
    if given.queues is not None:
        account.queues = ",".join(dict.fromkeys(given.queues))
    _check(account)


def _shown(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 40 or not name.isprintable():
        raise BadInputError("display_name is none: write 1 to 40 characters")
    return name


def _roles(roles: Iterable[Role]) -> list[str]:
    """In the order given, each once."""
    return list(dict.fromkeys(role.value for role in roles))


def _check(account: Account) -> None:
    check(account.person.roles, account.unit, account.grid, bool(account.queues))


def check(roles: Sequence[Role], unit: str, grid: str, has_queues: bool) -> None:
    """Nothing, where an account may be given these together. Raises: BadInputError."""
    if not roles or any(role not in GIVEN for role in roles):
        raise BadInputError(f"roles are missing or wrong: choose of {' '.join(GIVEN)}")
    if Role.HANDLER in roles and not _UNIT.fullmatch(unit):
        raise BadInputError("unit is missing: a handler works for a unit, by its code")
    if not _GRID.fullmatch(grid):
        raise BadInputError("grid is no beginning of a cell's code: write up to 15 digits")
    if Role.SUPERVISOR in roles and not has_queues:
        raise BadInputError("queues are missing: name those that the supervisor supervises")


def _keep_an_administrator(session: Session) -> None:
    session.flush()
    for account in session.exec(select(Account).where(col(Account.is_open).is_(True))):
        if Role.ADMINISTRATOR in account.person.roles:
            return
    raise ImpossibleMoveError("this is the last administrator: make another one first")


def _renewed(session: Session, account: Account, before: dict[str, object]) -> None:
    if account.model_dump() != before:
        session.add(account)
        _note(session, "account_changed", account, "openid")


def _note(session: Session, what: str, account: Account, actor: str) -> None:
    told = {name: getattr(account, name) for name in ("roles", "unit", "grid", "queues")}
    audit.append(session, actor=actor, what=what, subject=account.name, detail=told)
