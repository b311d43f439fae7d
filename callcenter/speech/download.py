"""Gets one archive over HTTP, checks it, and unpacks it whole or not at all."""

import contextlib
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import httpx
import structlog

from callcenter.errors import CallCenterError

log = structlog.get_logger()

TIMEOUT = httpx.Timeout(30.0, connect=10.0)  # seconds of silence, not of the whole download
LARGEST_BYTES = 8 << 30  # unpacked; the largest official model has about 3 GB

OnProgress = Callable[[int, int | None], None]


class DownloadError(CallCenterError):
    """A download failed or is not what the site publishes; nothing was installed."""

    code = "download_failed"


@dataclass(frozen=True)
class Expected:
    """What the site publishes of an archive, to compare with what comes."""

    archive_bytes: int
    md5: str


def published(url: str, name: str, folder: Path) -> Expected:
    """Size and MD5 of an archive from the site's own list of models.

    MD5 finds a damaged download. It comes from the same place as the archive, so it proves nothing
    about who made it; that rests on HTTPS.

    Raises:
        DownloadError: The list is out of reach or does not hold the name as it should.
    """
    try:
        response = httpx.get(url, timeout=TIMEOUT, follow_redirects=True).raise_for_status()
    except httpx.HTTPError as error:
        raise _out_of_reach(url, folder, error) from error
    try:
        row = next(row for row in response.json() if row["name"] == name)
        return Expected(int(row["size"]), str(row["md5"]).lower())
    except (StopIteration, KeyError, TypeError, ValueError, json.JSONDecodeError) as error:
        raise DownloadError(
            f"{url} does not give size and md5 of {name}; {by_hand(folder)}"
        ) from error


def download(url: str, archive: Path, expected: Expected, progress: OnProgress) -> None:
    """Fills `archive`, continuing what an earlier try left beside it; checks size and MD5.

    Raises:
        DownloadError: Out of reach, broken off (what came is kept for the next try), or other
            content than published (what came is deleted).
    """
    part = archive.with_suffix(".part")
    had = part.stat().st_size if part.exists() else 0
    if had >= expected.archive_bytes:
        part.unlink(missing_ok=True)
        had = 0
    _room_for(archive.parent, expected.archive_bytes)
    headers = {"Range": f"bytes={had}-"} if had else {}
    try:
        with httpx.stream(
            "GET", url, headers=headers, timeout=TIMEOUT, follow_redirects=True
        ) as response:
            response.raise_for_status()
            continued = response.status_code == httpx.codes.PARTIAL_CONTENT
            with contextlib.suppress(httpx.TransportError):  # _check says how far it came
                _write(response, part, had if continued else 0, expected.archive_bytes, progress)
    except httpx.HTTPError as error:
        raise _out_of_reach(url, archive.parent, error) from error
    _check(part, url, expected)
    part.replace(archive)


def unpack(archive: Path, target: Path, fault_of: Callable[[Path], str | None]) -> Path:
    """Unpacks beside `target`, judges the one folder inside, and renames it into place.

    The archive is deleted, whether it was good or not.

    Raises:
        DownloadError: Damaged, with members that lead outside, or not what `fault_of` accepts.
    """
    beside = target.with_name(f".{target.name}.unpacked")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as content:
            _refuse_strange(content, archive.name)
            content.extractall(beside)
        fault = fault_of(beside / target.name)
        if fault:
            raise DownloadError(f"{archive.name}: {target.name} {fault}; nothing was installed.")
        (beside / target.name).replace(target)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise DownloadError(
            f"{archive.name} could not be unpacked ({error}); nothing was installed. Try again."
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        archive.unlink(missing_ok=True)
    log.info("model installed", model=target.name)
    return target


def by_hand(folder: Path) -> str:
    """What to do without this program's help."""
    return (
        "download the model's zip in a browser at https://alphacephei.com/vosk/models and unpack "
        f"it into {folder.resolve()}."
    )


def _write(
    response: httpx.Response, part: Path, had: int, total: int, progress: OnProgress
) -> None:
    with part.open("r+b" if had else "wb") as file:
        file.seek(had)
        file.truncate()
        progress(had, total)
        for chunk in response.iter_raw():  # unbuffered: what came before a break is kept
            had += len(chunk)
            if had > total:
                break  # more than published: the check below refuses it
            file.write(chunk)
            progress(had, total)


def _check(part: Path, url: str, expected: Expected) -> None:
    size = part.stat().st_size
    if size < expected.archive_bytes:
        raise DownloadError(
            f"{url} broke off after {size} of {expected.archive_bytes} bytes; run the same command "
            "again to go on from there."
        )
    with part.open("rb") as file:
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if md5 != expected.md5:
        part.unlink()
        raise DownloadError(
            f"{url} is not the file its list publishes (md5 {md5}, published {expected.md5}); it "
            "was deleted. Try again later."
        )


def _refuse_strange(content: zipfile.ZipFile, name: str) -> None:
    for member in content.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
        if path.is_absolute() or ".." in path.parts or is_link:
            raise DownloadError(
                f"{name} holds {member.filename!r}, which leads outside; nothing was unpacked."
            )
    if sum(member.file_size for member in content.infolist()) > LARGEST_BYTES:
        raise DownloadError(f"{name} would unpack to more than {LARGEST_BYTES >> 30} GB.")


def _room_for(folder: Path, archive_bytes: int) -> None:
    needed = 3 * archive_bytes  # the archive and its content
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DownloadError(
            f"{folder.resolve()} has {free >> 20} MB free, {needed >> 20} MB are needed: make room."
        )


def _out_of_reach(url: str, folder: Path, error: httpx.HTTPError) -> DownloadError:
    reason = str(error) or type(error).__name__
    return DownloadError(
        f"{url} cannot be reached ({reason}). Without a network here: {by_hand(folder)}"
    )
