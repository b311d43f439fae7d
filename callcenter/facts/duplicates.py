"""Tickets that may be about what a citizen is telling now."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.facts.base import CallFact


class Why(BaseModel):
    """Points for one likeness of two tickets, of the most that it is worth."""

    model_config = ConfigDict(frozen=True)

    part: Literal["item", "place", "time", "words"]
    how: str  # same, akin; metres, same_cell, within, beside, same_village, elsewhere; hours; ...
    points: float
    most: int
    amount: float | None = None  # metres, hours
    words: tuple[str, ...] = ()  # that both citizens said, the rarest first


class DuplicateOffer(BaseModel):
    """A ticket that may be about the same matter, and why."""

    model_config = ConfigDict(frozen=True)

    ticket_number: str
    score: float  # 0 to 100
    item: str
    item_name: str
    place: str
    cell_name: str
    step: str
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None  # set: it is over, and nothing can be merged into it
    why: tuple[Why, ...]


class DuplicatesProposed(CallFact):
    """These tickets may be about what the citizen is telling now; the newest list counts whole."""

    fact: Literal["duplicates_proposed"] = "duplicates_proposed"
    key = ("call_id", "ticket_number", "revision")
    pii = frozenset({"offers"})

    ticket_number: str
    revision: int  # of this ticket, as in `CallClassified`
    offers: tuple[DuplicateOffer, ...] = ()
