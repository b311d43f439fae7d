"""The facts of calls we did not see live, rebuilt from Asterisk's own files. Pure.

CEL (`cel.py`) tells when channels came, were bridged, transferred and gone, `queue_log` what
happened to callers in queues. Both are played, in order of time, to the same `Legs` that hear AMI:
a fact rebuilt here has the id of the one stated live, so both may be recorded, and the second is
nothing. Read from well before the stretch that was missed: a part's end can only be told where its
beginning is in the lines, too. A phone's own hold is in neither file.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from callcenter.ami.bridges import Leg
from callcenter.ami.cel import CelRow, lives_of, read_cel, rung_by_root
from callcenter.ami.headers import MalformedError
from callcenter.ami.legs import Legs
from callcenter.ami.parts import Answer
from callcenter.ami.queue_log import TALK_ENDS, QueueMoment, read_queue_log
from callcenter.ami.translate import CITIZENS_CONTEXT, line_of, number_of
from callcenter.ami.userevents import OURS, of_text, said
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

_NEXT: Final = timedelta(microseconds=1)

log = structlog.get_logger()


def rebuild(cel: Iterable[str], queue_log: Iterable[str], node: str) -> list[CallFact]:
    """The facts of both files, call by call, each call's in the order they happened, none twice."""
    rows = read_cel(cel)
    lives = lives_of(rows)
    told = read_queue_log(queue_log, lives, rung_by_root(lives))
    # At one moment the queue speaks first: it tells which seat it is that is bridged.
    moments: list[QueueMoment | CelRow] = sorted([*told, *rows], key=lambda moment: moment.at)
    history = _History({unique_id: life.leg for unique_id, life in lives.items()}, node)
    calls: dict[str, dict[UUID, CallFact]] = {}
    for moment in moments:
        for fact in history.facts(moment):
            calls.setdefault(fact.call_id, {}).setdefault(fact.id, fact)
    return [fact for call in calls.values() for fact in call.values()]


def missed(facts: Iterable[CallFact], known: Mapping[UUID, datetime]) -> list[CallFact]:
    """Those of `rebuild`'s facts that are not known, each behind those before it in its call.

    AMI tells a moment later than CEL does, by milliseconds, or tenths of a second under load. So a
    rebuilt fact may bear an earlier time than what was heard live before it.

    Args:
        facts: In the order of `rebuild`.
        known: The times of those that stand in the ledger, by their ids.
    """
    found: list[CallFact] = []
    last: dict[str, datetime] = {}
    for fact in facts:
        before = last.get(fact.call_id)
        at = known.get(fact.id) or fact.at
        last[fact.call_id] = at = max(at, before + _NEXT) if before else at
        if fact.id not in known:
            found.append(fact.model_copy(update={"at": at}))
    return found


class _History:
    """Plays moments one after another; remembers who is in a queue, for the how-manieth time."""

    def __init__(self, leg_of: dict[str, Leg], node: str) -> None:
        self._leg_of, self._node = leg_of, node  # each channel as it first was
        self._legs = Legs()
        self._visits: dict[str, int] = {}  # call id -> how often it has entered a queue
        self._waiting: dict[str, str] = {}  # root -> call id, while it is in a queue

    def facts(self, moment: QueueMoment | CelRow) -> list[CallFact]:
        """What this moment states."""
        try:
            if isinstance(moment, QueueMoment):
                return self._in_queue(moment)
            read = _CEL_READERS.get(moment.event)
            return read(self, moment) if read else []
        except (ValueError, KeyError, TypeError, MalformedError) as fault:
            # Its JSON, or our dialplan's words in it, are not what they should be.
            log.warning("broken lines skipped", file="cel", lines=1, error=type(fault).__name__)
            return []

    # --- what queue_log tells ---------------------------------------------------------------------

    def _in_queue(self, told: QueueMoment) -> list[CallFact]:
        read = _QUEUE_READERS.get(told.event)
        if read is None:
            return []
        caller = self._leg_of.get(told.unique_id)
        if caller is None:  # CEL lacks it: whoever queues is a citizen
            caller = Leg(told.unique_id, "", root=told.unique_id)
            self._legs.arrived(told.unique_id, caller)
        call_id = self._legs.call_of(caller)
        if caller.is_local and not self._legs.knows(call_id):
            return []  # a seat consults the queue; no citizen waits there
        return read(self, told, caller, call_id)

    def _queued(self, told: QueueMoment, caller: Leg, call_id: str) -> list[CallFact]:
        self._waiting[caller.root] = call_id
        visit = self._visits[call_id] = self._visits.get(call_id, 0) + 1
        at, queue, place = told.at, told.queue, told.place
        return [CallQueued(at=at, call_id=call_id, queue=queue, position=place, visit=visit)]

    def _connected(self, told: QueueMoment, caller: Leg, call_id: str) -> list[CallFact]:
        self._waiting.pop(caller.root, None)
        answer = Answer(told.member, told.queue, told.seconds)
        seat_leg = self._leg_of.get(told.seat_leg) or Leg(told.seat_leg, "")
        return self._legs.connected(caller, seat_leg, answer, told.at)

    def _rang_in_vain(self, told: QueueMoment, caller: Leg, call_id: str) -> list[CallFact]:
        if not told.seat_leg:
            return []
        missed = OfferMissed(
            at=told.at,
            call_id=call_id,
            seat=told.member,
            seat_leg=told.seat_leg,
            rang_seconds=told.seconds,
        )
        return [missed]

    def _abandoned(self, told: QueueMoment, caller: Leg, call_id: str) -> list[CallFact]:
        self._waiting.pop(caller.root, None)
        at, queue, waited = told.at, told.queue, told.seconds
        visit = self._visits.get(call_id, 1)
        given_up = CallAbandoned(
            at=at, call_id=call_id, queue=queue, visit=visit, waited_seconds=waited
        )
        return [given_up]

    def _left_queue(self, told: QueueMoment, caller: Leg, call_id: str) -> list[CallFact]:
        self._waiting.pop(caller.root, None)
        left = QueueLeft(
            at=told.at,
            call_id=call_id,
            queue=told.queue,
            visit=self._visits.get(call_id, 1),
            why="key" if told.event == "EXITWITHKEY" else "timeout",
            key_pressed=told.key,
            waited_seconds=told.seconds,
        )
        return [left]

    def _completed(self, told: QueueMoment, caller: Leg, call_id: str) -> list[CallFact]:
        return self._legs.completed(caller, told.seat_leg, told.seconds, told.at)

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
        words = of_text(json.loads(row.extra)["extra"])
        return self._state(said(row.event, words, row.at, self._node), self._now(row))

    def _state(self, fact: CallFact | None, leg: Leg) -> list[CallFact]:
        """What our dialplan told on this channel."""
        if isinstance(fact, CallPlaced):
            self._legs.placed(fact.call_id, fact.why, leg)
        return [fact] if fact else []

    def _now(self, row: CelRow) -> Leg:
        first = self._leg_of.get(row.unique_id)
        return row.leg(first.root if first else row.linked_id)


_CEL_READERS: Final[dict[str, Callable[[_History, CelRow], list[CallFact]]]] = {
    "CHAN_START": _History._came,
    "BRIDGE_ENTER": _History._entered,
    "BRIDGE_EXIT": _History._left,
    "HANGUP": _History._gone,
    "BLINDTRANSFER": _History._passed_blind,
    "ATTENDEDTRANSFER": _History._passed_attended,
    **dict.fromkeys(OURS, _History._said),
}

_QUEUE_READERS: Final[Mapping[str, Callable[[_History, QueueMoment, Leg, str], list[CallFact]]]] = {
    "ENTERQUEUE": _History._queued,
    "CONNECT": _History._connected,
    "RINGNOANSWER": _History._rang_in_vain,
    "ABANDON": _History._abandoned,
    "EXITWITHKEY": _History._left_queue,
    "EXITWITHTIMEOUT": _History._left_queue,
    **{event: _History._completed for event in TALK_ENDS},
}
