"""A call as a command needs to know it: who talks in it now, on which channels, and who waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from callcenter.errors import ImpossibleMoveError, NotFoundError
from callcenter.facts import (
    AnyFact,
    CallArrived,
    CallFact,
    CallHeld,
    CallPlaced,
    CallResumed,
    Line,
)
from callcenter.facts.line import CallAnswered, HoldWhy
from callcenter.facts.parts import Talk, parts
from callcenter.store import facts_of_call


@dataclass(frozen=True)
class AtSeat:
    """One seat's part of a call that goes on."""

    call_id: str
    line: Line
    seat: str
    seat_channel: str
    citizen_channel: str
    queue: str = ""  # it came out of; "" where out of none
    held: HoldWhy | None = None  # why the citizen waits now
    others: tuple[str, ...] = ()  # seats that talk in it, too

    @property
    def now_with(self) -> Line:
        """The line that has the call now: where it was handed over, not where it came in."""
        if self.queue in set(Line):
            return Line(self.queue)
        return Line.SERVICE if self.queue else self.line


def at_seat(session: Session, call_id: str, seat: str | None = None) -> AtSeat:
    """The seat's part of the call, or the only part where no seat is named.

    Raises:
        NotFoundError: There is no such call.
        ImpossibleMoveError: No seat talks in it now, not that one, or several and none was named.
    """
    return read(call_id, facts_of_call(session, call_id), seat)


def read(call_id: str, facts: Iterable[AnyFact], seat: str | None = None) -> AtSeat:
    """The same from a call's facts, in order of time. Raises: as `at_seat`."""
    told = [fact for fact in facts if isinstance(fact, CallFact)]
    first = next((fact for fact in told if isinstance(fact, CallArrived | CallPlaced)), None)
    if first is None:
        raise NotFoundError(f"call {call_id!r} is not known: check its name")
    talking = parts(told).talking
    talk = _chosen(talking, seat)
    answers = [fact for fact in told if isinstance(fact, CallAnswered)]
    answered = next(fact for fact in answers if fact.seat_leg == talk.seat_leg)
    return AtSeat(
        call_id=call_id,
        line=first.line,
        seat=talk.seat,
        seat_channel=talk.seat_channel,
        citizen_channel=answered.caller_channel,
        queue=next((fact.queue for fact in reversed(answers) if fact.queue), ""),
        held=_held(told, talk),
        others=tuple(other.seat for other in talking if other is not talk),
    )


def _chosen(talking: tuple[Talk, ...], seat: str | None) -> Talk:
    if not talking:
        raise ImpossibleMoveError("no seat talks in this call now: it waits, or has ended")
    mine = [talk for talk in talking if seat in (None, talk.seat)]
    if not mine:
        raise ImpossibleMoveError(f"seat {seat} does not talk in this call now")
    if seat is None and len(mine) > 1:
        raise ImpossibleMoveError("seat is missing: several talk in this call, name one")
    return mine[-1]


def _held(told: Iterable[CallFact], talk: Talk) -> HoldWhy | None:
    """Why the citizen waits; a consultation begins as a hold and is told a moment later."""
    whys: set[HoldWhy] = set()
    for fact in told:
        if isinstance(fact, CallHeld) and fact.seat_leg == talk.seat_leg:
            whys.add(fact.why)
        elif isinstance(fact, CallResumed) and fact.seat_leg == talk.seat_leg:
            whys.discard(fact.why)
    return "consult" if "consult" in whys else next(iter(whys), None)
