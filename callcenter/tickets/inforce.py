"""The county in force, for a process that goes on while versions change."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from callcenter.errors import NotFoundError
from callcenter.settings import Settings
from callcenter.tickets.clocks import Clocks
from callcenter.tickets.county import County, load_county
from callcenter.tickets.dispatch import DispatchTable
from callcenter.tickets.versions import Versions

RETRY_SECONDS = 30.0  # before a version that could not be loaded is tried again

Stamp = tuple[int, int, int] | None

log = structlog.get_logger()


@dataclass(frozen=True, eq=False)
class Edition:
    """One version of the county, loaded: what belongs together comes together."""

    number: int
    folder: Path
    county: County
    table: DispatchTable
    clocks: Clocks


def load_edition(number: int, folder: Path) -> Edition:
    """The county, its units and its limits of a folder.

    Raises:
        BadInputError: Names the file, the line or cell, and the fault.
    """
    county, table = load_county(folder), DispatchTable.load(folder)
    return Edition(number, folder, county, table, Clocks.load(folder))


def county_in_force(settings: Settings) -> County:
    """The county in force now, for a command that reads it once.

    Raises:
        BadInputError: The pointer or a file of the county is wrong.
        NotFoundError: The version in force is not there.
    """
    versions = Versions.of(settings)
    return load_county(versions.folder(versions.in_force()))


class CountyInForce:
    """Gives the county in force; any thread may ask, and nobody waits.

    Asking costs one look at the pointer's file status. When it has changed, a thread loads the new
    version beside the calls, a second or two; until it is there the old one is given. A version
    that cannot be loaded here is told in the log, and the old one stays.

    Raises:
        BadInputError: At the start, the version in force cannot be loaded.
        NotFoundError: At the start, the version in force is not there.
    """

    def __init__(self, versions: Versions) -> None:
        self._versions, self._pointer = versions, str(versions.pointer)
        self._loading = threading.Lock()
        self._stamp = self._look()
        self._retry_at = float("inf")
        self._edition = self._load()

    def current(self) -> County:
        """The county in force."""
        return self.edition().county

    def edition(self) -> Edition:
        """The county in force with its units, number and folder, all of one version."""
        stamp = self._look()
        changed = stamp != self._stamp or time.monotonic() >= self._retry_at
        if changed and self._loading.acquire(blocking=False):
            threading.Thread(target=self._renew, args=(stamp,), name="county", daemon=True).start()
        return self._edition

    def settle(self) -> None:
        """Return when no version is being loaded any more; for tests and for who must wait."""
        with self._loading:
            pass

    def _renew(self, stamp: Stamp) -> None:
        try:
            self._stamp, self._retry_at = stamp, float("inf")
            if stamp is None and self._edition.number:  # nobody takes it away on purpose
                raise NotFoundError(f"{self._pointer} has gone")
            self._edition = self._load()
            log.info("county version in force", version=self._edition.number)
        except Exception as error:  # the thread's edge: whatever it was, calls go on
            self._retry_at = time.monotonic() + RETRY_SECONDS
            kept = self._edition.number
            log.error("county version not loaded, the old one stays", kept=kept, error=str(error))
        finally:
            self._loading.release()

    def _load(self) -> Edition:
        number = self._versions.in_force()
        return load_edition(number, self._versions.folder(number))

    def _look(self) -> Stamp:
        try:
            status = os.stat(self._pointer)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_ctime_ns
