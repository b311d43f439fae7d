"""What a citizen wrote, where no call brought the matter: the row beside the ticket."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.store import UtcDateTime

BESIDE_DIGITS = re.compile(r"[\s().-]")
RUNG = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})|(0[1-9]\d{8,10})|([2-8]\d{6,7})")


class Written(SQLModel, table=True):
    """One matter as it came in; all but `token`, `by` and `at` is the citizen's own."""

    ticket_number: str = Field(primary_key=True, foreign_key="ticket.number")
    token: str = Field(unique=True)  # asked with before the number is known
    by: str  # which door, and through it which program
    at: datetime = Field(sa_type=UtcDateTime)
    description: str = ""
    address: str = ""
    longitude: float | None = None  # degrees, WGS-84; as given, which the ticket's may not be
    latitude: float | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    media_url: str = ""  # text for whoever handles it; never fetched
    attributes: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)

    @property
    def number(self) -> str | None:
        """The telephone number that may be rung; None where it is none of a citizen's.

        Anybody can write anything there: short numbers, services that charge and numbers abroad
        are never rung.
        """
        found = RUNG.fullmatch(BESIDE_DIGITS.sub("", self.phone))
        return next(filter(None, found.groups())) if found else None


def written_of(session: Session, numbers: Sequence[str]) -> list[Written]:
    """What was written of these tickets, in order of time."""
    query = select(Written).where(col(Written.ticket_number).in_(numbers))
    return list(session.exec(query.order_by(col(Written.at), col(Written.ticket_number))))
