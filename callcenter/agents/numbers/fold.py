"""Facts -> calls. Any order, doubled, late: the same calls.

A fact of which the beginning is not known makes the beginning it implies: an answer without its
visit to the queue implies a visit as long as the wait it tells of, a parting without its answer a
part as long as the talk. When the missing fact comes, the call is folded anew and knows better.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, Final

from callcenter.agents.numbers.told import Offer, Outcome, Part, Told, Visit
from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallHandedOver,
    CallHeld,
    CallOffered,
    CallPlaced,
    CallQueued,
    CallRated,
    CallResumed,
    CallTransferred,
    Line,
    OfferMissed,
    PlaceKept,
    ProgressAsked,
    QueueLeft,
    TalkEnded,
    VoicemailLeft,
)

CAUSE_UNSEEN: Final = 0  # `CallEnded.cause` of a call that was found gone


def fold(facts: Iterable[CallFact]) -> dict[str, Told]:
    """The calls that the facts tell of, by their ids; facts of other kinds are passed over."""
    by_call: defaultdict[str, dict[Any, CallFact]] = defaultdict(dict)
    for fact in facts:
        if type(fact) in READ:
            by_call[fact.call_id].setdefault(identity(fact), fact)
    return {call_id: fold_call(some.values()) for call_id, some in by_call.items()}


def identity(fact: CallFact) -> tuple[object, ...]:
    """What makes the fact this one among those of its call; cheaper than its id."""
    return (type(fact), *(getattr(fact, name) for name in fact.key))


def fold_call(facts: Iterable[CallFact]) -> Told:
    """One call from its own facts, at least one of them; each given once."""
    ordered = sorted(facts, key=_in_time)
    call = Told(ordered[0].call_id, ordered[0].at)
    for fact in ordered:
        READ[type(fact)](call, fact)
    call.visits.sort(key=lambda visit: (visit.at, visit.number))
    call.parts.sort(key=lambda part: (part.at, part.leg))
    _settle(call)
    return call


def _in_time(fact: CallFact) -> tuple[bool, datetime, int, str]:
    """At one moment: what begins before what ends, so that an end finds its beginning.

    What is told of a part comes after all parts: one may be known by its end alone.
    """
    return type(fact) in OF_A_PART, fact.at, ORDER[type(fact)], str(identity(fact)[1:])


def _arrived(call: Told, fact: CallArrived) -> None:
    call.at, call.line, call.caller, call.is_known = fact.at, fact.line, fact.caller_number, True


def _placed(call: Told, fact: CallPlaced) -> None:
    call.at, call.line, call.caller, call.is_known = fact.at, fact.line, fact.phone_number, True
    call.placed, call.origin = fact.why, fact.origin_call_id


def _queued(call: Told, fact: CallQueued) -> None:
    visit = _visit(call, fact.visit)
    if visit is None:
        call.visits.append(Visit(fact.visit, fact.queue, fact.at, fact.position))
    else:  # its end was dated before its beginning: the clocks of two sources
        visit.queue, visit.at, visit.position = fact.queue, min(visit.at, fact.at), fact.position


def _left_queue(call: Told, fact: CallAbandoned | PlaceKept | QueueLeft) -> None:
    visit = _visit(call, fact.visit)
    if visit is None:
        visit = Visit(fact.visit, fact.queue, _before(fact.at, fact.waited_seconds))
        call.visits.append(visit)
    if visit.outcome is Outcome.KEPT:
        return  # the key that keeps the place is a key that leaves the queue, too
    visit.waited = fact.waited_seconds
    visit.outcome = ENDS[type(fact)]
    visit.why = fact.why if isinstance(fact, QueueLeft) else ""


def _answered(call: Told, fact: CallAnswered) -> None:
    offer = next((one for one in call.offers if one.leg == fact.seat_leg), None)
    if offer:
        offer.answered = True
    part = _part(call, fact.seat_leg)
    if part is None:
        part = Part(fact.seat, fact.seat_leg, fact.at)
        call.parts.append(part)
    part.at, part.queue, part.via = fact.at, fact.queue, fact.via
    part.rang = max(0.0, (fact.at - offer.at).total_seconds()) if offer else None
    if fact.queue:
        visit = _answered_visit(call, fact)
        visit.outcome, visit.waited = Outcome.ANSWERED, fact.waited_seconds


def _answered_visit(call: Told, fact: CallAnswered) -> Visit:
    """The last visit to that queue which nothing has ended; else one that the answer implies."""
    for visit in reversed(call.visits):
        if visit.queue == fact.queue and visit.outcome is Outcome.WAITING:
            return visit
    number = max((visit.number for visit in call.visits), default=0) + 1
    implied = Visit(number, fact.queue, _before(fact.at, fact.waited_seconds))
    call.visits.append(implied)
    return implied


def _parted(call: Told, fact: TalkEnded) -> None:
    part = _part(call, fact.seat_leg)
    if part is None:
        part = Part(fact.seat, fact.seat_leg, _before(fact.at, fact.talked_seconds or 0.0))
        call.parts.append(part)
    part.ended_at, part.talked = fact.at, fact.talked_seconds


def _offered(call: Told, fact: CallOffered) -> None:
    call.offers.append(Offer(fact.seat, fact.seat_leg, fact.at))


def _missed(call: Told, fact: OfferMissed) -> None:
    open_ = [o for o in call.offers if o.seat == fact.seat and not (o.missed or o.answered)]
    if fact.seat_leg:
        open_ = [offer for offer in call.offers if offer.leg == fact.seat_leg]
    if open_:
        open_[-1].missed = not open_[-1].answered
    else:
        at = _before(fact.at, fact.rang_seconds)
        call.offers.append(Offer(fact.seat, fact.seat_leg or "untold", at, missed=True))


def _held(call: Told, fact: CallHeld) -> None:
    part = _part(call, fact.seat_leg)
    if part:
        part.holds[fact.why, fact.number] = (fact.at, None)


def _resumed(call: Told, fact: CallResumed) -> None:
    part = _part(call, fact.seat_leg)
    held = part.holds.get((fact.why, fact.number)) if part else None
    if part and held:
        part.holds[fact.why, fact.number] = (held[0], max(held[0], fact.at))


def _transferred(call: Told, fact: CallTransferred) -> None:
    part = _part(call, fact.seat_leg)
    if part:
        part.transfer = f"{fact.how} {fact.to_kind}"


def _handed_over(call: Told, fact: CallHandedOver) -> None:
    call.hand_overs.append(f"{fact.from_line} > {fact.to_line} {fact.form}")


def _rated(call: Told, fact: CallRated) -> None:
    """The rating is that of the seat's last part, which the citizen has in the ear."""
    part = next((part for part in reversed(call.parts) if part.seat == fact.seat), None)
    if part:
        part.rating = fact.rating


def _voicemail(call: Told, fact: VoicemailLeft) -> None:
    call.voicemail = fact.why


def _asked(call: Told, fact: ProgressAsked) -> None:
    call.progress_asked.append(fact.told)


def _ended(call: Told, fact: CallEnded) -> None:
    call.ended_at, call.end_seen = fact.at, fact.cause != CAUSE_UNSEEN


def _settle(call: Told) -> None:
    """End what the facts left open although something later shows that it is over."""
    for visit, later in zip_longest(call.visits, call.visits[1:]):
        if visit.outcome is Outcome.WAITING:
            _settle_visit(call, visit, later)
    for part in call.parts:
        if part.ended_at is None and call.ended_at:
            part.ended_at = call.ended_at
            part.talked = _whole(part.at, call.ended_at) if call.end_seen else None
        if part.queue and part.is_seats and not any(o.leg == part.leg for o in call.offers):
            call.offers.append(Offer(part.seat, part.leg, part.at, answered=True))
    if call.line is None:
        queues = [visit.queue for visit in call.visits if visit.queue in set(Line)]
        call.line = Line(queues[0]) if queues else None


def _settle_visit(call: Told, visit: Visit, later: Visit | None) -> None:
    next_talk = next((part.at for part in call.talks if part.at >= visit.at), None)
    moved_on = later.at if later else next_talk
    if moved_on is not None:
        visit.outcome, visit.why = Outcome.LEFT, "unknown"
        visit.waited = _whole(visit.at, moved_on)
    elif call.ended_at:
        visit.outcome = Outcome.ABANDONED
        visit.waited = _whole(visit.at, call.ended_at) if call.end_seen else None


def _visit(call: Told, number: int) -> Visit | None:
    return next((visit for visit in call.visits if visit.number == number), None)


def _part(call: Told, leg: str) -> Part | None:
    return next((part for part in call.parts if part.leg == leg), None)


def _before(at: datetime, seconds: float) -> datetime:
    return at - timedelta(seconds=seconds)


def _whole(since: datetime, until: datetime) -> float:
    return float(max(0, int((until - since).total_seconds())))


ENDS: Final[dict[type[CallFact], Outcome]] = {
    CallAbandoned: Outcome.ABANDONED,
    PlaceKept: Outcome.KEPT,
    QueueLeft: Outcome.LEFT,
}
READ: Final[dict[type[CallFact], Callable[[Told, Any], None]]] = {  # in order of a call's life
    CallArrived: _arrived,
    CallPlaced: _placed,
    CallQueued: _queued,
    CallOffered: _offered,
    CallAnswered: _answered,
    CallHeld: _held,
    CallResumed: _resumed,
    CallTransferred: _transferred,
    CallHandedOver: _handed_over,
    OfferMissed: _missed,
    TalkEnded: _parted,
    ProgressAsked: _asked,
    CallRated: _rated,
    PlaceKept: _left_queue,
    QueueLeft: _left_queue,
    CallAbandoned: _left_queue,
    VoicemailLeft: _voicemail,
    CallEnded: _ended,
}
OF_A_PART: Final = {CallHeld, CallResumed, CallTransferred, CallRated}
ORDER: Final = {fact: place for place, fact in enumerate(READ)}
CALL_FACTS: Final = tuple(fact.model_fields["fact"].default for fact in READ)
