"""SIPp's message log (`-trace_msg`), read as what it is: SIP messages with the time of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_HEAD = re.compile(r"^-{20,} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})\n", re.MULTILINE)
_USER = re.compile(r"sips?:([^@;>]+)@")


@dataclass(frozen=True)
class Message:
    """One message as SIPp sent or received it; a repetition is a message of its own."""

    at: float  # seconds since 1970; SIPp was run with TZ=UTC
    sent: bool
    method: str  # of the request, or of the one that a response answers
    status: int  # 0 for a request
    dialog: str  # Call-ID
    from_user: str
    to_user: str
    refer_to: str = ""  # the user part of Refer-To


def read_messages(path: Path) -> Iterator[Message]:
    """The log's messages in order; what is no SIP message is passed over."""
    parts = _HEAD.split(path.read_text("utf-8", "replace"))
    for stamp, text in zip(parts[1::2], parts[2::2], strict=True):
        message = _message(stamp, text)
        if message:
            yield message


def _message(stamp: str, text: str) -> Message | None:
    told, _, body = text.partition("\n\n")
    lines = body.split("\n\n", 1)[0].splitlines()
    if not lines:
        return None
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}
    cseq = headers.get("cseq", "").split()
    if len(cseq) != 2 or "call-id" not in headers:
        return None
    at = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    first = lines[0].split()
    return Message(
        at=at.timestamp(),
        sent=" sent " in told,
        method=cseq[1],
        status=int(first[1]) if first[0].startswith("SIP/") else 0,
        dialog=headers["call-id"],
        from_user=_user(headers.get("from", "")),
        to_user=_user(headers.get("to", "")),
        refer_to=_user(headers.get("refer-to", "")),
    )


def _user(address: str) -> str:
    found = _USER.search(address)
    return found[1] if found else ""
