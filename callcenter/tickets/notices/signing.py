"""Signatures of webhooks, as Standard Webhooks 1.0 has them. Pure.

    webhook-id: the message's own, the same at every try
    webhook-timestamp: seconds since 1970, of this try
    webhook-signature: v1,BASE64(HMAC-SHA256(secret, "ID.TIMESTAMP.BODY"))

Who receives one checks the signature over the bytes as they came, refuses one whose timestamp is
far from its own clock, and deals with each id once. Several signatures may stand side by side,
with spaces between, while a secret is being changed.
Source: https://www.standardwebhooks.com, specification, "Webhook metadata" and "Signature scheme".
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
VERSION = "v1"


def signed(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that go with a body.

    Args:
        secret: Shared with whoever receives it.
        message_id: Of the message, the same at every try; no dot in it.
        at: The moment of this try.
        body: As it is sent.
    """
    stamp = str(int(at.timestamp()))
    return {
        ID: message_id,
        TIMESTAMP: stamp,
        SIGNATURE: f"{VERSION},{_signature(secret, message_id, stamp, body)}",
    }


def is_genuine(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> bool:
    """Whether the body was signed with this secret, and lately; header names in small letters."""
    message_id, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not message_id or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > tolerance.total_seconds():
        return False
    right = f"{VERSION},{_signature(secret, message_id, stamp, body)}".encode()
    shown = headers.get(SIGNATURE, "").split()
    return any(hmac.compare_digest(right, one.encode()) for one in shown)


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    told = f"{message_id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.digest(secret.encode(), told, "sha256")).decode()
