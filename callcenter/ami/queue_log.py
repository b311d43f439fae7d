"""Asterisk's record of queues, line by line, each with the time that CEL knows better. Pure.

Source: https://docs.asterisk.org/Configuration/Applications/Queue-Logs/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from callcenter.ami.cel import Life, each

# `values` behind the event's name, as Asterisk 22 writes them.
#   ENTERQUEUE       url, caller (who may send a bar, so count from the end), place
#   CONNECT          waited, Uniqueid of the member's channel, rang
#   RINGNOANSWER     rang (milliseconds)
#   ABANDON          place, first place, waited
#   EXITWITHTIMEOUT  place, first place, waited
#   EXITWITHKEY      key, place, first place, waited
TALK_ENDS: Final = {  # ..., talked, first place
    "COMPLETEAGENT",
    "COMPLETECALLER",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
}
_CLOSE: Final = timedelta(seconds=2)  # queue_log cuts times to the second


@dataclass(frozen=True)
class QueueMoment:
    """What happened to a caller in a queue; fields that the event does not tell are empty."""

    at: datetime
    unique_id: str  # of the channel in the queue
    queue: str
    member: str
    event: str
    seconds: float = 0.0  # waited, rang or talked
    place: int = 0
    key: str = ""
    seat_leg: str = ""  # Uniqueid of the member's channel


def read_queue_log(
    lines: Iterable[str], lives: Mapping[str, Life], rung: Mapping[str, list[Life]]
) -> list[QueueMoment]:
    """The lines that are whole, in the file's order; broken ones are counted and skipped.

    `lives` and `rung` are `lives_of` and `rung_by_root` of the CEL lines of the same time. Where
    they lack a moment, the whole second of queue_log is its time.
    """
    return list(each(lines, _Reader(lives, rung).read, "queue_log"))


class _Reader:
    """Remembers what a line leaves to those before it: how-manieth visit, whose talk."""

    def __init__(self, lives: Mapping[str, Life], rung: Mapping[str, list[Life]]) -> None:
        self._lives, self._rung = lives, rung
        self._visits: dict[str, int] = {}  # Uniqueid -> how often it has entered a queue
        self._talking: dict[str, str] = {}  # Uniqueid -> that of the seat's channel
        self._missed: set[str] = set()  # seat legs that rang in vain

    def read(self, line: str) -> QueueMoment:
        """Raises: ValueError or IndexError for a broken line."""
        time, unique_id, queue, member, event, *values = line.split("|")
        told = QueueMoment(datetime.fromtimestamp(int(time), UTC), unique_id, queue, member, event)
        read = {
            "ENTERQUEUE": self._entered,
            "CONNECT": self._connected,
            "RINGNOANSWER": self._rang_in_vain,
            "ABANDON": self._abandoned,
            "EXITWITHTIMEOUT": self._left,
            "EXITWITHKEY": self._left,
        }.get(event, self._talked if event in TALK_ENDS else None)
        return read(told, values) if read else told

    def _entered(self, told: QueueMoment, values: list[str]) -> QueueMoment:
        visit = self._visits[told.unique_id] = self._visits.get(told.unique_id, 0) + 1
        life = self._lives.get(told.unique_id)
        at = _nth(life.queued_at, visit) if life else None
        return replace(told, at=_close(told.at, at), place=int(values[-1]))

    def _connected(self, told: QueueMoment, values: list[str]) -> QueueMoment:
        seat_leg = self._talking[told.unique_id] = values[1]
        life = self._lives.get(seat_leg)
        at = _close(told.at, life.bridged_at if life else None)
        return replace(told, at=at, seconds=float(values[0]), seat_leg=seat_leg)

    def _rang_in_vain(self, told: QueueMoment, values: list[str]) -> QueueMoment:
        caller = self._lives.get(told.unique_id)
        for life in self._rung.get(caller.leg.root, ()) if caller else ():
            leg, gone_at = life.leg, life.gone_at
            if leg.seat == told.member and leg.unique_id not in self._missed and gone_at:
                if _close(told.at, gone_at) == gone_at and life.bridged_at is None:
                    self._missed.add(leg.unique_id)
                    told = replace(told, at=gone_at, seat_leg=leg.unique_id)
                    break
        return replace(told, seconds=float(values[0]) / 1000)

    def _abandoned(self, told: QueueMoment, values: list[str]) -> QueueMoment:
        life = self._lives.get(told.unique_id)
        return replace(
            told, at=_close(told.at, life.gone_at if life else None), seconds=float(values[2])
        )

    def _left(self, told: QueueMoment, values: list[str]) -> QueueMoment:
        life = self._lives.get(told.unique_id)
        at = _nth(life.unqueued_at, self._visits.get(told.unique_id, 1)) if life else None
        key = values[0] if told.event == "EXITWITHKEY" else ""
        return replace(told, at=_close(told.at, at), seconds=float(values[-1]), key=key)

    def _talked(self, told: QueueMoment, values: list[str]) -> QueueMoment:
        seat_leg = self._talking.pop(told.unique_id, "")
        return replace(told, seconds=float(values[-2]), seat_leg=seat_leg)


def _nth(moments: list[datetime], number: int) -> datetime | None:
    return moments[number - 1] if number <= len(moments) else None


def _close(second: datetime, exact: datetime | None) -> datetime:
    """The exact time where it is this second's; CEL lines of another stretch may lack some."""
    return exact if exact is not None and abs(exact - second) < _CLOSE else second
