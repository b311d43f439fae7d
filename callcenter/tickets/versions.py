"""Versions of the county folder: complete, never changed, one of them in force.

    var/county/v0001/  county.toml grid.geojson places.csv units.csv dispatch.toml version.json
    var/county/v0002/  ...
    var/county/current one line: the number in force

Version 0 is the folder of the setting `COUNTY_DIR`; it is in force until there is another. A
version is written beside the others under another name, synced to the disk, and renamed; then the
line in `current` is replaced in one step. Whoever reads sees the old version or the new one,
whole. A crash anywhere leaves the old one in force. Several processes may share the folder.
Source: docs/decisions/0014-county-versions-are-folders.md.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.settings import Settings

POINTER, LOCK, STORY = "current", "lock", "version.json"


class Version(BaseModel):
    """What is told of a version: when it was made, of which, and what it changed."""

    model_config = ConfigDict(frozen=True)

    number: int
    made_at: AwareDatetime
    based_on: int
    changed: tuple[str, ...]  # names of files
    counts: dict[str, int]  # cells of each level, names, units


@dataclass(frozen=True)
class Versions:
    """The versions of one site's county, or of other folders that change as a whole."""

    home: Path  # var/county
    original: Path  # the folder that is version 0
    command: str = "callcenter county"  # lists them, and goes from one to another

    @classmethod
    def of(cls, settings: Settings) -> "Versions":
        """Those of the site with these settings."""
        return cls(settings.var_dir / "county", settings.county_dir)

    @property
    def pointer(self) -> Path:
        """The file that says which version is in force; it changes in one step or not at all."""
        return self.home / POINTER

    def in_force(self) -> int:
        """The number of the version in force.

        Raises:
            BadInputError: The pointer cannot be read.
        """
        try:
            return int(self.pointer.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0
        except (OSError, ValueError) as error:
            raise BadInputError(
                f"{self.pointer} does not hold the number of a version: "
                f"put it right with `{self.command} use NUMBER`"
            ) from error

    def folder(self, number: int) -> Path:
        """The county folder of a version.

        Raises:
            NotFoundError: There is no such version.
        """
        folder = self.home / f"v{number:04d}" if number else self.original
        if not folder.is_dir():
            raise NotFoundError(f"there is no version {number}: see `{self.command} versions`")
        return folder

    def numbers(self) -> list[int]:
        """The numbers of all versions, from 0 up."""
        made = [path.name[1:] for path in self.home.glob("v[0-9]*") if path.name[1:].isdecimal()]
        return [0, *sorted(int(number) for number in made)]

    def story(self, number: int) -> Version | None:
        """What is told of a version; None of version 0, which nobody imported.

        Raises:
            NotFoundError: There is no such version.
            BadInputError: Its story cannot be read.
        """
        folder = self.folder(number)
        if not number:
            return None
        try:
            return Version.model_validate_json((folder / STORY).read_bytes())
        except (OSError, ValidationError) as error:
            raise BadInputError(f"{folder / STORY} cannot be read") from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else imports meanwhile, on any machine that shares the folder.

        Raises:
            ImpossibleMoveError: Somebody else does.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.home / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ImpossibleMoveError(
                    "another import is under way; nothing was changed: try again when it is done"
                ) from error
            yield

    def publish(
        self,
        files: Mapping[str, bytes],
        changed: tuple[str, ...],
        counts: Mapping[str, int],
        prove: Callable[[Path], object],
    ) -> Version:
        """The new version, which is in force from now on; ask `writing` first.

        Args:
            files: The whole county folder.
            changed: The names of those that are new.
            counts: What it holds, for the list of versions.
            prove: Loads the folder as the centre will; raises what stands against it.
        """
        version = Version(
            number=self.numbers()[-1] + 1,
            made_at=datetime.now(UTC),
            based_on=self.in_force(),
            changed=changed,
            counts=dict(counts),
        )
        story = version.model_dump_json(indent=1).encode()
        making = self.home / "making"
        shutil.rmtree(making, ignore_errors=True)  # of an import that crashed
        making.mkdir(mode=0o700)
        for name, content in {**files, STORY: story}.items():
            _write_through(making / name, content)
        prove(making)
        _sync_folder(making)
        making.rename(self.home / f"v{version.number:04d}")
        self.put_in_force(version.number)
        return version

    def put_in_force(self, number: int) -> None:
        """Point to this version from now on; ask `writing` first.

        Raises:
            NotFoundError: There is no such version.
        """
        self.folder(number)
        beside = self.home / f"{POINTER}.new"
        _write_through(beside, f"{number}\n".encode())
        beside.replace(self.pointer)
        _sync_folder(self.home)


def _write_through(path: Path, content: bytes) -> None:
    """The file with this content, on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
