"""A supervisor on a call: listens, whispers to the seat, barges in, takes over; every second kept.

    ASKED -> LISTEN <-> WHISPER <-> BARGE      any of them -> TAKE_OVER -> ENDED
      `----------------------------------------------------------------------^

What is asked for is a row; what happened Asterisk tells of the supervisor's own channel, which
bears the supervision's name (`ami/supervising.py`), and only that is stated (`SupervisionMoved`).
So a supervision that nobody of ours watched is found again, or its end is, once the link is back.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.agents.orders import Order
from callcenter.agents.talks.at_seat import AtSeat
from callcenter.ami.supervising import SupervisionTold
from callcenter.errors import BadInputError, NotFoundError
from callcenter.facts import SupervisionMoved
from callcenter.machine import step
from callcenter.store import UtcDateTime, enum_text


class SupervisionState(StrEnum):
    """How a supervisor is on a call."""

    ASKED = "asked"  # the supervisor's telephone rings
    LISTEN = "listen"
    WHISPER = "whisper"  # the seat hears the supervisor, the citizen does not
    BARGE = "barge"  # both hear
    TAKE_OVER = "take_over"  # the citizen is the supervisor's
    ENDED = "ended"


class Change(StrEnum):
    """What a supervisor may ask for."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    TAKE_OVER = "take_over"
    END = "end"


S, C = SupervisionState, Change
_WITH_SEAT = (S.LISTEN, S.WHISPER, S.BARGE)
_MODES = {C.LISTEN: S.LISTEN, C.WHISPER: S.WHISPER, C.BARGE: S.BARGE, C.TAKE_OVER: S.TAKE_OVER}
MOVES: dict[tuple[SupervisionState, Change], SupervisionState] = {
    **{(state, change): to for state in _WITH_SEAT for change, to in _MODES.items()},
    **{(state, C.END): S.ENDED for state in (S.ASKED, *_WITH_SEAT)},
    (S.TAKE_OVER, C.END): S.ENDED,  # it is the supervisor's talk now: hanging up ends the call
}


class Supervision(SQLModel, table=True):
    """One supervisor's presence on one call."""

    id: str = Field(primary_key=True)  # the Uniqueid of the supervisor's channel
    call_id: str = Field(index=True)
    supervisor: str = Field(index=True)
    supervisor_seat: str  # whose telephone it is
    seat: str  # listened to
    reason: str
    shown_to_agent: bool
    state: SupervisionState = Field(sa_type=enum_text(SupervisionState), default=S.ASKED)
    moves: int = 0  # stated so far
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    since: datetime = Field(sa_type=UtcDateTime)  # in this state
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def ask(session: Session, asked: Supervision) -> None:
    """Keep what is asked for, before Asterisk is told. Raises: BadInputError."""
    if not asked.reason.strip():
        raise BadInputError("reason is missing: supervision needs one")
    session.add(asked)


def ring(asked: Supervision, at: AtSeat, endpoint: str, ring_seconds: int) -> Order:
    """Rings the supervisor's telephone; picked up, it listens."""
    told = {
        "SEAT_CHANNEL": at.seat_channel,
        "CITIZEN": at.citizen_channel,
        "SUPERVISED": at.call_id,
        "LINE": at.now_with.value,
    }
    return Order(
        "Originate",
        {
            "Channel": f"PJSIP/{endpoint}",
            "Context": "supervise",
            "Exten": "listen",
            "Priority": "1",
            "ChannelId": asked.id,
            "CallerID": f'"{at.seat}" <>',
            "Timeout": str(ring_seconds * 1000),
            "Async": "true",
            "Variable": [f"{name}={value}" for name, value in told.items()],
        },
    )


def change(session: Session, supervision: str, to: Change) -> Order:
    """Another way of being on the call, or the end. Raises: NotFoundError, ImpossibleMoveError."""
    row = session.get(Supervision, supervision)
    if row is None:
        raise NotFoundError(f"supervision {supervision!r} is not known: check its name")
    state = step(MOVES, row.state, to)
    if state is S.ENDED:
        return Order("Hangup", {"Channel": row.id, "Cause": "16"})
    headers = {"Channel": row.id, "Context": "supervise", "Exten": state.value, "Priority": "1"}
    return Order("Redirect", headers)


def note(session: Session, told: SupervisionTold) -> list[SupervisionMoved]:
    """What Asterisk told, stated once; nothing of one that was never picked up."""
    row = session.exec(
        select(Supervision).where(Supervision.id == told.supervision).with_for_update()
    ).first()
    if row is None or row.state in (S.ENDED, told.mode):
        return []
    began = row.state is not S.ASKED
    row.state, row.since = SupervisionState(told.mode), told.at
    if row.state is S.ENDED:
        row.ended_at = told.at
    session.add(row)
    if row.state is S.ENDED and not began:
        return []
    row.moves += 1
    return [
        SupervisionMoved(
            at=told.at,
            supervision=row.id,
            number=row.moves,
            call_id=row.call_id,
            supervisor=row.supervisor,
            seat=row.seat,
            mode=told.mode,
            reason=row.reason,
            shown_to_agent=row.shown_to_agent,
        )
    ]


def ended_unseen(
    session: Session,
    living: Collection[str],
    asked_at: datetime,
    ends: Mapping[str, datetime],
) -> list[SupervisionMoved]:
    """The end of those whose channels are gone, at the moment Asterisk's record tells, else now."""
    going_on = select(Supervision).where(col(Supervision.ended_at).is_(None))
    gone = [row for row in session.exec(going_on) if row.id not in living]
    told = [
        SupervisionTold(row.id, "ended", max(ends.get(row.id, asked_at), row.since))
        for row in gone
        if row.asked_at < asked_at
    ]
    return [fact for one in told for fact in note(session, one)]


def listed(
    session: Session,
    *,
    call_id: str | None = None,
    supervisor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
) -> Iterable[Supervision]:
    """The supervisions asked for in the period, of the call, by the supervisor; newest first."""
    query = select(Supervision).order_by(col(Supervision.asked_at).desc())
    if call_id:
        query = query.where(Supervision.call_id == call_id)
    if supervisor:
        query = query.where(Supervision.supervisor == supervisor)
    if since:
        query = query.where(Supervision.asked_at >= since)
    if until:
        query = query.where(Supervision.asked_at < until)
    return session.exec(query.limit(limit)).all()
