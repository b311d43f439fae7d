"""The one door to pyVoIP 1.6.8: it reads SIP and writes REGISTER, INVITE, SDP and digests.

Its sockets, threads, calls and RTP are not used: `robot.py` carries the messages on asyncio and
`rtp.py` the voice. Mended here: the ACK (a new To tag in it made Asterisk repeat its 200 OK for
32 s), BYE and replies (likewise), the INVITE with credentials (it kept the old Via branch), CANCEL
and OPTIONS (unknown to it), Call-IDs (the same after every start).
"""

import random
import re
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

import pyVoIP.VoIP  # before pyVoIP.SIP, which alone imports itself in a circle
from pyVoIP.RTP import PayloadType, TransmitType
from pyVoIP.SIP import SIPClient, SIPMessage, SIPMessageType

Message = SIPMessage

# Asterisk asks seats with OPTIONS whether they are still there.
pyVoIP.SIPCompatibleMethods = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"]

_KEYS_TYPE = 101  # the payload type we offer for keys
_OFFER = {0: PayloadType.PCMU, _KEYS_TYPE: PayloadType.EVENT}
_HEADERS = ("Via", "From", "To", "Call-ID", "CSeq")  # RFC 3261 8.1.1: in every message


class Writer(SIPClient):
    """Writes one phone's SIP messages; owns no socket and no thread."""

    def __init__(self, server: tuple[str, int], username: str, secret: str, host: str) -> None:
        no_phone = cast(pyVoIP.VoIP.VoIPPhone, None)  # only pyVoIP's threads ask it
        super().__init__(*server, username, secret, phone=no_phone, myIP=host)

    def gen_call_id(self) -> str:
        """A Call-ID that no phone before or after has; pyVoIP counts from 1 at every start."""
        return f"{uuid4().hex}@{self.myIP}"

    def offer(
        self, number: str, rtp_port: int, call_id: str, challenge: Message | None = None
    ) -> str:
        """An INVITE that offers mu-law and keys on `rtp_port`; `challenge`: the 401 it answers."""
        media: dict[int, Any] = {rtp_port: _OFFER}  # pyVoIP's own hint names the keys wrongly
        invite = self.gen_invite(
            number, _session(), media, TransmitType.SENDRECV, self.gen_branch(), call_id
        )
        if challenge is None:
            return invite
        return invite.replace("Content-Length", f"{self._credentials(challenge)}Content-Length")

    def accept(self, invite: Message, rtp_port: int, tag: str) -> str:
        """The 200 OK of an INVITE: mu-law and keys on `rtp_port`; `tag` names our end."""
        self.tagLibrary[invite.headers["Call-ID"]] = tag
        kinds = {0: PayloadType.PCMU, event_type(invite): PayloadType.EVENT}
        return self.gen_answer(invite, _session(), {rtp_port: kinds}, TransmitType.SENDRECV)

    def gen_ack(self, response: Message) -> str:
        """The ACK of a final answer: RFC 3261 13.2.2.4 (accepted) and 17.1.1.3 (refused)."""
        head = response.headers
        accepted = int(response.status) == 200
        target = _uri(head["Contact"]) if accepted else f"sip:{head['To']['address']}"
        branch = self.gen_branch() if accepted else head["Via"][0]["branch"]
        return self._request("ACK", target, head["From"], head["To"], head, branch)

    def cancel(self, invite: Message) -> str:
        """The CANCEL of an INVITE of ours, with its branch: RFC 3261 9.1."""
        head = invite.headers
        target, branch = f"sip:{head['To']['address']}", head["Via"][0]["branch"]
        return self._request("CANCEL", target, head["From"], head["To"], head, branch)

    def as_caller(self, method: str, answer: Message, later: int, refer_to: str = "") -> str:
        """A BYE or REFER of a call we made, from the 200 OK that opened it.

        `later` counts our requests since the INVITE; `refer_to` is where to (`target`).
        """
        head = answer.headers
        ends, target = (head["From"], head["To"]), _uri(head["Contact"])
        return self._request(method, target, *ends, head, self.gen_branch(), later, refer_to)

    def as_called(
        self, method: str, invite: Message, tag: str, later: int, refer_to: str = ""
    ) -> str:
        """The same of a call that came here, from its INVITE and the tag we gave our end."""
        head = invite.headers
        ends, target = (head["To"] | {"tag": tag}, head["From"]), _uri(head["Contact"])
        return self._request(method, target, *ends, head, self.gen_branch(), later, refer_to)

    def target(self, number: str, replaced: Message | None = None) -> str:
        """Where a REFER sends somebody: a number, or into the call that `replaced` opened.

        `replaced` is the 200 OK of a call we made. Source: RFC 3891 section 3.
        """
        uri = f"sip:{number}@{self.server}"
        if replaced is None:
            return uri
        head = replaced.headers
        dialog = f"{head['Call-ID']};to-tag={head['To']['tag']};from-tag={head['From']['tag']}"
        return f"{uri}?Replaces={quote(dialog, safe='')}"

    def reply(self, request: Message, status: str, tag: str = "") -> str:
        """An answer without a body; `tag` names our end where the request does not yet."""
        head = request.headers
        to = head["To"] if head["To"]["tag"] else head["To"] | {"tag": tag}
        lines = [
            f"SIP/2.0 {status}",
            self._gen_response_via_header(request).rstrip("\r\n"),
            f"From: {_end(head['From'])}",
            f"To: {_end(to)}",
            f"Call-ID: {head['Call-ID']}",
            f"CSeq: {head['CSeq']['check']} {head['CSeq']['method']}",
            f"Contact: <sip:{self.username}@{self.myIP}:{self.myPort}>",
            "Content-Length: 0\r\n\r\n",
        ]
        return "\r\n".join(lines)

    def _request(
        self,
        method: str,
        target: str,
        sender: dict[str, Any],
        receiver: dict[str, Any],
        dialog: dict[str, Any],
        branch: str,
        later: int = 0,
        refer_to: str = "",
    ) -> str:
        """A request without a body, `later` steps after the INVITE of `dialog`'s headers."""
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.myIP}:{self.myPort};branch={branch}",
            "Max-Forwards: 70",
            f"From: {_end(sender)}",
            f"To: {_end(receiver)}",
            f"Call-ID: {dialog['Call-ID']}",
            f"CSeq: {int(dialog['CSeq']['check']) + later} {method}",
        ]
        if refer_to:  # RFC 3515
            lines.append(f"Contact: <sip:{self.username}@{self.myIP}:{self.myPort}>")
            lines.append(f"Refer-To: <{refer_to}>")
        return "\r\n".join([*lines, "Content-Length: 0\r\n\r\n"])

    def _credentials(self, challenge: Message) -> str:
        digest = str(self.gen_authorization(challenge), "ascii")
        asked = challenge.authentication
        return (
            f'Authorization: Digest username="{self.username}",realm="{asked["realm"]}",'
            f'nonce="{asked["nonce"]}",uri="sip:{self.server};transport=UDP",'
            f'response="{digest}",algorithm=MD5\r\n'
        )


def parse(text: str) -> Message:
    """A message of our own, as pyVoIP reads it."""
    return Message(text.encode("utf-8"))


def read(data: bytes) -> Message | None:
    """A message that came, or None where pyVoIP cannot read it (a keep-alive, another method)."""
    try:
        message = Message(data)
    except Exception:  # pyVoIP checks nothing: garbage ends in whatever error comes first
        return None
    return message if all(message.headers.get(name) for name in _HEADERS) else None


def is_reply(message: Message) -> bool:
    """Whether it answers a request."""
    return bool(message.type == SIPMessageType.RESPONSE)


def branch_of(request: str) -> str:
    """The Via branch, by which replies find their request."""
    found = re.search(r"branch=([^;\r]+)", request)
    return found[1] if found else ""


def dialled(invite: Message) -> str:
    """The number an INVITE is for: the user of its request URI."""
    return str(invite.heading, "utf-8").split(" ")[1].partition(":")[2].partition("@")[0]


def voice_address(message: Message) -> tuple[str, int]:
    """Host and UDP port where the sender of this SDP wants to hear us."""
    return message.body["c"][0]["address"], message.body["m"][0]["port"]


def event_type(message: Message) -> int:
    """The RTP payload type this SDP gives to keys (telephone-event)."""
    for kind, attributes in message.body["m"][0]["attributes"].items():
        if attributes.get("rtpmap", {}).get("name") == "telephone-event":
            return int(kind)
    return _KEYS_TYPE


def _end(header: dict[str, Any]) -> str:
    """From or To as it is written: address and tag."""
    return f"{header['raw']};tag={header['tag']}" if header["tag"] else str(header["raw"])


def _uri(contact: str) -> str:
    return contact.partition("<")[2].partition(">")[0] or contact


def _session() -> str:
    return str(random.randint(1, 999_999))
