"""Which event leads to which notice, and to whom: one table. Pure.

Citizens hear of their own case only: that it is filed, declined, done. Units and the dispatcher
hear what they have to act on. A caller of 110 is told nothing: a message that lights up a telephone
may put in danger who called in secret.
"""

from dataclasses import dataclass
from enum import StrEnum

from callcenter.facts import Line
from callcenter.tickets.steps import Move

PER_UNIT = "unit"
DISPATCHER = "dispatcher"
TOLD_LINES = frozenset({Line.SERVICE})  # whose citizens are told at all


class Occasion(StrEnum):
    """What happened to a ticket, in the words of those who are told of it."""

    FILED = "filed"
    DECLINED = "declined"
    DISPATCHED = "dispatched"
    JOINED = "joined"
    RETURNED = "returned"
    URGED = "urged"
    SUPERVISED = "supervised"
    WARNED = "warned"
    EXPIRED = "expired"
    REOPENED = "reopened"
    RESULT = "result"
    ANSWERED = "answered"


class Who(StrEnum):
    """Who is told."""

    CITIZEN = "citizen"  # who opened the ticket
    CALLERS = "callers"  # whoever called about it, and about those that were merged into it
    MERGED = "merged_callers"  # of these, whoever called about one that was merged into it
    UNIT = PER_UNIT  # who handles it
    JOINED = "joined_unit"  # whom the move names
    DISPATCHER = DISPATCHER


class PortKind(StrEnum):
    """What carries a notice."""

    SMS = "sms"
    PHONE = "phone"  # the call-back robot says it
    EMAIL = "email"
    WEBHOOK = "webhook"


CITIZENS = frozenset({Who.CITIZEN, Who.CALLERS, Who.MERGED})
TO_CITIZENS = (PortKind.SMS, PortKind.PHONE, PortKind.EMAIL)  # the first one that reaches them
TO_STAFF = (PortKind.WEBHOOK, PortKind.SMS, PortKind.EMAIL)  # each for which there is an address


@dataclass(frozen=True)
class Told:
    """One notice of an occasion."""

    who: Who
    template: str


Of, W = Occasion, Who
TABLE: dict[Occasion, tuple[Told, ...]] = {
    Of.FILED: (Told(W.CITIZEN, "citizen_filed"),),
    Of.DECLINED: (Told(W.CALLERS, "citizen_declined"),),
    Of.DISPATCHED: (Told(W.UNIT, "unit_dispatched"),),
    Of.JOINED: (Told(W.JOINED, "unit_joined"),),
    # The unit too: it sees that its return has come to be judged.
    Of.RETURNED: (Told(W.UNIT, "unit_returned"), Told(W.DISPATCHER, "dispatcher_returned")),
    Of.URGED: (Told(W.UNIT, "unit_urged"), Told(W.DISPATCHER, "dispatcher_urged")),
    Of.SUPERVISED: (Told(W.UNIT, "unit_supervised"), Told(W.DISPATCHER, "dispatcher_supervised")),
    Of.WARNED: (Told(W.UNIT, "unit_warned"), Told(W.DISPATCHER, "dispatcher_warned")),
    Of.EXPIRED: (Told(W.UNIT, "unit_expired"), Told(W.DISPATCHER, "dispatcher_expired")),
    # Whoever handled it before; where it goes now is told by the dispatch that follows.
    Of.REOPENED: (Told(W.UNIT, "unit_reopened"),),
    Of.RESULT: (Told(W.CALLERS, "citizen_result"),),
    # Its own caller is on the telephone; those of merged tickets are not.
    Of.ANSWERED: (Told(W.MERGED, "citizen_result"),),
}
OF_MOVE: dict[Move, Occasion] = {
    Move.FILE: Of.FILED,
    Move.DECLINE: Of.DECLINED,
    Move.DISPATCH: Of.DISPATCHED,
    Move.FORWARD: Of.DISPATCHED,
    Move.ESCALATE: Of.DISPATCHED,
    Move.OVERRULE_RETURN: Of.DISPATCHED,  # the same unit, which thought that it was rid of it
    Move.JOIN: Of.JOINED,
    Move.RETURN: Of.RETURNED,
    Move.URGE: Of.URGED,
    Move.SUPERVISE: Of.SUPERVISED,
    Move.REOPEN: Of.REOPENED,
    Move.CLOSE: Of.RESULT,
    Move.ANSWER: Of.ANSWERED,
}
TEMPLATES = frozenset(told.template for row in TABLE.values() for told in row)
