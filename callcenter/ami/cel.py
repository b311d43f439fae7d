"""Asterisk's record of channels (asterisk-config/cel_custom.conf), line by line. Pure."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

import structlog

from callcenter.ami.bridges import Leg

Found = TypeVar("Found")
log = structlog.get_logger()


class CelRow(NamedTuple):
    """One line of cel.csv; the columns and their order are those of cel_custom.conf."""

    event: str  # of an event of our own dialplan, its name
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

    def leg(self, root: str) -> Leg:
        """The channel as it was at this moment."""
        return Leg(self.unique_id, self.channel, root, self.caller, context=self.context)


@dataclass
class Life:
    """What CEL tells of one channel; times are aware UTC, None for what it did not (yet) do."""

    leg: Leg
    came_at: datetime | None = None
    bridged_at: datetime | None = None
    gone_at: datetime | None = None
    queued_at: list[datetime] = field(default_factory=list)  # each time it entered a queue
    unqueued_at: list[datetime] = field(default_factory=list)  # each time it left one


def read_cel(lines: Iterable[str]) -> list[CelRow]:
    """The lines that are whole, in the file's order; broken ones are counted and skipped."""
    return list(each(lines, _row, "cel"))


def lives_of(rows: Iterable[CelRow]) -> dict[str, Life]:
    """Every channel of these rows, by its Uniqueid."""
    lives: dict[str, Life] = {}
    for row in rows:
        life = lives.setdefault(row.unique_id, Life(row.leg(row.linked_id)))
        match row.event:
            case "CHAN_START":
                life.came_at = row.at
            case "BRIDGE_ENTER":
                life.bridged_at = life.bridged_at or row.at
            case "HANGUP":
                life.gone_at = row.at
            case "APP_START":  # cel.conf has only the application Queue told
                life.queued_at.append(row.at)
            case "APP_END":
                life.unqueued_at.append(row.at)
    return lives


def rung_by_root(lives: dict[str, Life]) -> dict[str, list[Life]]:
    """The channels to seats that each channel's call led to, by that root, in order of time."""
    rung: dict[str, list[Life]] = defaultdict(list)
    for life in lives.values():
        if life.came_at and life.leg.seat and life.leg.unique_id != life.leg.root:
            rung[life.leg.root].append(life)
    return rung


def each(lines: Iterable[str], read: Callable[[str], Found], file: str) -> Iterator[Found]:
    """What is read from each line; those that cannot be are counted and skipped."""
    broken = 0
    for line in lines:
        try:
            found = read(line)
        except (ValueError, IndexError, OverflowError, OSError, csv.Error):
            broken += 1
            continue
        yield found
    if broken:
        log.warning("broken lines skipped", file=file, lines=broken)


def _row(line: str) -> CelRow:
    (columns,) = csv.reader([line], strict=True)
    if len(columns) != len(CelRow._fields):
        raise ValueError("not the columns of cel_custom.conf")
    row = CelRow(*columns)
    _ = row.at  # a row without a time is a broken one
    return row
