"""Tickets looked for by whoever may see them, page by page."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from callcenter.api.deps import Context
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import visible
from callcenter.facts import Line, Urgency
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.looking import COUNTED, Standing, Wanted, search
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

router = APIRouter(prefix="/tickets", tags=["tickets"])


class Filtered(BaseModel, extra="forbid"):
    """Which tickets; one must fit all that is given. The list, the map and the board share it."""

    number: str = Field(
        "",
        pattern=r"^[0-9-]{0,40}$",
        description="whole or its beginning, with or without the dashes",
        examples=["12345-20261122"],
    )
    words: str = Field("", max_length=200, description="all of them", examples=["南大街 路灯"])
    item: str = Field("", pattern=r"^(\d{3})?$", examples=["113"])
    unit: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,20}$", examples=["U1002"])
    step: Step | None = None
    line: Line | None = None
    urgency: Urgency | None = None
    standing: Standing | None = Field(None, description="open: to be done; late: its unit is late")
    cell: str = Field(
        "",
        pattern=r"^[0-9]{0,15}$",
        description="a cell's code or its beginning: all that lies in it",
        examples=["140728001"],
    )
    since: AwareDatetime | None = Field(None, description="opened then or later")
    until: AwareDatetime | None = Field(None, description="opened before")

    def wanted(self) -> Wanted:
        """The question without a caller."""
        return Wanted(**{one: getattr(self, one) for one in Filtered.model_fields})


class Asked(Filtered):
    """What is looked for; a ticket must fit all that is given."""

    caller: str = Field(
        "",
        max_length=40,
        description="who called; only a whole number finds. POST keeps it out of addresses",
        examples=["15400000001"],
    )
    after: str | None = Field(
        None, max_length=200, description="`next` of the page before; leave it out to begin"
    )
    limit: int = Field(50, ge=1, le=500, description="tickets of a page")


class FoundTickets(BaseModel):
    """Some tickets, newest first, and where the next page begins."""

    tickets: list[Ticket]
    next: str | None = Field(description="give it as `after` for the page behind; null: the last")
    total: int | None = Field(
        description=f"of all pages, {COUNTED} at most; only with the first page"
    )
    more_than_total: bool = Field(description="there are more than were counted")


@router.get("/search")
def search_tickets(context: Context, me: Asking, asked: Annotated[Asked, Query()]) -> FoundTickets:
    """Tickets that fit and that one may see, newest first."""
    return _found(context, me, asked)


@router.post("/search")
def search_tickets_unseen(context: Context, me: Asking, asked: Asked) -> FoundTickets:
    """The same with the question in the body: a caller's number stands in no address or log."""
    return _found(context, me, asked)


def _found(context: Context, me: Asking, asked: Asked) -> FoundTickets:
    wanted = asked.wanted()
    if asked.caller:
        wanted = replace(wanted, caller=CallerKey.of(context.settings).hash(asked.caller))
    with context.flow.store.reading() as session:
        page = search(session, wanted, after=asked.after, limit=asked.limit, sight=visible(me))
    return FoundTickets(
        tickets=page.tickets, next=page.next, total=page.total, more_than_total=page.more
    )
