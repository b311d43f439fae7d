"""Holds, the trace of what was deleted, runs, and what stands where a number stood."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Index, SQLModel

from callcenter.facts import Line
from callcenter.privacy.terms import Kept
from callcenter.store import UtcDateTime, enum_text


class Held(StrEnum):
    """What a hold names."""

    CALL = "call"
    TICKET = "ticket"
    NUMBER = "number"


class Hold(SQLModel, table=True):
    """Nothing of it is deleted while `released_at` is empty."""

    __tablename__ = "privacy_hold"

    id: int | None = Field(default=None, primary_key=True)
    kind: Held = Field(sa_type=enum_text(Held))
    subject: str = Field(index=True)  # of a number, its hash: `CallerKey.hash`
    reason: str
    placed_by: str
    placed_at: datetime = Field(sa_type=UtcDateTime)
    released_by: str = ""
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    release_reason: str = ""


class Subject(StrEnum):
    """Whose the deleted was."""

    CALL = "call"
    TICKET = "ticket"


class Deletion(SQLModel, table=True):
    """The trace of one class of one call or ticket; never changed."""

    __tablename__ = "privacy_deletion"
    __table_args__ = (
        Index("ix_privacy_deletion_at", "at"),
        {"info": {"append_only": True}},
    )

    kept: Kept = Field(primary_key=True, sa_type=enum_text(Kept))
    kind: Subject = Field(primary_key=True, sa_type=enum_text(Subject))
    subject: str = Field(primary_key=True)
    steps: int = Field(primary_key=True)  # of the ticket then: one that moves is due again
    line: Line = Field(sa_type=enum_text(Line))
    rule: str  # "recordings 12345 1 year"
    at: datetime = Field(sa_type=UtcDateTime)
    pieces: int  # files, facts and rows that held something
    trace: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # of each file


class DeletedFile(SQLModel, table=True):
    """The trace of a file that belonged to no call and no ticket; never changed."""

    __tablename__ = "privacy_deleted_file"
    __table_args__ = ({"info": {"append_only": True}},)

    id: int | None = Field(default=None, primary_key=True)
    rule: str  # "exports 90 days"
    at: datetime = Field(sa_type=UtcDateTime)
    sha256: str
    bytes: int
    written_at: datetime = Field(sa_type=UtcDateTime)


class RetentionRun(SQLModel, table=True):
    """A day's run of a node that came to its end."""

    __tablename__ = "privacy_run"

    day: str = Field(primary_key=True)  # the county's, and the node: "2026-11-22 n1"
    ended_at: datetime = Field(sa_type=UtcDateTime)


class StandIn(SQLModel, table=True):
    """What stands in the ledger for a number, while a neighbouring call still has the number.

    Figures ask whether two calls within half a day were of one caller. The row goes with the last.
    """

    __tablename__ = "privacy_stand_in"

    token: str = Field(primary_key=True)
    number: str = Field(index=True)
    since: datetime = Field(sa_type=UtcDateTime)  # the first of the calls that are neighbours
    until: datetime = Field(sa_type=UtcDateTime)  # the last
