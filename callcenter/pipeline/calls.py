"""Handlers of a call: folding it, its ticket, who is owed a call-back."""

from collections.abc import Iterable

from sqlmodel import Session

from callcenter.facts import (
    CallAnswered,
    CallArrived,
    CallbackDue,
    CallEnded,
    CallFact,
    CallPlaced,
    Fact,
    Line,
    LinkWhy,
    PlaceKept,
    PlaceReleased,
    VoicemailLeft,
)
from callcenter.ivr import callback, kept
from callcenter.ivr.call import Call, CallState, refold
from callcenter.pipeline.site import Site
from callcenter.store import facts_of_call
from callcenter.tickets.calls import link_call
from callcenter.tickets.opening import open_draft
from callcenter.tickets.ticket import Ticket

VOICEMAIL = "voicemail"  # who opened a ticket that nobody has spoken about with a seat


def fold_call(fact: CallFact, session: Session, _site: Site) -> Iterable[Fact]:
    """The call as all of its facts tell it."""
    refold(session, fact.call_id)
    return ()


def open_ticket(fact: CallArrived | CallAnswered, session: Session, _site: Site) -> Iterable[Fact]:
    """Step 1, collect: an answered call has a draft ticket, whose number the seat can say.

    After an outage of ours the answer may be told before the arrival; whichever comes last opens.
    """
    call = session.get(Call, fact.call_id)
    if call is None or call.answered_at is None:
        return ()
    if call.placed and (placed := _placed_for(session, call.id)):
        return link_placed(placed, session, _site)  # it has its ticket
    return open_draft(session, call.id, call.line, at=call.answered_at, actor=call.answered_by)


def link_placed(fact: CallPlaced, session: Session, _site: Site) -> Iterable[Fact]:
    """A call that we placed for a ticket is one of that ticket's calls."""
    if fact.ticket_number is None or session.get(Ticket, fact.ticket_number) is None:
        return ()
    return link_call(
        session, fact.ticket_number, fact.call_id, LinkWhy.RUNG, at=fact.at, actor=fact.seat or ""
    )


def reach_back(fact: CallArrived | CallAnswered, session: Session, _site: Site) -> Iterable[Fact]:
    """Who gave up before and got through now need not be rung back."""
    call = session.get(Call, fact.call_id)
    if call and call.answered_at:
        callback.close_abandoned_tasks(session, call)
    return ()


def owe_callback(fact: CallFact, session: Session, _site: Site) -> Iterable[Fact]:
    """Whoever waited in vain is rung back; on 110 whoever was not answered, at whatever point.

    Asked at each fact that the answer hangs on: after an outage any of them may come last.
    """
    call = session.get(Call, fact.call_id)
    if call is None or call.is_open or call.answered_at or call.placed:
        return
    if kept.has_other_way(session, call.id):
        return
    if call.queue or call.line is Line.POLICE:
        yield CallbackDue(at=fact.at, why="abandoned", call_id=call.id, ticket_number=None)


def owe_cut(fact: CallEnded, session: Session, _site: Site) -> Iterable[Fact]:
    """Whoever was cut off while talking with 110 is rung back: the network failed, or Asterisk."""
    call = session.get(Call, fact.call_id)
    if call and call.line is Line.POLICE and call.answered_at and fact.cause in callback.CUT:
        if call.state is CallState.ENDED and not call.placed:
            yield CallbackDue(at=fact.at, why="cut", call_id=call.id, ticket_number=None)


def owe_turn(fact: PlaceKept, _session: Session, _site: Site) -> Iterable[Fact]:
    """Whoever keeps a place is rung in turn."""
    yield CallbackDue(at=fact.at, why="kept_place", call_id=fact.call_id, ticket_number=None)


def release_places(
    fact: CallArrived | CallAnswered, session: Session, _site: Site
) -> Iterable[PlaceReleased]:
    """Who keeps a place, rings again and gets through, is not rung in turn any more."""
    call = session.get(Call, fact.call_id)
    return kept.released_by(session, call) if call else ()


def release_late(fact: PlaceKept, session: Session, _site: Site) -> Iterable[PlaceReleased]:
    """The same where the answer was told before the place; both may come late."""
    call = kept.got_through(session, fact)
    return kept.released_by(session, call) if call else ()


def open_message_ticket(fact: VoicemailLeft, session: Session, _site: Site) -> Iterable[Fact]:
    """Step 1, collect: a message is a draft ticket, for a seat to read and to file."""
    return open_draft(session, fact.call_id, Line.SERVICE, at=fact.at, actor=VOICEMAIL)


def _placed_for(session: Session, call_id: str) -> CallPlaced | None:
    """How a call that we placed for a ticket began; None where it is for no ticket."""
    told = facts_of_call(session, call_id, CallPlaced.model_fields["fact"].default)
    return next((f for f in told if isinstance(f, CallPlaced) and f.ticket_number), None)
