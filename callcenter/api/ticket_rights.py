"""Tickets and rights: who may make which move, which tickets a person sees.

MOVERS stands beside the table of moves (callcenter/tickets/): that one says when a move is
possible, this one for whom. Both must agree to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import Session, col, select

from callcenter.api.me import Me
from callcenter.errors import NotAllowedError, NotFoundError
from callcenter.people.roles import ROLE_NAMES, Role
from callcenter.tickets.joint import JointUnit, Share, joint_units
from callcenter.tickets.possible import Possible, possible
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket

_SEAT: Final = (Role.SEAT, Role.SUPERVISOR)
_DESK: Final = (*_SEAT, Role.DISPATCHER)
_DISPATCHER: Final = (Role.DISPATCHER,)
_HANDLER: Final = (Role.HANDLER,)
_VERIFIER: Final = (Role.VERIFIER, Role.PATROLLER)
_EVERYBODY: Final = (*_DESK, Role.HANDLER, *_VERIFIER)
MOVERS: Final[dict[str, tuple[Role, ...]]] = {
    "open": (*_DESK, Role.PATROLLER),  # one that came without a call; else the call opens it
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


def mover(session: Session, me: Me, move: str, ticket: Ticket, named: str | None) -> str:
    """The name by which the move is made.

    Args:
        session: The one in which it is made.
        me: Who asks.
        move: One of MOVERS.
        ticket: As it stands, locked.
        named: The actor that the client names, if any.

    Raises:
        NotFoundError: They may not see the ticket.
        NotAllowedError: No role of theirs makes this move, or the client names somebody else.
    """
    if me.person.is_operator:
        return me.acting(named)
    roles = require_sight(session, me, ticket)
    may = tuple(role for role in roles if role in MOVERS.get(move, ()))
    if not may:
        whose = "、".join(ROLE_NAMES[role] for role in MOVERS.get(move, ())) or "nobody"
        raise NotAllowedError(f"{move} is not for your roles: {whose} may do it")
    return me.acting(named, may)


def offered(
    me: Me, roles: Sequence[Role], ticket: Ticket, beside: Sequence[JointUnit]
) -> list[Possible]:
    """What may be done to the ticket as it stands by one who sees it by these roles.

    Args:
        me: Who asks.
        roles: As `require_sight` gives them.
        ticket: As it stands.
        beside: The units that handle it with the lead.
    """
    told = possible(ticket, beside)
    if me.person.is_operator:
        return told
    may = (one for one in told if any(role in MOVERS[one.move] for role in roles))
    return [own for one in may if (own := _own(me, one))]


def _own(me: Me, one: Possible) -> Possible | None:
    """A handler reports the share of their own unit; None where nobody asked it for one."""
    if one.move is not Move.CONTRIBUTE:
        return one
    return replace(one, others=(me.person.unit,)) if me.person.unit in one.others else None


def require_own_share(me: Me, move: str, unit: str | None) -> None:
    """Nothing, unless it is the share of another unit. Raises: NotAllowedError."""
    if move == Move.CONTRIBUTE and not me.person.is_operator and unit != me.person.unit:
        raise NotAllowedError("contribute is for the unit's own handlers: name your own unit")


def opener(me: Me, named: str | None) -> str:
    """The name by which a ticket is opened. Raises: NotAllowedError."""
    may = tuple(role for role in me.roles if role in MOVERS["open"])
    if not (may or me.person.is_operator):
        raise NotAllowedError("open is not for your roles: seats and patrollers open tickets")
    return me.acting(named, may)


def require_sight(session: Session, me: Me, ticket: Ticket) -> Sequence[Role]:
    """The roles by which they see the ticket.

    Raises:
        NotFoundError: By none. A ticket that one may not see is not known to one.
    """
    roles = me.sees(ticket, (beside.unit for beside in joint_units(session, ticket.number)))
    if not roles:
        raise NotFoundError(f"ticket {ticket.number!r} is not known: check the number")
    return roles


def visible(me: Me) -> ColumnElement[bool]:
    """The condition on `Ticket` that they may see it."""
    reach = [_reach(me, role) for role in me.roles]
    return or_(*reach)


def visible_at(me: Me, steps: Mapping[Role, Collection[Step]]) -> ColumnElement[bool]:
    """The condition on `Ticket` that they see it by a role for which it stands at such a step."""
    roles = [role for role in me.roles if role in steps]
    there = [_reach(me, role) & col(Ticket.step).in_(steps[role]) for role in roles]
    return or_(false(), *there)


def _reach(me: Me, role: Role) -> ColumnElement[bool]:
    if role is Role.HANDLER:
        unit = me.person.unit
        beside = select(JointUnit.ticket_number).where(JointUnit.unit == unit)
        still = beside.where(JointUnit.share != Share.PARTED)
        return or_(col(Ticket.unit) == unit, col(Ticket.number).in_(still))
    if not me.person.grid:
        return true()
    return col(Ticket.cell).startswith(me.person.grid, autoescape=True)
