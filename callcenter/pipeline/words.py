"""Handlers of what is said: item, kind, urgency, place; what a ticket is found by."""

from collections.abc import Iterable

from sqlmodel import Session

from callcenter.facts import (
    CallClassified,
    DecidingWord,
    Fact,
    ItemScore,
    Side,
    TicketCallLinked,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.ivr.call import Call
from callcenter.pipeline.site import Site
from callcenter.speech.transcript import transcript_of_call
from callcenter.tickets.calls import calls_of, tickets_of
from callcenter.tickets.finding import filling
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.locating import locate
from callcenter.tickets.steps import Step
from callcenter.tickets.telling import as_fact, last_located
from callcenter.tickets.ticket import Ticket, locked, ticket_of_call

RULES = "rules"


def classify_call(
    fact: UtteranceHeard | TranscriptCompleted, session: Session, site: Site
) -> Iterable[Fact]:
    """Words so far -> item, kind, urgency, and the deciding words; stated at each utterance."""
    ticket = _ticket_kept(session, fact.call_id)
    if ticket is None:
        return
    said = [(line.side, line.text) for line in transcript_of_call(session, fact.call_id).lines]
    reading = site.desk.read(fact.call_id, said)
    ticket.kind, ticket.urgency = reading.kind, reading.urgency
    ticket.revision += 1
    if ticket.item_by in ("", RULES) and reading.item:
        ticket.item, ticket.item_name, ticket.item_by = reading.item, reading.item_name, RULES
    session.add(ticket)
    yield CallClassified(
        call_id=fact.call_id,
        ticket_number=ticket.number,
        revision=ticket.revision,
        item=reading.item,
        item_name=reading.item_name,
        score=reading.score,
        call_kind=reading.kind,
        urgency=reading.urgency,
        outcome=reading.outcome,
        runner_ups=tuple(
            ItemScore.model_validate(one, from_attributes=True) for one in reading.runner_ups
        ),
        words=tuple(
            DecidingWord.model_validate(one, from_attributes=True) for one in reading.words
        ),
    )


def locate_ticket(
    fact: UtteranceHeard | TranscriptCompleted, session: Session, site: Site
) -> Iterable[Fact]:
    """The citizen's words so far -> place -> grid cell, and what to ask; stated when it changes."""
    ticket = _ticket_kept(session, fact.call_id)
    if ticket is None:
        return
    said = transcript_of_call(session, fact.call_id).said_by(Side.CITIZEN)
    county = site.county
    found = locate(county, said)
    now = as_fact(found, county, said, number=ticket.number, call_id=fact.call_id)
    before = last_located(session, ticket.number)
    if before and now.model_copy(update={"revision": before.revision, "at": before.at}) == before:
        return
    ticket.cell, ticket.cell_name, ticket.place = now.cell, now.cell_name, now.place
    ticket.longitude, ticket.latitude = now.longitude, now.latitude
    ticket.revision += 1  # its own: two places of one revision would be one fact
    session.add(ticket)
    yield now.model_copy(update={"revision": ticket.revision})


def keep_findable(
    fact: TranscriptCompleted | TicketMoved | TicketCallLinked, session: Session, site: Site
) -> Iterable[Fact]:
    """The ticket is found by what was said and written about it, and by who called."""
    if isinstance(fact, TranscriptCompleted):
        numbers = sorted({link.ticket_number for link in tickets_of(session, fact.call_id)})
    else:
        numbers = [fact.ticket_number]
    for number in numbers:
        make_findable(session, locked(session, number), CallerKey.of(site.settings))
    return ()


def make_findable(session: Session, ticket: Ticket, key: CallerKey) -> None:
    """Write anew what a locked ticket is found by: the words and the callers of its calls."""
    ids = dict.fromkeys(link.call_id for link in calls_of(session, ticket.number))
    calls = [call for call_id in ids if (call := session.get(Call, call_id))]
    callers = [call.caller_number for call in calls if call.caller_number]
    said = [text for call_id in ids for text in transcript_of_call(session, call_id).texts]
    filling.fill(session, ticket, said=said, callers=callers, key=key)


def _ticket_kept(session: Session, call_id: str) -> Ticket | None:
    """The call's ticket, locked; None where a person has already filed it: then it is theirs."""
    ticket = ticket_of_call(session, call_id)
    if ticket is None:
        return None
    ticket = locked(session, ticket.number)
    return ticket if ticket.step is Step.DRAFT else None
