"""What a citizen wrote, where no call brought the matter: the row beside the ticket."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from callcenter.store import UtcDateTime


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
