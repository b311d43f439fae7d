"""What the database must show after the demo; every line is read from it, not from the robots."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from callcenter.demo.stage import SCRIPT
from callcenter.facts import (
    AnyFact,
    CallAnswered,
    CallEnded,
    CallQueued,
    FeedbackReceived,
    RecordingStored,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
    read_fact,
)
from callcenter.ivr.call import Call, CallState
from callcenter.ivr.callback import CallbackState, CallbackTask
from callcenter.store import LedgerRow, facts_of_call
from callcenter.tickets.ticket import history, ticket_of_call

Check = tuple[str, bool]
WALK = ["open", "file", "dispatch", "accept", "report", "verify", "close"]
STREET_LIGHT_ITEM = "113"  # 市容市政
TOWNSHIP = "140728100"  # 古陶镇


def proof(session: Session, since: datetime) -> Iterator[Check]:
    """Each thing the three calls must have left, and whether it is there."""
    calls = {who: _call(session, number, since) for who, number in SCRIPT["citizens"].items()}
    yield "every demo call is in the database", all(calls.values())
    if all(calls.values()):
        known = {who: call for who, call in calls.items() if call}
        yield from _street_light(session, known["street_light"])
        yield from _police_first(session, known)
        yield from _gave_up(session, known["impatient"])


def _call(session: Session, number: str, since: datetime) -> Call | None:
    query = select(Call).where(Call.caller_number == number, col(Call.arrived_at) >= since)
    return session.exec(query.order_by(col(Call.arrived_at).desc())).first()


def _street_light(session: Session, call: Call) -> Iterator[Check]:
    facts = facts_of_call(session, call.id)
    ticket = ticket_of_call(session, call.id)
    if ticket is None:
        yield "(a) the call has a ticket", False
        return
    said = {fact.side for fact in facts if isinstance(fact, UtteranceHeard)}
    stored = [fact for fact in facts if isinstance(fact, RecordingStored)]
    yield "(a) queued, answered, ended", _has(facts, CallQueued, CallAnswered, CallEnded)
    yield "(a) words of both sides", len(said) == 2
    yield "(a) both recordings stored and whole", sum(r.complete for r in stored) == 2
    yield "(a) transcript complete", _has(facts, TranscriptCompleted)
    yield "(a) item 113 市容市政", ticket.item == STREET_LIGHT_ITEM
    yield "(a) a 15-digit cell of 古陶镇", _is_cell(ticket.cell)
    walk = [str(step.move) for step in history(session, ticket.number)]
    yield f"(a) the seven steps: {' '.join(walk)}", walk == WALK
    yield "(a) rated 1 非常满意 by call-back", ticket.rating == 1 and _rated(session, ticket.number)


def _police_first(session: Session, calls: dict[str, Call]) -> Iterator[Check]:
    fight, patient = calls["fight"], calls["patient"]
    busy = [calls["water"], calls["insurance"]]
    yield (
        "(b) 110 came while both seats talked and others waited",
        all(_talks_at(call, fight.arrived_at) for call in busy)
        and max(patient.arrived_at, calls["impatient"].arrived_at) < fight.arrived_at,
    )
    yield (
        "(b) 110 answered before who came earlier",
        _before(fight.answered_at, patient.answered_at),
    )
    ticket = ticket_of_call(session, fight.id)
    yield (
        "(b) its ticket is urgent and dispatched",
        bool(
            ticket and ticket.urgency == "urgent" and ticket.step == "dispatched" and ticket.due_at
        ),
    )


def _gave_up(session: Session, call: Call) -> Iterator[Check]:
    yield "(c) the caller gave up unanswered", call.state is CallState.ABANDONED
    query = select(CallbackTask).where(CallbackTask.call_id == call.id)
    tasks = session.exec(query).all()
    due = [task for task in tasks if task.state is CallbackState.DUE and task.number]
    yield "(c) exactly one call-back task is due", len(tasks) == len(due) == 1


def _has(facts: list[AnyFact], *kinds: type[AnyFact]) -> bool:
    return all(any(isinstance(fact, kind) for fact in facts) for kind in kinds)


def _is_cell(code: str | None) -> bool:
    return code is not None and len(code) == 15 and code.startswith(TOWNSHIP)


def _rated(session: Session, number: str) -> bool:
    rows = session.exec(select(LedgerRow).where(LedgerRow.ticket_number == number))
    facts = [read_fact(row.body) for row in rows]
    closed = [f for f in facts if isinstance(f, TicketMoved) and f.to_step == "closed"]
    return any(isinstance(f, FeedbackReceived) for f in facts) and len(closed) == 1


def _talks_at(call: Call, moment: datetime) -> bool:
    still = call.ended_at is None or moment < call.ended_at
    return call.answered_at is not None and call.answered_at < moment and still


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one < other)
