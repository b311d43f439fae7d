"""Sessions: a random token that its holder shows, of which only the hash is kept; and entry codes.

A session ends when it was idle too long, when its time is over however busy it was (but for a big
screen's, which lasts while it is in use), when its holder signs out, and when the account is closed
or given another password. What an account may do is read anew at every request. An entry code opens
one session, once, within minutes: for a link that a person on this machine is shown.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.errors import NotFoundError
from callcenter.people.accounts import Account, opened
from callcenter.people.reach import Person
from callcenter.store import UtcDateTime

TOUCHED: Final = timedelta(seconds=60)  # `seen_at` is no more exact than this
CODE_LASTS: Final = timedelta(minutes=10)


class SignedIn(SQLModel, table=True):
    """One session."""

    __tablename__ = "signedin"

    token: str = Field(primary_key=True)  # sha256 of what the holder shows
    account: str = Field(index=True, foreign_key="account.name")
    how: str  # "password", "code", "openid"
    address: str = ""
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    id_token: str | None = None  # where the provider can end its session by it


class EntryCode(SQLModel, table=True):
    """A code that opens one session."""

    __tablename__ = "entrycode"

    code: str = Field(primary_key=True)  # its sha256
    account: str = Field(foreign_key="account.name")
    ends_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Lasting:
    """How long sessions last, unused and at all."""

    idle: timedelta = timedelta(minutes=30)
    whole: timedelta = timedelta(hours=12)


def begin(
    session: Session,
    account: Account,
    lasting: Lasting,
    *,
    how: str,
    address: str = "",
    id_token: str | None = None,
) -> str:
    """A new session; gives the token, which is kept nowhere."""
    now = datetime.now(UTC)
    session.execute(delete(SignedIn).where(col(SignedIn.ends_at) <= now))
    session.execute(delete(SignedIn).where(col(SignedIn.seen_at) <= now - lasting.idle))
    token = secrets.token_urlsafe(32)
    session.add(
        SignedIn(
            token=hash_of(token),
            account=account.name,
            how=how,
            address=address,
            began_at=now,
            seen_at=now,
            ends_at=now + lasting.whole,
            id_token=id_token,
        )
    )
    return token


def holder(
    session: Session, token: str, lasting: Lasting, now: datetime | None = None
) -> tuple[Person, bool] | None:
    """Who shows this token, and whether `touch` is due; None where it opens nothing any more.

    Args:
        session: For reading.
        token: As it was shown.
        lasting: The site's.
        now: The moment; now unless told.
    """
    return of_hash(session, hash_of(token), lasting, now)


def of_hash(
    session: Session, hashed: str, lasting: Lasting, now: datetime | None = None
) -> tuple[Person, bool] | None:
    """The same by the token's hash, which `Person.session` holds."""
    now = now or datetime.now(UTC)
    query = select(SignedIn, Account).join(Account).where(SignedIn.token == hashed)
    found = session.exec(query).first()
    if found is None:
        return None
    signed_in, account = found
    is_over = signed_in.ends_at <= now or signed_in.seen_at + lasting.idle <= now
    if is_over or not account.is_open:
        return None
    person = replace(account.person, session=signed_in.token)
    return person, signed_in.seen_at + TOUCHED <= now


def touch(
    session: Session, hashed: str, now: datetime | None = None, lasts: timedelta | None = None
) -> None:
    """The session is used; with `lasts` it ends no sooner than so long from now."""
    signed_in = session.get(SignedIn, hashed)
    if signed_in:
        signed_in.seen_at = now or datetime.now(UTC)
        if lasts is not None:
            signed_in.ends_at = signed_in.seen_at + lasts
        session.add(signed_in)


def end(session: Session, hashed: str) -> SignedIn | None:
    """Signed out, here; the session that this ended."""
    if ended := session.get(SignedIn, hashed):
        session.delete(ended)
        session.flush()
    return ended


def end_all(session: Session, name: str, but: str = "") -> int:
    """Signed out everywhere, but in the session of this hash; how many sessions that ended."""
    query = delete(SignedIn).where(col(SignedIn.account) == name, col(SignedIn.token) != but)
    return session.connection().execute(query).rowcount


def make_code(session: Session, name: str) -> tuple[str, datetime]:
    """A code that opens one session of this account, and until when. Raises: NotFoundError."""
    now = datetime.now(UTC)
    session.execute(delete(EntryCode).where(col(EntryCode.ends_at) <= now))
    code, ends_at = secrets.token_urlsafe(24), now + CODE_LASTS
    session.add(EntryCode(code=hash_of(code), account=opened(session, name).name, ends_at=ends_at))
    return code, ends_at


def use_code(session: Session, code: str) -> Account:
    """The account that the code lets in; the code is used up.

    Raises:
        NotFoundError: There is no such code, it was used, or its time is over.
    """
    query = select(EntryCode).where(EntryCode.code == hash_of(code)).with_for_update()
    found = session.exec(query).first()
    if found is None or found.ends_at <= datetime.now(UTC):
        raise NotFoundError("this link was used or is too old: ask for a new one")
    session.delete(found)
    return opened(session, found.account)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
