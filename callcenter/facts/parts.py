"""What one citizen's call was made of: its stays in queues, and each seat's part in it. Pure.

    a call = visits (queue, joined, left, how)  +  talks (seat, leg, began, held, ended, how)

A *visit* is one stay in a queue, from `CallQueued` to the answer, the hang-up or `QueueLeft`. A
*talk* is one seat's part: from `CallAnswered` to `TalkEnded` of one seat leg (one phone call of
that seat, by the Uniqueid of its channel). Talks that overlap are a three-way call. A seat that
rings a colleague while the citizen waits (`CallHeld`, why "consult") keeps its part; the colleague
has none until the citizen is with them.

Figures count a call once for the caller and once for each talk. Facts may come late: fold all of a
call's facts again, in order of time, as the ledger gives them (`store.facts_of_call`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from callcenter.facts.base import CallFact
from callcenter.facts.citizens import PlaceKept
from callcenter.facts.line import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallQueued,
    CallResumed,
    CallTransferred,
    QueueLeft,
    TalkEnded,
    Via,
)

VisitEnd = Literal["", "answered", "abandoned", "key", "timeout", "closed", "kept", "ended"]
TalkEnd = Literal["", "ended", "blind", "attended", "left"]
NO_TIME = timedelta()


@dataclass(frozen=True)
class Visit:
    """One stay in a queue; `how` is "" and `left_at` None while the caller waits.

    "kept": hung up after asking to be rung back. "ended": the call ended and nothing told how.
    """

    queue: str
    number: int  # 1, 2 ... of this call: `CallQueued.visit`
    position: int  # on joining; 1 is next
    joined_at: datetime
    left_at: datetime | None = None
    how: VisitEnd = ""
    waited_seconds: float | None = None  # as Asterisk told it; None while waiting, or untold


@dataclass(frozen=True)
class Talk:
    """One seat's part; `how` is "" and `ended_at` None while it lasts.

    "ended": citizen and seat parted, nobody else was with the citizen. "blind", "attended": the
    seat passed the citizen on. "left": it went, another seat stayed with the citizen.
    """

    seat: str  # "outside" for a number that is no seat of ours
    seat_leg: str
    seat_channel: str
    via: Via
    queue: str  # "" where it did not come out of one
    waited_seconds: float
    began_at: datetime
    ended_at: datetime | None = None
    how: TalkEnd = ""
    held_seconds: float = 0.0  # citizen on hold, consulting included; of holds that are over
    held_since: datetime | None = None


@dataclass(frozen=True)
class CallParts:
    """All visits and talks of one call, in the order in which they began."""

    visits: tuple[Visit, ...] = ()
    talks: tuple[Talk, ...] = ()

    @property
    def talking(self) -> tuple[Talk, ...]:
        """The seats that are with the citizen now; more than one in a three-way call."""
        return tuple(talk for talk in self.talks if talk.ended_at is None)

    @property
    def talk_seconds(self) -> float:
        """How long the citizen was with a seat or several at once, of talks that are over.

        Holds are in it. Two seats at once count once: this is the citizen's time, and the length
        that the recordings must have.
        """
        seconds, until = 0.0, None
        for talk in sorted(self.talks, key=lambda talk: talk.began_at):
            if talk.ended_at is None or (until and talk.ended_at <= until):
                continue
            began = max(talk.began_at, until) if until else talk.began_at
            seconds += (talk.ended_at - began).total_seconds()
            until = talk.ended_at
        return round(seconds, 3)

    @property
    def waiting(self) -> Visit | None:
        """The stay in a queue that goes on now."""
        return next((visit for visit in self.visits if visit.left_at is None), None)


@dataclass
class _Parts:
    visits: dict[int, Visit] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)  # by seat leg
    passed_on: dict[str, Literal["blind", "attended"]] = field(default_factory=dict)  # by seat leg


def parts(facts: Iterable[CallFact]) -> CallParts:
    """The parts that one call's facts, in order of time, tell of; other facts are passed over.

    A beginning told twice is one; an end without its beginning is none. The call's end ends all;
    a citizen who waits in a queue ends all talks.
    """
    so_far = _Parts()
    for fact in facts:
        _note(so_far, fact)
    return CallParts(tuple(so_far.visits.values()), tuple(so_far.talks.values()))


def _note(so_far: _Parts, fact: CallFact) -> None:
    match fact:
        case CallQueued():
            _end_all_talks(so_far, fact.at)
            visit = Visit(fact.queue, fact.visit, fact.position, fact.at)
            so_far.visits.setdefault(fact.visit, visit)
        case CallAbandoned() | QueueLeft() | PlaceKept():
            _leave_queue(so_far, fact)
        case CallAnswered():
            _begin_talk(so_far, fact)
        case CallHeld() | CallResumed():
            _hold(so_far, fact)
        case CallTransferred():
            so_far.passed_on[fact.seat_leg] = fact.how
            _name_end(so_far, fact)
        case TalkEnded():
            _end_talk(so_far, fact.seat_leg, fact.at)
        case CallEnded():
            _end_call(so_far, fact.at)


def _leave_queue(so_far: _Parts, fact: CallAbandoned | QueueLeft | PlaceKept) -> None:
    how: VisitEnd = "abandoned"
    if isinstance(fact, QueueLeft):
        how = fact.why
    elif isinstance(fact, PlaceKept):
        how = "kept"
    visit = so_far.visits.get(fact.visit)
    if visit is None and isinstance(fact, PlaceKept) and fact.visit == 0:  # never stood in it
        visit = Visit(fact.queue, 0, fact.position, fact.at)
    if visit and (visit.left_at is None or how == "kept"):  # the key that keeps the place is a key
        left_at, waited = visit.left_at or fact.at, fact.waited_seconds
        so_far.visits[fact.visit] = replace(visit, left_at=left_at, how=how, waited_seconds=waited)


def _begin_talk(so_far: _Parts, fact: CallAnswered) -> None:
    if fact.seat_leg in so_far.talks:
        return
    if fact.via == "queue":
        _end_all_talks(so_far, fact.at)
    for number, visit in so_far.visits.items():  # whoever talks waits no more, in whatever queue
        if visit.left_at is None:
            waited = fact.waited_seconds
            after = replace(visit, left_at=fact.at, how="answered", waited_seconds=waited)
            so_far.visits[number] = after
    so_far.talks[fact.seat_leg] = Talk(
        seat=fact.seat,
        seat_leg=fact.seat_leg,
        seat_channel=fact.seat_channel,
        via=fact.via,
        queue=fact.queue,
        waited_seconds=fact.waited_seconds,
        began_at=fact.at,
    )


def _hold(so_far: _Parts, fact: CallHeld | CallResumed) -> None:
    talk = so_far.talks.get(fact.seat_leg)
    if talk is None or talk.ended_at is not None:
        return
    if isinstance(fact, CallResumed):
        so_far.talks[fact.seat_leg] = _resumed(talk, fact.at)
    elif talk.held_since is None:
        so_far.talks[fact.seat_leg] = replace(talk, held_since=fact.at)


def _resumed(talk: Talk, at: datetime) -> Talk:
    held = at - talk.held_since if talk.held_since else NO_TIME
    return replace(
        talk, held_since=None, held_seconds=talk.held_seconds + max(held, NO_TIME).total_seconds()
    )


def _end_all_talks(so_far: _Parts, at: datetime) -> None:
    """Who waits in a queue, or comes out of one, is with nobody, even if no end was told."""
    for seat_leg in so_far.talks:
        _end_talk(so_far, seat_leg, at)


def _end_talk(so_far: _Parts, seat_leg: str, at: datetime) -> None:
    talk = so_far.talks.get(seat_leg)
    if talk is None or talk.ended_at is not None:
        return
    others = any(t.ended_at is None for leg, t in so_far.talks.items() if leg != seat_leg)
    how: TalkEnd = so_far.passed_on.get(seat_leg) or ("left" if others else "ended")
    so_far.talks[seat_leg] = replace(_resumed(talk, at), ended_at=at, how=how)


def _name_end(so_far: _Parts, fact: CallTransferred) -> None:
    """Asterisk may tell the transfer after the parting."""
    talk = so_far.talks.get(fact.seat_leg)
    if talk and talk.ended_at is not None:
        so_far.talks[fact.seat_leg] = replace(talk, how=fact.how)


def _end_call(so_far: _Parts, at: datetime) -> None:
    for number, visit in so_far.visits.items():
        if visit.left_at is None:
            so_far.visits[number] = replace(visit, left_at=at, how="ended")
    for seat_leg, talk in so_far.talks.items():
        if talk.ended_at is None:
            so_far.talks[seat_leg] = replace(_resumed(talk, at), ended_at=at, how="ended")
