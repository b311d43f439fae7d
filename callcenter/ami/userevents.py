"""What our own dialplan tells, since Asterisk has no event for it: the same words in AMI and CEL.

    UserEvent(QueueLeft,CallId: ${CALL},Queue: 12345,Visit: ${VISIT},Why: key,Key: 3,Waited: 41)
    CELGenUserEvent(QueueLeft,CallId: ${CALL},Queue: 12345,Visit: ${VISIT},Why: key,Key: 3,...)

| event      | headers                                                                     |
|------------|-----------------------------------------------------------------------------|
| QueueLeft  | CallId, Queue, Visit, Why: key, timeout or closed; Key, Waited (seconds)    |
| CallPlaced | CallId, Line, Number, Why: ticket, abandoned or kept_place; Seat, Ticket,   |
|            | Origin (the citizen's own call); told on the first channel of the call      |
| PhoneLost  | CallId, Phone (the channel of the seat's phone that fell silent)            |

What citizens do by keys is told in the same way: `citizens.py`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from callcenter.ami.bridges import endpoint_seat
from callcenter.ami.citizens import CITIZENS
from callcenter.ami.headers import MalformedError
from callcenter.facts import CallFact, CallPlaced, PhoneLost, QueueLeft

Told = Mapping[str, str]


def said(name: str, told: Told, at: datetime, node: str) -> CallFact | None:
    """The fact that the dialplan's event states; None for an event that is not ours.

    Raises:
        MalformedError: A header is missing or faulty; its name is the text.
    """
    read = _EVENTS.get(name)
    if read is None:
        return None
    try:
        return read(told, at, node)
    except KeyError as missing:
        raise MalformedError(str(missing.args[0])) from None
    except ValidationError as fault:
        raise MalformedError(str(fault.errors()[0]["loc"][0])) from None


def of_text(text: str) -> dict[str, str]:
    """The headers in what CEL keeps of such an event: `CallId: n1-7.0,Queue: 12345`."""
    pairs = (part.partition(":") for part in text.split(","))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _queue_left(told: Told, at: datetime, node: str) -> CallFact:
    return QueueLeft.model_validate(
        {
            "at": at,
            "call_id": told["CallId"],
            "queue": told["Queue"],
            "visit": told.get("Visit") or 1,
            "why": told["Why"],
            "key_pressed": told.get("Key", ""),
            "waited_seconds": told.get("Waited") or 0,
        }
    )


def _call_placed(told: Told, at: datetime, node: str) -> CallFact:
    return CallPlaced.model_validate(
        {
            "at": at,
            "call_id": told["CallId"],
            "line": told["Line"],
            "node": node,
            "phone_number": told["Number"],
            "why": told["Why"],
            "seat": told.get("Seat") or None,
            "ticket_number": told.get("Ticket") or None,
            "origin_call_id": told.get("Origin") or None,
        }
    )


def _phone_lost(told: Told, at: datetime, node: str) -> CallFact:
    channel = told["Phone"]  # PJSIP/seat-01-0000002a, or PJSIP/seat-01-web-...
    seat = endpoint_seat(channel)
    if not seat:
        raise MalformedError("Phone")
    return PhoneLost(at=at, call_id=told["CallId"], seat=seat, seat_channel=channel)


_EVENTS: Final[dict[str, Callable[[Told, datetime, str], CallFact]]] = {
    "QueueLeft": _queue_left,
    "CallPlaced": _call_placed,
    "PhoneLost": _phone_lost,
    **CITIZENS,
}
OURS: Final = frozenset(_EVENTS)  # the events' names
