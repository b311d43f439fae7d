"""Asterisk's own record, queue_log and CEL: read on from where we were, and how far that is kept.

A place is kept only where no call was open, so that a call's lines are never torn apart.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from callcenter.ami.logfiles import Bookmark, read_since
from callcenter.settings import Settings

FILES = {"cel": Path("cel-custom") / "cel.csv", "queue_log": Path("queue_log")}
Bookmarks = Mapping[str, Bookmark]  # by the file's name


class AsteriskFiles:
    """Both files of one node; blocks, so call it in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._log_dir = settings.log_dir
        self._path = settings.var_dir / "line" / f"{settings.node}.json"

    def read(self, since: Bookmarks) -> tuple[dict[str, list[str]], dict[str, Bookmark]]:
        """The lines written since, by the file's name, and how far that is."""
        lines, further = {}, {}
        for name, file in FILES.items():
            place = since.get(name, Bookmark())
            lines[name], further[name] = read_since(self._log_dir / file, place)
        return lines, further

    def kept(self) -> dict[str, Bookmark]:
        """How far we were; nothing where that is not known: slower, and nothing is stated twice."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return {name: Bookmark(**bookmark) for name, bookmark in told.items()}
        except (OSError, ValueError, TypeError):
            return {}

    def keep(self, bookmarks: Bookmarks) -> None:
        """We have taken in all up to here."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({name: vars(bookmark) for name, bookmark in bookmarks.items()})
        self._path.write_text(text, encoding="utf-8")
