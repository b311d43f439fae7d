"""What the dialplan tells of a citizen's keys, read live (UserEvent) or from queue_log. Pure.

asterisk-config/citizens.conf tells each of these twice, with the same values: once to us, and once
into queue_log, so that what happened while we were down is not lost.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from callcenter.facts import CallFact, CallRated, PlaceKept, PlaceTried, VoicemailLeft

Headers = Mapping[str, str]

# The fields of each fact as queue_log has them, in order behind the event's name. A UserEvent names
# them by its headers, here behind the colon.
_FIELDS: Final[dict[str, tuple[type[CallFact], tuple[str, ...]]]] = {
    "PLACEKEPT": (
        PlaceKept,
        (
            "visit:Visit",
            "position:Position",
            "phone_number:Number",
            "waited_seconds:Waited",
            "joined_ms:Joined",
        ),
    ),
    "PLACETRIED": (PlaceTried, ("attempt:Attempt", "outcome:Outcome")),
    "VOICEMAIL": (VoicemailLeft, ("why:Why", "path:Path", "seconds:Seconds")),
    "CALLRATED": (CallRated, ("rating:Rating", "seat:Seat")),
}
_EVENTS: Final = {fact.__name__: name for name, (fact, _) in _FIELDS.items()}


def from_user_event(message: Headers, at: datetime) -> CallFact | None:
    """The fact a UserEvent of citizens.conf states; None where it is another's.

    Raises:
        ValueError: A header is missing or holds something else than it should.
    """
    name = _EVENTS.get(message.get("UserEvent", ""))
    if name is None:
        return None
    headers = [field.partition(":")[2] for field in _FIELDS[name][1]]
    queue = message.get("Queue", "12345")
    values = [message.get(header, "") for header in headers]
    return _fact(name, at, message.get("CallId", ""), queue, values)


def from_queue_log(
    event: str, at: datetime, call_id: str, queue: str, seat: str, values: Sequence[str]
) -> CallFact | None:
    """The fact a line of queue_log that citizens.conf wrote states; None where it is another's.

    Raises:
        ValueError: A value is missing or is something else than it should be.
    """
    if event not in _FIELDS:
        return None
    told = [*values, seat] if event == "CALLRATED" else list(values)
    return _fact(event, at, call_id, queue, told)


def _fact(name: str, at: datetime, call_id: str, queue: str, values: Sequence[str]) -> CallFact:
    kind, fields = _FIELDS[name]
    told: dict[str, Any] = dict(
        zip((field.partition(":")[0] for field in fields), values, strict=False)
    )
    if kind is PlaceKept:
        told |= {"queue": queue, "line": queue}
    try:
        return kind(at=at, call_id=_text(call_id), **told)
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["loc"][0])) from None  # never its value


def _text(call_id: str) -> str:
    if not call_id:
        raise ValueError("CallId")
    return call_id
