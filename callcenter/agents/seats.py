"""Seats: the register of them, and what Asterisk tells of each one's telephone.

A seat is a place with a telephone: any SIP phone, or the browser, whichever registered last. An
open seat that stands on queues serves them as soon as its telephone is registered; where an agent
has signed in, the agent's queues count instead (`membership.py`). What people order here is
numbered and stated (`SeatMoved`); what Asterisk tells is set by its newest word, never counted up.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import Line, SeatMoved
from callcenter.store import UtcDateTime, enum_text

STANDING = (Line.SERVICE.value, Line.POLICE.value)  # of a seat that nobody said more of
_NAME = re.compile(r"seat-\d{2,3}")


class SeatState(StrEnum):
    """What a seat can do now."""

    UNKNOWN = "unknown"  # until Asterisk has told us
    AWAY = "away"  # no phone registered
    PHONE_LOST = "phone_lost"  # fell silent in a talk, and was not heard of since
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    PAUSED = "paused"


class PenaltyClass(StrEnum):
    """When 110 rings here: with the others, or only where none of them is free."""

    NORMAL = "normal"
    OVERFLOW = "overflow"


IN_A_CALL = frozenset({SeatState.RINGING, SeatState.TALKING})


class Seat(SQLModel, table=True):
    """One seat: what people set, what was last heard of it, what Asterisk was told."""

    name: str = Field(primary_key=True)
    is_open: bool = True
    standing: str = ",".join(STANDING)  # queues it serves while nobody is signed in
    penalty_class: PenaltyClass = Field(
        default=PenaltyClass.NORMAL, sa_type=enum_text(PenaltyClass)
    )
    may_dial_out: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    number: int = 0  # moves so far

    state: SeatState = Field(default=SeatState.UNKNOWN, sa_type=enum_text(SeatState))
    since: datetime = Field(sa_type=UtcDateTime)  # in this state
    seen_at: datetime = Field(sa_type=UtcDateTime)  # last heard of
    sip_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # registered
    web_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    missed: int = 0  # calls that rang in vain since somebody was known to be there
    attended_at: datetime = Field(sa_type=UtcDateTime)  # somebody was last known to be there

    told: dict[str, list[Any]] | None = Field(default_factory=dict, sa_type=JSON)
    told_at: datetime = Field(sa_type=UtcDateTime)  # when Asterisk was told its memberships

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues it serves while nobody is signed in."""
        return tuple(queue for queue in self.standing.split(",") if queue)

    @property
    def phone(self) -> str | None:
        """Which telephone is rung: "sip" or "web", the one that registered last; None: none."""
        if self.web_since and (self.sip_since is None or self.web_since > self.sip_since):
            return "web"
        return "sip" if self.sip_since else None

    @property
    def endpoint(self) -> str:
        """The telephone's name in pjsip; WebRTC and plain SIP cannot share one."""
        return f"{self.name}-web" if self.phone == "web" else self.name


# --- what people order ---------------------------------------------------------------------------


def first_seats(
    session: Session, names: Iterable[str], at: datetime | None = None
) -> list[SeatMoved]:
    """The seats of these names that were never there are created, standing on both lines."""
    new = [name for name in names if session.get(Seat, name) is None]
    return [create(session, name, actor="system", at=at) for name in new]


def create(
    session: Session,
    name: str,
    *,
    actor: str,
    queues: Sequence[str] = STANDING,
    penalty_class: PenaltyClass = PenaltyClass.NORMAL,
    may_dial_out: bool = False,
    at: datetime | None = None,
) -> SeatMoved:
    """A new seat, or one that was closed opened again; its password is the caller's to make.

    Raises:
        BadInputError: It is no name for a seat.
        ImpossibleMoveError: An open seat has this name.
    """
    if not _NAME.fullmatch(name):
        raise BadInputError("name is no seat's: write seat-01 to seat-999")
    now = at or datetime.now(UTC)
    seat = find(session, name) or Seat(
        name=name, is_open=False,
        created_at=now, since=now, seen_at=now, attended_at=now, told_at=now,
    )  # fmt: skip
    if seat.is_open:
        raise ImpossibleMoveError(f"{name} is there already: change it, or create another")
    seat.is_open = True
    seat.penalty_class, seat.may_dial_out = penalty_class, may_dial_out
    return _moved(session, seat, "create", actor, queues)


def change(
    session: Session,
    name: str,
    *,
    actor: str,
    queues: Sequence[str] | None = None,
    penalty_class: PenaltyClass | None = None,
    may_dial_out: bool | None = None,
) -> SeatMoved:
    """What is given is changed, the rest stays. Raises: as `opened`."""
    seat = opened(session, name)
    seat.penalty_class = penalty_class or seat.penalty_class
    seat.may_dial_out = seat.may_dial_out if may_dial_out is None else may_dial_out
    return _moved(session, seat, "change", actor, seat.queues if queues is None else queues)


def close(session: Session, name: str, *, actor: str) -> SeatMoved:
    """Nobody can register there any more; its history stays.

    Raises:
        NotFoundError: There is no such open seat.
        ImpossibleMoveError: It is in a call.
    """
    seat = opened(session, name)
    if seat.state in IN_A_CALL:
        raise ImpossibleMoveError(f"{name} is in a call: close it afterwards")
    seat.is_open = False
    return _moved(session, seat, "close", actor, seat.queues)


def renew_secret(session: Session, name: str, *, actor: str) -> SeatMoved:
    """The seat's password is made anew, by the caller. Raises: as `opened`."""
    seat = opened(session, name)
    return _moved(session, seat, "renew_secret", actor, seat.queues)


def opened(session: Session, name: str) -> Seat:
    """The open seat of this name, kept from everybody else until the session ends.

    Raises:
        NotFoundError: There is none.
    """
    seat = find(session, name)
    if seat is None or not seat.is_open:
        raise NotFoundError(f"seat {name!r} is not known or closed: list the seats")
    return seat


def all_seats(session: Session) -> list[Seat]:
    """Every seat there ever was, by name."""
    return list(session.exec(select(Seat).order_by(col(Seat.name))))


def known_seats(session: Session, names: Collection[str]) -> list[Seat]:
    """Those of these names, by name."""
    return list(
        session.exec(select(Seat).where(col(Seat.name).in_(names)).order_by(col(Seat.name)))
    )


def open_names(session: Session) -> list[str]:
    """The names of the seats that are open."""
    return [seat.name for seat in all_seats(session) if seat.is_open]


_LOCKED: Final = (
    select(Seat)
    .where(Seat.name == bindparam("seat"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def find(session: Session, name: str) -> Seat | None:
    """The seat of this name, open or not, kept from everybody else until the session ends."""
    return session.exec(_LOCKED, params={"seat": name}).first()


def _moved(session: Session, seat: Seat, move: str, actor: str, queues: Sequence[str]) -> SeatMoved:
    seat.standing = ",".join(dict.fromkeys(queues))
    seat.number += 1
    session.add(seat)
    return SeatMoved(
        seat=seat.name,
        number=seat.number,
        move=move,
        queues=seat.queues,
        penalty_class=seat.penalty_class.value,
        may_dial_out=seat.may_dial_out,
        actor=actor,
    )
