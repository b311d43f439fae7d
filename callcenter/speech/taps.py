"""The taps of a call as the store knows them: who a stream is, and how much of it was heard.

The line process writes a row before it asks Asterisk for a tap; the speech process lets in only
streams that have one, and notes at the end what it decoded. The two may be different processes.
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, select

from callcenter.facts import CallAnswered, Side, UtteranceHeard
from callcenter.speech.stream import TapOf
from callcenter.speech.tap import tap_uuid
from callcenter.speech.transcript import SideHeard
from callcenter.store import UtcDateTime, enum_text, facts_of_call


class OpenedTap(SQLModel, table=True):
    """One side's stream of one channel."""

    __tablename__ = "tap"

    uuid: UUID = Field(primary_key=True)
    call_id: str = Field(index=True)
    side: Side = Field(sa_type=enum_text(Side))
    channel: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    seconds: float = 0.0  # decoded, over all of the tap's streams
    lost_seconds: float = 0.0
    failed: bool = False
    is_open: bool = True  # words may still come


def open_taps(session: Session, answered: CallAnswered, now: datetime) -> list[OpenedTap]:
    """Both sides' taps of an answered call; asked again, the same rows, waiting anew.

    A side whose channel Asterisk's files did not name has none: asked to spy on a channel without
    a name, ChanSpy spies on whatever channel it finds, and another citizen's words come here.
    """
    channels = {Side.CITIZEN: answered.caller_channel, Side.SEAT: answered.seat_channel}
    taps = []
    for side, channel in channels.items():
        if not channel:
            continue
        uuid = tap_uuid(answered.call_id, side, channel)
        tap = session.get(OpenedTap, uuid) or OpenedTap(
            uuid=uuid, call_id=answered.call_id, side=side, channel=channel, opened_at=now
        )
        tap.is_open = True
        session.add(tap)
        taps.append(tap)
    return taps


def tap_of(session: Session, uuid: UUID, now: datetime) -> TapOf | None:
    """Whose voice a stream is, and how far its talk has come; None where nobody asked for it."""
    tap = session.get(OpenedTap, uuid)
    if tap is None:
        return None
    heard = [
        fact
        for fact in facts_of_call(session, tap.call_id, "utterance_heard")
        if isinstance(fact, UtteranceHeard) and fact.side is tap.side and fact.source == "live"
    ]
    talked = now - _talk_began(session, tap)
    return TapOf(tap.call_id, tap.side, int(talked.total_seconds() * 1000), len(heard))


def is_open(session: Session, uuid: UUID) -> bool:
    """Whether a tap is asked for or heard, as far as we know."""
    tap = session.get(OpenedTap, uuid)
    return tap is not None and tap.is_open


def close_tap(session: Session, uuid: UUID, heard: SideHeard) -> None:
    """Note what a stream that has ended brought."""
    tap = session.get(OpenedTap, uuid)
    if tap:
        tap.seconds += heard.seconds
        tap.lost_seconds += heard.lost_seconds
        tap.failed = tap.failed or heard.failed
        tap.is_open = False
        session.add(tap)


def heard_of_call(session: Session, call_id: str) -> dict[Side, SideHeard]:
    """What all taps of a call brought, side by side."""
    sides: dict[Side, SideHeard] = defaultdict(SideHeard)
    for tap in session.exec(select(OpenedTap).where(OpenedTap.call_id == call_id)).all():
        side = sides[tap.side]
        side.seconds += tap.seconds
        side.lost_seconds += tap.lost_seconds
        side.failed = side.failed or tap.failed
        side.open_streams += tap.is_open
    return dict(sides)


def _talk_began(session: Session, tap: OpenedTap) -> datetime:
    answers = facts_of_call(session, tap.call_id, "call_answered")
    return answers[0].at if answers else tap.opened_at
