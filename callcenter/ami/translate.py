"""From an AMI message to a fact, or to nothing. Pure: no state, no clock but for undated messages.

What one message says alone is here; who talks to whom takes several, and is in `hearing.py`.

A call is named by the Uniqueid of the citizen's channel; one that we place, by that of its first
channel. At its birth that is also its Linkedid, and `queue_log` knows no other name; a Linkedid can
change later, when calls are joined. Every channel that the call leads to inherits the name as its
variable CALL, and how often the citizen has entered a queue as VISIT; manager.conf has each event
tell both.

Headers were read off Asterisk 22.10 (tests/tapes/). `Timestamp` needs `timestampevents = yes` in
manager.conf; answers to QueueStatus carry none. HoldTime and TalkTime are whole seconds, RingTime
of AgentRingNoAnswer is milliseconds.
"""

import re
from collections.abc import Callable
from typing import Final, Literal

import structlog

from callcenter.ami.bridges import CITIZENS_CHANNEL
from callcenter.ami.headers import Headers, MalformedError, text, variable, when, whole
from callcenter.ami.userevents import said
from callcenter.facts import (
    CallAbandoned,
    CallArrived,
    CallEnded,
    CallOffered,
    CallQueued,
    Fact,
    Line,
    OfferMissed,
    SeatSeen,
)

SeatStatus = Literal["unknown", "idle", "in_use", "busy", "invalid", "unavailable", "ringing"]

CITIZENS_CONTEXT: Final = "from-citizens"

# Asterisk's device states (include/asterisk/devicestate.h). A seat that talks and is rung a second
# time (7), or that holds a call (8), is in use: it cannot take another.
SEAT_STATUS: Final[dict[int, SeatStatus]] = {
    0: "unknown",
    1: "idle",
    2: "in_use",
    3: "busy",
    4: "invalid",
    5: "unavailable",
    6: "ringing",
    7: "in_use",
    8: "in_use",
}
_NUMBER = re.compile(r"\+?[0-9]{2,20}")

log = structlog.get_logger()


def translate(message: Headers, node: str) -> Fact | None:
    """The fact an AMI message of this node states; None where it states none of ours.

    Never raises: a malformed message is logged by the name of its faulty header and gives None.
    """
    event = message.get("Event", "")
    read = _READERS.get(event)
    if read is None:
        return None
    try:
        return read(message, node)
    except MalformedError as fault:
        log.warning("malformed AMI message", node=node, ami_event=event, header=str(fault))
        return None


def line_of(extension: str) -> Line | None:
    """The line a citizen dialled, None for any other extension."""
    return Line(extension) if extension in set(Line) else None


def number_of(caller_id: str) -> str | None:
    """The caller's number; None where it is withheld or is no number ("anonymous")."""
    return caller_id if _NUMBER.fullmatch(caller_id) else None


def _call_arrived(message: Headers, node: str) -> Fact | None:
    line = line_of(message.get("Exten", ""))
    if line is None or message.get("Context") != CITIZENS_CONTEXT or not _is_first_leg(message):
        return None
    return CallArrived(
        at=when(message),
        call_id=text(message, "Uniqueid"),
        line=line,
        node=node,
        caller_number=number_of(message.get("CallerIDNum", "")),
        caller_channel=text(message, "Channel"),
    )


def _call_queued(message: Headers, node: str) -> Fact | None:
    if _is_errand(message):
        return None
    return CallQueued(
        at=when(message),
        call_id=_call(message),
        queue=text(message, "Queue"),
        position=whole(message, "Position"),
        visit=_visit(message),
    )


def _call_abandoned(message: Headers, node: str) -> Fact | None:
    if _is_errand(message):
        return None
    return CallAbandoned(
        at=when(message),
        call_id=_call(message),
        queue=text(message, "Queue"),
        visit=_visit(message),
        waited_seconds=whole(message, "HoldTime"),
    )


def _call_offered(message: Headers, node: str) -> Fact | None:
    if _is_errand(message):
        return None
    return CallOffered(
        at=when(message),
        call_id=_call(message),
        seat=text(message, "MemberName"),
        seat_leg=text(message, "DestUniqueid"),
    )


def _offer_missed(message: Headers, node: str) -> Fact | None:
    if _is_errand(message):
        return None
    return OfferMissed(
        at=when(message),
        call_id=_call(message),
        seat=text(message, "MemberName"),
        seat_leg=message.get("DestUniqueid", ""),
        rang_seconds=whole(message, "RingTime") / 1000,
    )


def _call_ended(message: Headers, node: str) -> Fact | None:
    # The context is no help here: it is wherever in the dialplan the citizen hung up.
    if not message.get("Channel", "").startswith(CITIZENS_CHANNEL) or not _is_first_leg(message):
        return None
    return CallEnded(
        at=when(message), call_id=text(message, "Uniqueid"), cause=whole(message, "Cause")
    )


def _said(message: Headers, node: str) -> Fact | None:
    return said(message.get("UserEvent", ""), message, when(message), node)


def _seat_seen(message: Headers, node: str) -> Fact:
    return SeatSeen(
        at=when(message),
        seat=text(message, "Name" if message["Event"] == "QueueMember" else "MemberName"),
        queue=message.get("Queue", ""),
        status=SEAT_STATUS.get(whole(message, "Status"), "unknown"),
        paused=whole(message, "Paused") == 1,
    )


_READERS: Final[dict[str, Callable[[Headers, str], Fact | None]]] = {
    "Newchannel": _call_arrived,
    "QueueCallerJoin": _call_queued,
    "QueueCallerAbandon": _call_abandoned,
    "AgentCalled": _call_offered,
    "AgentRingNoAnswer": _offer_missed,
    "Hangup": _call_ended,
    "UserEvent": _said,
    "QueueMember": _seat_seen,  # an answer to QueueStatus
    "QueueMemberAdded": _seat_seen,
    "QueueMemberPause": _seat_seen,
    "QueueMemberStatus": _seat_seen,
}


def _call(message: Headers) -> str:
    """The citizen's call: a call that we placed is named by another channel than the citizen's."""
    return variable(message, "CALL") or text(message, "Uniqueid")


def _is_errand(message: Headers) -> bool:
    """Whether a seat's consultation is in the queue, not a citizen nor who keeps their place."""
    is_own = variable(message, "CALL") in ("", message.get("Uniqueid"))
    return message.get("Channel", "").startswith("Local/") and not is_own


def _visit(message: Headers) -> int:
    told = variable(message, "VISIT")
    return int(told) if told.isdecimal() and int(told) else 1


def _is_first_leg(message: Headers) -> bool:
    return message.get("Uniqueid") == message.get("Linkedid")
