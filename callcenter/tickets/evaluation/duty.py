"""What a ticket's history comes to: duties, which are owed, and events, which just happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from callcenter.tickets.evaluation.case import Case

Owed = Literal["respond", "dispatch", "handle", "verify", "close"]
Limited = Literal["take", "file", "respond", "dispatch", "verify", "close"]
Limits = Mapping[Limited, Callable[[datetime], datetime]]  # from a beginning to its deadline


class Version(NamedTuple):
    """How a duty stands from a moment on; without a deadline it cannot become overdue."""

    at: datetime
    due_at: datetime | None
    unit: str


@dataclass(slots=True)
class Duty:
    """Something owed. `ended_at` None: still owed; `done`: it was fulfilled, else taken away."""

    kind: Owed
    number: int  # the move that began it
    begun_at: datetime
    versions: list[Version]
    is_again: bool = False  # after a rejection or a reopening
    is_joint: bool = False  # a share of a unit that is not the lead
    is_sent: bool = False  # began by sending the ticket to the unit
    ended_at: datetime | None = None
    end_number: int = 0
    done: bool = False
    passed_on: bool = False  # forwarded or escalated, not finished
    extended_at: datetime | None = None
    again_at: datetime | None = None  # when its handling first was rejected or not enough
    returned_at: datetime | None = None
    wrong_at: datetime | None = None  # of a dispatch: when it proved wrong
    rested_seconds: float = 0.0

    def as_of(self, end: datetime) -> Version:
        """How it stood just before a moment after its beginning."""
        return next((one for one in reversed(self.versions) if one.at < end), self.versions[0])


class Event(NamedTuple):
    """A move that is counted by itself."""

    name: str
    at: datetime
    number: int
    unit: str
    what: str = ""
    due_at: datetime | None = None
    wrong_at: datetime | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Trail:
    """What a ticket's history comes to."""

    case: Case
    reporter: str  # who opened it: a seat, a patroller, another channel
    taken_at: datetime | None = None
    taken_by: str = ""
    duties: list[Duty] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def seat(self, end: datetime) -> str:
        """Who took it in, filing or answering it; who opened it where nobody had by then."""
        return self.taken_by if self.taken_at and self.taken_at < end else self.reporter
