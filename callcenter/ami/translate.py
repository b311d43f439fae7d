"""From an AMI message to a fact, or to nothing. Pure: no state, no clock but for undated messages.

A call is named by the Uniqueid of the citizen's channel. At its birth that is also its Linkedid,
and `queue_log` knows no other name; a Linkedid can change later, when calls are joined. Every
channel that the call leads to inherits the name as its variable CALL, and how often the citizen
has entered a queue as VISIT; manager.conf has each event tell both.

Headers were read off Asterisk 22.10 (tests/tapes/). `Timestamp` needs `timestampevents = yes` in
manager.conf; answers to QueueStatus carry none. HoldTime and TalkTime are whole seconds, RingTime
of AgentRingNoAnswer is milliseconds.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, Literal

import structlog

from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallOffered,
    CallQueued,
    Fact,
    Line,
    OfferMissed,
    SeatSeen,
    TalkEnded,
)

Headers = Mapping[str, str]
SeatStatus = Literal["unknown", "idle", "in_use", "busy", "invalid", "unavailable", "ringing"]

CITIZENS_CONTEXT: Final = "from-citizens"
CITIZENS_CHANNEL: Final = "PJSIP/trunk-"  # the endpoint `trunk` of asterisk-config/pjsip.conf

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


class _MalformedError(Exception):
    """A header is missing or holds something else than it should; its text is the header's name."""


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
    except _MalformedError as fault:
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
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        line=line,
        node=node,
        caller_number=number_of(message.get("CallerIDNum", "")),
        caller_channel=_text(message, "Channel"),
    )


def _call_queued(message: Headers, node: str) -> Fact:
    return CallQueued(
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        queue=_text(message, "Queue"),
        position=_whole(message, "Position"),
        visit=_visit(message),
    )


def _call_abandoned(message: Headers, node: str) -> Fact:
    return CallAbandoned(
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        queue=_text(message, "Queue"),
        visit=_visit(message),
        waited_seconds=_whole(message, "HoldTime"),
    )


def _call_offered(message: Headers, node: str) -> Fact:
    return CallOffered(
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        seat=_text(message, "MemberName"),
        seat_leg=_text(message, "DestUniqueid"),
    )


def _offer_missed(message: Headers, node: str) -> Fact:
    return OfferMissed(
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        seat=_text(message, "MemberName"),
        seat_leg=message.get("DestUniqueid", ""),
        rang_seconds=_whole(message, "RingTime") / 1000,
    )


def _call_answered(message: Headers, node: str) -> Fact:
    return CallAnswered(
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        queue=_text(message, "Queue"),
        seat=_text(message, "MemberName"),
        seat_leg=_text(message, "DestUniqueid"),
        seat_channel=_text(message, "DestChannel"),
        caller_channel=_text(message, "Channel"),
        waited_seconds=_whole(message, "HoldTime"),
    )


def _talk_ended(message: Headers, node: str) -> Fact | None:
    # A seat that hangs up in the very moment it answers is gone before Asterisk tells of it: the
    # headers of its channel are missing. Nobody talked; queue_log still knows the leg.
    if "DestUniqueid" not in message:
        return None
    return TalkEnded(
        at=_at(message),
        call_id=_text(message, "Uniqueid"),
        seat=_text(message, "MemberName"),
        seat_leg=_text(message, "DestUniqueid"),
        talked_seconds=_whole(message, "TalkTime"),
    )


def _call_ended(message: Headers, node: str) -> Fact | None:
    # The context is no help here: it is wherever in the dialplan the citizen hung up.
    if not message.get("Channel", "").startswith(CITIZENS_CHANNEL) or not _is_first_leg(message):
        return None
    return CallEnded(
        at=_at(message), call_id=_text(message, "Uniqueid"), cause=_whole(message, "Cause")
    )


def _seat_seen(message: Headers, node: str) -> Fact:
    return SeatSeen(
        at=_at(message),
        seat=_text(message, "Name" if message["Event"] == "QueueMember" else "MemberName"),
        queue=message.get("Queue", ""),
        status=SEAT_STATUS.get(_whole(message, "Status"), "unknown"),
        paused=_whole(message, "Paused") == 1,
    )


_READERS: Final[dict[str, Callable[[Headers, str], Fact | None]]] = {
    "Newchannel": _call_arrived,
    "QueueCallerJoin": _call_queued,
    "QueueCallerAbandon": _call_abandoned,
    "AgentCalled": _call_offered,
    "AgentRingNoAnswer": _offer_missed,
    "AgentConnect": _call_answered,
    "AgentComplete": _talk_ended,
    "Hangup": _call_ended,
    "QueueMember": _seat_seen,  # an answer to QueueStatus
    "QueueMemberAdded": _seat_seen,
    "QueueMemberPause": _seat_seen,
    "QueueMemberStatus": _seat_seen,
}


def variable(message: Headers, name: str, header: str = "ChanVariable") -> str:
    """What a channel's variable holds, "" where the event does not tell it.

    Args:
        message: The event.
        name: One of manager.conf's `channelvars`.
        header: "DestChanVariable" for the second channel of an event of two.
    """
    for line in message.get(header, "").splitlines():
        told, equals, value = line.partition("=")
        if equals and told == name:
            return value
    return ""


def _visit(message: Headers) -> int:
    told = variable(message, "VISIT")
    return int(told) if told.isdecimal() and int(told) else 1


def _is_first_leg(message: Headers) -> bool:
    return message.get("Uniqueid") == message.get("Linkedid")


def _at(message: Headers) -> datetime:
    stamp = message.get("Timestamp")
    if stamp is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise _MalformedError("Timestamp") from None


def _text(message: Headers, header: str) -> str:
    value = message.get(header)
    if not value:
        raise _MalformedError(header)
    return value


def _whole(message: Headers, header: str) -> int:
    try:
        return int(_text(message, header))
    except ValueError:
        raise _MalformedError(header) from None
