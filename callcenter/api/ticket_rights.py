"""Tickets and rights: who may make which move, which tickets a person sees.

MOVERS stands beside the table of moves (callcenter/tickets/): that one says when a move is
possible, this one for whom. Both must agree to it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col

from callcenter.api.me import Me
from callcenter.errors import NotAllowedError, NotFoundError
from callcenter.people.roles import ROLE_NAMES, Role
from callcenter.tickets.ticket import Ticket

_SEAT: Final = (Role.SEAT, Role.SUPERVISOR)
_DESK: Final = (*_SEAT, Role.DISPATCHER)
_DISPATCHER: Final = (Role.DISPATCHER,)
_HANDLER: Final = (Role.HANDLER,)
_VERIFIER: Final = (Role.VERIFIER, Role.PATROLLER)
_EVERYBODY: Final = (*_DESK, Role.HANDLER, *_VERIFIER)
MOVERS: Final[dict[str, tuple[Role, ...]]] = {
    "open": (),  # a ticket is opened by its call, never by a move of this route
    "file": _DESK,
    "answer": _SEAT,
    "decline": (Role.SUPERVISOR, Role.DISPATCHER),  # 不予受理 is no seat's word alone
    "discard": _DESK,
    "merge": _DESK,
    "unmerge": _DESK,
    "dispatch": _DISPATCHER,
    "accept": _HANDLER,
    "return": _HANDLER,
    "uphold_return": _DISPATCHER,
    "overrule_return": _DISPATCHER,
    "forward": _DISPATCHER,
    "join": _DISPATCHER,
    "part": _DISPATCHER,
    "contribute": _HANDLER,
    "ask_extension": _HANDLER,
    "grant_extension": _DISPATCHER,
    "refuse_extension": _DISPATCHER,
    "suspend": _DISPATCHER,  # it stops the unit's clock: the unit does not stop its own
    "resume": (Role.DISPATCHER, Role.HANDLER),
    "urge": _DESK,
    "supervise": (Role.SUPERVISOR, Role.DISPATCHER),
    "escalate": (Role.DISPATCHER, Role.HANDLER),
    "report": _HANDLER,
    "verify": _VERIFIER,
    "reject": _VERIFIER,
    "close": (*_DESK, *_VERIFIER),
    "reopen": _DESK,
    "note": _EVERYBODY,
    "relocate": (),  # the grid's import does it
}


def mover(me: Me, move: str, ticket: Ticket, named: str | None, units: Iterable[str] = ()) -> str:
    """The name by which the move is made.

    Args:
        me: Who asks.
        move: One of MOVERS.
        ticket: As it stands, locked.
        named: The actor that the client names, if any.
        units: That handle the ticket beside its own.

    Raises:
        NotFoundError: They may not see the ticket.
        NotAllowedError: No role of theirs makes this move, or the client names somebody else.
    """
    if me.person.is_operator:
        return me.acting(named)
    roles = require_sight(me, ticket, units)
    may = tuple(role for role in roles if role in MOVERS.get(move, ()))
    if not may:
        whose = "、".join(ROLE_NAMES[role] for role in MOVERS.get(move, ())) or "nobody"
        raise NotAllowedError(f"{move} is not for your roles: {whose} may do it")
    return me.acting(named, may)


def require_sight(me: Me, ticket: Ticket, units: Iterable[str] = ()) -> Sequence[Role]:
    """The roles by which they see the ticket.

    Raises:
        NotFoundError: By none. A ticket that one may not see is not known to one.
    """
    roles = me.sees(ticket, units)
    if not roles:
        raise NotFoundError(f"ticket {ticket.number!r} is not known: check the number")
    return roles


def visible(me: Me) -> ColumnElement[bool]:
    """The condition on `Ticket` that they may see it."""
    reach = [_reach(me, role) for role in me.roles]
    return or_(*reach)


def _reach(me: Me, role: Role) -> ColumnElement[bool]:
    if role is Role.HANDLER:
        return col(Ticket.unit) == me.person.unit
    if not me.person.grid:
        return true()
    return col(Ticket.cell).startswith(me.person.grid, autoescape=True)


def units_beside(session: Session, number: str) -> tuple[str, ...]:
    """The units that handle a ticket beside its own."""
    return ()
