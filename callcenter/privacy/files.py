"""Files that belong to no call and no ticket, deleted by their age: exports, logs, old copies."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callcenter.privacy.terms import KeptFile, Terms
from callcenter.settings import Settings


@dataclass(frozen=True)
class OldFile:
    """A file, and when it was last written."""

    kept: KeptFile
    path: Path
    written_at: datetime
    bytes: int

    def sha256(self) -> str:
        """Of its content; it leads to nobody."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def files(settings: Settings) -> Iterator[OldFile]:
    """All files of these classes; those that Asterisk writes now are none of them."""
    for kept, folder, pattern in _places(settings):
        for path in sorted(folder.glob(pattern)) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                status = path.stat()
                written = datetime.fromtimestamp(status.st_mtime, UTC)
                yield OldFile(kept, path, written, status.st_size)


def due_files(settings: Settings, terms: Terms, now: datetime) -> Iterator[OldFile]:
    """Those whose term is over."""
    for one in files(settings):
        before = terms.of_file(one.kept).before(now)
        if before and one.written_at < before:
            yield one


def unrotated(settings: Settings, terms: Terms, now: datetime) -> list[str]:
    """Names of Asterisk's own files that begin before their term: they have to be renamed first."""
    before = terms.of_file(KeptFile.ASTERISK_LOGS).before(now)
    found = ((path, _begins(path)) for path in _logs(settings))
    return [path.name for path, begins in found if before and begins and begins < before]


def _places(settings: Settings) -> Iterator[tuple[KeptFile, Path, str]]:
    yield KeptFile.EXPORTS, settings.exports_dir, "**/*"
    for path in _logs(settings):
        yield KeptFile.ASTERISK_LOGS, path.parent, f"{path.name}?*"
    if database := settings.sqlite_file:
        # As `Store.migrate` names them; never the -wal and -shm of the database itself.
        yield KeptFile.DATABASE_COPIES, database.parent, f"{database.name}.*Z"


def _logs(settings: Settings) -> tuple[Path, Path]:
    return settings.log_dir / "queue_log", settings.log_dir / "cel-custom" / "cel.csv"


def _begins(path: Path) -> datetime | None:
    """When a log's first line was written; both begin with, or soon name, seconds since 1970."""
    try:
        with path.open("r", encoding="utf-8", errors="replace") as file:
            fields = file.readline().replace('"', "").replace("|", ",").split(",")
    except OSError:
        return None
    for field in fields[:2]:
        try:
            return datetime.fromtimestamp(float(field), UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None
