"""What is held, how old it is, what is due, what holds keep, and what was deleted by which rule.

Counts, ages and rules only: nothing of it is a citizen's.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, select

from callcenter.facts import Line
from callcenter.ivr.call import Call
from callcenter.privacy import files
from callcenter.privacy.due import KINDS
from callcenter.privacy.holds import listed
from callcenter.privacy.rows import DeletedFile, Deletion, Subject
from callcenter.privacy.running import Retention, last_run
from callcenter.privacy.terms import Kept, KeptFile
from callcenter.tickets.ticket import Ticket


class Stock(BaseModel):
    """What is held of one class and line, and what is to become of it."""

    kept: str
    line: str
    term: str
    calls: int  # of which something may still be held
    tickets: int
    oldest: AwareDatetime | None  # when the oldest of them came
    due: int  # subjects that the next run deletes
    held: int  # that would be due but for a hold


class FileStock(BaseModel):
    """Files of one class that belong to no call and no ticket."""

    kept: str
    term: str
    files: int
    bytes: int
    oldest: AwareDatetime | None
    due: int


class Deleted(BaseModel):
    """What was deleted by one rule so far."""

    rule: str
    subjects: int
    pieces: int
    first_at: AwareDatetime
    last_at: AwareDatetime


class Report(BaseModel):
    """The whole of it."""

    at: AwareDatetime
    deletes: bool  # False: what is due is shown only
    last_run: AwareDatetime | None
    holds: int
    stock: list[Stock]
    files: list[FileStock]
    unrotated: list[str]  # Asterisk's own files that have to be renamed, to be deleted in time
    deleted: list[Deleted]


def report(retention: Retention, now: datetime) -> Report:
    """The report of this moment; reads all that is older than the shortest term."""
    due = retention.due(now)
    with retention.store.reading() as session:
        stock = []
        for kept in Kept:
            for line in Line:
                rule = retention.terms.rule(kept, line)
                counted = _stock(session, kept, line, str(retention.terms.of(kept, line)))
                counted.due, counted.held = due.subjects[rule], due.held[rule]
                stock.append(counted)
        return Report(
            at=now,
            deletes=retention.settings.retention_deletes,
            last_run=last_run(session),
            holds=len(listed(session, released=False)),
            stock=stock,
            files=list(_file_stock(retention, now)),
            unrotated=files.unrotated(retention.settings, retention.terms, now),
            deleted=_deleted(session),
        )


def _stock(session: Session, kept: Kept, line: Line, term: str) -> Stock:
    counts = dict.fromkeys(Subject, 0)
    oldest: list[datetime] = []
    for kind in KINDS[kept]:
        when = Call.arrived_at if kind is Subject.CALL else Ticket.opened_at
        query = select(func.count(), func.min(when)).where(_kept(kept, kind, line))
        counts[kind], first = session.exec(query).one()
        oldest += [first] if first else []
    return Stock(
        kept=kept, line=line, term=term, calls=counts[Subject.CALL],
        tickets=counts[Subject.TICKET], oldest=min(oldest, default=None), due=0, held=0,
    )  # fmt: skip


def _kept(kept: Kept, kind: Subject, line: Line) -> ColumnElement[bool]:
    """Calls or tickets of a line of which this class was not deleted, or that moved since."""
    if kind is Subject.CALL:
        whose, of_line = col(Call.id), Call.line == line
        same_steps: ColumnElement[bool] = col(Deletion.steps) == 0
    else:
        whose, of_line = col(Ticket.number), Ticket.line == line
        same_steps = col(Deletion.steps) == col(Ticket.steps)
    trace = select(Deletion.subject).where(
        Deletion.kept == kept, Deletion.kind == kind, col(Deletion.subject) == whose, same_steps
    )
    return and_(of_line, ~trace.exists())


def _file_stock(retention: Retention, now: datetime) -> Iterator[FileStock]:
    found = list(files.files(retention.settings))
    due = {one.path for one in files.due_files(retention.settings, retention.terms, now)}
    for kept in KeptFile:
        those = [one for one in found if one.kept is kept]
        yield FileStock(
            kept=kept,
            term=str(retention.terms.of_file(kept)),
            files=len(those),
            bytes=sum(one.bytes for one in those),
            oldest=min((one.written_at for one in those), default=None),
            due=sum(one.path in due for one in those),
        )


def _deleted(session: Session) -> list[Deleted]:
    return [*_by_rule(session, Deletion, col(Deletion.pieces)), *_by_rule(session, DeletedFile, 1)]


def _by_rule(session: Session, traces: Any, pieces: Any) -> Iterator[Deleted]:
    when = (func.min(traces.at), func.max(traces.at))
    query: Any = sqlalchemy.select(traces.rule, func.count(), func.sum(pieces), *when)
    rows = session.connection().execute(query.group_by(traces.rule).order_by(traces.rule))
    for rule, count, parts, first, last in rows:
        yield Deleted(rule=rule, subjects=count, pieces=parts, first_at=first, last_at=last)
