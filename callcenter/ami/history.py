"""The facts of calls we did not see live, rebuilt from Asterisk's own files. Pure.

CEL (`cel.py`) tells when channels came, were bridged, transferred and gone, `queue_log` what
happened to callers in queues. Both are played, in order of time, to the same `Legs` that hear AMI:
a fact rebuilt here has the id of the one stated live, so both may be recorded, and the second is
nothing. Read from well before the stretch that was missed: a part's end can only be told where its
beginning is in the lines, too. A phone's own hold is in neither file.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from callcenter.ami.bridges import Leg
from callcenter.ami.cel import CelRow, lives_of, read_cel, rung_by_root
from callcenter.ami.headers import MalformedError
from callcenter.ami.legs import Legs
from callcenter.ami.parts import Answer
from callcenter.ami.queue_log import TALK_ENDS, QueueMoment, read_queue_log
from callcenter.ami.translate import CITIZENS_CONTEXT, line_of, number_of
from callcenter.ami.userevents import of_text, said
from callcenter.facts import (
    CallAbandoned,
    CallArrived,
    CallEnded,
    CallFact,
    CallOffered,
    CallPlaced,
    CallQueued,
    OfferMissed,
    QueueLeft,
)

# AMI tells a moment some milliseconds after CEL does (3 were seen). Where one fact of a call was
# seen live and the next is rebuilt, the rebuilt one is later by this, lest they change places.
AMI_LAG: Final = timedelta(milliseconds=5)


def rebuild(cel: Iterable[str], queue_log: Iterable[str], node: str) -> list[CallFact]:
    """The facts of both files, call by call, each call's in the order they happened."""
    rows = read_cel(cel)
    lives = lives_of(rows)
    told = read_queue_log(queue_log, lives, rung_by_root(lives))
    # At one moment the queue speaks first: it tells which seat it is that is bridged.
    moments: list[QueueMoment | CelRow] = sorted([*told, *rows], key=lambda moment: moment.at)
    history = _History({unique_id: life.leg for unique_id, life in lives.items()}, node)
    calls: dict[str, list[CallFact]] = {}
    for moment in moments:
        for fact in history.facts(moment):
            calls.setdefault(fact.call_id, []).append(fact)
    return [fact for call in calls.values() for fact in _behind_live(call)]


def _behind_live(call: list[CallFact]) -> Iterator[CallFact]:
    """Each fact where it belongs should those before it have been seen live."""
    last: datetime | None = None
    for fact in call:
        at = fact.at if isinstance(fact, CallArrived | CallPlaced) else fact.at + AMI_LAG
        last = max(at, last) if last else at
        yield fact.model_copy(update={"at": last})


class _History:
    """Plays moments one after another; remembers who is in a queue, for the how-manieth time."""

    def __init__(self, leg_of: dict[str, Leg], node: str) -> None:
        self._leg_of, self._node = leg_of, node  # each channel as it first was
        self._legs = Legs()
        self._visits: dict[str, int] = {}  # call id -> how often it has entered a queue
        self._waiting: dict[str, str] = {}  # root -> call id, while it is in a queue

    def facts(self, moment: QueueMoment | CelRow) -> list[CallFact]:
        """What this moment states."""
        if isinstance(moment, QueueMoment):
            return list(self._in_queue(moment))
        read = _READERS.get(moment.event)
        try:
            return read(self, moment) if read else []
        except (ValueError, KeyError, TypeError, MalformedError):
            return []  # its JSON, or our dialplan's words in it, are not what they should be

    # --- what queue_log tells ---------------------------------------------------------------------

    def _in_queue(self, told: QueueMoment) -> Iterator[CallFact]:
        caller = self._leg_of.get(told.unique_id)
        if caller is None:  # CEL lacks it: whoever queues is a citizen
            caller = Leg(told.unique_id, "", root=told.unique_id)
            self._legs.arrived(told.unique_id, caller)
        call_id = self._legs.call_of(caller)
        if caller.is_local and not self._legs.knows(call_id):
            return  # a seat consults the queue; no citizen waits there
        if told.event == "ENTERQUEUE":
            yield self._queued(told, caller, call_id)
        elif told.event == "RINGNOANSWER" and told.seat_leg:
            yield _rang_in_vain(told, call_id)
        elif told.event == "CONNECT":
            self._waiting.pop(caller.root, None)
            yield from self._connected(told, caller)
        elif told.event in TALK_ENDS:
            yield from self._legs.completed(caller, told.seat_leg, told.seconds, told.at)
        elif told.event in _LEAVINGS:
            self._waiting.pop(caller.root, None)
            yield _LEAVINGS[told.event](told, call_id, self._visits.get(call_id, 1))

    def _queued(self, told: QueueMoment, caller: Leg, call_id: str) -> CallFact:
        self._waiting[caller.root] = call_id
        visit = self._visits[call_id] = self._visits.get(call_id, 0) + 1
        return CallQueued(
            at=told.at, call_id=call_id, queue=told.queue, position=told.place, visit=visit
        )

    def _connected(self, told: QueueMoment, caller: Leg) -> list[CallFact]:
        answer = Answer(told.member, told.queue, told.seconds)
        seat_leg = self._leg_of.get(told.seat_leg) or Leg(told.seat_leg, "")
        return self._legs.connected(caller, seat_leg, answer, told.at)

    # --- what CEL tells ---------------------------------------------------------------------------

    def _came(self, row: CelRow) -> list[CallFact]:
        leg, line = self._now(row), line_of(row.extension)
        if leg.root == leg.unique_id and row.context == CITIZENS_CONTEXT and line is not None:
            self._legs.arrived(row.unique_id, leg)
            arrived = CallArrived(
                at=row.at,
                call_id=row.unique_id,
                line=line,
                node=self._node,
                caller_number=number_of(row.caller),
                caller_channel=row.channel,
            )
            return [arrived]
        call_id = self._waiting.get(leg.root)
        if call_id is None or leg.is_trunk or not leg.seat:
            return []
        return [CallOffered(at=row.at, call_id=call_id, seat=leg.seat, seat_leg=leg.unique_id)]

    def _entered(self, row: CelRow) -> list[CallFact]:
        return self._legs.entered(json.loads(row.extra)["bridge_id"], self._now(row), row.at)

    def _left(self, row: CelRow) -> list[CallFact]:
        self._legs.left(row.unique_id, row.at)
        return []

    def _gone(self, row: CelRow) -> list[CallFact]:
        cause, leg = int(json.loads(row.extra)["hangupcause"]), self._now(row)
        if leg.is_trunk and leg.root == leg.unique_id and not self._legs.knows(leg.unique_id):
            return [CallEnded(at=row.at, call_id=row.unique_id, cause=cause)]
        return self._legs.gone(leg, row.at, cause)

    def _passed_blind(self, row: CelRow) -> list[CallFact]:
        to = json.loads(row.extra)
        return self._legs.passed_blind(row.unique_id, to["extension"], to["context"], row.at)

    def _passed_attended(self, row: CelRow) -> list[CallFact]:
        second = json.loads(row.extra).get("channel2_uniqueid", row.unique_id)
        return self._legs.passed_attended([row.unique_id, second], row.at)

    def _said(self, row: CelRow) -> list[CallFact]:
        fact = said(row.event, of_text(json.loads(row.extra)["extra"]), row.at, self._node)
        if isinstance(fact, CallPlaced):
            self._legs.placed(fact.call_id, fact.why, self._now(row))
        return [fact] if fact else []

    def _now(self, row: CelRow) -> Leg:
        first = self._leg_of.get(row.unique_id)
        return row.leg(first.root if first else row.linked_id)


_READERS: Final[dict[str, Callable[[_History, CelRow], list[CallFact]]]] = {
    "CHAN_START": _History._came,
    "BRIDGE_ENTER": _History._entered,
    "BRIDGE_EXIT": _History._left,
    "HANGUP": _History._gone,
    "BLINDTRANSFER": _History._passed_blind,
    "ATTENDEDTRANSFER": _History._passed_attended,
    "CallPlaced": _History._said,
    "QueueLeft": _History._said,
}


def _rang_in_vain(told: QueueMoment, call_id: str) -> CallFact:
    return OfferMissed(
        at=told.at,
        call_id=call_id,
        seat=told.member,
        seat_leg=told.seat_leg,
        rang_seconds=told.seconds,
    )


def _abandoned(told: QueueMoment, call_id: str, visit: int) -> CallFact:
    return CallAbandoned(
        at=told.at, call_id=call_id, queue=told.queue, visit=visit, waited_seconds=told.seconds
    )


def _left_queue(told: QueueMoment, call_id: str, visit: int) -> CallFact:
    return QueueLeft(
        at=told.at,
        call_id=call_id,
        queue=told.queue,
        visit=visit,
        why="key" if told.event == "EXITWITHKEY" else "timeout",
        key_pressed=told.key,
        waited_seconds=told.seconds,
    )


_LEAVINGS: Final[dict[str, Callable[[QueueMoment, str, int], CallFact]]] = {
    "ABANDON": _abandoned,
    "EXITWITHKEY": _left_queue,
    "EXITWITHTIMEOUT": _left_queue,
}
