"""What every port is: it carries a letter, says how that went, and has a rule for doubt."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from callcenter.tickets.notices.occasions import PortKind


@dataclass(frozen=True)
class Letter:
    """A notice on its way. The address is looked up for the try and kept nowhere."""

    key: str  # the same at every try
    ticket_number: str
    occasion: str
    address: str
    subject: str
    text: str
    language: str = "zh"


class Ending(StrEnum):
    """How a try ended, as far as the port can tell."""

    SENT = "sent"
    AGAIN = "again"  # surely not sent; it may go better later
    REFUSED = "refused"  # surely not sent, and never will be
    DOUBT = "doubt"  # perhaps sent


@dataclass(frozen=True)
class TryEnd:
    """A try's ending, with a word on it for the log: "HTTP 503", "ConnectError"."""

    ending: Ending
    detail: str = ""


class Rule(StrEnum):
    """What becomes of a try of which nobody knows whether it left."""

    SAME_KEY = "same_key"  # again: the receiver knows the key, and deals with it once
    PERSON = "person"  # it is marked, and a person decides


class Port(Protocol):
    """Carries letters of a kind."""

    @property
    def kind(self) -> PortKind:
        """What it carries."""

    @property
    def rule(self) -> Rule:
        """What doubt leads to."""

    async def send(self, letter: Letter) -> TryEnd:
        """Try once; never raises."""
