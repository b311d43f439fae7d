"""Asterisk's record of queues, line by line, each with the time that CEL knows better. Pure.

Source: https://docs.asterisk.org/Configuration/Applications/Queue-Logs/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from callcenter.ami.bridges import Leg
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
_NEXT: Final = timedelta(microseconds=1)


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
    """Remembers what a line leaves to those behind it: how-manieth visit, whose talk, what time."""

    def __init__(self, lives: Mapping[str, Life], rung: Mapping[str, list[Life]]) -> None:
        self._lives, self._rung = lives, rung
        self._visits: dict[str, int] = {}  # Uniqueid -> how often it has entered a queue
        self._talking: dict[str, str] = {}  # Uniqueid -> that of the seat's channel
        self._missed: set[str] = set()  # seat legs that rang in vain
        self._last: dict[str, datetime] = {}  # Uniqueid -> when something happened to it

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
        caller = self._lives.get(unique_id) or Life(Leg(unique_id, "", root=unique_id))
        return read(told, values, caller) if read else told

    def _entered(self, told: QueueMoment, values: list[str], caller: Life) -> QueueMoment:
        visit = self._visits[told.unique_id] = self._visits.get(told.unique_id, 0) + 1
        at = self._date(told, _nth(caller.queued_at, visit), caller)
        return replace(told, at=at, place=int(values[-1]))

    def _connected(self, told: QueueMoment, values: list[str], caller: Life) -> QueueMoment:
        seat_leg = self._talking[told.unique_id] = values[1]
        seat = self._lives.get(seat_leg)
        at = self._date(told, seat.bridged_at if seat else None, caller)
        return replace(told, at=at, seconds=float(values[0]), seat_leg=seat_leg)

    def _rang_in_vain(self, told: QueueMoment, values: list[str], caller: Life) -> QueueMoment:
        told = replace(told, seconds=float(values[0]) / 1000)
        for rung in self._rung.get(caller.leg.root, ()):
            if self._is_it(told, rung):
                self._missed.add(rung.leg.unique_id)
                at = self._date(told, rung.gone_at, caller)
                return replace(told, at=at, seat_leg=rung.leg.unique_id)
        return told

    def _abandoned(self, told: QueueMoment, values: list[str], caller: Life) -> QueueMoment:
        at = self._date(told, caller.gone_at, caller)
        return replace(told, at=at, seconds=float(values[2]))

    def _left(self, told: QueueMoment, values: list[str], caller: Life) -> QueueMoment:
        left_at = _nth(caller.unqueued_at, self._visits.get(told.unique_id, 1))
        key = values[0] if told.event == "EXITWITHKEY" else ""
        at = self._date(told, left_at, caller)
        return replace(told, at=at, seconds=float(values[-1]), key=key)

    def _talked(self, told: QueueMoment, values: list[str], caller: Life) -> QueueMoment:
        seat_leg = self._talking.pop(told.unique_id, "")
        seat = self._lives.get(seat_leg)
        if seat and seat.bridged_at:  # CEL tells the end itself, and better
            return replace(told, at=seat.bridged_at)
        at = self._date(told, seat.gone_at if seat else None, caller)
        return replace(told, at=at, seconds=float(values[-2]), seat_leg=seat_leg)

    def _is_it(self, told: QueueMoment, rung: Life) -> bool:
        """Whether this phone is the one that the line says rang so long in vain."""
        if rung.leg.seat != told.member or rung.leg.unique_id in self._missed or rung.bridged_at:
            return False
        began = told.at - timedelta(seconds=told.seconds)
        return _is_close(told.at, rung.gone_at) and _is_close(began, rung.came_at)

    def _date(self, told: QueueMoment, exact: datetime | None, caller: Life) -> datetime:
        """CEL's time where it has one, and never before what happened to the caller so far."""
        at = exact if exact is not None and _is_close(told.at, exact) else told.at
        before = self._last.get(told.unique_id, caller.came_at)
        at = self._last[told.unique_id] = max(at, before + _NEXT) if before else at
        return at


def _nth(moments: list[datetime], number: int) -> datetime | None:
    return moments[number - 1] if number <= len(moments) else None


def _is_close(second: datetime, exact: datetime | None) -> bool:
    """Whether it is this second's; CEL lines of another stretch may lack some."""
    return exact is not None and abs(exact - second) < _CLOSE
