"""What is due: matters that ended before the term, that nobody holds, and that are not deleted yet.

A call's matter ends with the last of its tickets, a merged ticket's with the one it lives on in.
What is not due for that, or is held, is looked at again by the next run.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, and_, col, func, or_, select

from callcenter.facts import Line
from callcenter.ivr.call import Call
from callcenter.privacy.holds import Covered
from callcenter.privacy.rows import Deletion, Subject
from callcenter.privacy.terms import Kept, Terms
from callcenter.tickets.calls import TicketCall
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.steps import OVER
from callcenter.tickets.ticket import Ticket, TicketStep
from callcenter.tickets.written import Written

T = TypeVar("T")
CHUNK = 50  # of a transaction, for which others' writing waits
KINDS: dict[Kept, tuple[Subject, ...]] = {
    Kept.RECORDINGS: (Subject.CALL,),
    Kept.WORDS: (Subject.CALL, Subject.TICKET),
    Kept.NUMBERS: (Subject.CALL, Subject.TICKET),
    Kept.ATTACHMENTS: (Subject.TICKET,),
}


@dataclass(frozen=True)
class Sort:
    """One class of one kind of subject of one line, and before which moment it must have ended."""

    kept: Kept
    kind: Subject
    line: Line
    before: datetime
    node: str = ""  # of recordings, whose: they lie on the machine of the node that made them


@dataclass
class Looked:
    """A chunk that was looked at: what is due, what only a hold keeps, and where to go on."""

    due: list[str] = field(default_factory=list)
    held: int = 0
    after: str | None = None  # the last that was looked at; None: there are no more


def sorts(terms: Terms, now: datetime, node: str) -> Iterator[Sort]:
    """All there is to look for, in the order in which it is deleted; of recordings, this node's."""
    for kept, kinds in KINDS.items():
        for kind in kinds:
            for line in Line:
                before = terms.of(kept, line).before(now)
                if before:
                    whose = node if kept is Kept.RECORDINGS else ""
                    yield Sort(kept, kind, line, before, whose)


def look(session: Session, sort: Sort, covered: Covered, key: CallerKey, after: str = "") -> Looked:
    """The next chunk in the order of ids, behind `after`."""
    return (_calls if sort.kind is Subject.CALL else _tickets)(session, sort, covered, key, after)


def recordings_deleted(session: Session, calls: Collection[str]) -> set[str]:
    """Those of the calls whose recordings were deleted because their term is over."""
    query = select(Deletion.subject).where(
        Deletion.kept == Kept.RECORDINGS, col(Deletion.subject).in_(calls)
    )
    return set(session.exec(query))


def _calls(session: Session, sort: Sort, covered: Covered, key: CallerKey, after: str) -> Looked:
    ended = or_(
        col(Call.ended_at) < sort.before,
        and_(col(Call.ended_at).is_(None), col(Call.arrived_at) < sort.before),
    )
    query = select(Call).where(Call.line == sort.line, ended, col(Call.id) > after)
    query = query.where(~_deleted(sort, col(Call.id), 0)).order_by(col(Call.id)).limit(CHUNK)
    if sort.node:
        query = query.where(col(Call.node).in_((sort.node, "")))
    calls = list(session.exec(query))
    waits = _waiting_for_tickets(session, sort, [call.id for call in calls])

    def is_held(call: Call) -> bool:
        return call.id in covered.calls or covered.has_number(call.caller_number, key)

    return _sorted(calls, lambda call: call.id, lambda call: call.id in waits, is_held)


def _tickets(session: Session, sort: Sort, covered: Covered, key: CallerKey, after: str) -> Looked:
    query = (
        select(Ticket)
        .where(Ticket.line == sort.line, col(Ticket.step).in_(OVER))
        .where(col(Ticket.opened_at) < sort.before, col(Ticket.number) > after)
        .where(~_deleted(sort, col(Ticket.number), col(Ticket.steps)))
        .order_by(col(Ticket.number))
        .limit(CHUNK)
    )
    tickets = list(session.exec(query))
    numbers = [ticket.number for ticket in tickets]
    waits = _not_ended(session, sort, numbers)
    wrote = select(Written).where(col(Written.ticket_number).in_(numbers))
    by_writer = {
        one.ticket_number
        for one in (session.exec(wrote) if covered.numbers else ())
        if covered.has_number(one.phone, key)
    }
    return _sorted(
        tickets,
        lambda ticket: ticket.number,
        lambda ticket: ticket.number in waits,
        lambda ticket: ticket.number in covered.tickets or ticket.number in by_writer,
    )


def _sorted(
    rows: Sequence[T], name: Callable[[T], str], waits: Callable[[T], bool],
    is_held: Callable[[T], bool],
) -> Looked:  # fmt: skip
    looked = Looked(after=name(rows[-1]) if len(rows) == CHUNK else None)
    for row in rows:
        if waits(row):
            continue
        if is_held(row):
            looked.held += 1
        else:
            looked.due.append(name(row))
    return looked


def _deleted(sort: Sort, subject: Mapped[str], steps: Mapped[int] | int) -> ColumnElement[bool]:
    traces = select(Deletion.subject).where(
        Deletion.kept == sort.kept,
        Deletion.kind == sort.kind,
        col(Deletion.subject) == subject,
        col(Deletion.steps) == steps,
    )
    return traces.exists()


def _waiting_for_tickets(session: Session, sort: Sort, calls: list[str]) -> set[str]:
    """Those of the calls that have to do with a ticket that has not ended long enough ago."""
    links = session.exec(
        select(TicketCall.call_id, TicketCall.ticket_number).where(
            col(TicketCall.call_id).in_(calls)
        )
    ).all()
    waiting = _not_ended(session, sort, sorted({number for _, number in links}))
    return {call_id for call_id, number in links if number in waiting}


def _not_ended(session: Session, sort: Sort, numbers: list[str]) -> set[str]:
    """Those of the tickets that are open, moved since, or live on in one of which that is so."""
    if not numbers:
        return set()
    moved = select(TicketStep.ticket_number, func.max(TicketStep.at)).where(
        col(TicketStep.ticket_number).in_(numbers)
    )
    last = dict(session.exec(moved.group_by(col(TicketStep.ticket_number))).all())
    rows = session.exec(select(Ticket).where(col(Ticket.number).in_(numbers))).all()
    waits = {
        row.number
        for row in rows
        if row.step not in OVER or last.get(row.number, row.opened_at) >= sort.before
    }
    into = {row.number: row.merged_into for row in rows if row.merged_into}
    if into:
        further = _not_ended(session, sort, sorted(set(into.values())))
        waits |= {number for number, other in into.items() if other in further}
    return waits
