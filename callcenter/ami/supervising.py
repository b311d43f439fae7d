"""What Asterisk tells of a supervisor's channel, which we named ourselves. Pure.

... -sup- ...  UserEvent SupervisionMoved -> the mode it entered (talks.conf)
Hangup                     -> ended
CoreShowChannel            -> the mode it is in, as a new link tells
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import uuid4

from callcenter.ami.bridges import SUPERVISE
from callcenter.ami.headers import when

Mode = Literal["listen", "whisper", "barge", "take_over", "ended"]
MODES: Final[Mapping[str, Mode]] = {
    "listen": "listen",
    "whisper": "whisper",
    "barge": "barge",
    "take_over": "take_over",
}
_MARK: Final = "-sup-"
_CEL_TYPE, _CEL_TIME, _CEL_UNIQUEID = 0, 1, 5  # columns of cel_custom.conf


@dataclass(frozen=True)
class SupervisionTold:
    """A supervision entered a mode, or its channel is gone."""

    supervision: str
    mode: Mode
    at: datetime  # aware UTC


def new_supervision(node: str) -> str:
    """A name for a supervisor's channel, and so for the supervision."""
    return f"{node}{_MARK}{uuid4().hex[:16]}"


def supervision_told(headers: Mapping[str, str]) -> SupervisionTold | None:
    """What the message tells of a supervision; None where it is of something else."""
    unique_id, event = headers.get("Uniqueid", ""), headers.get("Event")
    if _MARK not in unique_id:
        return None
    mode: Mode | None = None
    if event == "UserEvent" and headers.get("UserEvent") == "SupervisionMoved":
        mode = MODES.get(headers.get("Mode", ""))
    elif event == "CoreShowChannel" and headers.get("Context") == SUPERVISE:
        mode = MODES.get(headers.get("Exten", ""))
    elif event == "Hangup":
        mode = "ended"
    return SupervisionTold(unique_id, mode, when(headers)) if mode else None


def ended_in(cel_lines: Iterable[str]) -> dict[str, datetime]:
    """When supervisors' channels ended, by name, as Asterisk's own record tells."""
    ends = {}
    for row in csv.reader(line for line in cel_lines if _MARK in line):
        if len(row) > _CEL_UNIQUEID and row[_CEL_TYPE] == "CHAN_END":
            ends[row[_CEL_UNIQUEID]] = datetime.fromtimestamp(float(row[_CEL_TIME]), UTC)
    return ends
