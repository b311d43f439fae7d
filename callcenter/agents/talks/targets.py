"""Whom a seat may reach: seats and queues there are, numbers that this site allows."""

from collections.abc import Sequence

from sqlmodel import Session

from callcenter.agents.seats import Seat, SeatState
from callcenter.agents.talks.moves import QUEUE_DIGITS, TargetKind
from callcenter.agents.talks.outside import refuse_number
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError

_BUSY = {
    SeatState.AWAY: "has no telephone registered",
    SeatState.PHONE_LOST: "has a telephone that fell silent in a talk",
    SeatState.RINGING: "is being rung already",
    SeatState.TALKING: "talks already",
}


def refuse_target(
    session: Session, seat: str, kind: TargetKind, to: str, patterns: Sequence[str]
) -> None:
    """Nothing where the seat may reach that target.

    Raises:
        NotFoundError: There is no such seat.
        BadInputError: No such queue, or a number this site does not dial.
        ImpossibleMoveError: That seat cannot be rung now, or this one may not dial out.
    """
    if kind == "seat":
        free_seat(session, to)
    elif kind == "queue" and to not in QUEUE_DIGITS:
        raise BadInputError(f"to is no queue: choose one of {', '.join(QUEUE_DIGITS)}")
    elif kind == "outside":
        refuse_dialling_out(session, seat)
        refuse_number(to, patterns)


def free_seat(session: Session, name: str) -> Seat:
    """The seat, which can be rung now. Raises: NotFoundError, ImpossibleMoveError."""
    seat = _seat(session, name)
    if seat.state in _BUSY:
        raise ImpossibleMoveError(f"{name} {_BUSY[seat.state]}: choose another seat, or a queue")
    return seat


def refuse_dialling_out(session: Session, name: str) -> None:
    """Nothing for a seat that may ring numbers outside. Raises: ImpossibleMoveError."""
    if not _seat(session, name).may_dial_out:
        raise ImpossibleMoveError(f"{name} may not ring numbers outside: a supervisor can allow it")


def _seat(session: Session, name: str) -> Seat:
    seat = session.get(Seat, name)
    if seat is None or not seat.is_open:
        raise NotFoundError(f"seat {name!r} is not known: check its name")
    return seat
