"""Handlers of a ticket on its way: to its unit, its clocks, the citizen's rating, its calls."""

from collections.abc import Iterable

from sqlmodel import Session

from callcenter.facts import (
    CallbackDue,
    CallbackTried,
    CallHandedOver,
    Fact,
    FeedbackReceived,
    LinkWhy,
    PlaceReleased,
    PlaceTried,
    ProgressAsked,
    TicketMoved,
)
from callcenter.ivr import callback
from callcenter.ivr.call import Call
from callcenter.pipeline.site import Site
from callcenter.tickets import feedback
from callcenter.tickets.calls import link_call
from callcenter.tickets.clocks.running import wind
from callcenter.tickets.dispatch import dispatch
from callcenter.tickets.exchange.owing import is_theirs
from callcenter.tickets.moving import is_to_be_sent
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import locked
from callcenter.tickets.written import Written


def dispatch_ticket(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """A filed or reopened ticket goes to its unit; a returned one waits for a dispatcher."""
    ticket = locked(session, fact.ticket_number)
    fresh = is_to_be_sent(session, ticket, fact)
    if fresh and ticket.step in (Step.FILED, Step.REOPENED):
        yield dispatch(session, ticket, site.table, site.clocks, fact.at)


def wind_clocks(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """Start, stop or hold the ticket's clocks, by all its moves so far."""
    return wind(session, fact.ticket_number, site.clocks, site.table.level_of)


def ask_citizen(fact: TicketMoved, session: Session, _site: Site) -> Iterable[Fact]:
    """A verified ticket's citizen, caller or writer, is rung and asked, the number being known.

    Whoever a partner sent us is asked there, once; the partner's word closes the ticket here.
    """
    if fact.to_step != Step.VERIFIED or is_theirs(session, fact.ticket_number):
        return
    ticket = locked(session, fact.ticket_number)
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    wrote = session.get(Written, ticket.number)
    if not (call and call.caller_number) and not (wrote and wrote.number):
        yield from feedback.close_unrated(session, ticket.number, feedback.NO_NUMBER)
        return
    yield CallbackDue(
        at=fact.at,
        why="feedback",
        call_id=ticket.call_id,
        ticket_number=ticket.number,
        round=ticket.round,
    )


def open_callback_task(fact: CallbackDue, session: Session, _site: Site) -> Iterable[Fact]:
    """A due call-back becomes a task for the robot or a seat."""
    wrote = session.get(Written, fact.ticket_number) if fact.ticket_number else None
    callback.open_task(session, fact, wrote.number if wrote else None)
    return ()


def note_turn(fact: PlaceTried, session: Session, _site: Site) -> Iterable[Fact]:
    """How the turn of a kept place went."""
    yield callback.finish_turn(session, fact)


def note_release(fact: PlaceReleased, session: Session, _site: Site) -> Iterable[Fact]:
    """The citizen got through: the task of the kept place is settled."""
    return callback.settle_turn(session, fact)


def link_asker(fact: ProgressAsked, session: Session, _site: Site) -> Iterable[Fact]:
    """Who was told how a case stands has called about it."""
    if not fact.told or fact.ticket_number is None:
        return ()
    return link_call(
        session, fact.ticket_number, fact.call_id, LinkWhy.ASKED, at=fact.at, actor="menu"
    )


def link_handed_over(fact: CallHandedOver, session: Session, _site: Site) -> Iterable[Fact]:
    """A call that the other line handed over brought its ticket along."""
    if fact.ticket_number is None:
        return ()
    return link_call(
        session,
        fact.ticket_number,
        fact.call_id,
        LinkWhy.HANDED_OVER,
        at=fact.at,
        actor=fact.actor,
    )


def feedback_told(
    session: Session,
    task: callback.CallbackTask,
    tried: CallbackTried,
    *,
    rating: int | None,
    solved: bool,
    most_unanswered: int,
) -> Iterable[Fact]:
    """How a try to ask a citizen went, by the robot or a seat; unrated, the ticket is closed."""
    after = callback.finish_try(session, tried, most_unanswered)
    number = task.ticket_number or ""
    yield tried
    if rating:
        yield FeedbackReceived(
            at=tried.at,
            ticket_number=number,
            rating=rating,
            solved=solved,
            round=task.round,
            by=tried.by,
        )
    elif after.state is callback.CallbackState.FAILED:
        yield from feedback.close_unrated(session, number, feedback.UNREACHED, tried.by)
    elif after.state is callback.CallbackState.DONE:
        yield from feedback.close_unrated(session, number, feedback.NO_RATING, tried.by)


def settle_ticket(fact: FeedbackReceived, session: Session, _site: Site) -> Iterable[Fact]:
    """The citizen's rating closes or reopens the ticket."""
    return feedback.settle(session, fact)
