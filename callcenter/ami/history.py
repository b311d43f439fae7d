"""The facts of calls we did not see live, rebuilt from Asterisk's own files. Pure.

The CEL file (asterisk-config/cel_custom.conf) tells when citizens' channels came and went,
`queue_log` what happened to them in the queue. A fact rebuilt here has the same id as the one
stated live, so both may be recorded: the second is nothing. Read from well before the stretch that
was missed, because a talk's end can only be told where its beginning is in the lines, too.

Source: https://docs.asterisk.org/Configuration/Applications/Queue-Logs/
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

# AMI tells a moment some milliseconds after CEL does (3 were seen). Where one fact of a call was
# seen live and the next is rebuilt, the rebuilt one is later by this, lest they change places.
AMI_LAG: Final = timedelta(milliseconds=5)
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


@dataclass
class Leg:
    """What CEL tells of one channel; times are aware UTC, None for what it did not (yet) do."""

    channel: str
    came_at: datetime
    bridged_at: datetime | None = None
    parted_at: datetime | None = None
    gone_at: datetime | None = None


def from_cel(lines: Iterable[str], node: str) -> Iterator[CallFact]:
    """Arrivals and ends of citizens' calls, in the file's order; broken lines are skipped."""
    return _each(lines, lambda line: _cel_fact(_cel_row(line), node), "cel")


def legs_of(lines: Iterable[str]) -> dict[str, Leg]:
    """Every channel that came in these CEL lines, by its Uniqueid."""
    legs: dict[str, Leg] = {}
    for _ in _each(lines, lambda line: _note_leg(_cel_row(line), legs), "cel"):
        pass
    return legs


def from_queue_log(lines: Iterable[str], legs: Mapping[str, Leg]) -> Iterator[CallFact]:
    """What happened to calls in queues, in the file's order; broken lines are skipped.

    `legs` is `legs_of` the CEL lines of the same time. From it come the names of channels ("" for
    those it lacks), and the times: queue_log has whole seconds only, which would put a call's
    facts among those seen live in the wrong order.
    """
    return _each(lines, _QueueLog(legs).read, "queue_log")


def rebuild(cel: Iterable[str], queue_log: Iterable[str], node: str) -> list[CallFact]:
    """The facts of both files, call by call, each call's in the order they happened."""
    cel = list(cel)
    calls: dict[str, list[CallFact]] = {}
    ended: list[CallFact] = []
    for fact in from_cel(cel, node):
        calls.setdefault(fact.call_id, [])
        (ended if isinstance(fact, CallEnded) else calls[fact.call_id]).append(fact)
    for fact in [*from_queue_log(queue_log, legs_of(cel)), *ended]:
        calls.setdefault(fact.call_id, []).append(fact)
    return [fact for call in calls.values() for fact in call]


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
        return CallEnded(at=row.at + AMI_LAG, call_id=row.unique_id, cause=cause)
    return None


def _note_leg(row: CelRow, legs: dict[str, Leg]) -> None:
    if row.event == "CHAN_START":
        legs[row.unique_id] = Leg(row.channel, row.at)
    leg = legs.get(row.unique_id)
    if leg is None:
        return
    if row.event == "BRIDGE_ENTER":
        leg.bridged_at = leg.bridged_at or row.at
    elif row.event == "BRIDGE_EXIT":
        leg.parted_at = row.at
    elif row.event == "HANGUP":
        leg.gone_at = row.at


class _QueueLog:
    """Reads lines one after another; remembers who talks to whom, and each call's last time."""

    def __init__(self, legs: Mapping[str, Leg]) -> None:
        self._legs = legs
        self._visits: dict[str, int] = {}  # call_id -> how often it has entered a queue
        self._talking: dict[str, str] = {}  # call_id -> Uniqueid of the seat's channel
        self._last: dict[str, datetime] = {call_id: leg.came_at for call_id, leg in legs.items()}

    def read(self, line: str) -> CallFact | None:
        """Raises: ValueError or IndexError for a broken line."""
        time, call_id, queue, seat, event, *values = line.split("|")
        at = datetime.fromtimestamp(int(time), UTC)
        if event == "ENTERQUEUE":  # url, caller (who may send a bar, so count from the end), place
            return self._queued(at, call_id, queue, int(values[-1]))
        if event == "ABANDON":  # place, first place, waited
            return self._abandoned(at, call_id, queue, float(values[2]))
        if event == "CONNECT":  # waited, Uniqueid of the seat's channel, rang
            return self._answered(at, call_id, queue, seat, values[1], float(values[0]))
        if event in TALK_ENDS and call_id in self._talking:  # ..., talked, first place
            return self._parted(at, call_id, seat, float(values[-2]))
        return None

    def _queued(self, at: datetime, call_id: str, queue: str, position: int) -> CallFact:
        visit = self._visits[call_id] = self._visits.get(call_id, 0) + 1
        at = self._at(call_id, at)
        return CallQueued(at=at, call_id=call_id, queue=queue, position=position, visit=visit)

    def _abandoned(self, at: datetime, call_id: str, queue: str, waited: float) -> CallFact:
        caller = self._legs.get(call_id)
        at = self._at(call_id, at, caller.gone_at if caller else None)
        visit = self._visits.get(call_id, 1)
        return CallAbandoned(
            at=at, call_id=call_id, queue=queue, visit=visit, waited_seconds=waited
        )

    def _answered(
        self, at: datetime, call_id: str, queue: str, seat: str, seat_leg: str, waited: float
    ) -> CallFact:
        self._talking[call_id] = seat_leg
        leg, caller = self._legs.get(seat_leg), self._legs.get(call_id)
        return CallAnswered(
            at=self._at(call_id, at, leg.bridged_at if leg else None),
            call_id=call_id,
            queue=queue,
            seat=seat,
            seat_leg=seat_leg,
            seat_channel=leg.channel if leg else "",
            caller_channel=caller.channel if caller else "",
            waited_seconds=waited,
        )

    def _parted(self, at: datetime, call_id: str, seat: str, talked: float) -> CallFact:
        seat_leg = self._talking.pop(call_id)
        leg, caller = self._legs.get(seat_leg), self._legs.get(call_id)
        ends = [leg and leg.parted_at, caller and caller.gone_at]
        at = self._at(call_id, at, min((end for end in ends if end), default=None))
        return TalkEnded(
            at=at, call_id=call_id, seat=seat, seat_leg=seat_leg, talked_seconds=talked
        )

    def _at(self, call_id: str, second: datetime, exact: datetime | None = None) -> datetime:
        """CEL's time where it has one, and never before what happened to the call so far."""
        at = exact or second
        last = self._last.get(call_id)
        if last is not None:
            at = max(at, last + AMI_LAG)
        self._last[call_id] = at
        return at
