"""Each seat's part in a call, told from who hears whom; the same live and from Asterisk's files.

A part begins when a seat's channel is first in one room with the citizen's (`bridges.py`), and ends
when that channel is gone, when Asterisk tells that it passed the citizen on, or when the citizen is
gone. A seat that leaves the room for another one consults: the citizen waits, the part goes on, and
whom it consults has none until the citizen hears them. Decision record 0020 says why.

| kept of    | what                                                    | until                     |
|------------|---------------------------------------------------------|---------------------------|
| a call     | the citizen's channel, why we placed it                 | the citizen is gone       |
| a part     | seat, beginning, holds so far, whether it is over       | its call is               |
| a room     | the channels in it                                      | each channel leaves it    |
| an answer  | what a queue told of a seat that no citizen hears yet   | one does, or it is gone   |
| a newcomer | who joined while a seat consults: transfer, three-way?  | that seat comes or goes   |

A lost message leaves nothing stuck: with each new link all of it is forgotten, rooms are told
afresh, parts are taken from the ledger (`recall`), and what no longer holds is ended (`settle`).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from callcenter.ami.bridges import Bridges, Leg
from callcenter.ami.parts import TO_SEAT, Answer, Call, Part, Why
from callcenter.facts import CallArrived, CallEnded, CallFact, CallPlaced

CAUSE_UNKNOWN: Final = 0  # nobody saw the hang-up


class Legs:
    """Told what happens to channels, in order, it gives the facts of seats' parts."""

    def __init__(self) -> None:
        self._bridges = Bridges()
        self._calls: dict[str, Call] = {}
        self._roots: dict[str, str] = {}  # of calls that we placed: Linkedid -> call id

    # --- calls ------------------------------------------------------------------------------------

    def arrived(self, call_id: str, leg: Leg) -> None:
        """A citizen's channel; it names the call."""
        self._calls.setdefault(call_id, Call(call_id)).citizen = leg

    def placed(self, call_id: str, why: Why, leg: Leg) -> None:
        """`leg`, the first channel of a call of ours, rings a citizen or waits in their stead."""
        call = self._calls.setdefault(call_id, Call(call_id))
        call.placed = why
        if leg.is_trunk:
            call.citizen = leg
        self._roots[leg.root or leg.unique_id] = call_id

    def call_of(self, leg: Leg) -> str:
        """The call that a channel belongs to as far as its own words tell, else its own name."""
        return leg.call or self._roots.get(leg.root, leg.unique_id)

    def knows(self, call_id: str) -> bool:
        """Whether the call goes on, as far as is known here."""
        return call_id in self._calls

    @property
    def keeps_nothing(self) -> bool:
        """Whether no call goes on and nobody is in a room."""
        return not self._calls and not self._roots and not self._bridges.everybody()

    # --- rooms ------------------------------------------------------------------------------------

    def entered(self, bridge: str, leg: Leg, at: datetime) -> list[CallFact]:
        """The channel came into a bridge."""
        if leg.is_supervising:
            return []
        self._bridges.enter(bridge, leg)
        room = self._bridges.room(leg.unique_id)
        calls = [call for one in room if (call := self._call_of_citizen(one))]
        if calls:
            return [fact for call in calls for fact in self._meet(call, room, at)]
        if len(room) == 1:
            return []  # who is to hear them comes next
        return [fact for one in room for fact in self._consult(one, at)]

    def was_in(self, bridge: str, leg: Leg) -> None:
        """The channel is in a bridge, as a new link tells; `settle` states what follows."""
        if not leg.is_supervising:
            self._bridges.enter(bridge, leg)

    def left(self, unique_id: str, at: datetime) -> None:
        """The channel went out of its bridge: to another, or for good."""
        for call in self._calls.values():
            for part in call.open_parts:
                if part.parted_at is None and (
                    call.is_citizen(unique_id) or part.seat_leg == unique_id
                ):
                    part.parted_at = at
        self._bridges.leave(unique_id)

    def gone(self, leg: Leg, at: datetime, cause: int) -> list[CallFact]:
        """The channel is no more; a citizen's ends the call. `cause`: Q.850."""
        self.left(leg.unique_id, at)
        facts: list[CallFact] = []
        for call in list(self._calls.values()):
            unanswered = call.citizen is None and leg.unique_id == call.id
            if call.is_citizen(leg.unique_id) or unanswered:
                facts += [*self._end_all(call, at), CallEnded(at=at, call_id=call.id, cause=cause)]
            elif leg.unique_id in call.parts.keys() | call.newcomers.keys():
                facts += self._welcome(call)
                part = call.parts[leg.unique_id]
                facts += [] if part.over else [call.end(part, at)]
            call.answers.pop(leg.unique_id, None)
        return facts

    # --- queues -----------------------------------------------------------------------------------

    def connected(self, caller: Leg, seat_leg: Leg, answer: Answer, at: datetime) -> list[CallFact]:
        """A queue's member picked up; where no citizen hears them yet, it is told once one does."""
        call_id = self.call_of(caller)
        if call_id not in self._calls and caller.is_trunk:
            self.arrived(call_id, caller)
        call = self._calls.get(call_id)
        if call is None or seat_leg.unique_id in call.parts:
            return []
        if caller.is_local and not call.placed:
            return []  # a seat consults the queue; its citizen waits elsewhere
        call.answers["" if seat_leg.is_local else seat_leg.unique_id] = answer
        if seat_leg.is_local or not call.is_citizen(caller.unique_id):
            return []
        return [call.begin(seat_leg, at, "queue")]

    def completed(
        self, caller: Leg, seat_leg: str, talked_seconds: float, at: datetime
    ) -> list[CallFact]:
        """A queue saw the talk end; counts only for who was never seen in a room."""
        call = self._calls.get(self.call_of(caller))
        part = call.parts.get(seat_leg) if call else None
        if call is None or part is None or part.over or part.parted_at is not None:
            return []
        if self._bridges.is_bridged(seat_leg):
            return []
        return [call.end(part, at, talked_seconds)]

    # --- hold and transfer ------------------------------------------------------------------------

    def held(self, unique_id: str, at: datetime) -> list[CallFact]:
        """The phone put the other end on hold."""
        parts = self._parts_of(unique_id)
        return [fact for call, part in parts for fact in call.hold(part, "hold", at)]

    def resumed(self, unique_id: str, at: datetime) -> list[CallFact]:
        """The phone took the other end back; Asterisk says so at every transfer, too."""
        parts = self._parts_of(unique_id)
        return [call.resume(part, "hold", at) for call, part in parts if "hold" in part.held]

    def passed_blind(
        self, unique_id: str, extension: str, context: str, at: datetime
    ) -> list[CallFact]:
        """The seat sent the citizen to an extension and is out of it."""
        facts: list[CallFact] = []
        for call, part in self._parts_of(unique_id):
            passed = call.transfer(part, "blind", extension, context, at)
            facts += [passed, call.end(part, at)]
        return facts

    def passed_attended(self, unique_ids: Iterable[str], at: datetime) -> list[CallFact]:
        """The seat joined whom it consulted to the citizen; still in the room, it stays a third."""
        facts: list[CallFact] = []
        for unique_id in dict.fromkeys(unique_ids):
            for call, part in self._parts_of(unique_id):
                room = self._room(call)
                if all(leg.unique_id != unique_id for leg in room):
                    passed = call.transfer(part, "attended", *call.target(room), at)
                    facts += [passed, call.end(part, at)]
                facts += self._welcome(call)
            facts += self._passed_and_gone(unique_id, at)
        return facts

    def _passed_and_gone(self, unique_id: str, at: datetime) -> list[CallFact]:
        """A telephone's own transfer (REFER) is told when its part is over and another's began."""
        for call in self._calls.values():
            part = call.parts.get(unique_id)
            after = [one for one in call.open_parts if part and one.began_at > part.began_at]
            if part and part.over and not part.passed_on and after:
                return [call.transfer(part, "attended", after[-1].seat, TO_SEAT, at)]
        return []

    # --- after an outage of ours ------------------------------------------------------------------

    def recall(self, facts: Iterable[CallFact], first: Leg | None, rung: Leg | None) -> None:
        """Take up a call that goes on, of which `facts` tell in order of time.

        Args:
            facts: All of the call's.
            first: Its first channel, None where that is gone.
            rung: The citizen's channel in a call that we placed, None where it is not known.
        """
        for fact in facts:
            if isinstance(fact, CallArrived):
                known = Leg(fact.call_id, fact.caller_channel, root=fact.call_id)
                self.arrived(fact.call_id, first or known)
            elif isinstance(fact, CallPlaced):
                self.placed(fact.call_id, fact.why, first or Leg(fact.call_id, ""))
            elif fact.call_id in self._calls:
                call = self._calls[fact.call_id]
                call.recall(fact)
                if call.parts:  # so the citizen has picked up
                    call.citizen = call.citizen or rung

    def settle(self, living: Collection[str], at: datetime) -> list[CallFact]:
        """Now that all channels were told: begin what we did not see begin, end what is no more.

        Args:
            living: Uniqueids of all channels that lived at that moment.
            at: That moment, aware UTC; what began later is not judged.
        """
        facts: list[CallFact] = []
        for leg in self._bridges.everybody():
            self._call_of_citizen(leg)
        for call in list(self._calls.values()):
            self._find_citizen(call)
            gone = [p for p in call.open_parts if p.seat_leg not in living and p.began_at < at]
            facts += [call.end_unseen(part, at) for part in gone]
            if call.id in living or (call.citizen and call.citizen.unique_id in living):
                facts += self._meet(call, self._room(call), at)
            else:
                facts += [call.end_unseen(part, at) for part in call.open_parts]
                ended = CallEnded(at=at, call_id=call.id, cause=CAUSE_UNKNOWN)
                facts += [*self._end_all(call, at), ended]
        return facts

    # --- within -----------------------------------------------------------------------------------

    def _call_of_citizen(self, leg: Leg) -> Call | None:
        """The call whose citizen this is. Who first speaks over the trunk in a call of ours is."""
        if not leg.is_trunk:
            return None
        for call in self._calls.values():
            if call.is_citizen(leg.unique_id):
                return call
        named = self._calls.get(leg.call) or self._calls.get(self._roots.get(leg.root, ""))
        if named is None or named.citizen is not None:
            return None
        named.citizen = leg
        return named

    def _find_citizen(self, call: Call) -> None:
        """Whom a seat talks with over the trunk in a call of ours, should their channel not say."""
        for part in call.open_parts if call.citizen is None else ():
            strangers = [leg for leg in self._bridges.room(part.seat_leg) if leg.is_trunk]
            call.citizen = call.citizen or next(iter(strangers), None)

    def _room(self, call: Call) -> list[Leg]:
        return self._bridges.room(call.citizen.unique_id) if call.citizen else []

    def _parts_of(self, unique_id: str) -> list[tuple[Call, Part]]:
        parts = [(call, call.parts.get(unique_id)) for call in self._calls.values()]
        return [(call, part) for call, part in parts if part and not part.over]

    def _meet(self, call: Call, room: list[Leg], at: datetime) -> list[CallFact]:
        """Everybody in the room of the citizen has a part: since before, or from now on."""
        facts: list[CallFact] = []
        for leg in room:
            part = call.parts.get(leg.unique_id)
            if part is None and leg.seat and not self._call_of_citizen(leg):
                call.newcomers.setdefault(leg.unique_id, (leg, at))
            elif part is not None and not part.over:
                part.parted_at = None
                if part.consults:
                    facts.append(call.resume(part, "consult", at))
        if not any(part.consults for part in call.open_parts):
            facts += self._welcome(call)
        return facts

    def _welcome(self, call: Call) -> list[CallFact]:
        """Begin the newcomers' parts, now that it is known who stays; end who was left behind."""
        room = self._room(call)
        facts: list[CallFact] = []
        newcomers, call.newcomers = list(call.newcomers.values()), {}
        for leg, at in newcomers:
            left = [p for p in call.open_parts if p.parted_at is not None and not p.consults]
            facts += [call.end(part, at) for part in left]
            facts.append(call.begin(leg, at, call.via(room)))
        return facts

    def _consult(self, leg: Leg, at: datetime) -> list[CallFact]:
        """A seat in a room without its citizen."""
        parts = self._parts_of(leg.unique_id)
        return [fact for call, part in parts for fact in call.hold(part, "consult", at)]

    def _end_all(self, call: Call, at: datetime) -> list[CallFact]:
        facts = self._welcome(call)
        del self._calls[call.id]
        self._roots = {root: name for root, name in self._roots.items() if name != call.id}
        return facts + [call.end(part, at) for part in call.open_parts]
