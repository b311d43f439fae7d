"""The facts of calls we did not see live, rebuilt from Asterisk's own files. Pure but `read_since`.

The CEL file (asterisk-config/cel_custom.conf) tells when citizens' channels came and went,
`queue_log` what happened to them in the queue. A fact rebuilt here has the same id as the one
stated live, so both may be recorded: the second is nothing. Read from well before the stretch that
was missed, because a talk's end can only be told where its beginning is in the lines, too.

Source: https://docs.asterisk.org/Configuration/Applications/Queue-Logs/
"""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import structlog

from callcenter.ami.translate import CITIZENS_CHANNEL, CITIZENS_CONTEXT, line_of, number_of
from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallQueued,
    TalkEnded,
)

TALK_ENDS: Final = {"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}

Found = TypeVar("Found")
log = structlog.get_logger()


class CelRow(NamedTuple):
    """One line of cel.csv; the columns and their order are those of cel_custom.conf."""

    event: str
    time: str  # seconds since 1970, UTC, with six decimals
    caller: str
    extension: str
    context: str
    unique_id: str
    linked_id: str
    channel: str
    extra: str  # JSON or nothing

    @property
    def at(self) -> datetime:
        """Aware UTC. Raises: ValueError."""
        return datetime.fromtimestamp(float(self.time), UTC)


def from_cel(lines: Iterable[str], node: str) -> Iterator[CallFact]:
    """Arrivals and ends of citizens' calls, in the file's order; broken lines are skipped."""
    return _each(lines, lambda line: _cel_fact(_cel_row(line), node), "cel")


def channels_of(lines: Iterable[str]) -> dict[str, str]:
    """Channel name by Uniqueid, of every channel in these CEL lines."""
    rows = _each(lines, _cel_row, "cel")
    return {row.unique_id: row.channel for row in rows if row.event == "CHAN_START"}


def from_queue_log(lines: Iterable[str], channels: Mapping[str, str]) -> Iterator[CallFact]:
    """What happened to calls in queues, in the file's order; broken lines are skipped.

    `channels` is `channels_of` the CEL lines of the same time; a channel it lacks is named "".
    Times are whole seconds, as the file has them.
    """
    legs: dict[str, str] = {}  # call_id -> Uniqueid of the seat it talks to
    return _each(lines, lambda line: _queue_fact(line.split("|"), channels, legs), "queue_log")


def rebuild(cel: Iterable[str], queue_log: Iterable[str], node: str) -> list[CallFact]:
    """The facts of both files, call by call, each call's in the order they happened."""
    cel = list(cel)
    calls: dict[str, list[CallFact]] = {}
    ended: list[CallFact] = []
    for fact in from_cel(cel, node):
        calls.setdefault(fact.call_id, [])
        (ended if isinstance(fact, CallEnded) else calls[fact.call_id]).append(fact)
    for fact in [*from_queue_log(queue_log, channels_of(cel)), *ended]:
        calls.setdefault(fact.call_id, []).append(fact)
    return [fact for call in calls.values() for fact in call]


@dataclass(frozen=True)
class Bookmark:
    """How far a file was read: its inode and the bytes of its whole lines."""

    inode: int = 0
    offset_bytes: int = 0


def read_since(path: Path, bookmark: Bookmark) -> tuple[list[str], Bookmark]:
    """The whole lines written since, and the new bookmark; a half-written last line waits.

    A file that was rotated by renaming is finished under its new name (beside the old one) before
    the new file is read; one that was truncated, or is gone, is read from its beginning.
    """
    lines: list[str] = []
    rotated = _rotated(path, bookmark)
    if rotated is not None:
        lines, _ = _whole_lines(rotated, bookmark.offset_bytes)
    try:
        status = path.stat()
    except FileNotFoundError:
        return lines, Bookmark()
    known = status.st_ino == bookmark.inode and status.st_size >= bookmark.offset_bytes
    more, offset_bytes = _whole_lines(path, bookmark.offset_bytes if known else 0)
    return lines + more, Bookmark(status.st_ino, offset_bytes)


def _rotated(path: Path, bookmark: Bookmark) -> Path | None:
    for other in path.parent.glob(f"{path.name}?*"):
        if other.stat().st_ino == bookmark.inode:
            return other
    return None


def _whole_lines(path: Path, offset_bytes: int) -> tuple[list[str], int]:
    with path.open("rb") as file:
        file.seek(offset_bytes, os.SEEK_SET)
        text, newline, _half = file.read().rpartition(b"\n")
    lines = text.decode("utf-8", "replace").split("\n") if newline else []
    return lines, offset_bytes + len(text) + len(newline)


def _each(lines: Iterable[str], read: Callable[[str], Found | None], file: str) -> Iterator[Found]:
    broken = 0
    for line in lines:
        try:
            found = read(line)
        except (ValueError, IndexError, OverflowError, OSError, csv.Error):
            broken += 1
            continue
        if found is not None:
            yield found
    if broken:
        log.warning("broken lines skipped", file=file, lines=broken)


def _cel_row(line: str) -> CelRow:
    (columns,) = csv.reader([line], strict=True)
    if len(columns) != len(CelRow._fields):
        raise ValueError("not the columns of cel_custom.conf")
    return CelRow(*columns)


def _cel_fact(row: CelRow, node: str) -> CallFact | None:
    if row.unique_id != row.linked_id:
        return None
    line = line_of(row.extension)
    if row.event == "CHAN_START" and row.context == CITIZENS_CONTEXT and line is not None:
        return CallArrived(
            at=row.at,
            call_id=row.unique_id,
            line=line,
            node=node,
            caller_number=number_of(row.caller),
            caller_channel=row.channel,
        )
    if row.event == "HANGUP" and row.channel.startswith(CITIZENS_CHANNEL):
        cause = int(json.loads(row.extra)["hangupcause"])
        return CallEnded(at=row.at, call_id=row.unique_id, cause=cause)
    return None


def _queue_fact(
    columns: list[str], channels: Mapping[str, str], legs: dict[str, str]
) -> CallFact | None:
    time, call_id, queue, seat, event, *values = columns
    at = datetime.fromtimestamp(int(time), UTC)
    if event == "ENTERQUEUE":  # url, caller, position; the caller may send a "|", so from the end
        return CallQueued(at=at, call_id=call_id, queue=queue, position=int(values[-1]))
    if event == "ABANDON":  # position, first position, waited
        waited = float(values[2])
        return CallAbandoned(at=at, call_id=call_id, queue=queue, waited_seconds=waited)
    if event == "CONNECT":  # waited, Uniqueid of the seat's channel, rang
        legs[call_id] = values[1]
        return CallAnswered(
            at=at,
            call_id=call_id,
            queue=queue,
            seat=seat,
            seat_leg=values[1],
            seat_channel=channels.get(values[1], ""),
            caller_channel=channels.get(call_id, ""),
            waited_seconds=float(values[0]),
        )
    if event in TALK_ENDS and call_id in legs:  # ..., talked, first position
        talked = float(values[-2])
        leg = legs.pop(call_id)
        return TalkEnded(at=at, call_id=call_id, seat=seat, seat_leg=leg, talked_seconds=talked)
    return None
