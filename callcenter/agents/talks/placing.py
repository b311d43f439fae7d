"""Ringing a citizen, for a ticket or back after they gave up; the seat is rung first. Pure.

The call is named before it begins, by the name we give its first channel; so whoever orders it
knows at once which call it is. It is recorded, and heard, like any other.
"""

from typing import Literal
from uuid import uuid4

from callcenter.agents.orders import Order
from callcenter.facts import Line

Why = Literal["ticket", "abandoned"]


def new_call_id(node: str) -> str:
    """A name that no other call bears, on any node."""
    return f"{node}-out-{uuid4().hex[:16]}"


def place(
    call_id: str,
    endpoint: str,
    number: str,
    *,
    line: Line,
    why: Why,
    seat: str,
    ticket_number: str | None,
    origin_call_id: str | None,
    ring_seconds: int,
) -> Order:
    """Rings the seat's telephone; picked up, it rings the citizen.

    Args:
        call_id: From `new_call_id`.
        endpoint: The telephone's name in pjsip.
        number: The citizen's, checked (`outside.refuse_number`).
        line: Whose call it counts as.
        why: What it is for.
        seat: Who rings.
        ticket_number: Whose case it is about.
        origin_call_id: The call that the ticket or the task comes from.
        ring_seconds: How long the seat's telephone rings.
    """
    told = {
        "LINE": line.value,
        "WHY": why,
        "SEAT": seat,
        "TICKET": ticket_number or "",
        "ORIGIN": origin_call_id or "",
    }
    return Order(
        "Originate",
        {
            "Channel": f"PJSIP/{endpoint}",
            "Context": "place-call",
            "Exten": number,
            "Priority": "1",
            "ChannelId": call_id,
            "CallerID": number,
            "Timeout": str(ring_seconds * 1000),
            "Async": "true",
            "Variable": [f"{name}={value}" for name, value in told.items()],
        },
    )
