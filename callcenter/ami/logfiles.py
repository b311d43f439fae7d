"""Asterisk's own log files, read on from where they were read last, over every rotation between."""

import os
from dataclasses import dataclass
from pathlib import Path

PACKED = {".gz", ".xz", ".zst", ".bz2"}  # rotated and compressed: older than anything missed


@dataclass(frozen=True)
class Bookmark:
    """How far a file was read: its inode and the bytes of its whole lines."""

    inode: int = 0
    offset_bytes: int = 0


def read_since(path: Path, bookmark: Bookmark) -> tuple[list[str], Bookmark]:
    """The whole lines written since, and the new bookmark; a half-written last line waits.

    Files that were rotated by renaming are read under their new names (beside the old one), from
    the bookmark's on, oldest first, and then the file itself; one that was truncated is read from
    its beginning. Where the bookmark's file is gone, all that are left are read: known facts are
    passed over.
    """
    lines: list[str] = []
    for file, offset_bytes in _rotated_since(path, bookmark):
        lines += _whole_lines(file, offset_bytes)[0]
    try:
        status = path.stat()
    except FileNotFoundError:
        return lines, Bookmark()
    known = status.st_ino == bookmark.inode and status.st_size >= bookmark.offset_bytes
    more, offset_bytes = _whole_lines(path, bookmark.offset_bytes if known else 0)
    return lines + more, Bookmark(status.st_ino, offset_bytes)


def _rotated_since(path: Path, bookmark: Bookmark) -> list[tuple[Path, int]]:
    """The rotated files with something unread, oldest first, each with where to begin."""
    if not bookmark.inode or _inode(path) == bookmark.inode:
        return []
    beside = [file for file in path.parent.glob(f"{path.name}?*") if file.suffix not in PACKED]
    beside.sort(key=lambda file: file.stat().st_mtime)
    inodes = [_inode(file) for file in beside]
    if bookmark.inode not in inodes:
        return [(file, 0) for file in beside]
    first = inodes.index(bookmark.inode)
    return [(beside[first], bookmark.offset_bytes), *((file, 0) for file in beside[first + 1 :])]


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _whole_lines(path: Path, offset_bytes: int) -> tuple[list[str], int]:
    with path.open("rb") as file:
        file.seek(offset_bytes, os.SEEK_SET)
        text, newline, _half = file.read().rpartition(b"\n")
    lines = text.decode("utf-8", "replace").split("\n") if newline else []
    return lines, offset_bytes + len(text) + len(newline)
