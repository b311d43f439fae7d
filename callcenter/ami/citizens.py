"""What a citizen did by keys, as the dialplan tells it (asterisk-config/citizens.conf). Pure.

    UserEvent(PlaceKept,CallId: ${CALL},Queue: 12345,Visit: ${VISIT},Position: 2,Number: ...,...)

The same words stand in CEL, so that what happened while we were down is not lost (`userevents.py`).

| event         | headers                                                                       |
|---------------|-------------------------------------------------------------------------------|
| PlaceKept     | CallId, Queue, Visit, Position, Number, Waited (seconds), Joined (ms),        |
|               | Speaks: zh or en                                                              |
| PlaceTried    | CallId, Attempt, Outcome: answered, no_answer or failed                       |
| VoicemailLeft | CallId, Why: asked, night, holiday, overload or closed; Path, Seconds         |
| CallRated     | CallId, Rating: 1 to 4; Seat                                                  |
| CallerLocated | CallId, Network, Geolocation (what SIP said, URI-encoded: it may hold commas)  |
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from callcenter.facts import (
    CallerLocated,
    CallFact,
    CallRated,
    PlaceKept,
    PlaceTried,
    VoicemailLeft,
)

Told = Mapping[str, str]
Reader = Callable[[Told, datetime, str], CallFact]

# The header of each field.
_HEADERS: Final[dict[type[CallFact], dict[str, str]]] = {
    PlaceKept: {
        "line": "Queue",
        "queue": "Queue",
        "visit": "Visit",
        "position": "Position",
        "phone_number": "Number",
        "waited_seconds": "Waited",
        "joined_ms": "Joined",
        "language": "Speaks",
    },
    PlaceTried: {"attempt": "Attempt", "outcome": "Outcome"},
    VoicemailLeft: {"why": "Why", "path": "Path", "seconds": "Seconds"},
    CallRated: {"rating": "Rating", "seat": "Seat"},
    CallerLocated: {"network": "Network", "geolocation": "Geolocation"},
}


def _reader(kind: type[CallFact]) -> Reader:
    def read(told: Told, at: datetime, _node: str) -> CallFact:
        fields = {
            field: unquote(told[header])
            for field, header in _HEADERS[kind].items()
            if header in told or kind.model_fields[field].is_required()
        }
        return kind.model_validate({"at": at, "call_id": told["CallId"], **fields})

    return read


CITIZENS: Final[dict[str, Reader]] = {kind.__name__: _reader(kind) for kind in _HEADERS}
