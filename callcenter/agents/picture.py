"""Two pictures compared: what Asterisk was told and what it has, what calls we know and it has.

Pure. A difference is one that nobody ordered: an order not yet carried out is none (`desk.py`).
Who wins, and why:

| subject | ours | Asterisk's | wins | because |
|---|---|---|---|---|
| membership | wanted | absent, other penalty or telephone | ours | people ordered it here |
| membership | not wanted | there | ours | it would ring an empty seat, or one that signed out |
| pause | as ordered | otherwise | ours | the agent sees our state, and relies on it |
| phone | any | any | Asterisk's | it alone hears the telephone |
| seat | no channel is its | in a call | ours | a call has a channel; it would be rung no more |
| call | open | gone | Asterisk's | who hung up is gone; it would stand "in call" for ever |
| call | unknown | there | Asterisk's | it rings there; its files say how it began |

Decision: docs/decisions/0022-who-wins-when-pictures-differ.md.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from callcenter.agents.membership import Membership, Memberships

Subject = Literal["membership", "pause", "phone", "seat", "call"]
ABSENT = "absent"
IN_A_CALL = frozenset({"ringing", "in_use", "busy"})  # statuses of `SeatSeen`


@dataclass(frozen=True)
class Difference:
    """One thing that stands otherwise here than there."""

    subject: Subject
    name: str  # the seat's, the call's
    ours: str
    asterisks: str
    side_mended: Literal["ours", "asterisk"]


def seat_differences(seat: str, told: Memberships, there: Memberships) -> Iterator[Difference]:
    """What Asterisk has of a seat otherwise than it was told."""
    for queue in sorted({*told, *there}):
        ours, theirs = told.get(queue), there.get(queue)
        if _place(ours) != _place(theirs):
            yield Difference(
                "membership", seat, _say(queue, _place(ours)), _say(queue, _place(theirs)),
                "asterisk",
            )  # fmt: skip
        elif _pause(ours) != _pause(theirs):
            yield Difference(
                "pause", seat, _say(queue, _pause(ours)), _say(queue, _pause(theirs)), "asterisk"
            )


def phone_differences(
    ours: Mapping[str, str], asterisks: Mapping[str, str]
) -> Iterator[Difference]:
    """Seats whose telephone Asterisk shows in another state than we do; by seat."""
    for seat in sorted(ours.keys() & asterisks.keys()):
        if ours[seat] != asterisks[seat]:
            yield Difference("phone", seat, ours[seat], asterisks[seat], "ours")


def stuck_seats(states: Mapping[str, str], with_channel: Collection[str]) -> Iterator[Difference]:
    """Seats that a queue of Asterisk's takes for ringing or talking while no channel is theirs.

    Args:
        states: As the queue has it, by seat: one of IN_A_CALL.
        with_channel: Seats that a channel leads to.
    """
    for seat in sorted(states.keys() - set(with_channel)):
        yield Difference("seat", seat, "no channel", states[seat], "asterisk")


def call_differences(
    open_calls: Mapping[str, str], known: Collection[str], there: Collection[str]
) -> Iterator[Difference]:
    """Calls that are open here and gone there, or there and not known here.

    Args:
        open_calls: State of each call that is open here, by its id.
        known: Those of `there` that we know of, open or not.
        there: The citizens' calls that live in Asterisk.
    """
    for call_id in sorted(open_calls.keys() - set(there)):
        yield Difference("call", call_id, open_calls[call_id], "gone", "ours")
    for call_id in sorted(set(there) - set(known) - open_calls.keys()):
        yield Difference("call", call_id, "unknown", "living", "ours")


def _place(member: Membership | None) -> str:
    return f"{member.interface} penalty {member.penalty}" if member else ABSENT


def _pause(member: Membership | None) -> str:
    if member is None or not member.paused:
        return "not paused"
    return f"paused: {member.reason}" if member.reason else "paused"


def _say(queue: str, what: str) -> str:
    return f"{queue}: {what}"
