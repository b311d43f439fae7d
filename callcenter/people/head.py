"""The audit's head, kept apart from the database: what was last written cannot be unwritten unseen.

The file holds number and hash of the newest line that a process here has seen kept. It only ever
goes on, and only where the line it names is still in the chain; where it is not, it stays as it is
and says so to `verify`.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlmodel import Session

from callcenter.ami.passwords import write_private
from callcenter.people.audit import AuditLine, Head, newest
from callcenter.settings import Settings
from callcenter.store import Store

log = structlog.get_logger()


def head_path(settings: Settings) -> Path:
    """Where the head is kept."""
    return settings.var_dir.resolve() / "audit-head.json"


def kept_head(settings: Settings) -> Head | None:
    """The head that was kept; None where none was yet, or the file is no head."""
    try:
        told = json.loads(head_path(settings).read_text("utf-8"))
        return Head(int(told["number"]), str(told["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_head(settings: Settings, store: Store) -> bool:
    """Keep the newest line's number and hash; False where what was kept is not in the chain.

    Called after the transaction that appended; several processes may, in any order.
    """
    path = head_path(settings)
    with _alone(path), store.reading() as session:
        kept, now = kept_head(settings), newest(session)
        if kept and not stands(session, kept):
            log.error("audit does not fit its kept head", kept=kept.number)
            return False
        if now and (kept is None or now.number > kept.number):
            told = {"number": now.number, "hash": now.hash}
            write_private(path, json.dumps(told) + "\n")
    return True


def stands(session: Session, kept: Head) -> bool:
    """Whether the line that was kept is in the chain as it was."""
    line = session.get(AuditLine, kept.number)
    return line is not None and line.hash == kept.hash


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield
