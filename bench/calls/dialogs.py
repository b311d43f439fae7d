"""From SIP messages to dialogs: who was invited, who accepted, who ended it and when."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.calls.messages import Message


@dataclass
class Dialog:
    """One invitation as the phone saw it; times are seconds since 1970, None for what never was."""

    id: str
    inviter: str
    invited: str
    invited_at: float
    reached_at: float | None = None  # the first answer of any kind: the other side lives
    accepted_at: float | None = None  # 200, sent or received
    confirmed_at: float | None = None  # ACK of it
    cancelled_at: float | None = None
    refused: int = 0  # the final answer where it is not 200
    bye_at: float | None = None  # the first BYE, of either side
    bye_sent: bool = False  # whether this phone ended it
    bye_unknown: bool = False  # the other side no longer knew of the call
    bye_answered: bool = False
    referred_to: str = ""
    referred_at: float | None = None

    @property
    def is_joined(self) -> bool:
        """Whether the phone was in a call."""
        return self.accepted_at is not None and self.confirmed_at is not None


def dialogs_of(messages: Iterable[Message]) -> list[Dialog]:
    """All dialogs that an INVITE began, in order of their beginning."""
    dialogs: dict[str, Dialog] = {}
    for message in messages:
        if message.method == "INVITE" and not message.status:
            dialogs.setdefault(
                message.dialog,
                Dialog(message.dialog, message.from_user, message.to_user, message.at),
            )
        dialog = dialogs.get(message.dialog)
        if dialog:
            (_response if message.status else _request)(dialog, message)
    return sorted(dialogs.values(), key=lambda dialog: dialog.invited_at)


def _request(dialog: Dialog, message: Message) -> None:
    match message.method:
        case "ACK" if dialog.accepted_at is not None:
            dialog.confirmed_at = dialog.confirmed_at or message.at
        case "CANCEL":
            dialog.cancelled_at = dialog.cancelled_at or message.at
        case "BYE" if dialog.bye_at is None:
            dialog.bye_at, dialog.bye_sent = message.at, message.sent
        case "REFER":
            dialog.referred_at, dialog.referred_to = message.at, message.refer_to


def _response(dialog: Dialog, message: Message) -> None:
    if message.method == "BYE":
        dialog.bye_answered = dialog.bye_answered or message.status == 200
        dialog.bye_unknown = dialog.bye_unknown or message.status == 481
    if message.method != "INVITE":
        return
    dialog.reached_at = dialog.reached_at or message.at
    if message.status == 200:
        dialog.accepted_at = dialog.accepted_at or message.at
    elif message.status >= 300 and dialog.accepted_at is None:
        dialog.refused = message.status
