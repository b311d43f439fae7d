"""Reads one AMI message's headers. Pure, but for the clock where a message bears no time."""

from collections.abc import Mapping
from datetime import UTC, datetime

from callcenter.ami.bridges import Leg

Headers = Mapping[str, str]


class MalformedError(Exception):
    """A header is missing or holds something else than it should; its text is the header's name."""


def when(message: Headers) -> datetime:
    """When it was told, aware UTC; now where it does not say. Raises: MalformedError."""
    stamp = message.get("Timestamp")
    if stamp is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise MalformedError("Timestamp") from None


def text(message: Headers, header: str) -> str:
    """What the header holds. Raises: MalformedError where that is nothing."""
    value = message.get(header)
    if not value:
        raise MalformedError(header)
    return value


def whole(message: Headers, header: str) -> int:
    """The whole number a header holds. Raises: MalformedError."""
    try:
        return int(text(message, header))
    except ValueError:
        raise MalformedError(header) from None


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


def leg_of(message: Headers, prefix: str = "") -> Leg:
    """The channel an event tells of; `prefix` names another than the first. MalformedError."""
    return Leg(
        unique_id=text(message, f"{prefix}Uniqueid"),
        channel=text(message, f"{prefix}Channel"),
        root=message.get(f"{prefix}Linkedid", ""),
        number=message.get(f"{prefix}CallerIDNum", ""),
        call=variable(message, "CALL", f"{prefix}ChanVariable"),
        context=message.get(f"{prefix}Context", ""),
    )
