"""Tickets that may be about the same matter as one: ranked, with the reasons; a person merges."""

from fastapi import APIRouter

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import require_sight, visible
from callcenter.errors import NotFoundError
from callcenter.facts import DuplicateOffer
from callcenter.tickets.ticket import known

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.get("/{number}/duplicates", responses=errors(404))
def list_duplicates(context: Context, me: Asking, number: str) -> list[DuplicateOffer]:
    """Tickets that may be about the same matter: open ones first, the likeliest first.

    Only those that one may see. Merging is a move of this ticket: `merge`, with the other's number.
    """
    if context.duplicates is None:
        raise NotFoundError("this site compares no tickets")
    with context.flow.store.reading() as session:
        ticket = known(session, number)
        require_sight(session, me, ticket)
        return context.duplicates(session, ticket, visible(me))
