"""From AMI messages, in order, to facts: what each says alone, and what they say of seats' parts.

Keeps `Legs`, and one thing more: Asterisk says QueueCallerAbandon of every caller who leaves a
queue unanswered, also of one whose time was up. So it is told once the hang-up follows.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import structlog

from callcenter.ami.bridges import Leg
from callcenter.ami.headers import Headers, MalformedError, leg_of, text, when, whole
from callcenter.ami.legs import Legs
from callcenter.ami.link import Message, Resynced
from callcenter.ami.parts import Answer
from callcenter.ami.translate import translate
from callcenter.facts import (
    CallAbandoned,
    CallArrived,
    CallEnded,
    CallFact,
    CallPlaced,
    CallQueued,
    Fact,
    QueueLeft,
)

log = structlog.get_logger()


class Hearing:
    """Hears one node's messages; `hear` never raises, whatever they hold."""

    def __init__(self, node: str) -> None:
        self._node = node
        self.forget()

    def forget(self) -> None:
        """Begin anew, with a new link: what that one tells is all there is."""
        self._legs = Legs()
        self._given_up: dict[str, CallAbandoned] = {}  # by Uniqueid; not hung up yet
        self._shown: dict[str, Leg] = {}  # channels that live, as the new link tells

    @property
    def keeps_nothing(self) -> bool:
        """Whether no call goes on, as far as was heard."""
        return self._legs.keeps_nothing and not self._given_up

    def hear(self, message: Message) -> list[Fact]:
        """The facts this message states, in order."""
        headers = message.headers
        alone = translate(headers, self._node)
        read = _READERS.get(headers.get("Event", ""))
        try:
            return [*self._alone(headers, alone), *(read(self, headers) if read else ())]
        except MalformedError as fault:
            name = headers.get("Event", "")
            log.warning("malformed AMI message", node=self._node, ami_event=name, header=str(fault))
            return [alone] if alone else []

    def catch_up(
        self, calls: Mapping[str, Iterable[CallFact]], resynced: Resynced
    ) -> list[CallFact]:
        """What follows from the channels that a new link told of, for the calls that go on.

        `calls` are the ledger's facts of each open call, in order of time.
        """
        for call_id, facts in calls.items():
            self._legs.recall(facts, self._shown.get(call_id), self._on_trunk(call_id))
        self._shown.clear()
        return self._legs.settle(resynced.call_ids, resynced.asked_at)

    def _on_trunk(self, call_id: str) -> Leg | None:
        """The citizen of a call of ours, once they have picked up: the eldest that it led to."""
        led_to = [leg for leg in self._shown.values() if leg.is_trunk and leg.call == call_id]
        return min(led_to, key=lambda leg: leg.age, default=None)

    def _alone(self, headers: Headers, fact: Fact | None) -> list[Fact]:
        """What a message says by itself, put right by what is known of its channel."""
        channel = headers.get("Uniqueid", "")
        if isinstance(fact, CallAbandoned):
            self._given_up[channel] = fact
            return []
        if isinstance(fact, CallEnded) and self._legs.knows(fact.call_id):
            return []  # told with all that it ends
        if isinstance(fact, CallArrived):
            self._legs.arrived(fact.call_id, leg_of(headers))
        elif isinstance(fact, CallPlaced):
            self._legs.placed(fact.call_id, fact.why, leg_of(headers))
        elif isinstance(fact, QueueLeft):
            self._given_up.pop(channel, None)
        elif isinstance(fact, CallQueued) and channel in self._given_up:
            return [_timed_out(self._given_up.pop(channel)), fact]
        return [fact] if fact else []

    # --- what messages say of parts ---------------------------------------------------------------

    def _entered(self, headers: Headers) -> list[CallFact]:
        bridge = text(headers, "BridgeUniqueid")
        return self._legs.entered(bridge, leg_of(headers), when(headers))

    def _left(self, headers: Headers) -> list[CallFact]:
        self._legs.left(text(headers, "Uniqueid"), when(headers))
        return []

    def _gone(self, headers: Headers) -> list[CallFact]:
        leg = leg_of(headers)
        given_up = self._given_up.pop(leg.unique_id, None)
        ended = self._legs.gone(leg, when(headers), whole(headers, "Cause"))
        return [given_up, *ended] if given_up else ended

    def _connected(self, headers: Headers) -> list[CallFact]:
        answer = Answer(
            seat=text(headers, "MemberName"),
            queue=text(headers, "Queue"),
            waited_seconds=whole(headers, "HoldTime"),
        )
        seat_leg = leg_of(headers, "Dest")
        return self._legs.connected(leg_of(headers), seat_leg, answer, when(headers))

    def _completed(self, headers: Headers) -> list[CallFact]:
        # One is missing where it is gone already: a busy Asterisk tells this after the hang-up.
        if not {"Uniqueid", "DestUniqueid"} <= headers.keys():
            return []
        talked, seat_leg = whole(headers, "TalkTime"), headers["DestUniqueid"]
        return self._legs.completed(leg_of(headers), seat_leg, talked, when(headers))

    def _held(self, headers: Headers) -> list[CallFact]:
        return self._legs.held(text(headers, "Uniqueid"), when(headers))

    def _resumed(self, headers: Headers) -> list[CallFact]:
        return self._legs.resumed(text(headers, "Uniqueid"), when(headers))

    def _passed_blind(self, headers: Headers) -> list[CallFact]:
        if headers.get("Result") != "Success":
            return []
        seat_leg, extension = text(headers, "TransfererUniqueid"), headers.get("Extension", "")
        context = headers.get("Context", "")
        return self._legs.passed_blind(seat_leg, extension, context, when(headers))

    def _passed_attended(self, headers: Headers) -> list[CallFact]:
        if headers.get("Result") != "Success":
            return []
        both = [text(headers, f"{which}TransfererUniqueid") for which in ("Orig", "Second")]
        return self._legs.passed_attended(both, when(headers))

    def _shows(self, headers: Headers) -> list[CallFact]:
        leg = leg_of(headers)
        self._shown[leg.unique_id] = leg
        if bridge := headers.get("BridgeId", ""):
            self._legs.was_in(bridge, leg)
        return []


_READERS: Final[dict[str, Callable[[Hearing, Headers], list[CallFact]]]] = {
    "BridgeEnter": Hearing._entered,
    "BridgeLeave": Hearing._left,
    "Hangup": Hearing._gone,
    "AgentConnect": Hearing._connected,
    "AgentComplete": Hearing._completed,
    "Hold": Hearing._held,
    "Unhold": Hearing._resumed,
    "BlindTransfer": Hearing._passed_blind,
    "AttendedTransfer": Hearing._passed_attended,
    "CoreShowChannel": Hearing._shows,  # answers the resync
}


def _timed_out(given_up: CallAbandoned) -> QueueLeft:
    """Asterisk let go of a caller who is still there, and the dialplan queues them again."""
    return QueueLeft(
        at=given_up.at,
        call_id=given_up.call_id,
        queue=given_up.queue,
        visit=given_up.visit,
        why="timeout",
        waited_seconds=given_up.waited_seconds,
    )
