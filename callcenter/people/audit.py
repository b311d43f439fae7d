"""The audit: who read what is a citizen's, exported, listened in, or changed rights; chained.

    hash of a line = sha256(hash of the line before + the line as canonical JSON)

A line changed, added between others or taken out breaks the chain from there on, and `verify` names
it. Lines taken off the end leave a chain that fits; so the newest line's number and hash are kept
apart, in a file under `var_dir` (head.py) and in GET /health, where others may note it down.

Writers take turns by a lock that ends with their transaction: append last, when every other row is
locked already. Nothing of a citizen's stands in a line but the number of the ticket or call.
Decision: docs/decisions/0034-the-audit-is-a-chain.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlmodel import Field, Session, SQLModel, col, select, text

from callcenter.store import UtcDateTime

BEGINNING: Final = "0" * 64  # before the first line
_LOCK: Final = 0x12345111  # PostgreSQL's advisory lock; SQLite has one writer at a time anyway
_CHUNK: Final = 1_000


class AuditLine(SQLModel, table=True):
    """One line; never changed, never deleted."""

    __tablename__ = "audit"
    __table_args__ = ({"info": {"append_only": True}},)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(index=True)  # the account, or "system", "command-line"
    what: str = Field(index=True)
    subject: str = Field(default="", index=True)  # a ticket, call, account; what was exported
    detail: str = "{}"  # JSON of what more there is to tell
    address: str = ""  # the asker's
    hash: str


@dataclass(frozen=True)
class Head:
    """The newest line."""

    number: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """Whether the chain fits.

    Args:
        lines: How many were looked at.
        head: The last of them, None of an empty chain.
        broken_at: The first line that does not fit; None where all do.
        fault: What is wrong with it.
    """

    lines: int
    head: Head | None
    broken_at: int | None = None
    fault: str = ""


def append(
    session: Session,
    *,
    actor: str,
    what: str,
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    address: str = "",
    at: datetime | None = None,
) -> AuditLine:
    """The next line, kept where the transaction is.

    Args:
        session: A writing session; it holds the audit's lock from here to its end.
        actor: Who did it.
        what: A word for it, such as "ticket_read".
        subject: Of what.
        detail: What more there is to tell; nothing of a citizen's.
        address: Where they did it from.
        at: When; now unless told.
    """
    lock(session)
    session.flush()
    before = newest(session)
    told = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    line = AuditLine(
        number=(before.number if before else 0) + 1,
        at=at or datetime.now(UTC),
        actor=actor,
        what=what,
        subject=subject,
        detail=told,
        address=address,
        hash="",
    )
    line.hash = hash_of(line, before.hash if before else BEGINNING)
    session.add(line)
    session.flush()
    return line


def lock(session: Session) -> None:
    """Nobody else appends until the session ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def newest(session: Session) -> Head | None:
    """The newest line's number and hash."""
    query = select(AuditLine.number, AuditLine.hash).order_by(col(AuditLine.number).desc())
    found = session.exec(query.limit(1)).first()
    return Head(*found) if found else None


def hash_of(line: AuditLine, before: str) -> str:
    """What a line's hash must be after a line of that hash; hexadecimal."""
    told = line.model_dump(exclude={"hash", "at"})
    told["at"] = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}{canonical}".encode()).hexdigest()


def verify(session: Session, kept: Head | None = None) -> Verdict:
    """Read the whole chain, oldest first.

    Args:
        session: For reading.
        kept: The head that was kept apart: its line must be there, as it was.
    """
    number, before, hashes_kept = 0, BEGINNING, kept is None
    while lines := _after(session, number):
        for line in lines:
            fault = _fault(line, number, before)
            if fault:
                return Verdict(number, _head(number, before), number + 1, fault)
            number, before = line.number, line.hash
            if kept and kept.number == number:
                hashes_kept = kept.hash == before
                if not hashes_kept:
                    told = "it is not the line whose hash was kept apart: the chain was made anew"
                    return Verdict(number, Head(number, before), number, told)
        session.expunge_all()
    if not hashes_kept and kept:
        told = f"it is missing: line {kept.number} was kept apart as written"
        return Verdict(number, _head(number, before), number + 1, told)
    return Verdict(number, _head(number, before))


def listed(
    session: Session,
    *,
    actor: str | None = None,
    what: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditLine]:
    """Lines, newest first, before a number where one is given."""
    query = select(AuditLine).order_by(col(AuditLine.number).desc())
    for column, value in (
        (AuditLine.actor, actor),
        (AuditLine.what, what),
        (AuditLine.subject, subject),
    ):
        if value is not None:
            query = query.where(column == value)
    if since:
        query = query.where(AuditLine.at >= since)
    if until:
        query = query.where(AuditLine.at < until)
    if before:
        query = query.where(AuditLine.number < before)
    return list(session.exec(query.limit(limit)))


def _after(session: Session, number: int) -> list[AuditLine]:
    query = select(AuditLine).where(AuditLine.number > number).order_by(col(AuditLine.number))
    return list(session.exec(query.limit(_CHUNK)))


def _fault(line: AuditLine, number: int, before: str) -> str:
    if line.number != number + 1:
        return f"it is missing: after line {number} comes line {line.number}"
    if line.hash != hash_of(line, before):
        return "it is not what was written, or the line before it is not"
    return ""


def _head(number: int, before: str) -> Head | None:
    return Head(number, before) if number else None
