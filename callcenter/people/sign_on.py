"""Who signs in by OpenID Connect, and as what: the county's table, and the accounts it makes.

An account belongs to a subject (issuer and `sub`), never to a name: names at a provider change and
are given again. At each sign-in it gets what the table gives it then, no more.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlmodel import Session

from callcenter.errors import BadInputError, CannotStartError, NotAllowedError
from callcenter.people import accounts, audit, sessions
from callcenter.people.accounts import FIRST, NAME, Account, Given, check
from callcenter.people.roles import Role

RESERVED: Final = frozenset({FIRST, "operator", "system", "command-line", "openid"})


class NoRoleError(NotAllowedError):
    """The provider knows them, and nothing it says gives them a role here (HTTP 403)."""

    code = "no_role"


class AccountClosedError(NotAllowedError):
    """The account was closed here, whatever the provider says (HTTP 403)."""

    code = "account_closed"


class Grant(BaseModel):
    """What one value of the claim gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str = Field(min_length=1)
    roles: tuple[Role, ...]
    unit: str = ""
    grid: str = ""
    queues: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        try:
            check(self.roles, self.unit, self.grid, bool(self.queues))
        except BadInputError as error:
            raise ValueError(error.message) from error
        return self


class SignOn(BaseModel):
    """A whole sign_on.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field("groups", min_length=1)
    name_claim: str = ""
    grant: tuple[Grant, ...] = Field(min_length=1)

    def given(self, claims: Mapping[str, Any]) -> Given:
        """What these claims give: every role, in the narrowest part of the grid.

        Raises:
            NoRoleError: Nothing; or two units, or two parts of the grid apart.
        """
        has = _values(claims, self.claim)
        grants = [grant for grant in self.grant if grant.value in has]
        if not grants:
            raise NoRoleError(
                "your sign-in gives no role here: ask who runs this site to add one of your groups"
            )
        units = {grant.unit for grant in grants if grant.unit}
        grid = max((grant.grid for grant in grants), key=len)
        if len(units) > 1 or not all(grid.startswith(grant.grid) for grant in grants):
            raise NoRoleError(
                "your groups name two units, or two parts of the grid: ask for one to be taken out"
            )
        return Given(
            display_name=_shown(claims),
            roles=list(dict.fromkeys(role for grant in grants for role in grant.roles)),
            unit="".join(units),
            grid=grid,
            queues=list(dict.fromkeys(queue for grant in grants for queue in grant.queues)),
        )


def read_sign_on(path: Path) -> SignOn:
    """The table of a file.

    Raises:
        CannotStartError: Names the file, the entry and the fault.
    """
    try:
        return SignOn.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        told = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except (OSError, ValueError) as error:
        told = str(error)
    raise CannotStartError(f"CALLCENTER_SIGN_ON_FILE: {path.name} cannot be used: {told}")


def enter(session: Session, issuer: str, claims: Mapping[str, Any], table: SignOn) -> Account:
    """The account of who these checked claims are, made or renewed.

    Args:
        session: A writing session.
        issuer: Who says so.
        claims: Of the ID token.
        table: What they give.

    Raises:
        NoRoleError: They give nothing.
        AccountClosedError: The account was closed.
    """
    audit.lock(session)  # two first sign-ins of one person make one account
    subject = subject_of(issuer, claims)
    account = accounts.of_subject(session, subject)
    if account and not account.is_open:
        raise AccountClosedError("your account was closed: ask who runs this site")
    given = table.given(claims)
    if account:
        accounts.renew(session, account, given)
        return account
    name = _name(session, subject, _text(claims, table.name_claim))
    return accounts.add(session, name, given, password="", actor="openid", subject=subject)


def refuse(session: Session, subject: str, why: str, address: str) -> None:
    """Put down that nobody was let in; who has no role any more loses roles and sessions.

    Args:
        session: A writing session.
        subject: Who it would have been; "" where that is not known.
        why: The refusal's code.
        address: Where it was tried from.
    """
    audit.lock(session)
    account = accounts.of_subject(session, subject) if subject else None
    if account and why == NoRoleError.code:
        accounts.take_roles(session, account)
        sessions.end_all(session, account.name)
    known, detail = account.name if account else "", {"by": "openid", "why": why}
    audit.append(
        session, actor="", what="sign_in_failed", subject=known, detail=detail, address=address
    )


def subject_of(issuer: str, claims: Mapping[str, Any]) -> str:
    """How an account is found: the issuer, a blank, its word for the person."""
    return f"{issuer} {claims['sub']}"


def _name(session: Session, subject: str, wanted: str) -> str:
    """A name that nobody has or had: the one wanted, or one made of the subject."""
    wanted = wanted.casefold()
    if NAME.fullmatch(wanted) and wanted not in RESERVED and not session.get(Account, wanted):
        return wanted
    return f"openid-{hashlib.sha256(subject.encode()).hexdigest()[:16]}"


def _values(claims: Mapping[str, Any], claim: str) -> Sequence[str]:
    """The claim's texts; a dotted claim lies in objects, unless it is one's own name."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    told = found if isinstance(found, list) else [found]
    return [one for one in told if isinstance(one, str)]


def _text(claims: Mapping[str, Any], claim: str) -> str:
    told = claims.get(claim)
    return told.strip() if isinstance(told, str) else ""


def _shown(claims: Mapping[str, Any]) -> str:
    """What people read; the word for a person where the provider tells none."""
    told = "".join(sign for sign in _text(claims, "name") if sign.isprintable())
    return told[:40].strip() or "统一认证用户"
