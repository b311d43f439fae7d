"""Attachments of tickets: files under var/attachments, named by their hash, of few known types.

What a file is, its first bytes say, not its name and not what the sender claims. The name is kept
for people to read, cleaned, and never becomes a path. The same content lies there once.
"""

import hashlib
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

import filetype
from sqlmodel import Field, Session, SQLModel, col, func, select, text

from callcenter.errors import BadInputError, NotFoundError
from callcenter.store import UtcDateTime
from callcenter.tickets.ticket import locked

MOST_BYTES = 20 * 1024 * 1024
MOST_A_TICKET = 100
NAME_CHARACTERS = 100
TYPES = {  # what is taken, and the ending under which it is given out
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Attachment(SQLModel, table=True):
    """A file of a ticket; which step it belongs to, the history says. Never changed."""

    __table_args__ = {"info": {"append_only": True}}

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    number: int = Field(primary_key=True)  # 1, 2, 3 ... of this ticket
    sha256: str = Field(index=True)
    name: str  # empty: its time was over, the file is deleted
    media_type: str
    bytes: int
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str


def attach(
    session: Session, number: str, content: bytes, name: str, folder: Path, *, at: datetime,
    actor: str,
) -> Attachment:  # fmt: skip
    """Keep a file for a ticket; the row is new, the file only where nobody sent it before.

    Args:
        session: A writing session; the ticket's row is locked until it ends.
        number: The ticket's.
        content: The whole file.
        name: What the sender calls it.
        folder: Where attachments lie.
        at: When.
        actor: Who sends it.

    Raises:
        NotFoundError: No ticket has this number.
        BadInputError: It is empty, too large, of no type that is taken, or one too many.
    """
    media_type = refuse_content(content)
    locked(session, number)
    there = session.exec(
        select(func.count()).select_from(Attachment).where(Attachment.ticket_number == number)
    ).one()
    if there >= MOST_A_TICKET:
        raise BadInputError(f"the ticket has {there} attachments, which is the most: send no more")
    kept = Attachment(
        ticket_number=number,
        number=there + 1,
        sha256=hashlib.sha256(content).hexdigest(),
        name=clean_name(name, TYPES[media_type]),
        media_type=media_type,
        bytes=len(content),
        at=at,
        actor=actor,
    )
    _take_turn(session, kept.sha256)
    _keep(path_of(folder, kept.sha256), content)
    session.add(kept)
    return kept


def forget(session: Session, number: str, folder: Path) -> list[Attachment]:
    """Delete the files and names of a ticket's attachments; the rows stay as trace, and are given.

    A file that another ticket has too stays until that one's time is over. For retention, within
    `may_delete`; may be repeated, if it was killed half-way.
    """
    forgotten = [one for one in attachments_of(session, number) if one.name]
    for one in forgotten:
        one.name = ""
        session.add(one)
    session.flush()
    for sha256 in {one.sha256 for one in forgotten}:
        _take_turn(session, sha256)
        others = select(Attachment).where(Attachment.sha256 == sha256, Attachment.name != "")
        if session.exec(others.limit(1)).first() is None:
            path_of(folder, sha256).unlink(missing_ok=True)
    return forgotten


def attachments_of(session: Session, number: str) -> list[Attachment]:
    """The ticket's attachments, first to last."""
    query = select(Attachment).where(Attachment.ticket_number == number)
    return list(session.exec(query.order_by(col(Attachment.number))))


def attachment(session: Session, ticket_number: str, number: int) -> Attachment:
    """One of them.

    Raises:
        NotFoundError: The ticket has none with this number.
    """
    found = session.get(Attachment, (ticket_number, number))
    if found is None:
        raise NotFoundError(f"attachment {number} of ticket {ticket_number!r} is not known")
    return found


def refuse_content(content: bytes) -> str:
    """The media type of a file that is taken, by its first bytes.

    Raises:
        BadInputError: Names the fault and what is taken.
    """
    if not content:
        raise BadInputError("the file is empty: send its bytes as the request's body")
    if len(content) > MOST_BYTES:
        raise BadInputError(f"the file has more than {MOST_BYTES} bytes: send a smaller one")
    media_type = filetype.guess_mime(content[:8192])
    if media_type not in TYPES:
        taken = ", ".join(TYPES.values())
        raise BadInputError(f"the file is of no type that is taken: send one of {taken}")
    return str(media_type)


def clean_name(name: str, ending: str) -> str:
    """The name as people may read it: no folders, nothing unprintable, the ending of its type."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    stem = _FORBIDDEN.sub("", PurePosixPath(plain).stem)
    visible = "".join(letter for letter in stem if unicodedata.category(letter)[0] != "C")
    return f"{visible.strip('. ')[:NAME_CHARACTERS] or 'attachment'}.{ending}"


def path_of(folder: Path, sha256: str) -> Path:
    """Where content with this hash lies.

    Raises:
        BadInputError: It is no SHA-256.
    """
    if not _SHA256.fullmatch(sha256):
        raise BadInputError("sha256 must be 64 digits from 0 to f")
    return folder / sha256[:2] / sha256


def _take_turn(session: Session, sha256: str) -> None:
    """Who keeps a file and who deletes it take turns, until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        turn = int(sha256[:15], 16)
        session.connection().execute(text(f"SELECT pg_advisory_xact_lock({turn})"))


def _keep(path: Path, content: bytes) -> None:
    """Written whole or not at all, and on the disk before the row that names it."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
