"""What every fact is: frozen, with an audience, an id by what happened, and its `pii`."""

from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha1
from typing import ClassVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

STAND_IN = "~"  # begins what stands where a number was deleted; nobody can be rung at it
_NAMESPACE = UUID("5f1a2c64-7c0e-5b5e-9d2b-12345110aaaa")
_NAMESPACE_BYTES = _NAMESPACE.bytes
_VARIANTS = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}


class Line(StrEnum):
    """The two numbers citizens dial."""

    SERVICE = "12345"
    POLICE = "110"


class Side(StrEnum):
    """Who speaks on a stream of a call."""

    CITIZEN = "citizen"
    SEAT = "seat"


class Audience(StrEnum):
    """Who may be shown a fact."""

    SEAT = "seat"  # the seat on the call, and supervisors of its queue
    SUPERVISOR = "supervisor"  # queues and seats
    CASE = "case"  # whoever may see the ticket: dispatcher, its unit, verifier, evaluator
    OPERATOR = "operator"  # whoever keeps the system running


class Fact(BaseModel):
    """What all facts share: when it happened (aware UTC) and an id that follows from `key`."""

    model_config = ConfigDict(frozen=True)

    audience: ClassVar[Audience]
    key: ClassVar[tuple[str, ...]]
    pii: ClassVar[frozenset[str]] = frozenset()

    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def id(self) -> UUID:
        """The same for every statement of the same happening."""
        return uuid5(_NAMESPACE, self._named())

    @property
    def id_hex(self) -> str:
        """The id as 32 digits, several times as fast: for who writes millions.

        Source: RFC 9562, 5.5.
        """
        made = sha1(_NAMESPACE_BYTES + self._named().encode(), usedforsecurity=False).hexdigest()
        return f"{made[:12]}5{made[13:16]}{_VARIANTS[made[16]]}{made[17:32]}"

    def _named(self) -> str:
        named = "|".join([str(getattr(self, field)) for field in self.key])
        return f"{type(self).__name__}|{named}"


class CallFact(Fact):
    """A fact about one call, named by Asterisk's Linkedid."""

    audience = Audience.SEAT
    key: ClassVar[tuple[str, ...]] = ("call_id",)

    call_id: str


class TicketFact(Fact):
    """A fact about one ticket, named by its number (案件流水号)."""

    audience = Audience.CASE
    key: ClassVar[tuple[str, ...]] = ("ticket_number",)

    ticket_number: str


def number_or_none(number: str | None) -> str | None:
    """The number, None where it was withheld, or was deleted since."""
    return None if not number or number.startswith(STAND_IN) else number
