"""Handlers of notices: who is owed one for a move, and for a limit that is near or passed."""

from collections.abc import Iterable

from sqlmodel import Session

from callcenter.facts import (
    ClockExpired,
    ClockWarned,
    Fact,
    TicketMoved,
)
from callcenter.ivr.call import Call
from callcenter.pipeline.site import Site
from callcenter.tickets.calls import callers_of, with_merged
from callcenter.tickets.notices.occasions import DISPATCHER, OF_MOVE, Occasion
from callcenter.tickets.notices.owing import Caller, Event, Office, owe
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, locked
from callcenter.tickets.written import written_of


def owe_notices(fact: TicketMoved, session: Session, site: Site) -> Iterable[Fact]:
    """Citizens and units are told of it, as `callcenter.tickets.notices.occasions` says."""
    occasion = OF_MOVE.get(Move(fact.move))
    if occasion is None:
        return ()
    step = Step(fact.to_step)
    event = Event(occasion, fact.id, fact.at, step, fact.unit, fact.other, fact.due_at)
    return _owe(session, fact.ticket_number, event, site)


def owe_clock_notices(
    fact: ClockWarned | ClockExpired, session: Session, site: Site
) -> Iterable[Fact]:
    """A limit is near, or passed: its unit and the dispatcher are told, where it concerns them."""
    unit = fact.unit if f"unit:{fact.unit}" in fact.told else None
    if unit is None and DISPATCHER not in fact.told:
        return ()
    occasion = Occasion.WARNED if isinstance(fact, ClockWarned) else Occasion.EXPIRED
    step = locked(session, fact.ticket_number).step
    event = Event(occasion, fact.id, fact.at, step, unit, due_at=fact.due_at)
    return _owe(session, fact.ticket_number, event, site)


def _owe(session: Session, number: str, event: Event, site: Site) -> Iterable[Fact]:
    """Writes down who is told of the event; the numbers of citizens are looked up here."""
    unit = site.table.units.get(event.unit or "")
    office = Office(site.notices, unit.name if unit else "", site.settings.notices_send)

    def callers() -> list[Caller]:
        found = callers_of(session, number)
        calls = [session.get(Call, one.call_id) for one in found]
        told = [
            Caller(one.call_id, one.ticket_number, call.caller_number if call else None)
            for one, call in zip(found, calls, strict=True)
        ]
        wrote = written_of(session, with_merged(session, number))
        return [*(Caller(None, w.ticket_number, w.number, w.email) for w in wrote), *told]

    return owe(session, session.get_one(Ticket, number), event, callers, office)
