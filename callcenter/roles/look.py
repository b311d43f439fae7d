"""One look at Asterisk's own picture: its queues' members, its telephones, its calls.

Asked by three AMI actions, whose answers come through the link among all other events, in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from callcenter.agents.membership import Membership
from callcenter.agents.picture import IN_A_CALL
from callcenter.ami.bridges import CITIZENS_CHANNEL, endpoint_seat
from callcenter.ami.headers import variable
from callcenter.ami.translate import SEAT_STATUS
from callcenter.speech.tap import TAP_PREFIX

ACTIONS: Final = ("QueueStatus", "DeviceStateList", "CoreShowChannels")
MARK: Final = "look"  # ActionIDs are look-NUMBER-ACTION
REGISTERED: Final = {
    "NOT_INUSE": True,
    "UNAVAILABLE": False,
    "INVALID": False,
}  # others say nothing


@dataclass
class Look:
    """What was told so far; `take` each message that bears this look's ActionID."""

    number: int
    node: str
    first: bool = False  # since the link is up: what changed meanwhile is no alarm
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    members: dict[str, dict[str, Membership]] = field(default_factory=dict)  # by seat and queue
    phones: dict[str, str] = field(default_factory=dict)  # SeatSeen's status, by seat
    in_a_call: dict[str, str] = field(default_factory=dict)  # the same, of whom a queue says so
    registered: dict[str, bool] = field(default_factory=dict)  # by endpoint
    calls: set[str] = field(default_factory=set)  # Uniqueid of each channel, and of its call
    citizens: set[str] = field(default_factory=set)  # those of citizens who rang us
    channels: set[str] = field(default_factory=set)  # by their names
    taps: dict[str, str] = field(default_factory=dict)  # Uniqueid -> the channel it listens to

    @property
    def seats_with_channel(self) -> set[str]:
        """Seats that a channel leads to, by either of their telephones, among others."""
        return {endpoint_seat(channel) for channel in self.channels}

    @property
    def idle_taps(self) -> list[str]:
        """Uniqueids of those that listen to a channel that is gone."""
        return sorted(tap for tap, heard in self.taps.items() if heard not in self.channels)

    def action_id(self, action: str) -> str:
        """The ActionID to ask with."""
        return f"{MARK}-{self.number}-{action}"

    def take(self, headers: Mapping[str, str]) -> bool:
        """Keep what a message tells; True where it was the last."""
        match headers.get("Event"):
            case "QueueMember":
                self._take_member(headers)
            case "DeviceStateChange":
                self._take_device(headers)
            case "CoreShowChannel":
                self._take_channel(headers)
            case "CoreShowChannelsComplete":
                return True
        return False

    def _take_member(self, headers: Mapping[str, str]) -> None:
        if headers.get("Membership") == "static":  # of queues.conf, such as 110's outside number
            return
        seat = headers.get("Name", "")
        paused = headers.get("Paused") == "1"
        self.members.setdefault(seat, {})[headers.get("Queue", "")] = Membership(
            headers.get("Location", ""),
            _whole(headers.get("Penalty", "")),
            paused,
            headers.get("PausedReason", "") if paused else "",
        )
        status = SEAT_STATUS.get(_whole(headers.get("Status", "")), "unknown")
        self.phones[seat] = status
        if status in IN_A_CALL:
            self.in_a_call[seat] = status

    def _take_device(self, headers: Mapping[str, str]) -> None:
        kind, _, endpoint = headers.get("Device", "").partition("/")
        registered = REGISTERED.get(headers.get("State", ""))
        if kind == "PJSIP" and registered is not None:
            self.registered[endpoint] = registered

    def _take_channel(self, headers: Mapping[str, str]) -> None:
        channel_id = headers.get("Uniqueid", "")
        self.channels.add(headers.get("Channel", ""))
        if channel_id.startswith(TAP_PREFIX):
            self.taps[channel_id] = headers.get("ApplicationData", "").partition(",")[0]
        self.calls |= {channel_id, variable(headers, "CALL") or channel_id}
        rang_us = headers.get("Channel", "").startswith(CITIZENS_CHANNEL)
        if rang_us and headers.get("Linkedid") == channel_id:
            self.citizens.add(channel_id)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0
