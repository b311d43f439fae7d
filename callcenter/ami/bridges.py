"""Who hears whom: which channels Asterisk has in which bridges. Pure.

    citizen --+-- bridge --+-- Local/..;1 = Local/..;2 --+-- bridge --+-- seat
              `------------ all of these are one room ----------------'

A consultation goes through a pair of Local channels, which Asterisk takes out again ("optimises")
some tenths of a second after voices flow through them. The two halves of a pair are therefore one
thing here, told by their name, and two bridges that a pair joins are one *room*.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

CITIZENS_CHANNEL: Final = "PJSIP/trunk-"  # the endpoint `trunk` of asterisk-config/pjsip.conf
SUPERVISE: Final = "supervise"  # the context of asterisk-config/talks.conf
OUTSIDE: Final = "outside"  # the seat of who is rung over the trunk and is not the citizen
_LOCAL: Final = "Local/"
_NOBODYS: Final = {"robot"}  # endpoints that are neither a seat nor the trunk
_BROWSER: Final = "-web"  # a seat's second telephone: endpoint `seat-01-web`


def endpoint_seat(channel: str) -> str:
    """The seat that a channel leads to: of PJSIP/seat-01-web-0000002a it is seat-01.

    Of other endpoints it is their name, and "" of a channel that is none's.
    """
    technology, _, name = channel.partition("/")
    return name.rpartition("-")[0].removesuffix(_BROWSER) if technology == "PJSIP" else ""


@dataclass(frozen=True)
class Leg:
    """One channel. `root` is its Linkedid at birth: the channel that led to it."""

    unique_id: str
    channel: str
    root: str = ""
    number: str = ""  # caller ID; of a channel that was dialled, the number dialled
    call: str = ""  # its variable CALL
    context: str = ""

    @property
    def is_trunk(self) -> bool:
        """Whether it goes over the trunk: the citizen, or a number outside."""
        return self.channel.startswith(CITIZENS_CHANNEL)

    @property
    def is_local(self) -> bool:
        """Whether it is a half of a pair that only joins bridges."""
        return self.channel.startswith(_LOCAL)

    @property
    def is_supervising(self) -> bool:
        """Whether it is a supervisor's who barges in: heard by both, and no part of the call."""
        return self.context == SUPERVISE

    @property
    def age(self) -> tuple[int, str]:
        """The lower, the earlier it came: Uniqueids end in the number of the channel."""
        number = self.unique_id.rpartition(".")[2]
        return int(number) if number.isdecimal() else 0, self.unique_id

    @property
    def seat(self) -> str:
        """Whose phone this is; "outside" over the trunk, "" for nobody's."""
        if self.is_trunk:
            return OUTSIDE
        seat = endpoint_seat(self.channel)
        return "" if seat in _NOBODYS else seat

    @property
    def dialled(self) -> tuple[str, str]:
        """Extension and context that a Local channel's name tells; "" for others."""
        if not self.is_local:
            return "", ""
        extension, _, rest = self.channel.removeprefix(_LOCAL).partition("@")
        return extension, rest.rpartition("-")[0]


class Bridges:
    """The table: each channel that is in a bridge, and that bridge."""

    def __init__(self) -> None:
        self._bridge_of: dict[str, str] = {}  # Uniqueid -> bridge
        self._in_bridge: dict[str, set[str]] = defaultdict(set)  # bridge -> Uniqueids
        self._legs: dict[str, Leg] = {}  # those in a bridge, by Uniqueid
        self._by_channel: dict[str, str] = {}  # channel name -> Uniqueid

    def enter(self, bridge: str, leg: Leg) -> None:
        """The channel is in this bridge and in no other."""
        self.leave(leg.unique_id)
        self._bridge_of[leg.unique_id] = bridge
        self._in_bridge[bridge].add(leg.unique_id)
        self._legs[leg.unique_id] = leg
        self._by_channel[leg.channel] = leg.unique_id

    def leave(self, unique_id: str) -> None:
        """The channel is in no bridge."""
        bridge = self._bridge_of.pop(unique_id, None)
        if bridge is None:
            return
        self._by_channel.pop(self._legs.pop(unique_id).channel, None)
        self._in_bridge[bridge].discard(unique_id)
        if not self._in_bridge[bridge]:
            del self._in_bridge[bridge]

    def is_bridged(self, unique_id: str) -> bool:
        """Whether the channel is in a bridge."""
        return unique_id in self._bridge_of

    def everybody(self) -> list[Leg]:
        """All channels in bridges."""
        return list(self._legs.values())

    def room(self, unique_id: str) -> list[Leg]:
        """All channels that hear this one, itself too, in the order of their ids; none: alone."""
        found: set[str] = set()
        ahead = [self._bridge_of[unique_id]] if unique_id in self._bridge_of else []
        bridges: set[str] = set()
        while ahead:
            bridge = ahead.pop()
            if bridge in bridges:
                continue
            bridges.add(bridge)
            found |= self._in_bridge[bridge]
            ahead += [other for leg in self._in_bridge[bridge] if (other := self._behind(leg))]
        return [self._legs[leg] for leg in sorted(found)]

    def _behind(self, unique_id: str) -> str:
        """The bridge of a Local channel's other half, "" where there is none."""
        channel = self._legs[unique_id].channel
        if not self._legs[unique_id].is_local or channel[-2:] not in (";1", ";2"):
            return ""
        other = channel[:-1] + ("2" if channel.endswith("1") else "1")
        return self._bridge_of.get(self._by_channel.get(other, ""), "")
