"""Clocks of tickets: which run, which of their limits came near, which were passed."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.facts.base import TicketFact


class ClockTold(BaseModel):
    """A clock that runs, or stands still while the ticket is suspended."""

    model_config = ConfigDict(frozen=True)

    purpose: str  # what has to be done in time; callcenter.tickets.clocks.Purpose
    due_at: AwareDatetime
    stands_still: bool = False


class ClocksSet(TicketFact):
    """A move started, stopped or moved clocks of a ticket; these are all it has now."""

    fact: Literal["clocks_set"] = "clocks_set"
    key = ("ticket_number", "number")

    number: int  # of the step in the ticket's history that did it
    next_at: AwareDatetime | None  # when somebody has to be told; None: nobody
    clocks: tuple[ClockTold, ...] = ()


class ClockWarned(TicketFact):
    """A limit is near: those concerned are warned, once for each limit."""

    fact: Literal["clock_warned"] = "clock_warned"
    key = ("ticket_number", "purpose", "started", "due_at")

    purpose: str
    started: int  # number of the step that started the clock
    due_at: AwareDatetime
    unit: str | None = None
    told: tuple[str, ...] = ()  # "unit:U1002", "dispatcher", "supervisor", "seat", "verifier"


class ClockExpired(TicketFact):
    """A limit was passed and the thing is not done: those concerned are told, once."""

    fact: Literal["clock_expired"] = "clock_expired"
    key = ("ticket_number", "purpose", "started", "due_at")

    purpose: str
    started: int
    due_at: AwareDatetime
    unit: str | None = None
    told: tuple[str, ...] = ()
