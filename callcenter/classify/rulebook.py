"""The rules of a folder, always the newest that are right, while calls go on."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import structlog

from callcenter.classify.lexicon import Rules
from callcenter.classify.rulefiles import load_rules
from callcenter.errors import BadInputError, NotFoundError

LOOK_SECONDS = 2.0  # between two looks at the folder

log = structlog.get_logger()
Signature = tuple[tuple[str, int, int, int], ...]  # a file's name, change (ns), size and inode


class _Look(NamedTuple):
    """What was seen: rules are read again when any of it is another."""

    folder: Path
    signature: Signature
    silent: frozenset[str]


class RuleBook:
    """Gives the rules in force; files that were changed are read by a thread of its own.

    Faulty rules change nothing: those in force stay, and the fault is logged once with its file,
    line and reason. May be used from any thread.
    """

    def __init__(
        self,
        folder: Path | Callable[[], Path],
        silent: Callable[[], frozenset[str]] = frozenset,
        *,
        look_seconds: float = LOOK_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads the rules; `folder` and `silent` (see `load_rules`) are asked at each look.

        Raises:
            BadInputError: The rules are faulty; there are no older ones to fall back on.
            NotFoundError: There is no such folder.
        """
        self._where = folder if callable(folder) else lambda: folder
        self._silent = silent
        self._look_seconds, self._clock = look_seconds, clock
        self._reading = threading.Lock()  # held by whoever looks and reads
        self._looked_at = clock()
        first = self._where()
        self._seen = _Look(first, _signature(first), silent())
        self._rules = load_rules(first, self._seen.silent)

    @property
    def version(self) -> str:
        """The version of the rules in force."""
        return self._rules.version

    def rules(self) -> Rules:
        """The rules in force, at once; now and then also looks whether files were changed."""
        if self._clock() - self._looked_at >= self._look_seconds and self._reading.acquire(False):
            try:
                self._looked_at = self._clock()
                changed = self._look() != self._seen
            finally:
                self._reading.release()
            if changed:
                threading.Thread(target=self.refresh, name="rules", daemon=True).start()
        return self._rules

    def refresh(self) -> Rules:
        """Reads the folder if its files were changed since last read; the rules in force then."""
        with self._reading:
            seen = self._look()
            if seen != self._seen:
                self._seen = seen  # before reading: what changes meanwhile is seen next time
                self._read()
            self._looked_at = self._clock()
            return self._rules

    def _read(self) -> None:
        try:
            rules = load_rules(self._seen.folder, self._seen.silent)
        except BadInputError as error:
            log.error("rules faulty, the old ones stay", reason=error.message, version=self.version)
            return
        except OSError as error:
            reason = f"{self._seen.folder} cannot be read: {error.strerror}"
            log.error("rules faulty, the old ones stay", reason=reason, version=self.version)
            return
        if (rules.version, rules.silent) != (self.version, self._rules.silent):
            self._rules = rules
            log.info("rules changed", version=rules.version)

    def _look(self) -> _Look:
        folder = self._find()
        return _Look(folder, _signature(folder), self._silent())

    def _find(self) -> Path:
        """Where the rules lie now; where that cannot be told, the folder of before."""
        try:
            return self._where()
        except (BadInputError, NotFoundError, OSError) as error:
            log.error("rules not found, the old ones stay", reason=str(error), version=self.version)
            return self._seen.folder


def _signature(folder: Path) -> Signature:
    """What changes whenever a file of rules does; empty where the folder cannot be read."""
    try:
        with os.scandir(folder) as entries:
            told = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".toml")]
    except OSError:
        return ()
    return tuple(sorted((name, now.st_mtime_ns, now.st_size, now.st_ino) for name, now in told))
